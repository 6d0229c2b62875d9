"""A delivery becomes words: the contact's own number, what it means, what is next, one thing to do."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from channels.portal.tokens import Tokens
from channels.render.bounds import BODY, PICTURE_BYTES, TITLE, URL_BYTES
from channels.render.content import Renderer
from channels.render.error import RenderError
from channels.render.renderer import tag
from schemas.channel import Channel
from schemas.delivery import LinkTo, channel_of, decode_delivery, encode_delivery
from templates.chain import KINDS, TIERS
from templates.checking.page import Page
from tests.channels.render.installation import ADDRESS, KEY, renderer
from tests.channels.render.story import changed, one, sent

TOKENS = Tokens([KEY])


@pytest.fixture(scope="module")
def shipped() -> Renderer:
    """A renderer of the shipped templates."""
    return renderer()


def share_of(text: str) -> Any:
    """What the link to share holds."""
    found = re.search(r"https://acme\.example/celebrate/m/(\S+)", text)
    assert found
    return TOKENS.share.open(found[1])


def test_what_is_kept_of_an_email_is_nobodys() -> None:
    """Whoever reaches a milestone second gets what she would have got first: nothing of the first one's message."""
    emails = [each for tier in TIERS for each in sent(tier) if channel_of(each) == "email"]
    others = [changed(each, name="Grace", time_zone="Asia/Tokyo", history=(), reward_code=None) for each in emails]
    ada_first, grace_first = renderer(), renderer()
    to_ada = [ada_first.email(each) for each in emails]
    to_grace = [grace_first.email(each) for each in others]
    assert [ada_first.email(each) for each in others] == to_grace
    assert [grace_first.email(each) for each in emails] == to_ada
    assert not any("Ada" in each.html + each.text for each in to_grace)


def test_an_email_is_small(shipped: Renderer) -> None:
    """The largest has 33.5 kB of HTML, and 35.5 before `templates.mail.shorten`: each is encoded, signed and sent."""
    emails = [shipped.email(each) for each in sent("major") if channel_of(each) == "email"]
    assert max(len(each.html.encode()) for each in emails) < 34_500


@pytest.mark.parametrize("tier", TIERS)
def test_every_kind_on_every_channel(shipped: Renderer, tier: str) -> None:
    """Deliveries as the planner makes them: each renders, within its bounds, with its own number or name."""
    seen = set()
    for planned in sent(tier):
        delivery = decode_delivery(encode_delivery(planned))
        subject = delivery.message.crossing or delivery.message.nudge
        assert subject
        seen.add(subject.kind)
        if channel_of(delivery) == "email":
            email = shipped.email(delivery)
            page = Page(email.html)
            assert page.buttons == 1
            assert len(email.html.encode()) < 60_000
            assert f"{subject.value:,}" in page.text
            assert email.unsubscribe_url in email.text
            assert email.unsubscribe_url in page.addresses
            assert ADDRESS in email.text
            assert ADDRESS in page.text
            assert "None" not in email.text
        else:
            push = shipped.push(delivery)
            assert push.title
            assert push.body
            assert push.url.startswith("https://app.acme.example/")
    assert seen == set(KINDS)


GOLDEN = {
    "documents-1000": """\
You passed 1,000 documents

Hi Ada. You are at 1,001 documents now, and it is your own work.

That is about 80 hours of copying that you did not do.

Next: 5,000 documents, 3,999 to go (20% of the way)

See your year:
https://app.acme.example/insights

A thank-you from us: free month
Your code: CODE

Your path so far:
- 11 November 2026: Revenue 10k 10,000
- 12 November 2026: Team of 25
- 20 November 2026: 10 documents
- 20 November 2026: 100 documents
- 20 November 2026: 500 documents
- 20 November 2026: 1,000 documents

To go on from here:
- How others automate: https://app.acme.example/guides/automation
- The forum: https://forum.acme.example/

Proud of it? Share this milestone (the page shows the number, and nothing about you):
SHARE

What do you think of Acme Boards? Reply with a line or two:
mailto:hello@acme.example?subject=About%20Acme%20Boards

--\N{SPACE}
You get this because you use Acme Boards: https://app.acme.example
Stop emails about milestones: UNSUBSCRIBE
Acme Ltd, 12 Quai de la Loire, 75019 Paris
""",
    "week-streak": """\
7 days in a row

Hi Ada. You kept it up without a gap.

A week of it.

Every day from 21 October 2026 to 27 October 2026.

Pick tomorrow's board:
https://app.acme.example/boards

Proud of it? Share this milestone (the page shows the number, and nothing about you):
SHARE

--\N{SPACE}
You get this because you use Acme Boards: https://app.acme.example
Stop emails about milestones: UNSUBSCRIBE
Acme Ltd, 12 Quai de la Loire, 75019 Paris
""",
}


@pytest.mark.parametrize("milestone", GOLDEN)
def test_the_text_part(shipped: Renderer, milestone: str) -> None:
    """It reads well by itself."""
    delivery = one(milestone)
    text = shipped.email(delivery).text
    text = text.replace(delivery.message.reward_code or "no code", "CODE")
    text = re.sub(r"https://acme\.example/celebrate/m/\S+", "SHARE", text)
    text = re.sub(r"https://acme\.example/celebrate/u/\S+", "UNSUBSCRIBE", text)

    assert text == GOLDEN[milestone]


@pytest.mark.parametrize(
    ("milestone", "nudge", "title", "body"),
    [
        ("first-project", None, "Your first project", "Your first idea now has a plan."),
        ("documents-100", None, "You passed 100 documents", "Many a page. You are at 105 now. Next: 500 documents."),
        ("revenue-10k-10000", None, "You passed $10,000 in revenue",
         "Your work pays. You are at $10,250.40 now. Next: $50,000 in revenue."),
        ("team-of-25", None, "A new high: 25 in team size", "A real crew."),
        ("ten-teammates", None, "You reached 10 teammates", "You brought everyone together."),
        ("week-streak", None, "7 days in a row", "A week of it."),
        ("yearly", None, "One year with Acme Boards", "A year together."),
        ("onboarded", None, "Onboarded: all 3 done", "All set."),
        ("documents-1000", "near", "65 to go until 1,000 documents", "You are at 935 documents. See your year"),
        ("documents-1000", "stuck", "Still within reach: 1,000 documents",
         "You are at 935 documents. Pick it up where you left off: See your year"),
    ],
)  # fmt: skip
def test_a_notification(shipped: Renderer, milestone: str, nudge: str | None, title: str, body: str) -> None:
    """Its words, for each kind."""
    push = shipped.push(one(milestone, "web_push", nudge=nudge))

    assert (push.title, push.body) == (title, body)
    assert (push.image_url is None) == bool(nudge)


def test_the_link_to_share_names_nobody(shipped: Renderer) -> None:
    """It holds the milestone, the exact number, and the day in the contact's zone; a nudge has none."""
    delivery = changed(one("revenue-10k-10000"), crossing_occurred_at="2026-11-20T23:30:00Z", name="Zaphod")
    share = share_of(shipped.email(delivery).text)

    assert delivery.message.crossing
    assert str(share.crossing_id) == delivery.message.crossing.id
    assert (share.milestone, share.value, share.unit) == ("revenue-10k-10000", "10250.40", "USD")
    assert (share.headline, share.locale) == ("$10,000 in revenue, reached with Acme Boards", "en")
    assert share.on == date(2026, 11, 21)
    assert "/m/" not in shipped.email(one("documents-1000", nudge="near")).html


def test_the_link_to_unsubscribe(shipped: Renderer) -> None:
    """It says who, from which channel, and by which celebration."""
    email = shipped.email(one("yearly"))
    wish = TOKENS.unsubscribe.open(email.unsubscribe_url.rpartition("/")[2])

    assert wish
    assert (wish.contact_id, wish.channel) == ("c-1", "email")


def test_what_is_asked_for_comes_second(shipped: Renderer) -> None:
    """A referral passes on the page to share; a testimonial is an answer; nothing is asked before the button."""
    referral, testimonial = shipped.email(one("ten-teammates")), shipped.email(one("revenue-10k-10000"))

    assert referral.text.index("Open a shared board") < referral.text.index("Do you know somebody")
    assert referral.text.count("https://acme.example/celebrate/m/") == 2
    assert "Would you let us tell others" in testimonial.text
    assert "mailto:hello@acme.example" in testimonial.text


def test_what_may_be_missing(shipped: Renderer) -> None:
    """No name, meaning, action, history, zone: the message still says what was reached, and leads to the product."""
    delivery = changed(
        one("documents-1000"), name=None, means=None, call_to_action=None, ask=None, resources=(), reward_code=None,
        history=(), time_zone="Nowhere/Land", crossing_next=None, crossing_previous=None,
    )  # fmt: skip
    email, push = shipped.email(delivery), shipped.push(delivery)

    assert "Hi there. You are at 1,001 documents now" in email.text
    assert "Open Acme Boards:\nhttps://app.acme.example" in email.text
    assert push.url == "https://app.acme.example"


@pytest.mark.parametrize("locale", ["en", "fr", "pl", "ar"])
def test_a_milestone_of_the_path_whose_day_nobody_knows_has_none(shipped: Renderer, locale: str) -> None:
    """In every language its line says what was reached, with nothing before or behind it."""
    known = one("documents-1000").message.history[-1]
    unknown = msgspec.structs.replace(known, milestone="documents-99", threshold=99, is_dated=False)
    email = shipped.email(changed(one("documents-1000"), locale=locale, history=(unknown, known)))
    lines = [line for line in email.text.splitlines() if line.startswith("- ")]
    bare, dated = lines[:2]
    assert re.search("99|٩٩", bare)
    assert not re.search("2026|٢٠٢٦|:", bare)
    assert re.search("2026|٢٠٢٦", dated)
    rows = re.findall(r'<td class="soft past-on".*?<bdi>(.*?)</bdi>', email.html)
    assert rows[0] == ""
    assert rows[1] != ""


HOSTILE = [
    "Ada\r\nBcc: everybody@example.com",
    "=?utf-8?q?=0d=0aBcc:x?=",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}{% raw %}",
    "\u202egnp.exe",
    "\u2028\u2029\x00\x1b",
    "A" * 10_240,
    "\U0001f469\u200d\U0001f680" * 3_000,
    "e" + "\u0301" * 10_000,
]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name(shipped: Renderer, tmp_path: Path, name: str) -> None:
    """It cannot begin a header, an element or a template, nor turn or flood the text, wherever a template puts it."""
    (tmp_path / "sum").mkdir()
    (tmp_path / "sum" / "headline.txt").write_text("{{ contact.name or 'Somebody' }}: {{ value.phrase }}")
    for write in (shipped, renderer(tmp_path)):
        email = write.email(changed(one("documents-1000"), name=name))
        push = write.push(changed(one("documents-1000", "web_push"), name=name))
        for line in (email.subject, push.title, push.body):
            assert line.isprintable()
            assert "=?" not in line
            assert "\u202e" not in line
        page = Page(email.html)
        assert not page.tags & {"script", "iframe", "object"}
        assert sum(address == "x" for address in page.addresses) == 0
        assert "49" not in email.subject
        assert len(email.subject) <= 150
        assert len(email.html.encode()) < 60_000
        assert "\nBcc:" not in email.text


@pytest.mark.parametrize("name", ["Win at https://spam.example", "buy@spam.example", "spam.com", "www.spam", " ", "!!"])
def test_a_name_that_is_none(shipped: Renderer, name: str) -> None:
    """An advertisement in a name is not passed on to the address that somebody typed."""
    assert "Hi there." in shipped.email(changed(one("yearly"), name=name)).text


texts = st.one_of(st.text(max_size=400), st.text(alphabet="a \U0001f469\u200d\U0001f680e\u0301\n=?<&", max_size=2_000))


@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    said=st.fixed_dictionaries({"name": st.none() | texts, "means": st.none() | texts, "product": texts}),
    text=texts,
    path=st.text(alphabet="aé/", max_size=1_500),
    decision=st.text(),
    unit=st.none() | texts,
    metric=st.text(alphabet="abs_", min_size=1, max_size=64),
)
def test_a_notification_is_within_its_bounds(
    shipped: Renderer, said: dict[str, Any], text: str, path: str, decision: str, unit: str | None, metric: str
) -> None:
    """By construction, whatever the delivery holds: no message is too big for its provider."""
    delivery = msgspec.structs.replace(one("documents-1000", "web_push"), decision_id=decision)
    action = LinkTo(text=text, url=f"/a{path}")
    push = shipped.push(changed(delivery, **said, call_to_action=action, crossing_unit=unit, crossing_metric=metric))

    assert 0 < len(push.title) <= TITLE
    assert 0 < len(push.body) <= BODY
    assert len(push.url.encode()) <= URL_BYTES
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,32}", push.tag)
    for picture in (push.icon_url, push.badge_url, push.image_url or ""):
        assert len(picture.encode()) <= PICTURE_BYTES
    size = len(msgspec.json.encode({name: getattr(push, name) for name in push.__dataclass_fields__}))
    assert size <= 3_993


def test_the_tag_is_that_of_the_decision(shipped: Renderer) -> None:
    """Another attempt has another id and the same tag, so it replaces what is shown."""
    first = one("yearly", "web_push")
    second = msgspec.structs.replace(first, attempt=2, id="another")

    assert shipped.push(first).tag == shipped.push(second).tag == tag(first.decision_id)
    assert tag("another") != tag(first.decision_id)


@pytest.mark.parametrize(
    "fault",
    [
        {"product_url": "javascript:alert(1)"},
        {"call_to_action": LinkTo(text="x", url="//evil.example")},
        {"resources": (LinkTo(text="x", url="data:text/html,x"),)},
        {"crossing_id": "no uuid"},
        {"crossing_occurred_at": "yesterday"},
        {"crossing_value": 10**41},
        {"crossing": None},
    ],
)
@pytest.mark.parametrize("channel", ["email", "web_push", "mobile_push"])
def test_what_no_template_can_say(shipped: Renderer, channel: Channel, fault: dict[str, Any]) -> None:
    """It is a RenderError without anything personal, never a message with a hole."""
    delivery = changed(one("documents-1000", channel), name="Zaphod", **fault)
    render = shipped.email if channel == "email" else shipped.push

    with pytest.raises(RenderError) as found:
        render(delivery)

    assert "Zaphod" not in str(found.value)
    assert found.value.__context__ is None or found.value.__suppress_context__
