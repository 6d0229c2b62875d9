"""The page over HTTP: what it shows, what it refuses, what it may do."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import pytest
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message

from deploy.preview.app import Preview, application
from deploy.preview.news import News
from tests.channels.portal.browser import Answer
from tests.deploy.preview.installation import NOW, Installation

STATE = "/?milestone=documents-1000&contact=ada&locale=en&channel=email&view=phone&scheme=dark"


def visit(app: ASGIApp, address: str, *, method: str = "GET", headers: Mapping[str, str] | None = None) -> Answer:
    path, _, query = address.partition("?")
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    given = {"host": "127.0.0.1:8025", **(headers or {})}
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8025),
    }

    async def ask() -> None:
        await app(scope, receive, send)

    asyncio.run(ask())
    start = sent[0]
    body = b"".join(each.get("body", b"") for each in sent[1:])
    return Answer(start["status"], Headers(raw=start["headers"]), body)


@pytest.fixture
def app(made: Installation) -> ASGIApp:
    return application(made.preview())


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("/", "<title>documents-10 for Ada"),
        (STATE, 'src="/frame/mail?milestone=documents-1000'),
        (STATE.replace("phone", "text"), "Hi Ada."),
        (STATE.replace("phone", "headers"), "<dt>List-Unsubscribe</dt>"),
        (STATE.replace("phone", "source"), "Content-Transfer-Encoding"),
        ("/?channel=web-push", "Windows notification centre"),
        ("/?channel=phone", "iPhone, lock screen"),
        ("/?channel=share", 'src="/portal-light/m/'),
        ("/?channel=card", "LinkedIn"),
        ("/?channel=unsubscribe&scheme=dark", 'src="/portal-dark/u/'),
        ("/?milestone=documents-10&moment=near&channel=share", "nothing to share yet"),
        ("/?milestone=documnts-10", "did you mean &#39;documents-10&#39;?"),
    ],
)
def test_each_channel_has_its_page(app: ASGIApp, address: str, says: str) -> None:
    answer = visit(app, address)
    assert answer.status == 200
    assert says in answer.text


def test_the_page_runs_its_own_scripts_alone(app: ASGIApp) -> None:
    answer = visit(app, "/")
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "style=" not in answer.text
    assert "<script>" not in answer.text
    assert "onclick" not in answer.text


def test_the_mail_runs_nothing(app: ASGIApp) -> None:
    answer = visit(app, "/frame/mail?milestone=documents-1000&scheme=dark&images=off")
    policy = answer.headers["content-security-policy"]
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "prefers-color-scheme" not in answer.text
    assert "src=" not in answer.text


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "localhost.evil:8025", "10.0.0.1:8025"])
def test_a_foreign_host_is_refused(app: ASGIApp, host: str) -> None:
    """Else a page of the web could have its own name lead here (DNS rebinding), and read everything."""
    for path in ("/", "/events", "/portal/healthz", "/frame/mail", "/assets/preview.css"):
        assert visit(app, path, headers={"host": host}).status == 421


@pytest.mark.parametrize("host", ["localhost:8025", "127.0.0.1", "[::1]:8025", "LOCALHOST:1"])
def test_this_machine_may_be_called_by_its_names(app: ASGIApp, host: str) -> None:
    assert visit(app, "/assets/preview.css", headers={"host": host}).status == 200


def test_the_portal_is_the_real_one_and_says_that_this_is_a_preview(made: Installation) -> None:
    app = application(made.preview())
    performance = made.performance()
    share = visit(app, f"/portal{performance.share_path}")
    assert "This is a preview" in share.text
    assert 'property="og:image"' in share.text
    assert "frame-ancestors 'self'" in share.headers["content-security-policy"]
    done = visit(app, f"/portal-dark{performance.unsubscribe_path}", method="POST")
    assert done.status == 200
    assert "You are unsubscribed" in done.text
    assert "nothing here is written" in done.text
    assert visit(app, "/portal/m/forged").status == 404


def test_the_portals_style_sheet_is_forced_too(made: Installation) -> None:
    app = application(made.preview())
    page = visit(app, f"/portal-dark{made.performance().share_path}").text
    sheet = next(each for each in page.split('"') if each.startswith("/portal-dark/assets/portal."))
    assert "prefers-color-scheme" not in visit(app, sheet).text
    assert "prefers-color-scheme" in visit(app, sheet.replace("-dark", "")).text


def test_the_picture_of_a_notification_stands_still(app: ASGIApp) -> None:
    picture = visit(app, "/frame/still.png?milestone=documents-1000")
    assert picture.headers["content-type"] == "image/png"
    assert picture.body.startswith(b"\x89PNG")
    assert visit(app, "/frame/still.png?milestone=documents-10&moment=near").status == 404


def test_the_mail_can_be_saved(app: ASGIApp) -> None:
    answer = visit(app, "/mail.eml?milestone=documents-1000")
    assert answer.headers["content-type"] == "message/rfc822"
    assert b"Subject: You reached 1,000 documents" in answer.body


@pytest.mark.parametrize("path", ["/assets/..%2fapp.py", "/assets/app.py", "/assets/nothing.css", "/else"])
def test_what_is_not_there_is_not_found(app: ASGIApp, path: str) -> None:
    assert visit(app, path).status == 404


def test_links_are_asked_only_by_the_page_itself(app: ASGIApp) -> None:
    """A GET asks nothing, and another site's form is refused."""
    assert visit(app, "/ask?milestone=club").status == 307
    for origin in ("https://evil.example", "null"):
        assert visit(app, "/ask?milestone=club", method="POST", headers={"origin": origin}).status == 403


def test_asked_links_say_what_they_answered(made: Installation) -> None:
    """Of hosts that are not there, too."""
    made.write("milestones.yaml", made.milestones.read_text().replace("https://app.acme.com", "http://127.0.0.1:9"))
    app = application(made.preview())
    answer = visit(app, "/ask?milestone=club&channel=email", method="POST", headers={"origin": "http://127.0.0.1:8025"})
    assert "http://127.0.0.1:9/tips: ClientConnectorError" in answer.text


def test_mistakes_stand_above_the_last_sound_version(made: Installation) -> None:
    preview = made.preview()
    made.write("templates/sum/lead.txt", "{{ nothing }}")
    made.write("contacts/bo.yaml", "nmae: Bo")
    preview.workspace.reload()
    text = visit(application(preview), "/").text
    assert "2 mistakes. Below is the last sound version." in text
    assert "lead.txt:1" in text
    assert "did you mean &#39;name&#39;?" in text
    assert "Chrome, Edge on Windows" in text


def test_a_file_without_anything_sound_says_what_to_mend(made: Installation) -> None:
    made.write("milestones.yaml", "version: 2\n")
    app = application(made.preview())
    assert "Nothing to show yet" in visit(app, "/").text
    assert visit(app, "/frame/mail").status == 503
    assert visit(app, "/portal/healthz").status == 503


def test_a_message_that_cannot_be_made_says_why(made: Installation) -> None:
    made.write(
        "templates/sum/headline.txt", "{% if value.number == '10' %} {% else %}You made {{ value.phrase }}{% endif %}"
    )
    text = visit(application(made.preview()), "/?milestone=documents-10").text
    assert "This message cannot be made" in text
    assert "headline.txt says nothing" in text


def test_news_tell_of_each_version_until_the_server_ends() -> None:
    async def story() -> list[str]:
        news, ended = News(1), False
        news.follow(lambda: ended)
        stream = news.stream()
        told = [await anext(stream)]
        news.tell(2)
        told.append(await anext(stream))
        ended = True
        told += [each async for each in stream]
        return told

    assert asyncio.run(story()) == ["data: 1\n\n", "data: 2\n\n"]


def test_every_frame_shows_the_same_code(made: Installation) -> None:
    """Codes of rewards hang on the time, and frames are fetched one after the other."""
    times = iter(range(NOW, NOW + 10_000, 1_000))
    app = application(Preview(made.workspace(), made.settings(), lambda: next(times)))
    address = STATE.replace("/?", "/frame/mail?")
    assert visit(app, address).body == visit(app, address).body


def test_a_channel_that_is_not_used_says_so(app: ASGIApp) -> None:
    page = visit(app, "/?milestone=week&contact=ada&channel=email").body.decode()
    assert "<b>Would not be sent:</b> not a channel of this minor milestone." in page
    assert "Would not be sent" not in visit(app, STATE).body.decode()


def test_an_arabic_notification_is_laid_out_from_the_right(app: ASGIApp) -> None:
    """As a system in Arabic draws it: the icon stands on the right."""
    page = visit(app, "/?milestone=documents-1000&contact=ada&channel=phone&locale=ar-XB").body.decode()
    assert 'class="desk iphone light" dir="rtl"' in page
