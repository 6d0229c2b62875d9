"""What the links of a celebration carry, and the seals that guard it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from channels.artwork.height import FEWEST, MOST
from channels.portal.seal import Seal
from schemas.channel import Channel
from schemas.usage_event import Id

Locale = Annotated[str, Meta(pattern=r"\A[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,7}\Z")]
"""A BCP 47 tag of the usual form: language, script, region, variants."""


class Share(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """All that the page to share shows. The whole world may read it: nothing in it leads to a person.

    `value` is the exact number as plain decimal text (`1000`, `12.50`), `on` the day it was reached, `headline` what
    the product says about it, `locale` (BCP 47) the language of `headline` and `unit`.
    """

    crossing_id: UUID
    milestone: Annotated[str, Meta(min_length=1, max_length=256)]
    value: Annotated[str, Meta(pattern=r"\A-?[0-9]{1,40}(\.[0-9]{1,40})?\Z")]
    unit: Annotated[str, Meta(max_length=64)] | None
    on: date
    headline: Annotated[str, Meta(min_length=1, max_length=200)]
    locale: Locale


class Unsubscribe(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Who wants no more celebrations on which channel, the celebration whose link was used, and its language.

    `locale` came later than the other fields: links made before it open with its default.
    """

    contact_id: Id
    channel: Channel
    crossing_id: UUID
    locale: Locale = "en"


class BadgeToken(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """All that the badge of a milestone shows: the same for everybody who reaches it in a language.

    `number` and `label` are made ready in the language `locale`, either may be empty; `stones` is how high the pile is.
    """

    number: Annotated[str, Meta(max_length=64)]
    label: Annotated[str, Meta(max_length=64)]
    locale: Locale
    tier: Literal["minor", "major"]
    stones: Annotated[int, Meta(ge=FEWEST, le=MOST)]


class Tokens:
    """The seals of the portal; whoever makes links and whoever serves them build it from the same keys."""

    def __init__(self, keys: Sequence[str]) -> None:
        """Take the keys: secrets of at least 32 bytes; the first seals, all open.

        Raises:
            KeysError: there is no key, or one is too short.
        """
        self.share = Seal(keys, "share", Share)
        self.badge = Seal(keys, "badge", BadgeToken)
        self.unsubscribe = Seal(keys, "unsubscribe", Unsubscribe)
