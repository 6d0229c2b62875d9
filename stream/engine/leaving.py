"""Leaving the group within a bound.

librdkafka's consumer_close asks for the group's coordinator as long as it takes, and after an outage that may be for
ever (its issue 3740; reproduced here with 2.16: a worker that had met a restart of the broker hung in it until it was
killed, 4 of 12 times). Nothing depends on the goodbye: what was folded is committed and flushed by then, a static
member says none, and of a dynamic one that says none the broker hears by the session's timeout.
"""

from __future__ import annotations

import threading

from confluent_kafka import Consumer

LEAVE_BOUND = 5.0
"""Seconds. A goodbye is one round trip and a last look at the partitions: some ten milliseconds, in a broker under
load a second."""


def leave(consumer: Consumer, bound: float = LEAVE_BOUND) -> bool:
    """Close the consumer; False if it had not closed after `bound` seconds, and then it never counts as closed.

    Raises:
        KafkaException: the client says why it cannot.
    """
    failures: list[Exception] = []

    def close() -> None:
        try:
            consumer.close()
        except Exception as failure:
            failures.append(failure)

    # A daemon, which holds the consumer: the process may end, and no destructor waits for it again.
    closing = threading.Thread(target=close, name="leaves-group", daemon=True)
    closing.start()
    closing.join(bound)
    if failures:
        raise failures[0]
    return not closing.is_alive()
