"""Writes emails and pictures of them, to be looked at: `python -m tests.channels.render.look OUT_DIR`."""

from __future__ import annotations

import sys
from pathlib import Path

from schemas.delivery import Delivery
from tests.channels.render.installation import renderer
from tests.channels.render.shots import SCHEMES, chromium, page
from tests.channels.render.story import changed, one

LONG = "Your work pays, and it pays in a way that even somebody who never saw a board in their life would understand."


def messages() -> dict[str, Delivery]:
    """The emails to look at, by name."""
    return {
        "minor": one("documents-100", tier="minor"),
        "first": one("first-project", tier="minor"),
        "major": one("documents-1000"),
        "money": changed(one("revenue-10k-10000"), name="Ada \N{GRINNING FACE} Lovelace-Byron-Noel", means=LONG),
        "year": one("yearly"),
        "composite": one("onboarded"),
        "streak": one("week-streak"),
        "near": one("documents-1000", nudge="near"),
        "stuck": one("documents-1000", nudge="stuck"),
    }


def main(folder: Path) -> None:
    """Write for each message the HTML, the text, and a picture for each width and scheme."""
    folder.mkdir(parents=True, exist_ok=True)
    write = renderer()
    with chromium() as browser:
        for name, delivery in messages().items():
            email, push = write.email(delivery), write.push(delivery)
            (folder / f"{name}.html").write_text(email.html, encoding="utf-8")
            text = f"Subject: {email.subject}\n\n{email.text}\n[{push.title}]\n[{push.body}]\n"
            (folder / f"{name}.txt").write_text(text, encoding="utf-8")
            for width in (375, 800):
                for scheme in SCHEMES:
                    with page(browser, email.html, width, scheme) as opened:
                        opened.screenshot(path=folder / f"{name}-{width}-{scheme}.png", full_page=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
