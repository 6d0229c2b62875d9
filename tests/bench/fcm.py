"""Row `fcm`: `cairn run mobile-push` to an FCM that takes everything at once."""

from __future__ import annotations

import json
import secrets
import sys
import tempfile
from pathlib import Path

from schemas.delivery import MobilePushTo
from tests.bench.child import ChildProcess
from tests.bench.dispatched_line import dispatched_line
from tests.bench.dispatcher import Dispatcher, dispatched
from tests.bench.ground import Ground
from tests.bench.sizes import Sizes
from tests.bench.table import Line
from tests.bench.target import at_least

DEVICES = 1_000


def fcm_lines(ground: Ground, sizes: Sizes) -> list[Line]:
    """Measure so many rounds; dispatcher and FCM are a process each, TLS between them.

    Raises:
        BenchError: a message was not taken.
    """
    with (
        tempfile.TemporaryDirectory(prefix="cairn-bench-") as folder,
        ChildProcess([sys.executable, "-m", "tests.bench.fcm_sink", folder]) as sink,
    ):
        found = sink.line()
        key = Path(folder) / "account.json"
        key.touch(0o600)
        key.write_text(json.dumps(found["key"]), "utf-8")
        own = {"service_account": str(key), "fcm_url": found["url"]}
        dispatcher = Dispatcher("mobile_push", {"mobile_push": own}, {"SSL_CERT_FILE": found["ca_file"]})
        devices = [
            MobilePushTo(token=f"{secrets.token_urlsafe(16)}:APA91b{secrets.token_urlsafe(100)}")
            for _ in range(DEVICES)
        ]
        runs = [dispatched(ground, dispatcher, devices, sizes.pushed) for _ in range(sizes.repeats)]
    what = "mobile push: `cairn run mobile-push`, from record to receipt, to an FCM on this machine (TLS)"
    return [dispatched_line(what, runs, at_least(3_000, "3,000 messages/s"))]
