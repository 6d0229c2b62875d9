"""A message that was encoded once, with blanks for what differs from contact to contact."""

from __future__ import annotations

import msgspec

from schemas.delivery import Message, encode_message
from schemas.milestone_crossed import MilestoneCrossed, encode_crossing

_BLANK = msgspec.Raw(b"\0")
"""No JSON text holds this byte: in strings it is escaped."""


class Form:
    """Made of the first message of its kind: a crossing told alone, without a path.

    All of its kind have what this one has of name, reward code and forms of what the number means, or have it not.
    """

    __slots__ = ("_rewards", "_says_means", "_says_name", "_text")

    def __init__(self, first: Message) -> None:
        self._says_name = first.name is not None
        self._says_means = first.means is not None and first.means_forms is not None
        self._rewards = first.reward_code is not None
        blanks = ["crossing", "locale", "time_zone"]
        blanks += ["name"] * self._says_name + ["means"] * self._says_means + ["reward_code"] * self._rewards
        text = encode_message(msgspec.structs.replace(first, **dict.fromkeys(blanks, _BLANK)))
        self._text = text.replace(b"%", b"%%").replace(b"\0", b"%b")

    def filled(
        self,
        crossing: MilestoneCrossed,
        name: str | None,
        locale: str,
        time_zone: str,
        means: str | None,
        reward_code: str | None,
    ) -> bytes:
        """Return what `encode_message` gives of the message with these."""
        values = [encode_crossing(crossing)]
        if self._says_name:
            values.append(_ENCODE(name))
        values += _ENCODE(locale), _ENCODE(time_zone)
        if self._says_means:
            values.append(_ENCODE(means))
        if self._rewards:
            values.append(_ENCODE(reward_code))
        return self._text % tuple(values)


_ENCODE = msgspec.json.Encoder().encode
