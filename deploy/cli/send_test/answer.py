"""What became of a test message, in words, with the cure. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from channels.dispatch.outcome import Delivered, Gone, Outcome, Rejected, RetryLater, Unavailable, Unsendable

if TYPE_CHECKING:
    from schemas.channel import Channel


@dataclass(frozen=True)
class Answer:
    """What one place's provider said: `result` for people, `cure` where something is to be done."""

    channel: Channel
    provider: str
    is_sent: bool
    result: str
    cure: str | None = None
    code: str = ""
    provider_id: str | None = None

    def document(self) -> dict[str, Any]:
        """For --json; no address is in it."""
        return {
            "channel": self.channel,
            "provider": self.provider,
            "sent": self.is_sent,
            "result": self.result,
            "cure": self.cure,
            "code": self.code or None,
            "provider_id": self.provider_id,
        }


def answer(channel: Channel, provider: str, outcome: Outcome) -> Answer:
    """Put an outcome into words."""
    if isinstance(outcome, Delivered):
        result = f"sent: {provider} took it{_in_brackets(outcome.code)}"
        return Answer(channel, provider, True, result, None, outcome.code, outcome.provider_id)
    result, cure = _told(outcome, provider)
    return Answer(channel, provider, False, result, cure, outcome.code)


def _told(outcome: RetryLater | Unavailable | Rejected | Gone | Unsendable, provider: str) -> tuple[str, str]:
    said = f"{outcome.code}: {outcome.detail}" if outcome.detail else outcome.code
    match outcome:
        case Unavailable(ours=True):
            cure = "mend the credentials or settings that it names, then try again; `cairn doctor` checks them"
            return f"not sent: {provider} does not let us in ({said})", cure
        case RetryLater(unknown=True) | Unavailable(unknown=True):
            cure = "look whether it came before you try again: it would come twice"
            return f"unknown: {provider} may have it or not ({said})", cure
        case RetryLater(after=after):
            return f"not sent: {provider} does not take this message now ({said})", _later(after)
        case Unavailable(after=after):
            return f"not sent: {provider} takes nothing now, or cannot be reached ({said})", _later(after)
        case Rejected():
            cure = "what it objects to stands in its answer: the address, the sender or the content"
            return f"not sent: {provider} refuses this message for good ({said})", cure
        case Gone():
            cure = (
                "renew this address, token or subscription in the profile; a dispatcher would send nothing there again"
            )
            return f"not sent: the place is no more ({said})", cure
        case Unsendable():
            cure = "correct the template or the profile that it names, or report it with this line"
            return f"not sent: no message could be made, or {provider} calls it malformed ({said})", cure


def _later(after: float | None) -> str:
    return f"try again {f'in {after:,.0f} s' if after else 'later'}; dispatchers do so by themselves"


def _in_brackets(code: str) -> str:
    return f" ({code})" if code else ""
