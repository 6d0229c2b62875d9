"""The row of the doctor on webhooks."""

from __future__ import annotations

from typing import Any

import pytest

from deploy.cli.doctor.check import Check, Mark
from deploy.cli.doctor.webhooks import webhooks
from stream.runtime.layers import load

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def found(**own: Any) -> Check:
    return webhooks(load(environ={}, options={f"webhooks.{name}": value for name, value in own.items()}).settings)


def test_who_does_not_use_them_has_nothing_to_mend() -> None:
    assert found().mark is Mark.SKIP


def test_sound() -> None:
    check = found(urls="https://a.example.com/x,https://b.example.com/x", secrets=SECRET)
    assert (check.mark, check.finding) == (Mark.OK, "endpoints: 2, secrets: 1")


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ({"urls": "https://a.example.com/x"}, "no secret"),
        ({"urls": "http://a.example.com/x", "secrets": SECRET}, "no https address"),
    ],
)
def test_what_would_stop_the_worker(own: dict[str, str], said: str) -> None:
    check = found(**own)
    assert check.mark is Mark.FAIL
    assert said in check.finding
