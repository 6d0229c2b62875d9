"""The languages that an installation speaks, and which of them a contact gets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from babel import Locale

from schemas.errors import CairnError
from schemas.milestones.spelling import nearest
from templates.folder import SHIPPED, is_inside
from templates.languages.catalogue import Catalogue
from templates.languages.language import Language
from templates.languages.numerals import is_known
from templates.languages.pseudo import PSEUDO, pseudo
from templates.languages.reader import read
from templates.languages.source import Source
from templates.languages.tags import chain, closest, locale_of, numbers_of, own_chain, same_language, tidy
from templates.mistake import Mistake

FOLDER = "languages"
"""Below the shipped templates and below `templates.folder`: `languages/pl.yaml`."""
ENGLISH = "en"
PAGES = "portal."
"""Beginning of the keys of the portal's texts."""
_KEPT = 1_024
"""Raw locales whose language is remembered: what contacts have is a few dozen."""
_HEADER = 1_024
"""Characters of an Accept-Language header that are read: what browsers send has less than 200."""
_USAGE, _FINDINGS = 2, 1


class Languages:
    """All of them. Make it with `load`, which checks the catalogues first."""

    def __init__(
        self, names: Sequence[str], folder: Path | None, *, with_pseudo: bool = False, whole: bool = False
    ) -> None:
        """Read the catalogues of some languages, the first being that of the milestones file.

        Args:
            names: tidy tags that the CLDR knows.
            folder: `templates.folder`; its catalogues win over the shipped ones.
            with_pseudo: `pick` and `of` know the pseudo-locales too.
            whole: `templates.missing` is `whole`: a language that lacks a text says so (`UntranslatedError`), so that
                what is written is of one language. The default language falls back to English all the same.

        `mistakes` has what is wrong in the form of own catalogues.
        """
        self.names = tuple(names)
        self.mistakes: list[Mistake] = []
        self.own: dict[str, Catalogue] = {}
        """The installation's own catalogues by tag."""
        self._folder = folder
        self._sources: dict[str, tuple[Source, ...]] = {}
        self._made: dict[tuple[str, str], Language] = {}
        self._with_pseudo, self._whole = with_pseudo, whole
        file_locale = locale_of(self.names[0])
        assert file_locale is not None  # noqa: S101 - the CLDR knows the names
        self._file_locale = file_locale
        self.default = self._language(self.names[0], self.names[0])
        self.pick = lru_cache(_KEPT)(self._pick)
        tuple(self)  # all are made here, so that every file has been read and its mistakes are known

    def __iter__(self) -> Iterator[Language]:
        """Each language, the default first."""
        return (self._language(name, name) for name in self.names)

    @property
    def english(self) -> Catalogue:
        """The shipped English catalogue: its keys and placeholders are those that every language has."""
        return next(each.catalogue for each in self._of(ENGLISH) if each.catalogue.file.is_relative_to(SHIPPED))

    def of(self, tag: str) -> Language:
        """Return the language whose `tag` a message or a link carries; also a pseudo-locale."""
        return self.pseudo(tag) if tag in PSEUDO else self.pick(tag)

    def _pick(self, locale: str) -> Language:
        """Return the language of a contact's locale: the closest (`tags.closest`), else the default.

        Numbers and days are written as in the contact's own region, where the CLDR has it. Any text is taken.
        """
        tag = tidy(locale)
        if self._with_pseudo and tag in PSEUDO:
            return self.pseudo(tag)
        name = closest(tag, self.names) if tag else None
        if name is None:
            return self.default
        return self._language(next(_sayable(tag, name), name), name)

    def accepted(self, header: str) -> Language:
        """Return the language of an Accept-Language header (RFC 9110 section 12.5.4); the default where none fits."""
        wanted: list[tuple[float, int, str]] = []
        for place, item in enumerate(header[:_HEADER].split(",")):
            tag, _, weight = item.partition(";")
            try:
                quality = float(weight.strip().removeprefix("q=")) if weight else 1.0
            except ValueError:
                continue
            if 0 < quality <= 1 and tidy(tag):
                wanted.append((-quality, place, tidy(tag)))
        for _, _, tag in sorted(wanted):
            if closest(tag, self.names) is not None:
                return self.pick(tag)
        return self.default

    def for_pages(self, language: Language) -> Language:
        """Return the language for the pages of the portal: another one where a page would be in two (`whole`)."""
        if not self._whole or language.is_default or language.tag in PSEUDO:
            return language
        keys = (key for key in self.english.texts if key.startswith(PAGES))
        return language if all(map(language.has, keys)) else self.default

    def pseudo(self, tag: str) -> Language:
        """Return one of `pseudo.PSEUDO`: English made strange, for the preview and test messages alone.

        Raises:
            KeyError: there is none of this name.
        """
        made = self._made.get((tag, tag))
        if made is None:
            english = pseudo(tag, self.english)
            sources = (Source(english, Locale(ENGLISH)), *self._of(ENGLISH))
            made = Language(
                tag,
                tag,
                Locale(english.tag),
                sources,
                own=(english.tag,),
                file_locale=self._file_locale,
                is_default=False,
            )
            self._made[tag, tag] = made
        return made

    def _language(self, tag: str, name: str) -> Language:
        made = self._made.get((tag, name))
        if made is None:
            locale = locale_of(tag)
            assert locale is not None  # noqa: S101 - only tags with data come here
            sources: list[Source] = []
            for each in (*chain(name), *chain(self.names[0]), ENGLISH):
                sources += [source for source in self._of(each) if source not in sources]
            is_default = name == self.names[0]
            made = Language(
                tag,
                name,
                locale,
                sources,
                own=own_chain(name),
                file_locale=self._file_locale,
                is_default=is_default,
                whole=self._whole and not is_default,
            )
            self._made[tag, name] = made
        return made

    def _of(self, tag: str) -> tuple[Source, ...]:
        """The own catalogue of exactly this tag, and the shipped one, as far as they are there."""
        found = self._sources.get(tag)
        if found is None:
            locale = locale_of(tag)
            found = tuple(self._read(tag, locale)) if locale else ()
            self._sources[tag] = found
        return found

    def _read(self, tag: str, locale: Locale) -> Iterator[Source]:
        for root in (self._folder, SHIPPED):
            file = root / FOLDER / f"{tag}.yaml" if root else None
            if root and file and file.is_file() and is_inside(root, file):
                catalogue, mistakes = read(file, tag, locale)
                if root is self._folder:
                    self.mistakes += mistakes
                    self.own[tag] = catalogue
                yield Source(catalogue, locale)


def _sayable(tag: str, name: str) -> Iterator[str]:
    """Of de-CH-1996-x-y the longest beginning that numbers and days can be written by."""
    for each in chain(tag):
        if same_language(each, name) and locale_of(each) and (not numbers_of(each) or is_known(numbers_of(each))):
            yield each


def load(names: Sequence[str], folder: Path | None, *, with_pseudo: bool = False, whole: bool = False) -> Languages:
    """Load the languages of an installation (`templates.languages`, the first is the default).

    A string that a catalogue lacks is no mistake here: it falls back to the default language. `cairn milestones check`
    tells of each.

    Raises:
        CairnError: exit 2, when a name is no language, or there is none; exit 1 with every mistake in the form of own
            catalogues.
    """
    languages = Languages(known(names), folder, with_pseudo=with_pseudo, whole=whole)
    if languages.mistakes:
        raise CairnError(
            "the catalogues of languages have mistakes:\n" + "\n".join(map(str, sorted(languages.mistakes))),
            where=str(folder),
            fix="mend them; `cairn milestones check` lists them too",
            exit=_FINDINGS,
        )
    return languages


def known(names: Sequence[str]) -> tuple[str, ...]:
    """Return the tags of `templates.languages` as they are usually written, each once.

    Raises:
        CairnError: exit 2, when one is no language that the CLDR has, or there is none.
    """
    tags: list[str] = []
    for name in names:
        tag = tidy(name)
        if not tag or locale_of(tag) is None or tag in PSEUDO:
            what = f"'{name}' is a pseudo-locale" if tag in PSEUDO else f"'{name}' is no language that the CLDR knows"
            raise _unusable(what, nearest(name, shipped()) or "write a tag such as en, fr, pt-BR or zh-Hant")
        if tag not in tags:
            tags.append(tag)
    if not tags:
        raise _unusable("no language is named", "name at least that of your milestones file, such as en")
    return tuple(tags)


def shipped() -> tuple[str, ...]:
    """Return the languages whose words come with Cairn."""
    return tuple(sorted(file.stem for file in (SHIPPED / FOLDER).glob("*.yaml")))


def _unusable(what: str, fix: str) -> CairnError:
    return CairnError(what, where="templates.languages (CAIRN_TEMPLATES_LANGUAGES)", fix=fix, exit=_USAGE)
