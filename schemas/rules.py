"""The rules record: one whole version of the milestones file, as `cairn milestones apply` writes it.

The topic `milestone-rules` has one partition and keeps every record. A record counts only if it expects the version
that is in force where it stands in the log: of two applies at once the second finds another version than it expected
and is passed over, by every reader alike. So no lock is needed, and none can be forgotten.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta
from pydantic import ValidationError

from schemas.adoption import Adoption, unsound_number
from schemas.milestones.document import Document
from schemas.moment import Rfc3339, parse_rfc3339, rfc3339
from schemas.own_record import OwnRecord


class RulesRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The value of a record, its fields in the order they are written."""

    schema_version: Literal[1] = 1
    version: Annotated[int, Meta(ge=1, description="Counts the applies")]
    expects: Annotated[int, Meta(ge=0, description="The version that must be in force before; 0: none")]
    digest: Annotated[str, Meta(description="SHA-256 of what the document says")]
    applied_at: Rfc3339
    applied_by: str | None = None
    document: Annotated[dict[str, Any], Meta(description="The milestones file, without comments and defaults")]
    adoption: Annotated[Adoption, Meta(description="Numbers and moments that this apply settled, older ones included")]


@dataclass(frozen=True, slots=True)
class RulesVersion:
    """One version of the rules, read and sound. `applied_ms` is in epoch ms."""

    version: int
    applied_ms: int
    applied_by: str | None
    document: Document
    adoption: Adoption

    def encode(self) -> bytes:
        """Return the record's value: compact JSON, numbers exact."""
        record = RulesRecord(
            version=self.version,
            expects=self.version - 1,
            digest=self.document.digest(),
            applied_at=rfc3339(self.applied_ms),
            applied_by=self.applied_by,
            document=self.document.plain(),
            adoption=self.adoption,
        )
        return _ENCODER.encode(record)


class RulesLog:
    """The versions in log order; the last one is in force."""

    def __init__(self) -> None:
        self._versions: list[RulesVersion] = []

    @property
    def in_force(self) -> RulesVersion | None:
        """The newest version; None before the first."""
        return self._versions[-1] if self._versions else None

    @property
    def versions(self) -> Sequence[RulesVersion]:
        """All that ever were in force, the oldest first."""
        return tuple(self._versions)

    def take(self, value: bytes | None) -> str | None:
        """Read on by one record; return why it does not count, None if it does.

        Raises:
            NewerRulesError: it is in force, but says more than this release understands.
        """
        try:
            record = _RECORD.read(value or b"")
        except msgspec.MsgspecError as error:
            _refuse_newer(value or b"")
            return f"it is no rules record: {error}"
        if (unsound := unsound_number(record.adoption)) is not None:
            return f"it is no rules record: {unsound}"
        now = self._versions[-1].version if self._versions else 0
        if record.expects != now or record.version != now + 1:
            return f"it expects version {record.expects}, and version {now} is in force: another apply came first"
        try:
            document = Document.model_validate(record.document)
        except (ValidationError, ArithmeticError, RecursionError) as error:
            raise NewerRulesError(record.version, str(error)) from error
        if document.digest() != record.digest or record.adoption.digest != record.digest:
            raise NewerRulesError(record.version, "its digest is not that of what this release reads in it")
        applied_ms = parse_rfc3339(record.applied_at)
        self._versions.append(RulesVersion(record.version, applied_ms, record.applied_by, document, record.adoption))
        return None


class NewerRulesError(Exception):
    """A version of the rules that this release cannot read whole: counting by half of it would be wrong for ever."""

    def __init__(self, version: int, reason: str) -> None:
        super().__init__(f"version {version} of the rules cannot be read by this release: {reason}")


def _refuse_newer(value: bytes) -> None:
    """Raise `NewerRulesError` for a record of a later schema: to pass it over would mean to count by old rules."""
    try:
        marks = msgspec.json.decode(value, type=_Marks)
    except (ValueError, RecursionError):
        return
    if marks.schema_version > 1:
        raise NewerRulesError(marks.version, f"it is written in version {marks.schema_version} of the schema")


class _Marks(msgspec.Struct):
    """What a rules record of any schema has."""

    schema_version: int
    version: int = 0


_ENCODER = msgspec.json.Encoder(decimal_format="number")
_RECORD = OwnRecord(RulesRecord)
