"""FCM in its own process: `python -m tests.bench.fcm_fake DEVICES`. Its first line of JSON says how to reach it."""

from __future__ import annotations

import json
import sys
import threading

from channels.testing.fcm_service import FcmService
from tests.bench.guard import end_with_parent


def serve(devices: int) -> None:
    """Serve until killed: the real fake, with its checks of token, message and size."""
    with FcmService() as service:
        registered = [service.register() for _ in range(devices)]
        print(json.dumps({"url": service.url, "key": service.service_account(), "devices": registered}), flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    end_with_parent()
    serve(int(sys.argv[1]))
