"""The email as people see it, in the system's Chromium."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.channels.render.installation import renderer
from tests.channels.render.look import messages
from tests.channels.render.shots import SCHEMES, Scheme, chromium, page

GROUND = "each => getComputedStyle(each).backgroundColor"
CONTRAST = """
() => {
  const parts = color => color.match(/[\\d.]+/g).map(Number);
  const light = color => {
    const [r, g, b] = parts(color).map(each => each / 255)
      .map(each => each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = element => {
    for (let at = element; at; at = at.parentElement) {
      const color = getComputedStyle(at).backgroundColor;
      if (parts(color)[3] !== 0) return color;
    }
    return "rgb(255, 255, 255)";
  };
  const faults = [];
  for (const element of document.querySelectorAll("h1, h2, p, a, .bar-text, .past, .past-on")) {
    const [a, b] = [light(getComputedStyle(element).color), light(ground(element))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) faults.push(`${element.className || element.tagName} ${ratio.toFixed(2)}`);
  }
  return faults;
}
"""


@pytest.fixture(scope="module")
def emails() -> dict[str, str]:
    """The HTML of each message to look at."""
    write = renderer()
    return {name: write.email(delivery).html for name, delivery in messages().items()}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for all."""
    with chromium() as started:
        yield started


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", [375, 800])
@pytest.mark.parametrize("name", ["major", "money", "near"])
def test_an_email_on_a_screen(browser: Browser, emails: dict[str, str], name: str, width: int, scheme: Scheme) -> None:
    """Nothing to scroll sideways, a bar that shows, text that can be read (WCAG AA, 4.5), one heading, one button."""
    with page(browser, emails[name], width, scheme) as opened:
        wide = opened.evaluate("document.documentElement.scrollWidth")
        done, left = (opened.locator(each).bounding_box() for each in (".done", ".left"))
        colors = [opened.locator(each).evaluate(GROUND) for each in (".done", ".left")]
        faults = opened.evaluate(CONTRAST)
        counts = [opened.locator(each).count() for each in ("h1", "a.primary", "img:not([alt])", "html[lang=en]")]

    assert wide <= width
    assert done
    assert left
    assert done["height"] >= 10
    assert done["width"] > 20
    assert left["width"] > 5
    assert colors[0] != colors[1]
    assert faults == []
    assert counts == [1, 1, 0, 1]


def test_an_email_without_pictures_and_styles_of_its_own(emails: dict[str, str]) -> None:
    """Gmail drops style sheets at times: what matters is written into the elements."""
    html = emails["major"]

    assert "@media (prefers-color-scheme: dark)" in html
    assert 'class="primary" href="https://app.acme.example/insights" style="' in html
    assert "<link" not in html
    assert "url(" not in html
    assert "@import" not in html
