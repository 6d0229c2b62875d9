"""One worker process of a test: the dispatcher's real runtime around a scripted sender.

Started as `python -m tests.system.dispatch_main ORDER`.
"""

from __future__ import annotations

import sys
from pathlib import Path

from channels.dispatch.run import run_dispatcher
from stream.runtime.leave import leave
from tests.system.dispatch_order import DispatchOrder
from tests.system.mischief import Mischief
from tests.system.scripted_sender import InstantSender, ScriptedSender
from tests.system.worker_main import be_worker

if __name__ == "__main__":
    order = DispatchOrder.of(sys.argv[1])
    leave(
        be_worker(
            order,
            lambda settings, child, _probe: run_dispatcher(
                settings,
                settings.web_push,
                "web_push",
                lambda: ScriptedSender(Path(order.journal), Path(order.switches)) if order.journal else InstantSender(),
                child,
            ),
            Mischief(**order.mischief),
        )
    )
