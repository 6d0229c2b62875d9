"""What reactions need of the topics: that they are there, and stay those that the worker began in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import structlog
from confluent_kafka import KafkaError, KafkaException, TopicCollection
from confluent_kafka.admin import AdminClient

from schemas.errors import CairnError
from schemas.topics import REACTIONS, REACTIONS_DLQ
from stream.reactions.app import App
from stream.reactions.ends import ANSWER
from stream.runtime.client import made
from stream.runtime.exits import Exit
from stream.runtime.kafka import admin_config
from stream.runtime.settings import Settings
from stream.runtime.verdicts import error_of

log = structlog.get_logger(__name__)


class Topics:
    """The topics of some apps. Blocks while it asks: call it in a thread."""

    def __init__(self, settings: Settings, apps: Sequence[App]) -> None:
        self._admin = made(AdminClient, admin_config(settings))
        self._accept_gap = settings.reactions.accept_gap
        self._read = {
            app: sorted(
                settings.prefixed(each) for each in {REACTIONS, *(r.source.topic for r in app.reactions.values())}
            )
            for app in apps
        }
        self._written = settings.prefixed(REACTIONS_DLQ)
        self._began: Mapping[str, str] = {}
        self._suspected: str | None = None

    def check(self) -> None:
        """Look whether every topic is there, and tell each app the ids of those that it reads.

        Raises:
            CairnError: DRIFT, when one is missing: Faust would wait for it without a word.
            KafkaException: the cluster did not answer.
        """
        ids = self._ids()
        missing = sorted(topic for topic, known in ids.items() if known is None)
        if missing:
            raise CairnError(
                f"missing: {', '.join(missing)}", "topics", "make them with `cairn topics apply`", exit=Exit.DRIFT
            )
        for app, topics in self._read.items():
            app.topic_ids = {each: known for each in topics if (known := ids[each]) is not None}
            self._began = {**self._began, **app.topic_ids}

    def look(self) -> None:
        """See that the topics that are read are still the same: the client waits for one that was deleted without a
        word, reads on in a new one of the same name, or never hears of it.

        Raises:
            CairnError: two answers in a row tell of the same change. DRIFT; STUCK where gaps are accepted, for then the
                next start goes on.
        """
        try:
            ids = self._ids()
        except KafkaException as raised:
            log.debug("topics_unknown", error=str(raised))
            return
        changed = [topic for topic, known in self._began.items() if ids[topic] != known]
        # A broker that has just started may answer from what it knew before.
        told, self._suspected = self._suspected, repr([(each, ids[each]) for each in changed])
        if changed and told == self._suspected:
            raise CairnError(
                " and ".join(
                    f"{each} was deleted" if ids[each] is None else f"{each} was deleted and made anew"
                    for each in changed
                ),
                "seen while running",
                "if it was a mistake, bring the old topic back; what was not handled yet went with it, and with "
                "CAIRN_REACTIONS_ACCEPT_GAP=true the app goes on in the new one, at its first record",
                exit=Exit.STUCK if self._accept_gap else Exit.DRIFT,
            )

    def _ids(self) -> dict[str, str | None]:
        """The id of each topic; None for one that is not there."""
        wanted = sorted({self._written, *(each for topics in self._read.values() for each in topics)})
        ids: dict[str, str | None] = {}
        for topic, answer in self._admin.describe_topics(TopicCollection(wanted), request_timeout=ANSWER).items():
            try:
                ids[topic] = str(answer.result().topic_id)
            except KafkaException as raised:
                if error_of(raised).code() != KafkaError.UNKNOWN_TOPIC_OR_PART:
                    raise
                ids[topic] = None
        return ids
