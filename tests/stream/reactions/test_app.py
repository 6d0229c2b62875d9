"""What an app lets be declared, and how it sets Faust."""

from __future__ import annotations

from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import pytest
from faust.serializers import codecs
from faust.transport.drivers import aiokafka as driver
from faust.types.enums import ProcessingGuarantee

from schemas.errors import CairnError
from stream.reactions import App
from stream.reactions.consumer import Consumer
from stream.reactions.consumer_thread import ConsumerThread
from stream.reactions.isolation import check_isolation
from stream.reactions.transport import Producer, Transport
from stream.runtime.exits import Exit
from stream.runtime.layers import load


def app(**options: Any) -> App:
    found = App("tell-sales")
    found.use(load(environ={}, options={"topics.prefix": "acme-", **options}).settings)
    return found


async def tell(crossings: AsyncIterator[Any]) -> None:
    async for _ in crossings:
        pass


def test_the_function_stays_a_function() -> None:
    """So that its test needs no broker: any async iterator will do."""
    own = App("tell-sales")
    assert own.agent(own.milestone_crossed)(tell) is tell


def test_nothing_is_loaded_when_it_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """A module with an app can be imported anywhere: settings are read when it runs."""
    monkeypatch.setenv("CAIRN_TRACKER_WORKERS", "many")
    own = App("tell-sales")
    own.agent(own.milestone_crossed)(tell)


@pytest.mark.parametrize("name", ["", "a b", "ä", "x" * 101, "a/b"])
def test_a_name_that_no_group_can_have(name: str) -> None:
    with pytest.raises(CairnError) as raised:
        App(name)
    assert raised.value.exit == Exit.USAGE


@pytest.mark.parametrize("table", ["Table", "GlobalTable", "SetTable", "SetGlobalTable"])
def test_tables_are_refused_with_the_reason(table: str) -> None:
    with pytest.raises(CairnError, match="no Faust tables"):
        getattr(App("tell-sales"), table)("counts")


async def _yields(crossings: AsyncIterator[Any]) -> AsyncIterator[int]:
    async for _ in crossings:
        yield 1


def _plain(crossings: Any) -> None: ...


@pytest.mark.parametrize(("function", "said"), [(_yields, "yields"), (_plain, "is no async function")])
def test_what_is_no_reaction(function: Any, said: str) -> None:
    own = App("tell-sales")
    with pytest.raises(CairnError, match=said) as raised:
        own.agent(own.milestone_crossed)(function)
    assert "test_app.py:" in str(raised.value.where)


def test_only_topics_of_cairn_are_listened_to() -> None:
    own = App("tell-sales")
    with pytest.raises(CairnError, match="a topic of Cairn"):
        own.agent("orders")(tell)  # type: ignore[arg-type]


def test_two_agents_of_one_name() -> None:
    own = App("tell-sales")
    own.agent(own.milestone_crossed)(tell)
    with pytest.raises(CairnError, match="called tell"):
        own.agent(own.milestone_nudges)(tell)


def test_its_group_is_its_name_behind_the_prefix() -> None:
    assert app().conf.id == "acme-tell-sales"


def test_faust_is_set_as_the_promises_need_it() -> None:
    conf: Any = app(**{"kafka.bootstrap_servers": "b1:9093,b2:9093"}).conf
    assert [str(each) for each in conf.broker] == ["kafka://b1:9093", "kafka://b2:9093"]
    assert conf.processing_guarantee == ProcessingGuarantee.AT_LEAST_ONCE
    assert conf.producer_acks == -1
    assert not conf.web_enabled
    assert conf.topic_disable_leader
    assert not conf.topic_allow_declare
    assert conf.table_standby_replicas == 0
    assert conf.broker_session_timeout < conf.broker_request_timeout


def test_its_consumer_and_producer_are_ours() -> None:
    own = app()
    assert isinstance(own.transport, Transport)
    assert own.transport.Consumer is Consumer
    assert own.transport.Producer is Producer


def test_pickle_is_let_in_nowhere() -> None:
    """Reading one runs what its writer likes."""
    own = app()
    own.agent(own.milestone_crossed)(tell)
    own.finalize()
    with pytest.raises(LookupError):
        codecs.get_codec("pickle")


def test_it_reads_its_topic_and_what_was_sent_back_to_it() -> None:
    own = app()
    own.agent(own.milestone_crossed)(tell)
    own.finalize()
    own.finalize()
    (agent,) = own.agents.values()
    assert agent.name == "tell-sales/tell"
    assert agent.channel.topics == ("acme-milestone-crossed", "acme-reactions")


def test_it_keeps_nothing_on_disk(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    app()._create_directories()
    assert list(tmp_path.iterdir()) == []


def test_a_client_that_would_read_uncommitted_records_stops_the_worker() -> None:
    """A later Faust may drop what we set: the running client is looked at, and not what was asked of it."""
    from aiokafka.consumer import fetcher

    well = SimpleNamespace(
        _isolation_level="read_committed", _fetcher=SimpleNamespace(_isolation_level=fetcher.READ_COMMITTED)
    )
    check_isolation(well)
    for broken in (
        SimpleNamespace(_isolation_level="read_uncommitted", _fetcher=well._fetcher),
        SimpleNamespace(
            _isolation_level="read_committed", _fetcher=SimpleNamespace(_isolation_level=fetcher.READ_UNCOMMITTED)
        ),
        SimpleNamespace(_isolation_level="read_committed"),
        SimpleNamespace(),
    ):
        with pytest.raises(CairnError, match="uncommitted") as raised:
            check_isolation(broken)
        assert raised.value.exit == Exit.USAGE


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        (
            driver.AIOKafkaConsumerThread,
            ("_create_worker_consumer", "_fetch_records", "_commit", "on_start", "_ensure_consumer", "call_thread"),
        ),
        (driver.Consumer, ("_new_consumer_thread", "getmany", "ack", "force_commit", "_add_gap", "_wait_next_records")),
        (driver.Producer, ("send",)),
    ],
)
def test_what_is_overridden_is_still_called_so(kind: Any, names: tuple[str, ...]) -> None:
    """A hook that Faust renames would be ours alone, and nobody would call it."""
    assert [name for name in names if not hasattr(kind, name)] == []
    assert issubclass(ConsumerThread, driver.AIOKafkaConsumerThread)
