"""A contact is written to in its own language, with the words of the installation's catalogues."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from channels.portal.tokens import Tokens
from channels.render.content import Renderer
from channels.render.make import make_renderer
from schemas.delivery import LinkTo, channel_of
from stream.runtime.settings import Templates
from templates.chain import TIERS
from templates.checking.page import Page
from templates.languages.languages import shipped
from tests.channels.render.installation import KEY, settings
from tests.channels.render.story import changed, one, sent

TOKENS = Tokens([KEY])
FSI, PDI = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
POLISH = """
milestones:
  documents-1000:
    title: Tysiąc dokumentów
    means: To około 80 godzin przepisywania mniej.
    links: {See your year: Zobacz swój rok, How others automate: Jak robią to inni}
  documents: {title: "{number} dokumentów"}
rewards: {free_month: darmowy miesiąc}
"""


def speaking(*names: str, folder: Path | None = None) -> Renderer:
    """A renderer of an installation that speaks these languages."""
    with_languages = settings().model_copy(update={"templates": Templates(folder=folder, languages=names)})
    return make_renderer(with_languages)


@pytest.fixture(scope="module")
def everywhere() -> Renderer:
    """A renderer of every shipped language."""
    return speaking("en", *shipped())


@pytest.mark.parametrize("locale", ["fr", "fr-CA", "pl_PL", "ar", "ar-EG"])
@pytest.mark.parametrize("tier", TIERS)
def test_every_kind_on_every_channel(everywhere: Renderer, tier: str, locale: str) -> None:
    """Each renders in its language, and nothing of the shipped English is left in it."""
    english = speaking("en")
    for planned in sent(tier):
        delivery = changed(planned, locale=locale, product="Acme")
        if channel_of(delivery) == "email":
            email, plain = everywhere.email(delivery), english.email(delivery)
            assert email.language == locale.replace("_", "-")
            direction = "rtl" if locale.startswith("ar") else "ltr"
            assert f'<html lang="{email.language}" dir="{direction}"' in email.html
            assert email.subject != plain.subject
            for line in ("Hi Ada", "Your path so far", "To go on from here", "Proud of it?", "Stop emails", "to go"):
                assert line not in email.text
                assert line not in Page(email.html).text
        else:
            push, plain_push = everywhere.push(delivery), english.push(delivery)
            assert push.title != plain_push.title
            assert push.language == locale.replace("_", "-")


def test_the_words_of_a_milestone(tmp_path: Path) -> None:
    """Meaning, links, reward and title come from the catalogue; what is not there stays as the file says it."""
    (tmp_path / "languages").mkdir()
    (tmp_path / "languages" / "pl.yaml").write_text(POLISH, encoding="utf-8")
    email = speaking("en", "pl", folder=tmp_path).email(changed(one("documents-1000"), locale="pl-PL"))

    for line in (
        "Kolejny próg za Tobą: 1000 dokumentów",
        "To około 80 godzin przepisywania mniej.",
        "Zobacz swój rok:\nhttps://app.acme.example/insights",
        "W podziękowaniu: darmowy miesiąc",
        "- 20 listopada 2026: 500 dokumentów",
        "- 20 listopada 2026: Tysiąc dokumentów",
        "- Jak robią to inni: https://app.acme.example/guides/automation",
        "- The forum: https://forum.acme.example/",
    ):
        assert line in email.text


def test_a_translation_is_escaped_and_cut_like_any_text(tmp_path: Path) -> None:
    """A catalogue may hold what it likes: it is text."""
    (tmp_path / "languages").mkdir()
    words = 'milestones: {documents-1000: {means: "<script>x</script>", links: {See your year: "=?utf-8?q?x?="}}}'
    (tmp_path / "languages" / "pl.yaml").write_text(words, encoding="utf-8")
    renderer = speaking("en", "pl", folder=tmp_path)
    email = renderer.email(changed(one("documents-1000"), locale="pl"))
    push = renderer.push(changed(one("documents-1000", "web_push"), locale="pl"))

    assert "script" not in Page(email.html).tags
    assert "=?" not in email.text
    assert push.body.startswith("<script>x</script> ")


def test_the_links_carry_the_language(everywhere: Renderer) -> None:
    """The pages behind them speak as the message did."""
    email = everywhere.email(changed(one("documents-1000"), locale="fr-CH"))
    share, unsubscribe = (re.search(rf"/celebrate/{kind}/(\S+)", email.text) for kind in "mu")
    assert share
    assert unsubscribe
    shared, wish = TOKENS.share.open(share[1]), TOKENS.unsubscribe.open(unsubscribe[1])

    assert shared is not None
    assert wish is not None
    assert (shared.locale, wish.locale) == ("fr-CH", "fr-CH")
    assert "Cap atteint avec Acme Boards" in shared.headline


def test_addresses_stand_alone_in_a_text_that_runs_from_right_to_left(everywhere: Renderer) -> None:
    """A mail program takes what touches an address for a part of it; names in a sentence are isolated."""
    email = everywhere.email(changed(one("documents-1000"), locale="ar"))

    assert f"مرحبًا {FSI}Ada{PDI}" in email.text
    for address in re.findall(r"(?:https?://|mailto:)\S+", email.text):
        assert address.isascii()


@pytest.mark.parametrize("locale", ["de", "xx-XX", "", "\N{SNOWMAN}", "en-XA"])
def test_a_language_that_is_not_spoken(locale: str) -> None:
    """The message is in the default language, whatever a profile says."""
    assert speaking("fr", "en").email(changed(one("yearly"), locale=locale or "zz")).language in ("fr", "en")
    assert speaking("en", "pl").email(changed(one("yearly"), locale=locale)).language == "en"


@pytest.mark.parametrize(("years", "said"), [(1, "minął 1 rok"), (2, "minęły 2 lata"), (5, "minęło 5 lat")])
def test_a_verb_agrees_with_its_number(everywhere: Renderer, years: int, said: str) -> None:
    """A template gives the count, so a language may write the whole sentence by it."""
    delivery = changed(one("yearly"), locale="pl", crossing_threshold=years, crossing_value=years)

    assert f"Od Twojej rejestracji {said}." in everywhere.email(delivery).text


def test_a_link_without_a_translation_keeps_its_words(everywhere: Renderer) -> None:
    """Nothing fails at the send."""
    delivery = changed(one("documents-1000"), locale="pl", call_to_action=LinkTo(text="Untold", url="/x"))

    assert "Untold:\nhttps://app.acme.example/x" in everywhere.email(delivery).text


def test_a_long_name_keeps_the_sentence_together(everywhere: Renderer) -> None:
    """Where a line is cut within an isolate, the isolate is ended."""
    push = everywhere.push(changed(one("yearly", "web_push"), locale="ar", product="Acme " * 60))

    assert push.title.count(FSI) == push.title.count(PDI)
    assert len(push.title) <= 100
