"""One worker process of a test: the reminder of the contract suites on the real engine.

Started as `python -m tests.system.reminder_main ORDER`.
"""

from __future__ import annotations

import functools
import sys

from confluent_kafka import Consumer

import stream.run
from schemas.errors import CairnError
from stream.engine.figures import Figures
from stream.engine.worker import Clients
from stream.runtime.child import Child
from stream.runtime.exits import Exit
from stream.runtime.kafka import reader_config
from stream.runtime.layers import load
from stream.runtime.logs import configure
from tests.contracts.reminder import Reminder, reminder_topology
from tests.system.mischief import Mischief, replace
from tests.system.reminder_order import ReminderOrder
from tests.system.worker_main import log_to


def work(order: ReminderOrder) -> Exit:
    """Run the worker until it is told to stop; its log goes to the order's file."""
    log_to(order.log)
    mischief = Mischief(**order.mischief)
    mischief.install()
    child = Child.of_environment()
    try:
        settings = load(environ={}, options=order.options).settings
        configure(settings.log, worker=settings.tracker.host)
        hearing = Consumer(reader_config(settings, role="broadcast")) if order.rules else None
        replace(stream.run, "Clients", functools.partial(Clients, broadcast=hearing))
        reminder = Reminder(reminder_topology(settings.topics.prefix, rules=order.rules))
        return stream.run.run_processor(
            settings, settings.tracker, reminder, child.worker, Figures(child), probe=mischief.probe
        )
    except CairnError as error:
        child.farewell(error)
        print(f"ended: {error.what}", file=sys.stderr, flush=True)
        return Exit(error.exit)


if __name__ == "__main__":
    sys.exit(work(ReminderOrder.of(sys.argv[1])))
