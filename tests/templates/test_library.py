"""Which file a message takes: own before shipped, file by file, the nearest folder first."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from templates.alike import ALIKE
from templates.chain import FILES, HEADLINE, KINDS, TIERS, chain
from templates.checking.samples import full
from templates.filled import Fragment, Kept
from templates.installed import load


def headline(folder: Path, kind: str = "count", tier: str = "major", template: str | None = None) -> str:
    folders = chain(kind, tier, template)
    return load(folder).render(HEADLINE, folders, full(KINDS[kind], tier).values()).strip()


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)


@pytest.mark.parametrize(("kind", "tier"), list(product(KINDS, TIERS)))
def test_every_kind_and_tier_has_every_file(kind: str, tier: str) -> None:
    """Without a folder of one's own, also for a template that is not there."""
    library = load(None)

    for file in FILES:
        assert library.find(file, chain(kind, tier, "not-there")).name


def test_the_nearest_folder_wins(tmp_path: Path) -> None:
    """The milestone's own name, kind and tier, kind, default; what a nearer folder lacks comes from the next."""
    seen = [headline(tmp_path, template="big")]
    for name in ("default", "count", "count-major", "big"):
        write(tmp_path, f"{name}/headline.txt", f"from {name}")
        seen.append(headline(tmp_path, template="big"))
    write(tmp_path, "big/lead.txt", "lead")

    assert seen == ["You passed 1,000 documents"] * 2 + ["from count", "from count-major", "from big"]
    assert headline(tmp_path, tier="minor") == "from count"
    assert headline(tmp_path, kind="sum") == "You passed 1,000 documents"


def test_an_own_file_may_build_on_the_shipped_one(tmp_path: Path) -> None:
    """By the name shipped/…, also on the file that it replaces; and by its blocks."""
    write(tmp_path, "count/headline.txt", '{% include "shipped/count/headline.txt" %}!')
    write(
        tmp_path,
        "default/email.mjml",
        '{% extends "shipped/default/email.mjml" %}{% block reward %}<mj-section><mj-column><mj-text>Ours</mj-text>'
        "</mj-column></mj-section>{{ super() }}{% endblock %}",
    )
    values = full("count", "major").values() | {"headline": "", "lead": ""}

    html = load(tmp_path).render("email.html", chain("count", "major", None), values)

    assert headline(tmp_path) == "You passed 1,000 documents!"
    assert ">Ours</div>" in html
    assert "K7Q2M4XWPA" in html


def test_a_nudge_never_takes_the_words_of_the_milestone(tmp_path: Path) -> None:
    """Those praise; a nudge of its own lies in NAME-near and NAME-stuck."""
    write(tmp_path, "big/headline.txt", "You did it")
    write(tmp_path, "big-near/headline.txt", "Nearly")

    assert headline(tmp_path, "near", template="big") == "Nearly"
    assert headline(tmp_path, "stuck", template="big") == "Still within reach: 1,000 documents"


def test_the_pieces_of_an_email_are_its_text() -> None:
    """Most of it are pieces that the template has for everybody, so that they are encoded once."""
    library = load(None)
    folders = chain("count", "major", None)
    values = full(KINDS["count"], "major").values() | {"headline": "Ten!", "lead": "Well done."}
    filled = library.fill("email.html", folders, library.names(values), Kept(ALIKE | {"headline", "lead"}))
    assert filled.text == library.render("email.html", folders, values)
    shared = sum(len(each) for each in filled.pieces if each in filled.fixed or isinstance(each, Fragment))
    assert shared > len(filled.text) * 0.8
