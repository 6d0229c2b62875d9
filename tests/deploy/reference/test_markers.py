"""A made part stands between its markers, and nothing else of the guide changes."""

from __future__ import annotations

import pytest

from deploy.reference.markers import between, replaced
from schemas.errors import CairnError

GUIDE = "# A\n<!-- metrics -->\nold\n<!-- /metrics -->\nend\n"


def test_it_is_replaced_and_found() -> None:
    made = replaced(GUIDE, "metrics", "new\n")

    assert made == "# A\n<!-- metrics -->\nnew\n<!-- /metrics -->\nend\n"
    assert between(made, "metrics") == "new\n"


@pytest.mark.parametrize("guide", ["", "<!-- metrics -->\n", GUIDE + GUIDE, "<!-- /metrics -->\n<!-- metrics -->\n"])
def test_a_guide_without_its_markers_is_not_touched(guide: str) -> None:
    with pytest.raises(CairnError, match="no part `metrics`"):
        replaced(guide, "metrics", "new\n")
