"""`python -m deploy.reference`: write the made parts into the guides."""

from __future__ import annotations

from deploy.reference.markers import replaced
from deploy.reference.metrics import reference
from deploy.reference.publishers import ROOT, publishers

GUIDE = ROOT / "docs" / "operations.md"
PART = "metrics"


def main() -> None:
    """Write the metrics reference into docs/operations.md."""
    text = replaced(GUIDE.read_text("utf-8"), PART, reference(publishers()))
    GUIDE.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
