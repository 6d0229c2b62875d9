"""Addresses of badges are the same for everybody, and fit into a notification."""

from __future__ import annotations

import pytest

from channels.portal.links import Links
from channels.portal.tokens import BadgeToken, Tokens
from channels.render.badges import Badges
from channels.render.bounds import PICTURE_BYTES
from templates.context import Figure
from tests.channels.render.installation import KEY, renderer
from tests.channels.render.story import changed, one

TOKENS = Tokens([KEY])
ROOT = "https://acme.example/celebrate"


def figure(number: str, label: str, exact: str = "1000") -> Figure:
    return Figure(number=number, label=label, phrase="", exact=exact)


def shown(address: str) -> BadgeToken:
    found = TOKENS.badge.open(address.rpartition("/")[2].rpartition(".")[0] or "")
    assert found
    return found


@pytest.mark.parametrize(
    ("number", "label", "left"),
    [
        ("1,000", "documents", "documents"),
        ("1,000", "documents that were automated by the whole team", "documents that were automated by the…"),
        ("1,000", "документов обработано всей командой", "документов обработано всей командой"),
        ("1,000", "文" * 64, "文" * 39 + "…"),
    ],
)
def test_as_much_of_the_label_as_fits(number: str, label: str, left: str) -> None:
    """The number stays whole."""
    pictures = Badges(Links(ROOT, TOKENS)).of(figure(number, label), "en", "major")

    assert pictures.animated.removesuffix(".gif") == pictures.still.removesuffix(".png")
    assert len(pictures.animated.encode()) <= PICTURE_BYTES
    assert shown(pictures.animated) == BadgeToken(number=number, label=left, locale="en", tier="major", stones=6)


def test_a_long_address_of_the_portal_leaves_less() -> None:
    """A shorter label, down to none: the number stays, and the address fits."""
    for length, label in ((5, "文" * 39 + "…"), (60, "文" * 23 + "…"), (100, "文" * 11 + "…"), (140, "")):
        root = f"https://{'a' * length}.example"
        pictures = Badges(Links(root, TOKENS)).of(figure("1,000", "文" * 64), "en", "major")
        assert (shown(pictures.animated).number, shown(pictures.animated).label) == ("1,000", label)
        assert len(pictures.animated.encode()) <= PICTURE_BYTES


@pytest.mark.parametrize("number", ["1" * 65, "1" * 300], ids=["65", "300"])
def test_a_number_that_does_not_fit_leaves_the_cairn(number: str) -> None:
    """Never a part of a number."""
    pictures = Badges(Links(ROOT, TOKENS)).of(figure(number, "documents", number), "en", "minor")

    assert shown(pictures.still) == BadgeToken(number="", label="", locale="en", tier="minor", stones=8)


def test_the_badge_is_that_of_the_milestone() -> None:
    """Whoever reaches it has the same address, so that caches on the way need one; other milestones have others."""
    mails = renderer()
    club, more = (
        one("documents-1000", "web_push"),
        changed(one("documents-1000", "web_push"), crossing_value=1007, name="Eve"),
    )
    first, second = mails.push(club), mails.push(more)

    assert first.image_url == second.image_url
    assert first.icon_url == second.icon_url
    assert first.icon_url != mails.push(one("documents-500", "web_push")).icon_url
    assert shown(first.icon_url) == BadgeToken(number="1,000", label="documents", locale="en", tier="major", stones=6)
    assert shown(mails.push(one("onboarded", "web_push")).icon_url).number == ""
    assert f'src="{first.image_url}"' in mails.email(one("documents-1000")).html
