"""Names, addresses and zones: text of the file that must have a certain form."""

from __future__ import annotations

import re
import zoneinfo
from typing import Annotated
from urllib.parse import urlsplit

from schemas.milestones.condition import ALL_OF, SIGNED_UP
from schemas.milestones.mistakes import malformed, shown, written
from schemas.milestones.spelling import nearest
from schemas.time_zone import canonical_zone

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_METRIC = re.compile(r"[a-z][a-z0-9_]*")
_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_LOCALE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|[0-9]{3}))?")
LONGEST = 64
"""Characters of any name or id."""


def read_milestone_id(raw: object) -> str:
    """Read the id of a milestone: lower case, digits and single hyphens. Raises MalformedError."""
    return _form(
        raw,
        _ID,
        "the id of a milestone",
        "small letters, digits and single hyphens, such as first-project",
        "-",
    )


def read_metric_name(raw: object) -> str:
    """Read the name of a metric. Raises MalformedError."""
    name = _form(raw, _METRIC, "the name of a metric", "small letters, digits and underscores, such as day_streak", "_")
    if name in (SIGNED_UP, ALL_OF):
        raise malformed(f"'{name}' has a meaning of its own in 'when'", "give the metric another name")
    return name


def read_reference(raw: object) -> str:
    """Read the name of a reward or a template. Raises MalformedError."""
    return _form(raw, _REFERENCE, "this name", "letters, digits, hyphens and underscores, such as free_month", "_")


def read_locale(raw: object) -> str:
    """Read a locale such as ``en`` or ``fr-CA``. Raises MalformedError."""
    if not isinstance(raw, str) or not _LOCALE.fullmatch(raw):
        cure = f"write {raw.replace('_', '-')}" if isinstance(raw, str) and "_" in raw else "write en or fr-CA"
        raise malformed(f"{shown(raw)} is not a locale", cure)
    return raw


def read_time_zone(raw: object) -> str:
    """Read a time zone as profiles have it too (`schemas.time_zone`); returns IANA's name. Raises MalformedError."""
    if not isinstance(raw, str):
        raise malformed(f"{shown(raw)} is not a time zone", "write a name such as Europe/Paris")
    zone = canonical_zone(raw)
    if zone is None:
        guess = nearest(raw, zoneinfo.available_timezones())
        raise malformed(f"{shown(raw)} is not a time zone", guess or "write a name such as Europe/Paris")
    return zone


def read_web_address(raw: object) -> str:
    """Read an absolute http or https address. Raises MalformedError."""
    return _address(raw, relative=False)


def read_url(raw: object) -> str:
    """Read an absolute address, or a path on the product's own. Raises MalformedError."""
    return _address(raw, relative=True)


def _address(raw: object, *, relative: bool) -> str:
    cure = "write https://... or a path such as /invite" if relative else "write https://..."
    if not isinstance(raw, str) or not raw or len(raw) > 2000 or not raw.isprintable() or " " in raw:
        raise malformed(f"{shown(raw)} is not an address", cure)
    if relative and raw.startswith("/") and not raw.startswith("//"):
        return raw
    try:
        parts = urlsplit(raw)
        named = bool(parts.hostname)
    except ValueError:
        named = False
    if not named or parts.scheme not in ("https", "http"):
        raise malformed(f"{shown(raw)} is not an address", cure)
    return raw


def _form(raw: object, pattern: re.Pattern[str], what: str, rule: str, joint: str) -> str:
    if not isinstance(raw, str):
        raise malformed(f"{what} is text, not {shown(raw)}", "quote it if it is really the name")
    if not pattern.fullmatch(raw):
        offer = re.sub(r"[^a-z0-9]+", joint, raw.lower()).strip(joint)
        fits = pattern.fullmatch(offer) is not None and len(offer) <= LONGEST
        raise malformed(f"{shown(raw)} cannot be {what}: use {rule}", f"write {offer}" if fits else "")
    if len(raw) > LONGEST:
        raise malformed(f"{shown(raw)} is longer than {LONGEST} characters", "shorten it")
    return raw


def _text(pattern: re.Pattern[str], description: str) -> dict[str, object]:
    return {
        "type": "string",
        "pattern": f"^{pattern.pattern}$",
        "maxLength": LONGEST,
        "description": description,
    }


MilestoneId = Annotated[str, *written(read_milestone_id, _text(_ID, "The id of the milestone"))]
MetricName = Annotated[str, *written(read_metric_name, _text(_METRIC, "The name of the metric"))]
ReferenceName = Annotated[str, *written(read_reference, _text(_REFERENCE, "The name of a reward or template"))]
LocaleName = Annotated[str, *written(read_locale, _text(_LOCALE, "A locale, such as en or fr-CA"))]
TimeZoneName = Annotated[
    str,
    *written(read_time_zone, {"type": "string", "description": "An IANA time zone, such as Europe/Paris"}),
]
WebAddress = Annotated[
    str,
    *written(read_web_address, {"type": "string", "pattern": "^https?://", "description": "An absolute address"}),
]
Url = Annotated[
    str,
    *written(
        read_url,
        {
            "type": "string",
            "pattern": "^(https?://|/)",
            "description": "An absolute address, or a path on the product's",
        },
    ),
]
