"""What a reader, a mail program, a scanner and a stranger get from the portal."""

from __future__ import annotations

import asyncio
import re
from datetime import date

import pytest
from structlog.testing import capture_logs

from channels.portal.app import portal
from channels.portal.tokens import Share, Tokens, Unsubscribe
from schemas.channel import Channel
from schemas.contact_change import ContactChange
from templates.languages.languages import load
from tests.channels.portal.browser import (
    CROSSING,
    NOW,
    TOKENS,
    Answer,
    Outbox,
    ask,
    settings,
    unsubscribe_path,
)

ONE_CLICK = b"List-Unsubscribe=One-Click"
MULTIPART = b'--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n'
SPOKEN = load(("en", "fr", "ar"), None)
HOSTILE = "\"><script>alert('1')</script>{{ 7 * 7 }}"


def share_path(**changed: object) -> str:
    values: dict[str, object] = {
        "crossing_id": CROSSING,
        "milestone": "documents-1000",
        "value": "1000",
        "unit": "documents",
        "on": date(2026, 11, 20),
        "headline": "A thousand documents, one at a time",
        "locale": "en-GB",
    }
    return f"/m/{TOKENS.share.close(Share(**(values | changed)))}"  # type: ignore[arg-type]


def visit(
    path: str,
    method: str = "GET",
    body: bytes = b"",
    outbox: Outbox | None = None,
    accepts: str = "",
    **changed: object,
) -> Answer:
    app = portal(settings(**changed), outbox or Outbox(), languages=SPOKEN, now=lambda: NOW)
    return asyncio.run(ask(app, path, method, body, {"accept-language": accepts}))


def broken_paths() -> dict[str, str]:
    """Each way in which a token can be no good."""
    good = unsubscribe_path()
    return {
        "truncated": good[:-1],
        "tampered": good[:10] + ("A" if good[10] != "A" else "B") + good[11:],
        "foreign key": f"/u/{Tokens(['f' * 32]).unsubscribe.close(_wish())}",
        "wrong purpose": "/u/" + share_path().removeprefix("/m/"),
        "invented": "/u/c-1042",
        "share truncated": share_path()[:-1],
        "share of an unsubscribe token": "/m/" + good.removeprefix("/u/"),
        "unknown path": "/nothing/here",
    }


def _wish() -> Unsubscribe:
    found = TOKENS.unsubscribe.open(unsubscribe_path().removeprefix("/u/"))
    assert found
    return found


def test_the_share_page_shows_the_milestone() -> None:
    """Headline, the exact number as people write it, unit and day."""
    answer = visit(share_path(value="1234567.50", unit="dollars"))

    assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    for expected in ("A thousand documents, one at a time", "1,234,567.50", "dollars", "20 November 2026"):
        assert expected in answer.text


def test_a_link_to_the_share_page_has_a_preview() -> None:
    """Open Graph and card tags, with whole addresses, for another site's machine reads them."""
    path = share_path()
    text = visit(path).text

    url = f"https://acme.example/celebrate{path}"
    assert f'<link rel="canonical" href="{url}">' in text
    assert _meta(text, "og:url") == url
    assert _meta(text, "og:title") == _meta(text, "twitter:title") == "A thousand documents, one at a time"
    description = "1,000 documents, reached with Acme Boards on 20 November 2026."
    assert _meta(text, "og:description") == _meta(text, "twitter:description") == description
    assert _meta(text, "twitter:card") == "summary_large_image"
    card = _meta(text, "og:image")
    assert card.startswith(f"https://acme.example/celebrate{path.replace('/m/', '/c/')}.png?v=")
    assert (_meta(text, "og:image:width"), _meta(text, "og:image:height")) == ("1200", "630")
    assert _meta(text, "og:image:alt") == _meta(text, "twitter:image:alt") == description
    # Sites keep a picture by its address: another name on it is another address.
    assert _meta(visit(path, product_name="Other").text, "og:image") not in ("", card)
    own = visit(path, image_url="https://cdn.example/a.png").text
    assert _meta(own, "og:image") == _meta(own, "twitter:image") == "https://cdn.example/a.png"
    assert "og:image:width" not in own


def _meta(text: str, name: str) -> str:
    found = re.search(rf'<meta (?:property|name)="{name}" content="([^"]*)">', text)
    assert found, name
    return found[1]


@pytest.mark.parametrize("path", [share_path(), unsubscribe_path(), "/nothing"], ids=["share", "unsubscribe", "lost"])
def test_no_page_is_indexed(path: str) -> None:
    """By its head for those who read HTML, by a header for those who do not."""
    answer = visit(path)

    assert '<meta name="robots" content="noindex, nofollow">' in answer.text
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"


@pytest.mark.parametrize("channel", ["email", "web_push", "mobile_push"])
def test_the_page_to_unsubscribe_names_the_channel_and_nobody(channel: Channel) -> None:
    """It says what will happen, offers a button, and shows no id: it may stand on a shared screen."""
    answer = visit(unsubscribe_path("secret-contact-1042", channel))
    told = {"email": "email you", "web_push": "in your browsers", "mobile_push": "on your phone"}

    assert answer.status == 200
    assert told[channel] in answer.text
    assert '<form method="post">' in answer.text
    assert "secret-contact-1042" not in answer.text
    assert str(CROSSING) not in answer.text


def test_the_page_to_unsubscribe_speaks_the_language_of_its_message() -> None:
    """Before and after the click, and when it failed; the nearest language there is, and the default beyond."""
    path = unsubscribe_path(locale="fr-CA")

    asked, done = visit(path), visit(path, "POST")
    failed = visit(path, "POST", outbox=Outbox(failing=OSError("no broker")))

    for answer, text in ((asked, "encore changé."), (done, "est fait"), (failed, "pas marché")):
        assert '<html lang="fr-CA" dir="ltr">' in answer.text
        assert text in answer.text
    assert '<html lang="ar" dir="rtl">' in visit(unsubscribe_path(locale="ar")).text
    assert '<html lang="en" dir="ltr">' in visit(unsubscribe_path(locale="de")).text


@pytest.mark.parametrize(
    ("accepts", "title"),
    [
        ("fr-CH, fr;q=0.9, en;q=0.8", "Ce lien ne mène nulle part"),
        ("de, ar;q=0.2, fr;q=0.7", "Ce lien ne mène nulle part"),
        ("ar", "هذا الرابط لا يؤدي إلى أي مكان"),
        ("fr;q=0, *", "This link leads nowhere"),
        ("fr;q=much, ,;;,\N{SNOWMAN}".encode().decode("latin-1"), "This link leads nowhere"),
        ("", "This link leads nowhere"),
    ],
)
def test_a_refusal_speaks_the_language_of_its_reader(accepts: str, title: str) -> None:
    """No link says which: what the browser asks for (RFC 9110 section 12.5.4), and the default beyond."""
    assert title in visit("/u/nothing", accepts=accepts).text


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
def test_only_a_post_changes_anything(method: str) -> None:
    """Scanners of mailboxes follow every link: of 497 unsubscribes of one sender 489 were theirs."""
    outbox = Outbox()
    visit(unsubscribe_path(), method, ONE_CLICK, outbox)
    visit(share_path(), method, ONE_CLICK, outbox)

    assert outbox.changes == []


@pytest.mark.parametrize(
    ("body", "way"),
    [(ONE_CLICK, "one-click"), (MULTIPART, "one-click"), (b"", "the page"), (b"odd=form", "the page")],
    ids=["urlencoded", "multipart", "button", "odd"],
)
def test_a_post_unsubscribes(body: bytes, way: str) -> None:
    """By the mail program's one click in both forms of RFC 8058 section 3.2, by the button, and by an odd form."""
    outbox = Outbox()
    answer = visit(unsubscribe_path(), "POST", body, outbox)

    assert answer.status == 200
    assert "You are unsubscribed" in answer.text
    assert outbox.changes == [
        ContactChange(
            contact_id="c-1042",
            change="unsubscribe",
            at=1_795_185_667_250,
            channel="email",
            reason=f"by {way}, celebration {CROSSING}",
        )
    ]


def test_a_post_again_answers_the_same() -> None:
    """Readers click twice and mail programs repeat: neither learns that it was not the first."""
    first, second = (visit(unsubscribe_path(), "POST", ONE_CLICK) for _ in range(2))

    assert (first.status, first.body) == (second.status, second.body)


def test_what_could_not_be_written_is_not_promised() -> None:
    """The page says to try again and offers it, the header tells machines; the log names nobody."""
    with capture_logs() as logs:
        answer = visit(unsubscribe_path(), "POST", ONE_CLICK, Outbox(failing=OSError("no broker")))

    assert (answer.status, answer.headers["retry-after"]) == (503, "60")
    assert "not unsubscribed yet" in answer.text
    assert '<form method="post">' in answer.text
    assert [each["event"] for each in logs] == ["unsubscription_not_written"]
    assert "c-1042" not in str(logs)


def test_a_writer_that_hangs_is_not_waited_for() -> None:
    """A reader gets an answer, and it is no promise."""

    async def hang(change: ContactChange) -> None:
        await asyncio.Event().wait()

    app = portal(settings(publish_seconds=0.001), hang)
    answer = asyncio.run(ask(app, unsubscribe_path(), "POST", ONE_CLICK))

    assert answer.status == 503


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD"])
def test_every_broken_token_gets_the_same_answer(method: str) -> None:
    """Whoever tries tokens learns nothing: not which part was wrong, not even that the path was right."""
    outbox = Outbox()
    paths = broken_paths()
    if method == "POST":
        paths = {name: path for name, path in paths.items() if path.startswith("/u/")}
    answers = {name: visit(path, method, b"", outbox) for name, path in paths.items()}

    assert len({(each.status, tuple(each.headers.raw), each.body) for each in answers.values()}) == 1
    assert answers["truncated"].status == 404
    assert outbox.changes == []


@pytest.mark.parametrize(("method", "body"), [("GET", b""), ("POST", ONE_CLICK)])
def test_the_answer_does_not_depend_on_the_contact(method: str, body: bytes) -> None:
    """One that exists, one that never did, one that was erased: the portal cannot tell, so nobody can ask it."""
    known, unknown = (visit(unsubscribe_path(each), method, body) for each in ("c-1042", "never-seen"))

    assert (known.status, known.headers.raw, known.body) == (unknown.status, unknown.headers.raw, unknown.body)


@pytest.mark.parametrize("field", ["headline", "unit", "product_name"])
def test_hostile_text_is_text(field: str) -> None:
    """Markup in a rule's texts or in the product's name is shown, not run; nor does a template run what it is given."""
    if field == "product_name":
        text = visit(share_path(), product_name=HOSTILE).text + visit(unsubscribe_path(), product_name=HOSTILE).text
    else:
        text = visit(share_path(**{field: HOSTILE})).text

    assert "<script" not in _without_assets(text)
    assert "&#34;&gt;&lt;script&gt;" in text
    assert "{{ 7 * 7 }}" in text


def _without_assets(text: str) -> str:
    return re.sub(r'<script src="/celebrate/assets/share\.[0-9a-f]{12}\.js" defer></script>', "", text)


def test_pages_hold_nothing_that_the_policy_forbids() -> None:
    """No script or style inside the page, no handler: the browser would refuse them and the page look broken."""
    paths = [share_path(), unsubscribe_path(), "/nothing"]
    for text in [visit(each).text for each in paths]:
        assert not re.search(r"<script(?! src=\"/celebrate/assets/)|<style|\sstyle=|\son[a-z]+=|javascript:", text)


@pytest.mark.parametrize("path", [share_path(), unsubscribe_path(), "/nothing"], ids=["share", "unsubscribe", "lost"])
def test_a_page_can_be_read_by_everybody(path: str) -> None:
    """A language, one main heading, one main region, a title, and pictures that say when they are decoration."""
    text = visit(path).text

    assert re.search(r'<html lang="en(-GB)?" dir="ltr">', text)
    assert text.count("<h1") == text.count("<main>") == text.count("<title>") == 1
    assert "width=device-width" in text
    assert all("alt=" in each for each in re.findall(r"<img[^>]*>", text))


def test_the_headline_is_marked_with_its_own_language() -> None:
    """A screen reader pronounces a French headline as French on a page whose other texts are English."""
    assert (
        '<h1 lang="fr-CA" dir="auto">Mille documents</h1>'
        in visit(share_path(headline="Mille documents", locale="fr-CA")).text
    )


def test_assets_are_found_where_pages_say_and_kept_for_ever() -> None:
    """Behind the path that a proxy takes away; another content has another name."""
    names = re.findall(r'"/celebrate(/assets/[^"]+)"', visit(share_path()).text)

    assert {re.sub(r"\.[0-9a-f]{12}\.", ".", each) for each in names} == {
        "/assets/icon.svg",
        "/assets/portal.css",
        "/assets/share.js",
    }
    for name in names:
        answer = visit(name)
        assert (answer.status, answer.headers["cache-control"]) == (200, "public, max-age=31536000, immutable")
    assert visit("/assets/portal.css").status == 404
    assert visit("/assets/..%2fapp.py").status == 404


def test_the_pictures_of_a_page_are_there() -> None:
    """The card of the preview, the same on the page and to download, and the badge that moves, or not."""
    text = visit(share_path()).text
    card = _meta(text, "og:image").removeprefix("https://acme.example")
    moving, still = re.findall(r'<img src="(/[^"]+\.gif)"', text), re.findall(r'<source srcset="([^"]+)"', text)

    assert f'<img class="card" src="{card}" alt="1,000 documents, reached with' in text
    assert f'href="{card}" download="documents-1000.png"' in text
    assert 'media="(prefers-reduced-motion: reduce)"' in text
    for path, kind in ((card, "image/png"), (moving[0], "image/gif"), (still[0], "image/png")):
        answer = visit(path.removeprefix("/celebrate").partition("?")[0])
        assert (answer.status, answer.headers["content-type"]) == (200, kind)


@pytest.mark.parametrize("path", [share_path(), unsubscribe_path(), "/healthz"], ids=["share", "unsubscribe", "health"])
def test_head_says_what_get_would(path: str) -> None:
    """Crawlers and monitors ask so."""
    get, head = visit(path), visit(path, "HEAD")

    assert (head.status, head.headers.raw) == (get.status, get.headers.raw)


def test_a_large_body_is_not_read() -> None:
    """One-click needs 26 bytes; megabytes are an attack on memory."""
    outbox = Outbox()
    answer = visit(unsubscribe_path(), "POST", b"x" * 9000, outbox)

    assert (answer.status, outbox.changes) == (413, [])


def test_another_method_is_told_which_there_are() -> None:
    """RFC 9110 section 15.5.6."""
    answer = visit(unsubscribe_path(), "PUT")

    assert answer.status == 405
    assert {each.strip() for each in answer.headers["allow"].split(",")} == {"GET", "HEAD", "POST"}


def test_a_slash_at_the_end_is_no_redirect() -> None:
    """It would lead to whatever host the client claims to ask; and a one-click POST must meet none (RFC 8058)."""
    assert visit(unsubscribe_path() + "/", "POST", ONE_CLICK).status == 404


def test_health_is_plain() -> None:
    """A probe reads the status, a person the word."""
    answer = visit("/healthz")

    assert (answer.status, answer.body) == (200, b"ok\n")
