"""Every text of the pages. Another language is one more `Texts` and one more entry in `_ALL`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from schemas.channel import Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelTexts:
    """What the page to unsubscribe says about one channel; `{product}` stands for the product's name."""

    question: str
    consequence: str
    button: str
    done: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """The pages in one language; `{product}`, `{value}`, `{day}`, `{month}`, `{year}`, `{date}` are filled in."""

    language: str
    thousands: str
    point: str
    months: tuple[str, ...]
    date_form: str
    share_eyebrow: str
    share_reached: str
    share_description: str
    share_button: str
    share_note: str
    picture_download: str
    picture_share: str
    unsubscribe_note: str
    done_title: str
    done_note: str
    try_again: str
    try_again_button: str
    lost_title: str
    lost: str
    busy_title: str
    busy: str
    too_large_title: str
    too_large: str
    not_done_this_way_title: str
    not_done_this_way: str
    broken_title: str
    broken: str
    to_product: str
    channels: Mapping[Channel, ChannelTexts]

    def number(self, value: str) -> str:
        """Write plain decimal text as people of this language do, digit for digit: `1000.50` is `1,000.50`."""
        sign, digits = ("\N{MINUS SIGN}", value[1:]) if value.startswith("-") else ("", value)
        whole, point, fraction = digits.partition(".")
        return sign + f"{int(whole):,}".replace(",", self.thousands) + (self.point + fraction if point else "")

    def date(self, day: date) -> str:
        """Write a day as people of this language do."""
        return self.date_form.format(day=day.day, month=self.months[day.month - 1], year=day.year)


def texts_for(locale: str) -> Texts:
    """Return the texts of the language nearest to a BCP 47 tag, by cutting it from the right (RFC 4647 section 3.4).

    English where there is none.
    """
    parts = locale.lower().split("-")
    for length in range(len(parts), 0, -1):
        if found := _ALL.get("-".join(parts[:length])):
            return found
    return ENGLISH


ENGLISH = Texts(
    language="en",
    thousands=",",
    point=".",
    months=(
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    date_form="{day} {month} {year}",
    share_eyebrow="A milestone with {product}",
    share_reached="Reached on {date}",
    share_description="{value}, reached with {product} on {date}.",
    share_button="See {product}",
    share_note="This page names nobody. Whoever has its link can see it.",
    picture_download="Download the picture",
    picture_share="Share",
    unsubscribe_note="Nothing has changed yet.",
    done_title="You are unsubscribed",
    done_note="What is already on its way may still arrive in the next few minutes. You can close this page.",
    try_again="That did not work, and it is our fault. You are not unsubscribed yet. Please try again in a minute.",
    try_again_button="Try again",
    lost_title="This link leads nowhere",
    lost="It may have been cut in two on its way. Please open it from the message again, or copy all of it.",
    busy_title="That was a lot at once",
    busy="Please wait a moment, then try again.",
    too_large_title="That was too large",
    too_large="Please open the link from the message again.",
    not_done_this_way_title="That cannot be done here",
    not_done_this_way="Please open the link from the message again.",
    broken_title="Something broke",
    broken="It is our fault. Please try again in a minute.",
    to_product="Go to {product}",
    channels=MappingProxyType(
        {
            "email": ChannelTexts(
                question="Stop emails about your milestones?",
                consequence="{product} will no longer email you when you reach a milestone. "
                "Other emails from {product} stay as they are.",
                button="Stop these emails",
                done="{product} will no longer email you about your milestones.",
            ),
            "web_push": ChannelTexts(
                question="Stop browser notifications about your milestones?",
                consequence="{product} will no longer notify you in your browsers when you reach a milestone. "
                "Other notifications from {product} stay as they are.",
                button="Stop these notifications",
                done="{product} will no longer notify you in your browsers about your milestones.",
            ),
            "mobile_push": ChannelTexts(
                question="Stop phone notifications about your milestones?",
                consequence="{product} will no longer notify you on your phone when you reach a milestone. "
                "Other notifications from {product} stay as they are.",
                button="Stop these notifications",
                done="{product} will no longer notify you on your phone about your milestones.",
            ),
        }
    ),
)

_ALL: Mapping[str, Texts] = MappingProxyType({ENGLISH.language: ENGLISH})
