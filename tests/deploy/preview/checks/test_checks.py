"""Each check is green for what is well and says what is not, with a cure."""

from __future__ import annotations

import pytest

from channels.render.content import EmailContent, PushContent
from deploy.preview.checks.asked import askable
from deploy.preview.checks.email import CLIPPED, email_findings
from deploy.preview.checks.everything import findings
from deploy.preview.checks.finding import Finding
from deploy.preview.checks.links import link_findings, links_of
from deploy.preview.checks.push import phone_findings, web_push_findings
from deploy.preview.checks.rules import MOST_LACKING, language_findings, settings_findings
from deploy.preview.checks.share import share_findings
from deploy.preview.checks.words import words_findings
from deploy.preview.markup import Markup
from deploy.preview.performance import Performance
from deploy.preview.state import State
from deploy.preview.unfurl import Unfurl
from stream.runtime.settings import Settings
from templates.filled import Filled
from templates.mistake import Mistake
from tests.deploy.preview.installation import NOW, Installation

PORTAL = "http://127.0.0.1:8025/portal"
GOOD = (
    '<html lang="en"><body><div style="display:none">More than the subject</div><h1>Hello</h1>'
    '<img src="https://x/p.png" alt="A pile" width="9" height="9">'
    '<a class="primary" href="https://app.acme.com/x">Go</a></body></html>'
)


def email(html: str = GOOD, subject: str = "You reached 1,000 documents", text: str = "") -> list[Finding]:
    content = EmailContent(
        subject=subject, page=Filled((html,)), text=text, unsubscribe_url="https://x/u/1", language="en"
    )
    return list(email_findings(content, Markup(html)))


def push(title: str = "T", body: str = "B") -> PushContent:
    return PushContent(
        title=title,
        body=body,
        url="https://x/",
        tag="t",
        icon_url="https://x/i",
        badge_url="https://x/b",
        language="en",
    )


def named(found: list[Finding], name: str) -> Finding:
    (one,) = [each for each in found if each.name == name]
    return one


def test_a_good_email_is_green() -> None:
    assert {each.level for each in email()} == {"green"}


@pytest.mark.parametrize(
    ("html", "name", "level"),
    [
        (GOOD + "x" * CLIPPED, "Size", "red"),
        (GOOD + "x" * (CLIPPED * 4 // 5), "Size", "amber"),
        (GOOD.replace('class="primary" ', ""), "One thing to do", "red"),
        (GOOD.replace("</body>", '<a class="primary" href="https://y/">Or</a></body>'), "One thing to do", "red"),
        (GOOD.replace(' lang="en"', ""), "Language", "red"),
        (GOOD.replace("h1", "h2"), "Headings", "amber"),
        (GOOD.replace(' alt="A pile"', ""), "Pictures", "red"),
        (GOOD.replace(' height="9"', ""), "Pictures", "amber"),
        (GOOD.replace("<h1>", '<h1 style="color:#ccc">'), "Contrast", "red"),
        (GOOD.replace("<h1>", '<h1 style="color:#888888">'), "Contrast", "amber"),
        (GOOD.replace("<body>", '<body bgcolor="#111"><p style="color: rgb(34, 34, 34)">x</p>'), "Contrast", "red"),
        (GOOD.replace("More than the subject", "You reached 1,000 documents"), "First words", "amber"),
    ],
)
def test_what_is_wrong_with_an_email(html: str, name: str, level: str) -> None:
    found = named(email(html), name)
    assert found.level == level
    assert found.fix


@pytest.mark.parametrize(("length", "level"), [(40, "green"), (41, "amber"), (71, "amber")])
def test_the_subject(length: int, level: str) -> None:
    assert named(email(subject="S" * length), "Subject").level == level


def test_hidden_text_is_no_matter_of_contrast() -> None:
    html = GOOD.replace("display:none", "display:none;color:#fff")
    assert named(email(html), "Contrast").level == "green"


def test_the_text_part_says_what_the_html_says() -> None:
    """Every number, every link."""
    markup = Markup('<p>1,001 of 5,000, 20%</p><a href="https://x/a">A</a>')
    assert [each.level for each in words_findings("1,001 5,000 20 https://x/a", markup)] == ["green"]
    found = list(words_findings("1,001", markup))
    assert [each.level for each in found] == ["amber", "red"]
    assert "5,000" in found[0].says
    assert "https://x/a" in found[1].says


@pytest.mark.parametrize(
    ("href", "level", "says"),
    [
        ("https://app.acme.com/x", "green", "app.acme.com/x"),
        (f"{PORTAL}/m/abc", "green", "the page to share"),
        (f"{PORTAL}/u/abc", "green", "the page to unsubscribe"),
        ("mailto:a@acme.com", "green", "a mail"),
        ("http://app.acme.com/", "amber", "not https"),
        ("https://app.acme.example/", "amber", "reserved"),
        ("https://example.com/", "amber", "reserved"),
        ("https://notexample.com/", "green", ""),
        ("", "red", "empty"),
        ("#", "red", "fragment"),
        ("#top", "red", "fragment"),
        ("/tips", "red", "relative"),
        ("//evil.example", "red", "relative"),
        ("javascript:alert(1)", "red", "relative"),
        ("https://acme.com/{{ url }}", "red", "placeholder"),
        ("https://yourdomain.com/", "red", "placeholder"),
        ("https://[::1", "red", "no address"),
    ],
)
def test_where_a_link_leads(href: str, level: str, says: str) -> None:
    (link,) = links_of(Markup(f'<a href="{href}">Go</a>'), PORTAL)
    assert link.level == level
    assert says in link.says
    assert link.fix or level == "green"


def test_the_same_address_is_said_once() -> None:
    markup = Markup(
        '<a href="https://acme.com/">A</a> <a href="https://acme.com/">B</a><a href="https://acme.com/c"></a>'
    )
    links = links_of(markup, PORTAL)
    assert [each.texts for each in links] == [("A", "B"), ("",)]
    assert "2 links lead there" in links[0].says
    assert [each.level for each in link_findings(links, markup.anchors)] == ["amber"]


def test_links_with_the_same_fault_are_one_finding() -> None:
    markup = Markup('<a href="/a">A</a><a href="/b">B</a>')
    (found,) = link_findings(links_of(markup, PORTAL), markup.anchors)
    assert found.says.startswith("/a and 1 more")


def test_only_hosts_of_others_are_asked() -> None:
    """No link of the preview's own, none that is no web address."""
    markup = Markup(f'<a href="{PORTAL}/u/1">U</a><a href="mailto:a@b.c">M</a><a href="https://acme.com/">A</a>')
    assert askable(links_of(markup, PORTAL), PORTAL) == ["https://acme.com/"]


def test_sizes_of_notifications() -> None:
    assert named(list(web_push_findings(push(), b"x" * 3_993)), "Size").level == "green"
    assert named(list(web_push_findings(push(), b"x" * 3_994)), "Size").level == "red"
    assert named(list(phone_findings(push(), 4_096)), "Size").level == "green"
    assert named(list(phone_findings(push(), 4_097)), "Size").level == "red"


def test_what_is_cut_names_the_programs() -> None:
    found = list(web_push_findings(push("T" * 36, "B"), b""))
    assert named(found, "Title").level == "amber"
    assert "Safari on macOS" in named(found, "Title").says
    assert "Windows, " not in named(found, "Title").says
    assert named(list(web_push_findings(push("T", "B" * 201), b"")), "Body").level == "amber"


def test_the_page_to_share_names_nobody() -> None:
    unfurl = Unfurl("T", "D", "Acme", f"{PORTAL}/assets/card.png", "alt")
    assert named(list(share_findings("<p>Ada</p>", unfurl, None, "Ada")), "Nobody named").level == "red"
    assert named(list(share_findings("<p>1,000</p>", unfurl, None, "Ada")), "Nobody named").level == "green"
    assert named(list(share_findings("", unfurl, b"no picture", None)), "Picture").level == "red"
    assert named(list(share_findings("", Unfurl("", "", "", "", ""), None, None)), "Card").level == "red"


def test_what_was_made_up_for_the_preview_is_said() -> None:
    names = [each.says.split()[0] for each in settings_findings(Settings())]
    assert names == ["email.sender", "email.postal_address", "portal.public_url"]


def test_the_shipped_messages_have_nothing_to_mend(made: Installation) -> None:
    """For every milestone, moment and contact."""
    scene = made.scene()
    for milestone in scene.choices.milestones:
        for moment in scene.choices.moments(milestone):
            for contact in scene.choices.contacts:
                performance = Performance(scene, State(milestone=milestone, moment=moment, contact=contact), NOW)
                assert not [each for each in findings(performance, None) if each.level == "red"]


def test_advice_on_the_milestone_stands_beside_it(made: Installation) -> None:
    made.write("milestones.yaml", made.milestones.read_text().replace("[10, 100]", "[10, 117]"))
    (advice,) = [
        each
        for each in findings(made.performance(milestone="documents-117"), None)
        if each.name == "Milestone" and "not a round number" in each.says
    ]
    assert advice.level == "amber"
    assert "milestones.yaml:" in advice.says


def test_strings_that_a_language_lacks_begin_with_those_of_the_milestone(made: Installation) -> None:
    """They are named one by one up to a bound; those of other languages stand beside no message of this one."""
    milestone = made.scene().choices.milestones["documents-10"]
    names = [*(f"milestones.a-{number}.means" for number in range(9)), "milestones.documents.means"]
    lacking = [Mistake("languages/pl.yaml", 1, f"{each} is missing") for each in names]
    lacking.append(Mistake("languages/fr.yaml", 1, "milestones.documents.means is missing"))

    found = list(language_findings(lacking, "pl", milestone))

    assert {each.level for each in found} == {"red"}
    assert found[0].says == "milestones.documents.means is missing (languages/pl.yaml:1)"
    assert len(found) == MOST_LACKING + 1
    assert found[-1].says == f"{10 - MOST_LACKING} more strings are missing in pl"
    assert not list(language_findings(lacking, "ar", milestone))
