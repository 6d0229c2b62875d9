"""What is asked for after the praise. The milestones file says only what: review, referral or testimonial."""

from __future__ import annotations

from urllib.parse import quote

from templates.context import Ask, Link, Url


def ask_of(kind: str | None, product: str, product_url: Url, share: Url | None, reply_to: str) -> Ask | None:
    """Return what to ask for; None where the milestone asks for nothing.

    A referral passes on the page to share, which names nobody and leads to the product. A review and a testimonial are
    an answer to the sender; without an address to answer to, they lead to the product.
    """
    answer = (
        Url(f"mailto:{quote(reply_to, safe='@+')}?subject={quote(f'About {product}')}") if reply_to else product_url
    )
    words = "Reply with a line or two" if reply_to else f"Tell us at {product}"
    match kind:
        case "referral":
            sentence = f"Do you know somebody who would like {product} too?"
            return Ask(kind=kind, sentence=sentence, link=Link(text="Pass it on", url=share or product_url))
        case "review":
            return Ask(kind=kind, sentence=f"What do you think of {product}?", link=Link(text=words, url=answer))
        case "testimonial":
            sentence = f"Would you let us tell others how you use {product}?"
            return Ask(kind=kind, sentence=sentence, link=Link(text=words, url=answer))
        case _:
            return None
