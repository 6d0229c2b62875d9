from __future__ import annotations

from dataclasses import replace

from tests.bench.sizes import Sizes
from tests.bench.smtp import email_lines


def test_the_email_row_measures_messages_that_arrived() -> None:
    """Every message is delivered, or there is no figure; the figure itself proves nothing here."""
    (line,) = email_lines(replace(Sizes().quick(), emails=50))
    assert "messages/s" in line.measured
    assert line.target == "≥ 1,000 messages/s"
