"""The options of Faust for an app of Cairn. All that correctness rests on is set here, and not the user's to change."""

from __future__ import annotations

from typing import Any

from yarl import URL

from stream.reactions.security import credentials
from stream.runtime.kafka import PRODUCER_MESSAGE_BYTES
from stream.runtime.settings import Settings

BUFFERED = 256
"""Records of one reaction that wait for it. They are read again after a rebalance, so more would only be read twice."""
COMMIT_EVERY = 1.0
"""Seconds. What a killed worker has done since is done again by its heir: at Faust's 2.8 s nearly thrice as much."""
_DAY = 86_400.0


def faust_options(settings: Settings) -> dict[str, Any]:
    """Return the keyword arguments of `faust.App`.

    Raises:
        CairnError: USAGE, for properties of `[kafka]` that cannot be followed.
    """
    own = settings.reactions
    session = own.session_timeout
    return {
        "broker": [_url(each) for each in settings.kafka.bootstrap_servers.split(",") if each.strip()],
        "broker_credentials": credentials(settings.kafka.properties),
        "broker_client_id": f"{settings.kafka.client_id}-reactions",
        "broker_commit_interval": COMMIT_EVERY,
        "broker_session_timeout": session,
        "broker_heartbeat_interval": own.heartbeat,
        # A rebalance waits for every member; ours take `hand_over`, and the commit some seconds more.
        "broker_rebalance_timeout": own.hand_over + 30.0,
        "broker_request_timeout": max(90.0, session + 10.0),
        # A reaction that waits for another system reads nothing meanwhile. Whether it is stuck is for the watch to
        # say (`reactions.stall`); the client would leave the group for it, and the next member would wait as long.
        "broker_max_poll_interval": _DAY,
        # Never used: beginning.py puts the client at an offset that there is.
        "consumer_auto_offset_reset": "earliest",
        "processing_guarantee": "at_least_once",
        "producer_acks": -1,
        "producer_compression_type": None,
        "producer_max_request_size": PRODUCER_MESSAGE_BYTES,
        # Faust's default of 20 minutes would hold commits back as long; a worker that ends repeats the record.
        "producer_request_timeout": 60.0,
        "stream_buffer_maxsize": BUFFERED,
        "stream_wait_empty": False,
        "stream_recovery_delay": 0.0,
        "topic_disable_leader": True,
        "topic_allow_declare": False,
        "reply_create_topic": False,
        "web_enabled": False,
        "web_in_thread": False,
        "store": "memory://",
        # With standbys Faust brings its own assignor, which knows of tables and changelogs.
        "table_standby_replicas": 0,
        "autodiscover": False,
        "version": 1,
    }


def _url(address: str) -> URL:
    """`host:port`, or with a listener's name before it, as Faust names a broker."""
    return URL("kafka://" + address.strip().rpartition("://")[2])
