"""Whether FCM will know us: the service account, and an access token for it. Sends nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deploy.cli.doctor.check import Check, Mark, failed
from schemas.errors import CairnError

if TYPE_CHECKING:
    from stream.runtime.settings import Settings

_NAME = "fcm"


def access_token(settings: Settings) -> Check:
    """Read the service account of mobile push and ask Google for an access token."""
    path = settings.mobile_push.service_account
    if path is None:
        return Check(_NAME, Mark.SKIP, "mobile push is not configured: mobile_push.service_account is unset")
    try:
        from channels.mobile_push.access_token import AccessTokenError
        from channels.mobile_push.google_token import token_source
        from channels.mobile_push.service_account import read_service_account, readable_by_others
    except ModuleNotFoundError as error:
        cure = 'pip install "cairn-milestones[channels]"'
        return Check(_NAME, Mark.FAIL, f"mobile push is configured, and {error.name} is not installed", cure)
    try:
        account = read_service_account(path)
        token_source(account.credentials)()
    except CairnError as error:
        return failed(_NAME, error)
    except AccessTokenError as error:
        return Check(_NAME, Mark.FAIL, f"no access token for project {account.project} ({error.code})", error.detail)
    if readable_by_others(path):
        return Check(_NAME, Mark.WARN, f"every user of this machine may read {path}, a secret", f"chmod 600 {path}")
    return Check(_NAME, Mark.OK, f"project {account.project} gave an access token")
