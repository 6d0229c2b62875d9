"""Advice on the milestone, and settings that are not set yet. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePath

from deploy.preview.checks.finding import Finding
from schemas.milestones.document import Document
from schemas.milestones.expand import Milestone, expand
from schemas.milestones.lint import lint
from schemas.milestones.problem import Problem
from stream.runtime.settings import Settings
from templates.mistake import Mistake

MOST_LACKING = 5
"""Missing strings that are named one by one: more would hide everything else."""


def rules_findings(document: Document, milestone: Milestone) -> Iterator[Finding]:
    """Yield what `cairn milestones check` advises on this milestone, and on the file as a whole."""
    ids = {each.id for each in expand(document)}
    advice = [each for each in lint(document) if f"'{milestone.id}'" in each.message or not _names(each.message, ids)]
    for each in advice:
        yield Finding("amber", "everything", "Milestone", f"{each.message} ({each.where})", each.hint)
    if not advice:
        yield Finding("green", "everything", "Milestone", "the check of the file has no advice on it")


def language_findings(lacking: Iterable[Mistake], language: str, milestone: Milestone) -> Iterator[Finding]:
    """Yield the strings that the message's language lacks, those of this milestone first.

    The message shows those of another language in their place.
    """
    places = tuple(f"milestones.{name}." for name in (milestone.id, milestone.entry.id))
    own = [each for each in lacking if PurePath(each.file).stem == language]
    own.sort(key=lambda each: not each.message.startswith(places))
    for each in own[:MOST_LACKING]:
        yield Finding("red", "everything", "Language", f"{each.message} ({each.where})", each.hint)
    if len(own) > MOST_LACKING:
        says = f"{len(own) - MOST_LACKING} more strings are missing in {language}"
        yield Finding("red", "everything", "Language", says, "run `cairn milestones check`: it names each")


def picture_findings(undrawable: Iterable[Problem], file: str, language: str) -> Iterator[Finding]:
    """Yield the texts that pictures of the message's language leave out: those of the milestones file and of its words.

    Args:
        undrawable: every such text of the installation.
        file: the milestones file, as problems name it.
        language: the name of the message's language, as catalogues are named.
    """
    for each in undrawable:
        if each.file == file or PurePath(each.file).stem == language:
            yield Finding("amber", "card", "Letters", f"{each.message} ({each.where})", each.hint)


def settings_findings(own: Settings) -> Iterator[Finding]:
    """Yield what was made up for the preview and must be set before anything is sent; `own` as they are."""
    for channel, name, value in (
        ("email", "email.sender", own.email.sender),
        ("email", "email.postal_address", own.email.postal_address),
        ("share", "portal.public_url", own.portal.public_url),
    ):
        if not value:
            says = f"{name} is not set; the preview made one up"
            yield Finding("amber", channel, "Setting", says, f"set {name} before anything is sent")


def _names(message: str, ids: set[str]) -> bool:
    return any(f"'{each}'" in message for each in ids)
