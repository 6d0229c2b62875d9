"""The port of the pages is there, or it is said why not."""

from __future__ import annotations

import pytest

from channels.portal.listening import PortalPortError, listen
from stream.runtime.exits import Exit


def test_a_free_port_is_found() -> None:
    """0 picks one."""
    with listen("127.0.0.1", 0) as opened:
        assert opened.getsockname()[1] > 0


def test_a_port_that_is_taken_is_named() -> None:
    """With the setting to change, and the exit code that no restart mends."""
    with listen("127.0.0.1", 0) as first, pytest.raises(PortalPortError, match=r"portal\.port") as caught:
        listen("127.0.0.1", first.getsockname()[1])

    assert caught.value.exit == Exit.USAGE
    assert not Exit.USAGE.worth_restarting


def test_an_address_of_another_machine_is_refused() -> None:
    """192.0.2.0/24 is nobody's (RFC 5737)."""
    with pytest.raises(PortalPortError, match=r"192\.0\.2\.1"):
        listen("192.0.2.1", 0)
