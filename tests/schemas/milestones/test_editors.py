"""`json_schema`: what editors need to complete and check the file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from schemas.milestones import json_schema
from schemas.milestones.tree import read_tree

CONTRACT = (Path(__file__).parent / "contract.yaml").read_text()


def _accepts(text: str) -> bool:
    plain: Any = read_tree(text, "m").plain
    return jsonschema_rs.validator_for(json_schema()).is_valid(plain)


def test_the_schema_is_one_and_accepts_the_contract() -> None:
    """2020-12, and the published example is valid by it."""
    assert json_schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema_rs.meta.validate(json_schema())
    assert _accepts(CONTRACT)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("tier: minor", "tire: minor"),
        ("documents: 1000}", "documents: '1000'}"),
        ("documents: [10, 100, 500]", "documents: []"),
        ("{documents: 1000}", "{documents: 1000, projects: 1}"),
        ("{sum: value, from", "{from"),
        ("{sum: value, from", "{sum: value, count: events, from"),
        ("holdout: 5%", "holdout: 5"),
        ("30 days", "30 hours"),
        ("21:00-08:00", "21-8"),
        ("{not: true}", "{isnt: true}"),
        ("adoption: record_only", "adoption: loud"),
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(right: str, wrong: str) -> None:
    """As far as a schema can see."""
    assert right in CONTRACT
    assert not _accepts(CONTRACT.replace(right, wrong, 1))


def test_every_key_that_a_user_may_need_help_with_is_described() -> None:
    """Completion shows a sentence for what is not plain from its name."""
    metric = json_schema()["$defs"]["Metric"]["properties"]
    assert all("description" in metric[kind] for kind in ("count", "sum", "highest", "distinct", "streak"))
