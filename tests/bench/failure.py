"""What stops a benchmark."""

from __future__ import annotations


class BenchError(Exception):
    """A run did not do its work, so that its figure would mean nothing."""
