"""What a dispatcher asks of its topics before the first record."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest
from confluent_kafka.admin import AdminClient

from channels.dispatch.topic_shapes import check_partitions
from schemas.errors import CairnError
from stream.runtime.exits import Exit


def admin(**partitions: int) -> AdminClient:
    """A cluster with these topics."""
    known = {name: SimpleNamespace(partitions=dict.fromkeys(range(n)), error=None) for name, n in partitions.items()}
    fake: Any = SimpleNamespace(list_topics=lambda timeout: SimpleNamespace(topics=known))
    return cast(AdminClient, fake)


def test_topics_of_one_count_are_right() -> None:
    """The count is returned."""
    assert check_partitions(admin(a=4, b=4, other=7), ["a", "b"]) == 4


@pytest.mark.parametrize(("there", "what"), [({"a": 4}, "missing: b"), ({"a": 4, "b": 5}, "a 4, b 5")])
def test_a_missing_topic_or_another_count_stops_the_worker(there: dict[str, int], what: str) -> None:
    """Before the first record: a receipt in another partition would never meet its delivery."""
    with pytest.raises(CairnError, match=what) as raised:
        check_partitions(admin(**there), ["a", "b"])

    assert raised.value.exit == Exit.DRIFT
