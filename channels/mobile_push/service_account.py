"""The JSON file of a Firebase service account, checked when a dispatcher starts."""

from __future__ import annotations

import json
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path

from google.oauth2.service_account import Credentials

from schemas.errors import CairnError
from stream.runtime.exits import Exit

SCOPE = "https://www.googleapis.com/auth/firebase.messaging"
"""All that it takes to send; firebase-admin would ask for the whole cloud."""
SETTING = "mobile_push.service_account"

_GET_ONE = "make a key in the Firebase console (Project settings, Service accounts) and name its file"
_FIELDS = ("project_id", "private_key", "client_email", "token_uri")
_PROJECT = re.compile(r"[a-z0-9][a-z0-9.:-]*")


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    """Who sends. `project` is the id of the Firebase project."""

    project: str
    credentials: Credentials = field(repr=False)


def read_service_account(path: Path | None) -> ServiceAccount:
    """Read the file.

    Raises:
        CairnError: USAGE, when none is named, or it cannot be read, is no JSON or no key of a service account. The text
            quotes nothing of the file.
    """
    if path is None:
        raise _error("no service account is named, and FCM lets nobody in without one", None, _GET_ONE)
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        fix = f"give this user the right to read it, or correct {SETTING}"
        raise _error(f"cannot read the service account: {reason}", path, fix) from error
    except UnicodeDecodeError as error:
        raise _error("the service account is not text in UTF-8", path, _GET_ONE) from error
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _error("the service account is not JSON", path, _GET_ONE) from error
    return _checked(fields, path)


def readable_by_others(path: Path) -> bool:
    """Whether users of the machine beyond its owner and group may read the file."""
    return bool(path.stat().st_mode & stat.S_IROTH)


def _checked(fields: object, path: Path) -> ServiceAccount:
    kind = fields.get("type") if isinstance(fields, dict) else None
    if not isinstance(fields, dict) or kind != "service_account":
        hint = " (google-services.json belongs into the app)" if isinstance(fields, dict) and "client" in fields else ""
        raise _error('the file is no key of a service account: its "type" is another', path, _GET_ONE + hint)
    missing = [each for each in _FIELDS if not isinstance(fields.get(each), str) or not fields[each]]
    if missing:
        raise _error(f"the service account lacks {', '.join(missing)}", path, _GET_ONE)
    if not _PROJECT.fullmatch(fields["project_id"]):
        raise _error("the project_id of the service account is no id of a project", path, _GET_ONE)
    try:
        # The private key is parsed here, so that a broken one ends the start and not the first message.
        credentials = Credentials.from_service_account_info(fields, scopes=[SCOPE])
    except ValueError as error:
        raise _error("the private_key of the service account cannot be read", path, _GET_ONE) from error
    return ServiceAccount(fields["project_id"], credentials)


def _error(what: str, path: Path | None, fix: str) -> CairnError:
    return CairnError(what, where=f"{SETTING} = {path or 'unset'}", fix=fix, exit=Exit.USAGE)
