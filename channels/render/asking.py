"""What is asked for after the praise. The milestones file says only what: review, referral or testimonial."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import quote

from schemas.clean import clean
from templates.context import Ask, Link, Url
from templates.languages.language import Language

_KNOWN = 1_024
"""What is asked for in the same words of everybody: kinds x products x languages."""


def ask_of(
    kind: str | None, product: str, product_url: Url, share: Url | None, reply_to: str, language: Language
) -> Ask | None:
    """Return what to ask for; None where the milestone asks for nothing.

    A referral passes on the page to share, which names nobody and leads to the product. A review and a testimonial are
    an answer to the sender; without an address to answer to, they lead to the product.
    """
    if kind == "referral":
        link = Link(text=language.text("ask.pass_on"), url=share or product_url)
        return Ask(kind=kind, sentence=language.text(f"ask.{kind}", product=product), link=link)
    return _answer(kind, product, product_url, reply_to, language)


@lru_cache(_KNOWN)
def _answer(kind: str | None, product: str, product_url: Url, reply_to: str, language: Language) -> Ask | None:
    match kind:
        case "review" | "testimonial" if reply_to:
            subject = quote(clean(language.text("ask.subject", product=product)))
            link = Link(
                text=language.text("ask.reply"), url=Url(f"mailto:{quote(reply_to, safe='@+')}?subject={subject}")
            )
        case "review" | "testimonial":
            link = Link(text=language.text("ask.tell", product=product), url=product_url)
        case _:
            return None
    return Ask(kind=kind, sentence=language.text(f"ask.{kind}", product=product), link=link)
