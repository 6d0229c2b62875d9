"""`cairn config show`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Cairn = Callable[..., Any]


@pytest.fixture
def _settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cairn.toml").write_text(
        '[tracker]\nworkers = 3\n[kafka]\n"sasl.username" = "u"\n"sasl.password" = "hunter2"\n'
    )
    monkeypatch.setenv("CAIRN_TRACKER_DRAIN", "20 s")


@pytest.mark.usefixtures("_settings")
def test_every_value_with_its_origin(cairn: Cairn) -> None:
    """File, environment, option and default are told apart; secrets are never printed, in either form."""
    plain, document = cairn("config", "show"), cairn("config", "show", "--json", "--bootstrap", "b:1")
    rows = {each["key"]: each for each in document.document["settings"]}

    assert plain.code == 0
    assert (rows["tracker.workers"]["value"], rows["tracker.workers"]["origin"]["kind"]) == ("3", "file")
    assert rows["tracker.drain"]["origin"] == {"kind": "env", "place": "CAIRN_TRACKER_DRAIN"}
    assert rows["kafka.bootstrap_servers"]["origin"] == {"kind": "option", "place": "--bootstrap"}
    assert rows["log.level"]["origin"] == {"kind": "default", "place": None}
    assert "hunter2" not in plain.out + document.out
    assert "option --bootstrap\n" in cairn("config", "show", "--bootstrap", "b:1").out


def test_a_wrong_setting_is_exit_2(cairn: Cairn, monkeypatch: pytest.MonkeyPatch) -> None:
    """All wrong settings at once, with their places."""
    monkeypatch.setenv("CAIRN_TRACKER_WORKERS", "many")
    monkeypatch.setenv("CAIRN_TRACKR_DRAIN", "1 s")
    outcome = cairn("config", "show")

    assert outcome.code == 2
    assert "CAIRN_TRACKER_WORKERS" in outcome.err
    assert "CAIRN_TRACKR_DRAIN" in outcome.err


def test_config_names_the_file(cairn: Cairn, tmp_path: Path) -> None:
    """--config reads that file; one that is not there is exit 2."""
    (tmp_path / "other.toml").write_text("[tracker]\nworkers = 7\n")

    assert '"7"' in cairn("config", "show", "--config", "other.toml", "--json").out
    assert cairn("config", "show", "--config", "nope.toml").code == 2
