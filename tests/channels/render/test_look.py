"""The email as people see it, in the system's Chromium."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from playwright.sync_api import Browser

from templates.chain import EMAIL_HTML, KINDS, chain
from templates.checking.outcome import HTML_BYTES
from templates.checking.page import Page
from templates.checking.samples import samples
from templates.installed import load
from tests.channels.render.installation import renderer
from tests.channels.render.look import LANGUAGES, messages
from tests.channels.render.shots import SCHEMES, Scheme, chromium, page

NAMES = (
    "major",
    "money",
    "long",
    "month",
    "weeks",
    "near",
    "documents-1000-fr",
    "week-streak-pl",
    "documents-1000-ar",
    "week-streak-ar",
)
FAULTS = """
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
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement, style = getComputedStyle(element);
    const said = texts.currentNode.data.trim();
    if (!said || !element.checkVisibility() || element.closest("style, [style*='display:none']")) continue;
    const [a, b] = [light(style.color), light(ground(element))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) faults.push(`${said}: contrast ${ratio.toFixed(2)}`);
    if (parseFloat(style.fontSize) < 13) faults.push(`${said}: ${style.fontSize}`);
  }
  for (const element of document.querySelectorAll("a")) {
    if (element.getBoundingClientRect().height < 44) faults.push(`${element.innerText}: too low for a finger`);
  }
  const card = document.querySelector(".card").getBoundingClientRect();
  for (const element of document.querySelectorAll(".card *")) {
    const box = element.getBoundingClientRect();
    if (box.left < card.left - 1 || box.right > card.right + 1) faults.push(`${element.outerHTML}: beyond the card`);
  }
  return faults;
}
"""


@pytest.fixture(scope="module")
def emails() -> dict[str, str]:
    """The HTML of each message to look at."""
    write = renderer(languages=LANGUAGES)
    return {name: write.email(delivery).html for name, delivery in messages().items()}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for all."""
    with chromium() as started:
        yield started


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", [320, 680])
@pytest.mark.parametrize("name", NAMES)
def test_an_email_on_a_screen(browser: Browser, emails: dict[str, str], name: str, width: int, scheme: Scheme) -> None:
    """Nothing to scroll sideways; text to read (WCAG AA, 4.5), links that can be hit; one heading, one button."""
    with page(browser, emails[name], width, scheme) as opened:
        wide = opened.evaluate("document.documentElement.scrollWidth")
        faults = opened.evaluate(FAULTS)
        language = messages()[name].message.locale
        parts = ("h1", ".primary a", "img:not([alt])", f"html[lang={language}]", "table:not([role=presentation])")
        counts = [opened.locator(each).count() for each in parts]

    assert wide <= width
    assert faults == []
    assert counts == [1, 1, 0, 1, 0]


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", ["major", "documents-1000-ar"])
def test_the_bar_shows_how_far_it_is(browser: Browser, emails: dict[str, str], name: str, scheme: Scheme) -> None:
    """Its parts have the widths of the numbers beside it and different colors, and it begins where the text does."""
    with page(browser, emails[name], 680, scheme) as opened:
        done, bar = (opened.locator(each).bounding_box() for each in (".done", ".bar"))
        colors = [
            opened.locator(each).evaluate("each => getComputedStyle(each).backgroundColor")
            for each in (".done", ".bar")
        ]
    percent = 20

    assert done
    assert bar
    assert abs(done["width"] / bar["width"] * 100 - percent) < 2
    assert (done["x"] == bar["x"]) == (name == "major")
    assert colors[0] != colors[1]


def test_the_calendar_marks_the_days(browser: Browser, emails: dict[str, str]) -> None:
    """Seven a row, those of the streak filled, the last of them ringed; in words for those who cannot see it."""
    with page(browser, emails["month"], 360, "light") as opened:
        rows = opened.locator("tr:has(> .day)").evaluate_all("rows => rows.map(row => row.children.length)")
        kept = opened.locator(".kept").all_inner_texts()
        reached = opened.locator(".reached").all_inner_texts()
        grounds = {
            opened.locator(each).first.evaluate("each => getComputedStyle(each).backgroundColor")
            for each in (".kept", ".day:not(.kept)")
        }
        text = opened.locator("body").inner_text()

    assert rows == [7] * 5
    assert (kept[0], kept[-1], len(kept)) == ("28", "27", 30)
    assert reached == ["27"]
    assert len(grounds) == 2
    assert "Every day from 28 September 2026 to 27 October 2026. And 70 before these." in text


def test_an_email_without_pictures(browser: Browser, emails: dict[str, str]) -> None:
    """What matters is text; what stands for the picture can be read and takes no room that is wide."""
    with page(browser, emails["major"], 360, "light", images=False) as opened:
        text = opened.locator("body").inner_text()
        color = opened.locator("img").first.evaluate("each => getComputedStyle(each).color")
        wide = opened.evaluate("document.documentElement.scrollWidth")

    assert color == "rgb(86, 99, 95)"
    assert wide <= 360
    for said in ("You passed 1,000 documents", "1,001", "20%, 3,999 to go", "Next: 5,000 documents", "free month"):
        assert said in text


def test_an_email_without_style_sheets(emails: dict[str, str]) -> None:
    """Gmail drops them at times: what matters is written into the elements, and nothing is fetched but the pictures."""
    html = emails["major"]
    button = re.search(r'<a href="https://app\.acme\.example/insights"[^>]*style="([^"]*)"', html)

    assert button
    assert "background:#1c6655" in button[1]
    assert "@media (prefers-color-scheme: dark)" in html
    assert '<meta name="color-scheme" content="light dark">' in html
    for fetches in ("<link", "url(", "@import", "<script"):
        assert fetches not in html


class Comments(HTMLParser):
    """What Outlook alone reads."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.feed(html)

    def handle_comment(self, data: str) -> None:
        self.said.append(data)


@pytest.mark.parametrize("name", [*NAMES, "first", "composite", "streak"])
def test_what_outlook_reads_is_whole(emails: dict[str, str], name: str) -> None:
    """Each of its comments begins and ends, and what they open they close, whichever parts of the message are there."""
    said = Comments(emails[name]).said
    outlook = "".join(each for each in said if each.startswith("[if mso"))

    assert all(each.endswith("<![endif]") for each in said if each.startswith(("[if mso", "[if lte")))
    assert not [each for each in said if "jinja" in each]
    for tag in ("table", "tr", "td"):
        assert len(re.findall(rf"<{tag}\b", outlook)) == outlook.count(f"</{tag}>"), tag


@pytest.mark.parametrize("kind", sorted(set(KINDS.values())))
def test_the_worst_email_is_not_clipped(kind: str) -> None:
    """Every text at its longest and full of markup: nothing comes out as markup, and Gmail shows all of it."""
    library = load(None)
    for context in samples(kind, "major"):
        html = library.render(
            EMAIL_HTML,
            chain(next(raw for raw, each in KINDS.items() if each == kind), "major", None),
            context.values() | {"headline": '<x-raw>"&' * 20, "lead": '<x-raw>"&' * 50},
        )

        assert len(html.encode()) <= HTML_BYTES
        assert "x-raw" not in Page(html).tags
