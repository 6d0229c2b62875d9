"""`cairn languages add TAG`: writes the texts that a language lacks into its catalogue, to be filled in."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.cli.invocation import Invocation
from deploy.cli.text import counted
from deploy.cli.verb import verb
from schemas.errors import CairnError
from stream.runtime.exits import Exit

if TYPE_CHECKING:
    from stream.runtime.settings import Settings
    from templates.checking.needed import Needed
    from templates.languages.language import Language
    from templates.languages.languages import Languages


def register(group: typer.Typer) -> None:
    """Add the verb to `cairn languages`."""
    verb(group, "add")(add)


def add(
    invocation: Invocation,
    language: Annotated[str, typer.Argument(metavar="TAG", help="The language: de, pt-BR, zh-Hant.")],
) -> Exit:
    """Write the texts that a language lacks into its file below templates.folder, empty, to be filled in.

    Each stands below what is to be translated, with the plural forms that the language has. What is in the file stays
    as it is, so it may be run again when milestones or releases bring new texts. An empty text counts as missing.
    Works without Kafka.
    """
    from deploy.cli.languages.installation import installed
    from templates.checking.needed import needed
    from templates.languages.adding import Gap, added
    from templates.languages.languages import FOLDER, known

    settings = invocation.loaded().settings
    try:
        (name,) = known((language,))
    except CairnError as error:
        raise CairnError(
            error.what, where="the command line of `cairn languages add`", fix=error.fix, exit=Exit.USAGE
        ) from None
    found = installed(settings, (name,))
    spoken = next(each for each in found.languages if each.name == name)
    needs = needed(spoken, found.languages, found.document)
    lacking = [each for each in needs if not each.there]
    own = found.languages.own.get(name)
    file = found.folder / FOLDER / f"{name}.yaml"
    there = own.lines if own else {}
    new = [each for each in lacking if each.path not in there]
    if new:
        text = _read(file) if own else _header(spoken, found.languages)
        _write(file, added(text, [Gap(each.path, each.source, each.forms) for each in new]), spoken, found.folder)
    _report(invocation, settings, name, file, needs, lacking, new)
    return Exit.OK


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise _unwritable(file, "read", error) from error


def _header(language: Language, languages: Languages) -> str:
    """What stands at the top of a new file."""
    plural = "; ".join(f"{form} for {numbers}" for form, numbers in language.plural_samples())
    lines = (
        f"{language.display_name} ({language.name}): write each text between the quotes; above is what to translate.",
        "Names in braces such as {amount} are filled in: leave them as they are. An empty text counts as missing.",
        f"Plural forms: {plural}.",
        f"The words of the milestones file are in {languages.default.display_name} ({languages.default.name}).",
        "`cairn milestones check` finds every mistake, `cairn languages list` says how much is written.",
    )
    return "".join(f"# {line}\n" for line in lines)


def _write(file: Path, text: str, language: Language, folder: Path) -> None:
    """Put the new file in the place of the old one at once, once it is seen to be sound.

    Raises:
        CairnError: exit 1, when nothing can be added to the file by a program; exit 2, when it cannot be written.
    """
    from templates.folder import is_inside
    from templates.languages.reader import read

    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if not is_inside(folder, file):
            raise CairnError(
                "the catalogue is a link out of the folder of templates, and is not followed",
                where=str(file),
                fix="put the file itself there",
                exit=Exit.USAGE,
            )
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.", suffix=".new")
        written = Path(name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
                stream.write(text)
            _, mistakes = read(written, language.name, language.locale)
            if mistakes:
                raise CairnError(
                    f"nothing can be added to this file as it is written: {mistakes[0].message}",
                    where=str(file),
                    fix="write its sections as one `key: text` per line, then run it again; nothing was changed",
                    exit=Exit.FINDINGS,
                )
            written.chmod(file.stat().st_mode & 0o777 if file.exists() else 0o644)
            written.replace(file)
        finally:
            written.unlink(missing_ok=True)
    except OSError as error:
        raise _unwritable(file, "write", error) from error


def _unwritable(file: Path, what: str, error: Exception) -> CairnError:
    why = getattr(error, "strerror", None) or str(error)
    return CairnError(
        f"cannot {what} the catalogue: {why.lower()}",
        where=str(file),
        fix="give this user the right to it, or set templates.folder to another folder",
        exit=Exit.USAGE,
    )


def _report(
    invocation: Invocation,
    settings: Settings,
    name: str,
    file: Path,
    needs: list[Needed],
    lacking: list[Needed],
    new: list[Needed],
) -> None:
    steps = _steps(settings, name, file, lacking)
    if invocation.as_json:
        invocation.out.document(
            {
                "language": name,
                "file": str(file),
                "added": [".".join(each.path) for each in new],
                "missing": [".".join(each.path) for each in lacking],
                "texts": len(needs),
                "next": steps,
            }
        )
        return
    out = invocation.out
    if new and len(lacking) > len(new):
        # Others stand there empty since an earlier run.
        out.line(f"{file}: {counted(len(new), 'text')} added; {len(lacking)} to be filled in, of {len(needs)}")
    elif new:
        out.line(f"{file}: {counted(len(new), 'text')} to be filled in, of {len(needs)}")
    elif lacking:
        out.line(f"{file}: nothing to add; {counted(len(lacking), 'text')} of {len(needs)} in it still to be filled in")
    else:
        out.line(f"{name} lacks nothing" if needs else f"{name} takes every text from its language, which is spoken")
    for step in steps:
        out.hint(step)


def _steps(settings: Settings, name: str, file: Path, lacking: list[Needed]) -> list[str]:
    """What is left to do, in its order."""
    from templates.languages.languages import known

    steps = [f"fill in {file}"] if lacking else []
    spoken = known(settings.templates.languages)
    if settings.templates.folder is None and lacking:
        steps.append(f'in cairn.toml: templates.folder = "{file.parent.parent}"')
    if name not in spoken:
        names = ", ".join(f'"{each}"' for each in (*spoken, name))
        steps.append(f"in cairn.toml: templates.languages = [{names}]")
    return [*steps, "cairn milestones check"] if steps else []
