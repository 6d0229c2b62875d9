"""What reactions need of the topics before the first record."""

from __future__ import annotations

from collections.abc import Sequence

from confluent_kafka.admin import AdminClient

from schemas.errors import CairnError
from schemas.topics import REACTIONS, REACTIONS_DLQ
from stream.reactions.app import App
from stream.reactions.ends import ANSWER
from stream.runtime.client import made
from stream.runtime.exits import Exit
from stream.runtime.kafka import admin_config
from stream.runtime.settings import Settings


def check_topics(settings: Settings, apps: Sequence[App]) -> None:
    """Look whether every topic is there; blocks for an answer.

    Raises:
        CairnError: DRIFT, when one is missing: Faust would wait for it without a word.
        KafkaException: the cluster did not answer.
    """
    wanted = {each.source.topic for app in apps for each in app.reactions.values()} | {REACTIONS, REACTIONS_DLQ}
    known = made(AdminClient, admin_config(settings)).list_topics(timeout=ANSWER).topics
    missing = sorted(name for name in map(settings.prefixed, wanted) if name not in known or known[name].error)
    if missing:
        raise CairnError(
            f"missing: {', '.join(missing)}", "topics", "make them with `cairn topics apply`", exit=Exit.DRIFT
        )
