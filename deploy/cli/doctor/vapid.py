"""What can be checked of web push without sending: the key and the subject that push services see."""

from __future__ import annotations

from importlib.util import find_spec

from deploy.cli.doctor.check import Check, Mark, failed
from schemas.errors import CairnError
from stream.runtime.settings import WebPush

_NAME = "web push"


def vapid(settings: WebPush) -> Check:
    """Whether messages can be signed; who does not use web push has nothing to mend."""
    if not settings.vapid_private_key:
        cure = "to celebrate in browsers, make a pair with `cairn web-push keys`"
        return Check(_NAME, Mark.SKIP, "not set up: web_push.vapid_private_key is empty", cure)
    if find_spec("py_vapid") is None:
        return Check(_NAME, Mark.SKIP, "its libraries are not installed here", "install the extra `channels`")
    from channels.web_push.vapid import Vapid
    from stream.runtime.outbound.endpoint import EndpointPolicy

    try:
        public = Vapid.of(settings).public_key
        EndpointPolicy(settings.push_hosts, setting="web_push.push_hosts")
    except CairnError as error:
        return failed(_NAME, error)
    return Check(_NAME, Mark.OK, f"{settings.vapid_subject}, public key {public}")
