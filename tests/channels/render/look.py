"""Writes emails and pictures of them, to be looked at: `python -m tests.channels.render.look OUT_DIR [NAME …]`."""

from __future__ import annotations

import sys
from pathlib import Path

from schemas.delivery import Delivery, LinkTo
from tests.channels.render.installation import renderer
from tests.channels.render.shots import SCHEMES, chromium, page
from tests.channels.render.story import changed, one

LANGUAGES = ("en", "fr", "pl", "ar")
LONG = "Your work pays, and it pays in a way that even somebody who never saw a board in their life would understand."
WIDTHS = (360, 680)
"""A phone, and a desktop on which the ground shows beside the 600 of the card."""


def messages() -> dict[str, Delivery]:
    """The emails to look at, by name."""
    return {
        "minor": one("documents-100", tier="minor"),
        "first": one("first-project", tier="minor"),
        "major": one("documents-1000"),
        "money": changed(one("revenue-10k-10000"), name="Ada \N{GRINNING FACE} Lovelace-Byron-Noel", means=LONG),
        "long": changed(
            one("documents-1000"),
            name="Wolfeschlegelsteinhausenbergerdorff " * 2,
            product="The International Society of Boards, Plans and Documents",
            means=f"{LONG} {LONG} {'w' * 80}",
            call_to_action=LinkTo(text=LONG, url="/a"),
            resources=(LinkTo(text=f"{LONG} {'w' * 80}", url="/b"),),
            reward_code="W" * 40,
            crossing_value=10**24,
        ),
        "year": one("yearly"),
        "composite": one("onboarded"),
        "streak": one("week-streak"),
        "month": changed(one("week-streak"), crossing_value=100, crossing_threshold=100),
        "weeks": changed(one("week-streak"), crossing_value=52, crossing_threshold=52, crossing_unit="weeks"),
        "near": one("documents-1000", nudge="near"),
        "stuck": one("documents-1000", nudge="stuck"),
        **{
            f"{name}-{language}": changed(one(name), locale=language)
            for language in LANGUAGES[1:]
            for name in ("documents-1000", "week-streak")
        },
    }


def main(folder: Path, names: list[str]) -> None:
    """Write for each message the HTML, the text, and a picture for each width and scheme, and one without images."""
    folder.mkdir(parents=True, exist_ok=True)
    write = renderer(languages=LANGUAGES)
    pages: dict[str, str] = {}
    for name, delivery in messages().items():
        email, push = write.email(delivery), write.push(delivery)
        pages[name] = email.html
        text = f"Subject: {email.subject}\n\n{email.text}\n[{push.title}]\n[{push.body}]\n"
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    with chromium() as browser:
        for name, html in pages.items():
            (folder / f"{name}.html").write_text(html, encoding="utf-8")
            if names and name not in names:
                continue
            for width in WIDTHS:
                for scheme in SCHEMES:
                    with page(browser, html, width, scheme) as opened:
                        opened.screenshot(path=folder / f"{name}-{width}-{scheme}.png", full_page=True)
            with page(browser, html, WIDTHS[0], "light", images=False) as opened:
                opened.screenshot(path=folder / f"{name}-no-images.png", full_page=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
