"""Row `web-push`: `cairn run web-push` to a push service that takes everything at once."""

from __future__ import annotations

import sys
import tempfile

from channels.testing.user_agent import UserAgent
from channels.web_push.keys import VapidKeys
from schemas.contact import WebPushKeys, WebPushTarget
from schemas.delivery import WebPushTo
from tests.bench.child import ChildProcess
from tests.bench.dispatched_line import dispatched_line
from tests.bench.dispatcher import Dispatcher, dispatched
from tests.bench.ground import Ground
from tests.bench.sizes import Sizes
from tests.bench.table import Line
from tests.bench.target import at_least

BROWSERS = 1_000
"""Each has its own keys: no point is parsed once for all."""


def web_push_lines(ground: Ground, sizes: Sizes) -> list[Line]:
    """Measure so many rounds; dispatcher and push service are a process each, TLS between them.

    Raises:
        BenchError: a message was not taken.
    """
    with (
        tempfile.TemporaryDirectory(prefix="cairn-bench-") as folder,
        ChildProcess([sys.executable, "-m", "tests.bench.web_push_sink", folder]) as sink,
    ):
        found = sink.line()
        own = {
            "vapid_private_key": VapidKeys.generate().private,
            "vapid_subject": "mailto:push@acme.example",
            "loopback_endpoints": True,
            "loopback_ca_file": found["ca_file"],
        }
        dispatcher = Dispatcher("web_push", {"web_push": own}, {})
        browsers = [_browser(found["url"], number) for number in range(BROWSERS)]
        runs = [dispatched(ground, dispatcher, browsers, sizes.pushed) for _ in range(sizes.repeats)]
    what = "web push: `cairn run web-push`, from record to receipt, to a push service on this machine (TLS)"
    return [dispatched_line(what, runs, at_least(2_000, "2,000 messages/s"))]


def _browser(url: str, number: int) -> WebPushTo:
    browser = UserAgent()
    keys = WebPushKeys(p256dh=browser.p256dh, auth=browser.auth)
    return WebPushTo(target=WebPushTarget(endpoint=f"{url}/push/{number}", keys=keys))
