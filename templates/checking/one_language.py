"""Own templates whose words are of one language, where several are spoken."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from jinja2 import nodes

from schemas.milestones.spelling import listed
from templates.chain import FILES, base_of, in_language
from templates.languages.languages import FOLDER, Languages
from templates.languages.tags import chain, tidy
from templates.mistake import Mistake

_UNSPOKEN = "add it to templates.languages, correct the name, or remove the file"
_WORD = re.compile(r"[^\W\d_]{2,}(?:[ ,]+[^\W\d_]+)*")


def one_language(folder: Path, trees: Mapping[str, nodes.Template], languages: Languages) -> Iterator[Mistake]:
    """Yield a mistake for each text file that writes out words, and has no file beside it for another language."""
    others = [each for each in languages.names if each != languages.default.name]
    for name, tree in trees.items():
        place, _, file = name.rpartition("/")
        base, tag = base_of(file)
        if tag or base not in FILES or not base.endswith(".txt"):
            continue
        silent = [each for each in others if not any(f"{place}/{in_language(base, up)}" in trees for up in chain(each))]
        found = next(_words(tree), None) if silent else None
        if found is not None:
            line, words = found
            yield Mistake(
                str(folder / name),
                line,
                f"'{words}' is of one language, and {listed(silent)} {'is' if len(silent) == 1 else 'are'} spoken too",
                f'write {folder / place}/{in_language(base, silent[0])} beside it, or take the words by text("…")',
            )


def unspoken(folder: Path, own: Iterable[str], languages: Languages) -> Iterator[Mistake]:
    """Yield a mistake for each file of a message whose name has a language in it that nobody is written in."""
    spoken = {up for each in languages.names for up in chain(each)}
    for name in own:
        base, tag = base_of(name.rpartition("/")[2])
        if base in FILES and tag and (tidy(tag) != tag or not spoken & {*chain(tag)}):
            hint = (
                f"write it as {tidy(tag)}"
                if tidy(tag) in spoken
                else "add it to templates.languages, or remove the file"
            )
            yield Mistake(str(folder / name), 1, f"no message is in '{tag}'", hint)
    for file in sorted((folder / FOLDER).glob("*.y*ml")):
        if file.suffix == ".yml" or file.stem not in spoken:
            what = f"no message is in '{file.stem}'" if file.suffix == ".yaml" else "catalogues end with .yaml"
            known = tidy(file.stem)
            hint = f"rename it to {known}.yaml" if known in spoken else _UNSPOKEN
            yield Mistake(str(file), 1, what, hint)


def _words(tree: nodes.Template) -> Iterator[tuple[int, str]]:
    """Words of the template itself; a sign, a number or one letter needs no translation."""
    for data in tree.find_all(nodes.TemplateData):
        found = _WORD.search(data.data)
        if found:
            yield data.lineno + data.data.count("\n", 0, found.start()), found[0][:40]
