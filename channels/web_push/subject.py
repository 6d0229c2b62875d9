"""How push services reach us: the subject of a VAPID token (RFC 8292 section 2.1), as they take it.

Apple refuses a subject that leads nowhere with 403 BadJwtToken, and every message to Safari with it, while Chrome and
Firefox take anything (github.com/web-push-libs/web-push/issues/947, developer.apple.com/forums/thread/725473): an
installation with such a one works until its first iPhone.
"""

from __future__ import annotations

import ipaddress
import re

from schemas.errors import CairnError
from stream.runtime.exits import Exit

SETTING = "web_push.vapid_subject"
_FORM = re.compile(
    r"mailto:[^@\s<>,;:]+@(?P<mail>[A-Za-z0-9.-]+)|https://(?P<page>[^\s/:@?#<>]+)(?::[0-9]+)?(?:[/?][!-~]*)?"
)
_NAME = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9]")
_NOWHERE = ("localhost", "invalid", "local", "test", "internal", "localdomain", "home", "lan", "onion")
"""Last labels of names that lead nowhere from outside (RFC 6761, RFC 6762, RFC 7686, and those of home routers).
`example` is not among them: it stands in examples, and whoever writes it knows."""
_FIX = "set it to mailto:you@your-company.com or https://your-company.com/contact (RFC 8292 section 2.1)"


def checked_subject(subject: str) -> str:
    """Return the subject.

    Raises:
        CairnError: it is neither a mailto nor an https address, or one that nobody can reach (exit 2).
    """
    if not subject:
        raise _refused("push services are not told how to reach you")
    given = _FORM.fullmatch(subject)
    if given is None:
        raise _refused(f"this is no way to reach you: {subject}")
    host = given["mail"] or given["page"]
    if reason := _unreachable(host):
        raise _refused(f"Apple refuses every message that is signed with {subject}: {host} {reason}")
    return subject


def _unreachable(host: str) -> str | None:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        pass
    else:
        return "is an address, not a name"
    if host.rpartition(".")[2].lower() in _NOWHERE:
        return "leads nowhere from outside"
    if "." not in host:
        return "has no dot, so it is no domain"
    return None if _NAME.fullmatch(host) else "is no name of a domain"


def _refused(what: str) -> CairnError:
    return CairnError(what, SETTING, _FIX, exit=Exit.USAGE)
