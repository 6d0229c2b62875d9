"""Advice on the milestone, and settings that are not set yet. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from deploy.preview.checks.finding import Finding
from schemas.milestones.document import Document
from schemas.milestones.expand import Milestone, expand
from schemas.milestones.lint import lint
from stream.runtime.settings import Settings


def rules_findings(document: Document, milestone: Milestone) -> Iterator[Finding]:
    """Yield what `cairn milestones check` advises on this milestone, and on the file as a whole."""
    ids = {each.id for each in expand(document)}
    advice = [each for each in lint(document) if f"'{milestone.id}'" in each.message or not _names(each.message, ids)]
    for each in advice:
        yield Finding("amber", "everything", "Milestone", f"{each.message} ({each.where})", each.hint)
    if not advice:
        yield Finding("green", "everything", "Milestone", "the check of the file has no advice on it")


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
