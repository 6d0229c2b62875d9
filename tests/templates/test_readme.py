"""The guide to templates says all that there is: what a template can say, its files, and the blocks to replace."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

import deploy.cli.starter
from templates import chain, context
from templates.checking.check import check
from templates.folder import SHIPPED

GUIDE = (SHIPPED.parent / "README.md").read_text("utf-8")


@pytest.mark.parametrize("name", [each.name for each in fields(context.Context)])
def test_every_value_is_in_the_guide(name: str) -> None:
    """With each of its parts."""
    said = GUIDE[GUIDE.index("## What a template can say") :]
    row = next(
        (line for line in said.splitlines() if line.startswith("| `") and f"`{name}`" in line.split(" | ")[0]), ""
    )
    kind = get_type_hints(context.Context)[name]
    for part in (kind, *get_args(kind)):
        if is_dataclass(part) and name not in ("next", "threshold"):
            for each in fields(part):
                assert f".{each.name}" in row, f"{name}.{each.name}"

    assert row


def test_every_file_kind_and_block_is_in_the_guide() -> None:
    """Whoever replaces something finds its name."""
    blocks = re.findall(r"\{% block (\w+) %\}", (SHIPPED / "default" / "email.mjml").read_text("utf-8"))

    for name in (*chain.KINDS.values(), *blocks, chain.DEFAULT, chain.EMAIL_MJML):
        assert name in GUIDE, name


def test_the_example_of_an_email_is_sound(tmp_path: Path) -> None:
    """It can be pasted as it is."""
    example = GUIDE.split("```\n")[1]
    (tmp_path / "default").mkdir()
    (tmp_path / "brand").mkdir()
    (tmp_path / "default" / "email.mjml").write_text(example)
    (tmp_path / "brand" / "signature.mjml").write_text("")

    assert "{% extends" in example
    assert check(tmp_path) == []


def test_the_starter_names_every_file() -> None:
    """`cairn init` lays a short guide into the folder of own templates."""
    text = deploy.cli.starter.starter_files()["templates/README.md"]

    for file in chain.WRITTEN:
        assert f"`{file}`" in text
