"""Tests run on what CAIRN_TEST_KAFKA names, and on nothing else."""

from __future__ import annotations

import pytest

from schemas.errors import CairnError
from tests.kafka.choice import chosen_kafka


def test_a_kafka_that_is_there_is_used_as_it_is() -> None:
    with chosen_kafka({"CAIRN_TEST_KAFKA": "k.example:9092"}) as kafka:
        assert kafka.bootstrap_servers == "k.example:9092"


def test_what_is_neither_is_refused() -> None:
    with (
        pytest.raises(CairnError, match="neither `docker` nor host:port"),
        chosen_kafka({"CAIRN_TEST_KAFKA": "podman"}),
    ):
        pass
