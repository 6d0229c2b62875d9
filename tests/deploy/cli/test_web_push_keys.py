"""A VAPID key pair on the screen."""

from __future__ import annotations

from channels.web_push.keys import VapidKeys
from tests.deploy.cli.conftest import Cairn


def test_a_pair_for_machines(cairn: Cairn) -> None:
    """The document holds both keys, and where the private one goes; no two pairs are alike."""
    first, second = cairn("web-push", "keys", "--json").document, cairn("web-push", "keys", "--json").document

    assert VapidKeys.read(first["private_key"]).public == first["public_key"]
    assert first["private_key"] != second["private_key"]
    assert (first["setting"], first["variable"]) == ("web_push.vapid_private_key", "CAIRN_WEB_PUSH_VAPID_PRIVATE_KEY")


def test_a_pair_for_people(cairn: Cairn) -> None:
    """Each key stands whole on a line, to be copied; what to do with it is said beside the data."""
    outcome = cairn("web-push", "keys")
    private, public = (line.split()[-1] for line in outcome.out.splitlines())

    assert outcome.code == 0
    assert VapidKeys.read(private).public == public
    assert "CAIRN_WEB_PUSH_VAPID_PRIVATE_KEY" in outcome.err
    assert "applicationServerKey" in outcome.err
    assert private not in outcome.err
