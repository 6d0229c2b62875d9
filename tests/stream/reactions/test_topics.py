"""The topics of reactions, while a worker runs."""

from __future__ import annotations

from concurrent.futures import Future
from types import SimpleNamespace
from typing import Any

import pytest
from confluent_kafka import KafkaError, KafkaException

from schemas.errors import CairnError
from stream.reactions import topics as room
from stream.reactions.topics import Topics
from stream.runtime.exits import Exit
from stream.runtime.settings import Settings


class Cluster:
    """Answers with the ids that it has; without an id a topic is not there."""

    def __init__(self) -> None:
        self.ids: dict[str, str] = {"milestone-crossed": "A", "reactions": "R", "reactions-dlq": "D"}
        self.away = False

    def describe_topics(self, wanted: Any, **_: Any) -> dict[str, Future[Any]]:
        return {each: self._answer(each) for each in wanted.topic_names}

    def _answer(self, topic: str) -> Future[Any]:
        answer: Future[Any] = Future()
        if self.away:
            answer.set_exception(KafkaException(KafkaError(KafkaError._TRANSPORT)))
        elif topic in self.ids:
            answer.set_result(SimpleNamespace(topic_id=self.ids[topic]))
        else:
            answer.set_exception(KafkaException(KafkaError(KafkaError.UNKNOWN_TOPIC_OR_PART)))
        return answer


class App:
    """Reads crossings."""

    def __init__(self) -> None:
        self.reactions = {"tell": SimpleNamespace(source=SimpleNamespace(topic="milestone-crossed"))}
        self.topic_ids: dict[str, str] = {}


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Cluster:
    found = Cluster()
    monkeypatch.setattr(room, "made", lambda *_: found)
    monkeypatch.setattr(room, "TopicCollection", lambda names: SimpleNamespace(topic_names=names))
    return found


def watched(*, accept_gap: bool = False) -> tuple[Topics, Any]:
    settings = Settings.model_validate({"reactions": {"accept_gap": accept_gap}})
    app: Any = App()
    topics = Topics(settings, [app])
    topics.check()
    return topics, app


def test_an_app_hears_the_ids_of_what_it_reads(cluster: Cluster) -> None:
    assert watched()[1].topic_ids == {"milestone-crossed": "A", "reactions": "R"}


def test_a_topic_that_is_missing_stops_the_start(cluster: Cluster) -> None:
    del cluster.ids["reactions-dlq"]
    with pytest.raises(CairnError, match="missing: reactions-dlq") as raised:
        watched()
    assert raised.value.exit == Exit.DRIFT


@pytest.mark.parametrize(("now", "said"), [(None, "was deleted"), ("B", "was deleted and made anew")])
@pytest.mark.parametrize(("accept_gap", "code"), [(False, Exit.DRIFT), (True, Exit.STUCK)])
def test_a_topic_that_goes_while_it_runs_stops_the_worker(
    cluster: Cluster, now: str | None, said: str, accept_gap: bool, code: Exit
) -> None:
    """The client would wait for it without a word, and readyz say that all is well."""
    topics, _ = watched(accept_gap=accept_gap)
    topics.look()
    cluster.ids.pop("milestone-crossed")
    if now is not None:
        cluster.ids["milestone-crossed"] = now
    topics.look()  # one answer may be that of a broker that has just started
    with pytest.raises(CairnError, match=f"milestone-crossed {said}\n") as raised:
        topics.look()
    assert raised.value.exit == code


def test_one_answer_and_an_outage_stop_nobody(cluster: Cluster) -> None:
    topics, _ = watched()
    known = cluster.ids.pop("milestone-crossed")
    topics.look()
    cluster.ids["milestone-crossed"] = known
    topics.look()
    cluster.away = True
    topics.look()
    topics.look()
