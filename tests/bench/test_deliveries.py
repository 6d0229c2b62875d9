"""What the rows of the dispatchers send is what users send."""

from __future__ import annotations

from channels.render.make import make_renderer
from schemas.delivery import EmailTo
from stream.runtime.settings import Settings
from tests.bench.deliveries import deliveries

SETTINGS = Settings.model_validate(
    {
        "portal": {"public_url": "https://acme.example/celebrate", "keys": ["k" * 32]},
        "email": {"postal_address": "Paris"},
    }
)


def test_each_is_rendered() -> None:
    """By the shipped templates, with pictures, links and a name of its own."""
    renderer = make_renderer(SETTINGS)
    places = [EmailTo(address="a@example.com"), EmailTo(address="b@example.com")]
    made = list(deliveries(places, 40, 1_790_000_000_000, seconds=60))
    assert len({each.id for each in made}) == len({each.contact_id for each in made}) == 40
    for each in made:
        email = renderer.email(each)
        assert email.unsubscribe_url in email.html
        assert "/b/" in email.html
        assert str(each.message.name) in email.text
        assert renderer.push(each).image_url
