"""The page in a real Chromium: choosing, going back, saving, breaking and mending, by hand and by keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Route, expect

from tests.channels.render.shots import Scheme, chromium
from tests.deploy.preview.installation import FILE, Installation, installation, served

WITHIN = 30_000
"""Milliseconds that a thing may take on a busy machine; what is there at once is waited for no longer."""


@dataclass
class Visit:
    """A page of the preview, and everything that went wrong on it."""

    page: Page
    root: str
    installation: Installation
    wrong: list[str] = field(default_factory=list)

    def open(self, address: str = "/") -> None:
        self.page.goto(self.root + address)
        expect(self.page.locator("#live")).to_have_text("Live", timeout=WITHIN)

    def mail(self, device: str = "handset") -> str:
        frame = self.page.frame_locator(f"figure.{device} iframe")
        return frame.locator("h1").inner_text(timeout=WITHIN)

    def expect_mail(self, text: str, device: str = "handset") -> None:
        frame = self.page.frame_locator(f"figure.{device} iframe")
        expect(frame.locator("h1")).to_have_text(re.compile(text), timeout=WITHIN)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def visit(browser: Browser, tmp_path: Path) -> Iterator[Visit]:
    made = installation(tmp_path)
    with served(made) as root:
        yield from _visited(browser, made, root)


def _visited(
    browser: Browser, made: Installation, root: str, *, width: int = 1440, scheme: Scheme = "light"
) -> Iterator[Visit]:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    context.set_default_timeout(WITHIN)
    page = context.new_page()
    visit = Visit(page, root, made)

    def only_here(route: Route) -> None:
        if not route.request.url.startswith(f"{root}/"):
            visit.wrong.append(f"asked beyond this machine: {route.request.url}")
        route.continue_()

    def heard(said: ConsoleMessage) -> None:
        if said.type in ("error", "warning"):
            visit.wrong.append(said.text)

    context.route("**/*", only_here)
    page.on("console", heard)
    page.on("pageerror", lambda error: visit.wrong.append(str(error)))
    page.on("requestfailed", lambda failed: visit.wrong.append(f"{failed.url}: {failed.failure}"))
    try:
        yield visit
    finally:
        context.close()
    # A frame that is replaced while it loads is no mistake.
    assert [each for each in visit.wrong if "ERR_ABORTED" not in each] == []


def test_choosing_changes_the_frames_and_the_address(visit: Visit) -> None:
    visit.open("/?milestone=documents-1000&channel=email")
    visit.expect_mail("You reached 1,000 documents")
    visit.page.get_by_label("Value").select_option("beyond")
    visit.expect_mail("You passed 1,000 documents")
    visit.page.locator("#milestone").select_option("club")
    visit.expect_mail("5,000")
    visit.page.get_by_label("Time").fill("3")
    visit.page.get_by_label("Time").press("Enter")
    visit.expect_mail("15,000")
    visit.page.get_by_label("Contact").select_option("nameless")
    expect(visit.page.frame_locator("figure.handset iframe").locator("body")).to_contain_text("Hi there")
    assert "contact=nameless" in visit.page.url
    assert "occurrence=3" in visit.page.url


def test_an_address_opens_the_same_state_and_the_way_back_works(visit: Visit) -> None:
    visit.open("/?milestone=documents-1000&contact=kasia&locale=en&channel=email&view=phone&scheme=dark")
    page = visit.page
    expect(page.get_by_label("Contact")).to_have_value("kasia")
    expect(page.locator("#view-phone")).to_have_attribute("aria-current", "true")
    expect(page.locator("#scheme")).to_have_attribute("aria-checked", "true")
    page.locator("#tab-web-push").click()
    expect(page.locator("#look-chrome-windows")).to_be_visible()
    copied = page.url
    page.go_back()
    expect(page.locator("figure.handset")).to_be_visible()
    page.go_forward()
    expect(page.locator("#look-chrome-windows")).to_be_visible()
    visit.open(copied.removeprefix(visit.root))
    expect(page.get_by_label("Contact")).to_have_value("kasia")
    expect(page.locator("#look-chrome-windows .desk")).to_have_class(re.compile("dark"))


def test_a_saved_template_is_shown_and_the_place_is_kept(visit: Visit) -> None:
    """Scroll and focus stay where they are."""
    visit.open("/?milestone=documents-1000&channel=email&view=desktop")
    visit.expect_mail("You reached 1,000 documents", "desktop")
    visit.page.locator("iframe[data-loaded]").wait_for()
    visit.page.locator("#view-desktop").focus()
    visit.page.evaluate("window.scrollTo(0, 300)")
    visit.installation.write("templates/sum/headline.txt", "Look at that: {{ value.phrase }}")
    visit.expect_mail("Look at that: 1,000 documents", "desktop")
    assert visit.page.evaluate("window.scrollY") == 300
    assert visit.page.evaluate("document.activeElement.id") == "view-desktop"


def test_a_broken_template_shows_the_banner_and_recovers(visit: Visit) -> None:
    visit.open("/?milestone=documents-1000&channel=email&view=phone")
    visit.installation.write("templates/sum/headline.txt", "{{ valeu.phrase }}")
    banner = visit.page.get_by_role("alert")
    expect(banner).to_contain_text("headline.txt:1", timeout=WITHIN)
    visit.expect_mail("You reached 1,000 documents")
    visit.installation.write("templates/sum/headline.txt", "Mended: {{ value.phrase }}")
    expect(banner).to_have_count(0, timeout=WITHIN)
    visit.expect_mail("Mended: 1,000 documents")


def test_milestones_and_contacts_are_followed_too(visit: Visit) -> None:
    visit.open("/?channel=email")
    visit.installation.write("milestones.yaml", FILE.replace("[10, 100]", "[10, 25, 100]"))
    visit.page.locator('#milestone option[value="documents-25"]').wait_for(state="attached")
    visit.installation.write("contacts/bo.yaml", "name: Bo Diddley")
    visit.page.locator('#contact option[value="bo"]').wait_for(state="attached")
    visit.page.get_by_label("Contact").select_option("bo")
    expect(visit.page.frame_locator("figure.handset iframe").locator("body")).to_contain_text("Hi Bo Diddley")


def test_dark_and_light_are_shown_whatever_the_machine_is_set_to(browser: Browser, tmp_path: Path) -> None:
    """The mail's own dark rules hold in the dark frame on a light machine, and not in the light one on a dark one."""
    made = installation(tmp_path)
    grounds: dict[tuple[str, str], str] = {}
    schemes: tuple[Scheme, ...] = ("light", "dark")
    with served(made) as root:
        for machine in schemes:
            for scheme in schemes:
                for visit in _visited(browser, made, root, scheme=machine):
                    visit.open(f"/?milestone=documents-1000&channel=email&view=phone&scheme={scheme}")
                    body = visit.page.frame_locator("figure.handset iframe").locator("body")
                    grounds[machine, scheme] = body.evaluate("each => getComputedStyle(each).backgroundColor")
    assert grounds["light", "light"] == grounds["dark", "light"]
    assert grounds["light", "dark"] == grounds["dark", "dark"]
    assert grounds["light", "light"] != grounds["light", "dark"]


def test_frames_are_as_wide_as_the_devices_and_as_high_as_the_mail(visit: Visit) -> None:
    visit.open("/?milestone=documents-1000&channel=email&view=both")
    for device, width in (("desktop", 640), ("handset", 375)):
        visit.expect_mail("1,000", device)
        visit.page.locator(f"figure.{device} iframe[data-loaded]").wait_for()
        frame = visit.page.locator(f"figure.{device} iframe").element_handle().content_frame()
        assert frame is not None
        sizes = frame.evaluate("[innerWidth, innerHeight, document.documentElement.scrollHeight]")
        assert sizes[0] == width
        assert sizes[1] == sizes[2]


def test_without_images_their_words_stand_there(visit: Visit) -> None:
    visit.open("/?milestone=documents-1000&channel=email&view=phone")
    picture = visit.page.frame_locator("figure.handset iframe").locator("img").first
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("each => each.naturalWidth") > 0
    visit.page.locator("#images").click()
    expect(picture).not_to_have_attribute("src", re.compile("."))
    assert picture.get_attribute("alt") is not None


def test_it_works_by_keyboard_alone(visit: Visit) -> None:
    """From the link that skips the head, over tabs and switches; focus is where it was."""
    visit.open("/?milestone=documents-1000")
    keyboard = visit.page.keyboard
    keyboard.press("Tab")
    expect(visit.page.locator(".skip")).to_be_focused()
    keyboard.press("Enter")
    expect(visit.page.locator("#stage")).to_be_focused()
    visit.page.locator("#tab-email").focus()
    keyboard.press("Enter")
    expect(visit.page.locator("figure.desktop")).to_be_visible()
    expect(visit.page.locator("#tab-email")).to_be_focused()
    visit.page.locator("#scheme").focus()
    keyboard.press("Space")
    expect(visit.page.locator("#scheme")).to_have_attribute("aria-checked", "true")
    expect(visit.page.locator("#scheme")).to_be_focused()
    visit.page.locator("#milestone").focus()
    keyboard.press("ArrowDown")
    expect(visit.page.locator("#milestone")).to_have_value("club")
    visit.expect_mail("5,000")
    expect(visit.page.locator("#milestone")).to_be_focused()


@pytest.mark.parametrize("channel", ["everything", "email", "web-push", "phone", "share", "card", "unsubscribe"])
def test_each_channel_fits_a_phone_too(browser: Browser, tmp_path: Path, channel: str) -> None:
    """No sideways scroll at 390 wide, nothing on the console, nothing asked beyond this machine."""
    made = installation(tmp_path)
    with served(made) as root:
        for visit in _visited(browser, made, root, width=390, scheme="dark"):
            visit.open(f"/?milestone=documents-1000&channel={channel}")
            visit.page.wait_for_load_state("load")
            assert visit.page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_real_pages_work_within_their_frames(visit: Visit) -> None:
    """Unsubscribing there says that it was done, and that this is a preview."""
    visit.open("/?milestone=documents-1000&channel=unsubscribe")
    frame = visit.page.frame_locator("iframe")
    frame.get_by_role("button").click()
    expect(frame.locator("h1")).to_have_text("You are unsubscribed")
    expect(frame.get_by_role("note")).to_contain_text("This is a preview")


def test_a_link_of_the_mail_opens_beside_the_preview(visit: Visit) -> None:
    visit.open("/?milestone=documents-1000&channel=email&view=phone")
    with visit.page.expect_popup() as opened:
        visit.page.frame_locator("figure.handset iframe").locator('a[href*="/portal/m/"]').first.click()
    expect(opened.value.locator("h1")).to_contain_text("1,000 documents")


def test_it_works_without_scripts(browser: Browser, tmp_path: Path) -> None:
    made = installation(tmp_path)
    with served(made) as root:
        context = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900})
        try:
            page = context.new_page()
            page.goto(f"{root}/?channel=email")
            page.get_by_label("Contact").select_option("kasia")
            page.get_by_role("button", name="Show").click()
            expect(page.get_by_label("Contact")).to_have_value("kasia")
            page.locator("#tab-phone").click()
            expect(page.locator("#look-iphone-lock")).to_be_visible()
        finally:
            context.close()
