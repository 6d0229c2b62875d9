"""One worker process of a test: the reminder of the contract suites on the real engine.

Started as `python -m tests.system.reminder_main ORDER`.
"""

from __future__ import annotations

import functools
import sys

from confluent_kafka import Consumer

import stream.run
from stream.engine.figures import Figures
from stream.engine.probe import Probe
from stream.engine.worker import Clients
from stream.runtime.child import Child
from stream.runtime.exits import Exit
from stream.runtime.kafka import reader_config
from stream.runtime.leave import leave
from stream.runtime.settings import Settings
from tests.contracts.reminder import Reminder, reminder_topology
from tests.system.mischief import Mischief
from tests.system.reminder_order import ReminderOrder
from tests.system.swap import replace
from tests.system.worker_main import be_worker


def work(order: ReminderOrder) -> Exit:
    """Run a worker of the reminder."""

    def run(settings: Settings, child: Child, probe: Probe) -> Exit:
        hearing = Consumer(reader_config(settings, role="broadcast")) if order.rules else None
        replace(stream.run, "Clients", functools.partial(Clients, broadcast=hearing))
        reminder = Reminder(reminder_topology(settings.topics.prefix, rules=order.rules))
        return stream.run.run_processor(settings, settings.tracker, reminder, child.worker, Figures(child), probe=probe)

    return be_worker(order, run, Mischief(**order.mischief))


if __name__ == "__main__":
    leave(work(ReminderOrder.of(sys.argv[1])))
