"""What messages of one occasion share, and what they must not."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from schemas.delivery import LinkTo
from tests.channels.render.installation import renderer
from tests.channels.render.story import changed, one


def _write(folder: Path, file: str, text: str) -> None:
    (folder / "default").mkdir(exist_ok=True)
    (folder / "default" / file).write_text(text)


def test_a_line_that_names_the_contact_is_each_contacts_own(tmp_path: Path) -> None:
    """In itself, by what it includes, and by a headline that it repeats."""
    _write(tmp_path, "push-title.txt", "{{ contact.greeting }}")
    _write(tmp_path, "push-body.txt", '{% include "default/push-title.txt" %}: {{ reached_on }}')
    made = renderer(tmp_path)
    delivery = one("documents-1000", "web_push")
    ada, zoe = (made.push(changed(delivery, name=name)) for name in ("Ada", "Zoe"))
    assert (ada.title, zoe.title) == ("Hi Ada", "Hi Zoe")
    assert ada.body.startswith("Hi Ada: ")
    assert zoe.body.startswith("Hi Zoe: ")


def test_a_line_by_chance_is_filled_each_time(tmp_path: Path) -> None:
    """The first message's luck is not everybody's."""
    _write(tmp_path, "push-title.txt", "{{ range(1000)|random }}")
    made, delivery = renderer(tmp_path), one("documents-1000", "web_push")
    assert len({made.push(delivery).title for _ in range(20)}) > 1


@pytest.mark.parametrize(
    "change",
    [
        {"crossing_value": 1024},
        {"crossing_value": Decimal("1000.00")},
        {"product": "Beta Boards"},
        {"means": "Something else."},
        {"call_to_action": LinkTo(text="Look here", url="/here")},
        {"titles": {"documents-1000": {"other": "A thousand!"}}},
    ],
)
def test_messages_that_differ_do_not_share(change: dict[str, object]) -> None:
    """A renderer that knows one occasion says of another what a new renderer says."""
    delivery = one("documents-1000", "web_push")
    used = renderer()
    used.push(delivery)
    assert used.push(changed(delivery, **change)) == renderer().push(changed(delivery, **change))
    assert used.push(delivery) == renderer().push(delivery)
