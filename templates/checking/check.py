"""Checks a folder of own templates: every mistake at once."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path

from jinja2 import TemplateSyntaxError, nodes

from templates.chain import EMAIL_HTML, EMAIL_MJML, EMAIL_TEXT, FILES, PUSH_BODY, PUSH_TITLE, SUBJECT, WRITTEN, base_of
from templates.checking.asked import asked, unknown_texts
from templates.checking.catalogues import own_texts
from templates.checking.mjml.lint import lint
from templates.checking.one_language import one_language, unspoken
from templates.checking.outcome import literals
from templates.checking.shape import ANY, names_for
from templates.checking.source import Source
from templates.checking.trial import Trial
from templates.environment import PREFIX, environment
from templates.folder import SHIPPED, files_of, links_out, names_of
from templates.languages.languages import ENGLISH, Languages
from templates.library import Library
from templates.mail.error import MailError
from templates.mail.mail import MJML
from templates.mistake import Mistake

_TOGETHER = ((EMAIL_HTML, EMAIL_TEXT, SUBJECT), (PUSH_TITLE, PUSH_BODY))

_ALIKE = 0.8
"""Above it one letter is wrong or two are swapped; a part that is called foot.html is meant so."""


def check(folder: Path, languages: Languages | None = None) -> list[Mistake]:
    """Return every mistake in the templates and catalogues of a folder, by file and line.

    `languages` (English) are those that it is for. What is wrong in a source is said before anything is rendered: most
    of what would fail then follows from it.

    Raises:
        CairnError: exit 2, when the folder cannot be read.
    """
    own, shipped = files_of(folder), files_of(SHIPPED)
    languages = languages or Languages((ENGLISH,), folder)
    mistakes = {
        *_linked(folder),
        *_misnamed(folder, own),
        *_alone(folder, own, shipped),
        *unspoken(folder, own, languages),
    }
    texts: dict[str, str] = {}
    for name in own:
        try:
            texts[name] = (folder / name).read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            mistakes.add(Mistake(str(folder / name), 1, f"it is not UTF-8 text: byte {error.start} does not fit"))
        except OSError as error:
            mistakes.add(Mistake(str(folder / name), 1, f"it cannot be read: {error.strerror or error}"))
    sound = len(texts) == len(own) and not mistakes
    in_sources = set(_sources(folder, texts, shipped, languages))
    in_sources |= set(_emails(folder, own, shipped, languages)) if sound else set()
    mistakes |= in_sources
    if sound and not in_sources:
        written = {each for text in texts.values() for each in literals(text)}
        written |= {each for name in shipped for each in literals((SHIPPED / name).read_text(encoding="utf-8"))}
        try:
            library = Library(folder, languages)
        except MailError as error:
            return [_unmade(error)]
        for language in languages:
            trial = Trial(library, folder, frozenset(own), written, language)
            mistakes |= set(trial.mistakes(names_of(own)))
    return sorted(mistakes)


def _sources(folder: Path, texts: dict[str, str], shipped: list[str], languages: Languages) -> Iterator[Mistake]:
    env = environment(folder, languages)
    trees: dict[str, nodes.Template] = {}
    for name, text in texts.items():
        try:
            trees[name] = env.parse(text, name, str(folder / name))
        except TemplateSyntaxError as error:
            yield Mistake(str(folder / name), error.lineno, f"it is not a template: {error.message}")
    known = {*texts, *shipped, *(f"{PREFIX}/{each}" for each in shipped)}
    # A part sees what surrounds it where it is included, so any name that some file binds may be there.
    bound = {each.name: ANY for tree in trees.values() for each in tree.find_all(nodes.Name) if each.ctx != "load"}
    # So does an email what the one that it extends has set, such as the sides of its language.
    ours = [env.parse((SHIPPED / name).read_text(encoding="utf-8")) for name in shipped if name.endswith(MJML)]
    set_above = {each.name: ANY for tree in ours for each in tree.find_all(nodes.Name) if each.ctx == "store"}
    for name, tree in trees.items():
        file = base_of(name.rpartition("/")[2])[0]
        source = Source(str(folder / name), env, known)
        above = {} if file in FILES else bound | set_above if file not in WRITTEN else set_above
        source.read(tree, above | names_for(file))
        yield from source.mistakes
    wanted = [each for name, tree in trees.items() for each in asked(str(folder / name), tree)]
    yield from unknown_texts(wanted, languages)
    yield from own_texts(wanted, languages)
    yield from one_language(folder, trees, languages)


def _emails(folder: Path, own: list[str], shipped: list[str], languages: Languages) -> Iterator[Mistake]:
    """What is wrong with the emails, also those of ours of which an own part has taken the place of a part."""
    env = environment(folder, languages)
    for name in sorted({*own, *shipped}):
        if base_of(name.partition("/")[2])[0] in (EMAIL_HTML, EMAIL_MJML):
            try:
                yield from lint(env, name)
            except MailError as error:
                yield _unmade(error)


def _unmade(error: MailError) -> Mistake:
    return Mistake(error.file, error.line, error.message, error.hint)


def _linked(folder: Path) -> Iterator[Mistake]:
    """Links out of the folder are not followed, so what they lead to would silently be missing."""
    for path in links_out(folder):
        yield Mistake(str(path), 1, "it is a link out of the folder, and is not followed", "put the file itself here")


def _misnamed(folder: Path, own: list[str]) -> Iterator[Mistake]:
    """A file whose name is nearly that of a message's would silently never be used."""
    for name in own:
        file = base_of(name.rpartition("/")[2])[0]
        if file not in WRITTEN and "/" in name and (near := get_close_matches(file, WRITTEN, 1, _ALIKE)):
            yield Mistake(str(folder / name), 1, f"no message looks for '{file}'", f"did you mean '{near[0]}'?")
        elif file in WRITTEN and name.count("/") != 1:
            yield Mistake(str(folder / name), 1, "no message looks here", f"put it at NAME/{file}")


def _alone(folder: Path, own: list[str], shipped: list[str]) -> Iterator[Mistake]:
    """Parts of one message that would come from different hands, and say different things."""
    there = _as_parts([*own, *shipped])
    ours = _as_parts(own)
    for name in names_of(own):
        if f"{name}/{EMAIL_HTML}" in own and f"{name}/{EMAIL_MJML}" in own:
            at = str(folder / name / EMAIL_HTML)
            yield Mistake(at, 1, f"{EMAIL_MJML} lies beside it: one of them would never be used", "remove one of them")
        for together in _TOGETHER:
            given = [file for file in together if f"{name}/{file}" in ours]
            missing = [file for file in together if f"{name}/{file}" not in there]
            if given and missing:
                first = EMAIL_MJML if given[0] == EMAIL_HTML and f"{name}/{EMAIL_HTML}" not in own else given[0]
                for file in missing:
                    yield Mistake(
                        str(folder / name / first),
                        1,
                        f"there is no {file} beside it",
                        f"write {folder / name / file}: without it that part of the message says something else",
                    )


def _as_parts(names: list[str]) -> set[str]:
    """The names of files, an email's MJML as the HTML that it makes."""
    return {name.removesuffix(EMAIL_MJML) + EMAIL_HTML if name.endswith(f"/{EMAIL_MJML}") else name for name in names}
