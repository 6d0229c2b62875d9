"""Libraries that are not installed, told by every verb and worker."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import metadata
from pathlib import Path
from typing import Any

import pytest

from deploy.cli.extras import EXTRAS, not_installed
from deploy.cli.failure import failure_of
from deploy.cli.worker import work
from deploy.cli.worker_order import WorkerOrder
from stream.runtime.exits import Exit
from tests.deploy.cli.conftest import Without

Cairn = Callable[..., Any]


@pytest.mark.parametrize(
    ("arguments", "library", "rooms", "extra"),
    [
        (("web-push", "keys"), "cryptography", ("channels.web_push",), "channels"),
        (("preview", "--out", "review"), "jinja2", ("channels", "templates", "deploy.preview"), "channels"),
    ],
    ids=" ".join,
)
def test_a_verb_names_the_library_and_the_extra(
    cairn: Cairn,
    without: Without,
    arguments: tuple[str, ...],
    library: str,
    rooms: tuple[str, ...],
    extra: str,
) -> None:
    """It is how Cairn was installed, no fault of ours."""
    assert cairn("init", ".").code == 0
    without(library, *rooms)

    outcome = cairn(*arguments)

    assert (outcome.code, f"a library is not installed: {library}" in outcome.err) == (Exit.USAGE, True)
    assert f'pip install "cairn-milestones[{extra}]"' in outcome.err


def test_a_worker_gives_up_for_good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A restart would meet the same wall, so the supervisor makes none."""

    def missing(*_given: object) -> None:
        raise ModuleNotFoundError("No module named 'aiohttp'", name="aiohttp")

    monkeypatch.setattr("stream.runtime.logs.configure", lambda *_settings, **_bound: None)
    monkeypatch.setattr("deploy.cli.worker._run", missing)
    monkeypatch.chdir(tmp_path)

    code = work(WorkerOrder(None, {}, "email"))

    assert (code, code.worth_restarting) == (Exit.USAGE, False)


@pytest.mark.parametrize("name", ["stream.tracker.nowhere", "deploy", None])
def test_a_module_of_ours_that_is_missing_is_a_fault_of_ours(name: str | None) -> None:
    error = ModuleNotFoundError("No module", name=name)

    assert not_installed(error) is None
    assert failure_of(error).exit == Exit.INTERNAL


def test_every_extra_named_is_one_of_the_package() -> None:
    known = set(metadata("cairn-milestones").get_all("Provides-Extra") or ())

    assert {extra for extras in EXTRAS.values() for extra in extras.split(",")} <= known


@pytest.mark.parametrize("verb", [("contact", "show"), ("contact", "explain"), ("events", "validate"), ("init",)])
def test_an_argument_that_is_no_text_is_refused(cairn: Cairn, verb: tuple[str, ...]) -> None:
    """Bytes that are not UTF-8, as another encoding of the terminal gives them."""
    outcome = cairn(*verb, "c-\udcff")

    assert (outcome.code, "not UTF-8" in outcome.err) == (Exit.USAGE, True)
