"""Which body counts: found, refused, required; and what is said of it."""

from __future__ import annotations

import sys

import pytest

from deploy.cli.doctor import machine
from deploy.cli.doctor.check import Mark
from schemas.errors import CairnError
from stream.native import extension
from stream.native.extension import Found, choose
from stream.runtime.exits import Exit

NONE = Found(None, "the extension is not built")


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extension, "find", lambda: NONE)


def test_off_is_off() -> None:
    assert choose("off") == Found(None, "tracker.accelerator is off")


@pytest.mark.usefixtures("without")
def test_auto_goes_on_without_and_says_so() -> None:
    assert choose("auto") == NONE
    assert machine.accelerator("auto").finding == "Python counts all usage events: the extension is not built"


@pytest.mark.usefixtures("without")
def test_what_is_required_and_not_there_is_refused() -> None:
    """A worker that would be at a quarter of its speed does not start, and doctor says the same."""
    with pytest.raises(CairnError, match="required: the extension is not built") as refused:
        choose("required")

    assert refused.value.exit == Exit.USAGE
    assert machine.accelerator("required").mark is Mark.FAIL


def test_one_that_is_not_built_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "stream.native.cairn_native", raising=False)
    monkeypatch.setattr(extension, "_NAME", "stream.native.nowhere")

    module, why_not = extension.find()

    assert module is None
    assert "make native" in str(why_not)
