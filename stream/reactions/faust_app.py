"""Faust's own app without what an app of Cairn must not have: tables, pickles, files; and with our transport."""

from __future__ import annotations

from typing import Any, NoReturn

import faust
from faust.serializers import codecs

from schemas.errors import CairnError
from stream.reactions.transport import Transport
from stream.runtime.exits import Exit


class FaustApp(faust.App):
    """The base of an app at work."""

    def Table(self, *_args: Any, **_kwargs: Any) -> NoReturn:  # noqa: N802 - Faust's name
        """Refuse: see the error."""
        raise CairnError(
            "an app of Cairn has no Faust tables: their recovery can hang for good, and they count twice after a crash",
            "app.Table",
            "keep state in a database, under the crossing's id, so that a repeat changes nothing",
            exit=Exit.USAGE,
        )

    GlobalTable = SetTable = SetGlobalTable = Table

    def finalize(self) -> None:
        """Faust is about to be used."""
        # Reading a pickle runs what its writer likes: by Faust's own words never to be let in.
        codecs.codecs.pop("pickle", None)
        super().finalize()

    def _new_transport(self) -> Any:
        return Transport(self.conf.broker_consumer, self)

    def _new_producer_transport(self) -> Any:
        return Transport(self.conf.broker_producer, self)

    def _create_directories(self) -> None:
        """There is nothing to keep on disk."""
