"""What can be checked of webhooks without posting: the endpoints' form, and the secrets."""

from __future__ import annotations

from importlib.util import find_spec

from deploy.cli.doctor.check import Check, Mark, failed
from schemas.errors import CairnError
from stream.runtime.settings import Settings

_NAME = "webhooks"


def webhooks(settings: Settings) -> Check:
    """Whether milestones can be posted; who has no endpoint has nothing to mend."""
    own = settings.webhooks
    if not own.urls:
        cure = "to have milestones posted to you, set webhooks.urls and webhooks.secrets"
        return Check(_NAME, Mark.SKIP, "not set up: webhooks.urls is empty", cure)
    if find_spec("aiokafka") is None:  # Faust needs it, and has itself no spec once it is imported
        return Check(_NAME, Mark.SKIP, "its libraries are not installed here", "install the extra `reactions`")
    from stream.reactions.webhooks.apps import webhook_apps

    try:
        endpoints = len(webhook_apps(settings))
    except CairnError as error:
        return failed(_NAME, error)
    return Check(_NAME, Mark.OK, f"endpoints: {endpoints}, secrets: {len(own.secrets)}")
