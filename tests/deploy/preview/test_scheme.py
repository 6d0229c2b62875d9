"""A frame shows the scheme that was chosen, whatever the machine is set to."""

from __future__ import annotations

import pytest

from deploy.preview.images_off import images_off
from deploy.preview.mail_frame import mail_frame
from deploy.preview.scheme import forced

CSS = "@media (prefers-color-scheme: dark) and (max-width: 600px) { p { color: red } }"


def test_the_chosen_scheme_always_holds_and_the_other_never() -> None:
    """What else the rule asks for stays asked."""
    assert "(min-width: 0) and (max-width: 600px)" in forced(CSS, "dark")
    assert "(max-width: 0) and (max-width: 600px)" in forced(CSS, "light")
    assert "prefers-color-scheme" not in forced(CSS.replace(": dark", ":light"), "dark")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_offered_as_both_becomes_one(scheme: str) -> None:
    """The canvas behind a page follows `color-scheme`, in CSS and in both meta elements."""
    html = (
        '<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">'
        "<style>:root { color-scheme: light dark; supported-color-schemes: light dark }</style>"
    )
    assert "light dark" not in forced(html, scheme)
    assert forced(html, scheme).count(f'content="{scheme}"') == 2


def test_without_images_nothing_is_asked_for() -> None:
    """What `alt` says and the size of the box stay."""
    html = (
        '<img class="a" src="https://x/p.gif" srcset="https://x/2.gif 2x" width="240" alt="A pile">'
        "<td background='https://x/b.png' style=\"background:url('https://x/c.png')\">"
    )
    without = images_off(html)
    assert "https://" not in without
    assert 'width="240" alt="A pile"' in without


def test_a_frame_opens_links_beside_the_preview() -> None:
    html = mail_frame("<html><head><title>T</title></head><body></body></html>", "dark", images=True)
    assert '<head><base target="_blank"><title>' in html
