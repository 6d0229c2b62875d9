"""Where in a guide a made part stands: between `<!-- NAME -->` and `<!-- /NAME -->`."""

from __future__ import annotations

from schemas.errors import CairnError


def between(guide: str, name: str) -> str:
    """Return what stands between the markers of a part.

    Raises:
        CairnError: the guide has not each marker once.
    """
    _, inside, _ = _split(guide, name)
    return inside


def replaced(guide: str, name: str, part: str) -> str:
    """Return the guide with `part` between the markers, which stay.

    Raises:
        CairnError: the guide has not each marker once.
    """
    before, _, after = _split(guide, name)
    return before + part + after


def _split(guide: str, name: str) -> tuple[str, str, str]:
    first, last = f"<!-- {name} -->\n", f"<!-- /{name} -->\n"
    if guide.count(first) != 1 or guide.count(last) != 1 or guide.index(last) < guide.index(first):
        raise CairnError(
            f"the guide has no part `{name}`",
            where="its markers",
            fix=f"write {first.strip()} and {last.strip()} on lines of their own, once, in this order",
        )
    head, _, rest = guide.partition(first)
    inside, _, tail = rest.partition(last)
    return head + first, inside, last + tail
