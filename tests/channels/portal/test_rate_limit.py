"""A client asks in bursts, then steadily; memory stays bounded. The time is an argument, so nothing waits here."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import HTTPConnection

from channels.portal.app import portal
from channels.portal.client_address import client_of
from channels.portal.rate_limit import RateLimit
from tests.channels.portal.browser import NOW, Outbox, ask, settings, unsubscribe_path


def test_a_burst_then_the_rate() -> None:
    """Three at once, then one each half second; the wait it names is the wait it needs."""
    limit = RateLimit(per_second=2, burst=3, clients=10)

    assert [limit.seconds_to_wait("a", 100.0) for _ in range(4)] == [0, 0, 0, 0.5]
    assert limit.seconds_to_wait("a", 100.25) == 0.25
    assert limit.seconds_to_wait("a", 100.5) == 0


def test_each_client_has_a_bucket_of_its_own() -> None:
    """One that floods takes nothing from another."""
    limit = RateLimit(per_second=1, burst=1, clients=10)
    limit.seconds_to_wait("a", 0)

    assert limit.seconds_to_wait("a", 0) > 0
    assert limit.seconds_to_wait("b", 0) == 0


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.floats(-10, 10)), max_size=100))
def test_memory_and_admissions_are_bounded(asked: list[tuple[str, float]]) -> None:
    """Whatever the clock does: never more buckets than clients, and never more admitted than burst and rate allow."""
    limit = RateLimit(per_second=1, burst=2, clients=8)
    now, passed, admitted = 1000.0, 0.0, 0
    for client, step in asked:
        now, passed = now + step, passed + max(0.0, step)
        wait = limit.seconds_to_wait(client, now)
        assert 0 <= wait <= 1
        admitted += client == "a" and wait == 0
        assert len(limit) <= 8

    # A clock that goes to and fro may give a client the same second twice, never more than went forward in all.
    assert admitted <= 2 + passed + 1e-6


def test_the_bucket_used_longest_ago_goes_first() -> None:
    """Strangers passing by do not free one that is flooding."""
    limit = RateLimit(per_second=0.001, burst=1, clients=2)
    for client in ("flood", "b", "flood", "c"):
        limit.seconds_to_wait(client, 0)

    assert len(limit) == 2
    assert limit.seconds_to_wait("c", 0) > 0
    assert limit.seconds_to_wait("flood", 0) > 0


@pytest.mark.parametrize(
    ("forwarded", "proxies", "client"),
    [
        (None, 0, "192.0.2.1"),
        ("198.51.100.9", 0, "192.0.2.1"),
        ("198.51.100.9", 1, "198.51.100.9"),
        ("203.0.113.5, 198.51.100.9", 1, "198.51.100.9"),
        ("203.0.113.5, 198.51.100.9", 2, "203.0.113.5"),
        ("198.51.100.9", 3, "198.51.100.9"),
        ("2001:db8:1:2:3:4:5:6", 1, "2001:db8:1:2::/64"),
        ("::ffff:198.51.100.9", 1, "198.51.100.9"),
        ("x" * 500, 1, "x" * 64),
    ],
)
def test_the_client_is_whom_the_trusted_proxies_saw(forwarded: str | None, proxies: int, client: str) -> None:
    """What a client writes into X-Forwarded-For itself gives it no new bucket."""
    headers = [(b"x-forwarded-for", forwarded.encode())] if forwarded else []
    connection = HTTPConnection({"type": "http", "headers": headers, "client": ("192.0.2.1", 4)})

    assert client_of(connection, proxies) == client


def test_a_client_that_asks_too_often_is_told_when_to_come_back() -> None:
    """429 with whole seconds, rounded up (RFC 9110 section 10.2.3); others go on, and so do probes."""

    async def statuses() -> list[tuple[int, str | None]]:
        app = portal(settings(burst=2, requests_per_second=0.4), Outbox(), now=lambda: NOW)
        paths = [("192.0.2.1", "/m/x")] * 3 + [("192.0.2.2", "/m/x"), ("192.0.2.1", "/healthz")]
        found = [await ask(app, path, client=client) for client, path in paths]
        return [(each.status, each.headers.get("retry-after")) for each in found]

    assert asyncio.run(statuses()) == [(404, None), (404, None), (429, "3"), (404, None), (200, None)]


def test_a_mailbox_provider_may_unsubscribe_many_people() -> None:
    """Its posts come from a few addresses: each genuine link has a limit of its own, guesses share the client's."""

    async def statuses(paths: list[str]) -> list[int]:
        app = portal(settings(burst=2), Outbox(), now=lambda: NOW)
        return [(await ask(app, path, "POST")).status for path in paths]

    assert asyncio.run(statuses([unsubscribe_path(f"c-{number}") for number in range(5)])) == [200] * 5
    assert asyncio.run(statuses([unsubscribe_path()] * 3)) == [200, 200, 429]
    assert asyncio.run(statuses(["/u/guess"] * 3)) == [404, 404, 429]
