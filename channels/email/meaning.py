"""What a refusal can mean, and what follows from each. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType


class Meaning(Enum):
    """Who or what is refused. The first group is the recipient's or the message's, the others are ours."""

    GONE = "the mailbox is not there: buried at once"
    RECIPIENT_REFUSED = "the recipient is refused for good, and that is no word about us: buried after the third time"
    RECIPIENT_LATER = "the mailbox is full, or its owner gets too much at once: this message later"
    MAILBOX_FULL = "full for good: this message is refused, and the place stays"
    TOO_LARGE = "the message is larger than the server takes"
    MESSAGE = "this message is refused, whoever sends it to whom: a form, a virus"
    LATER = "not this message now: greylisting, a local fault"

    BUSY = "the server takes nothing now"
    FEWER = "fewer at once: connections in parallel, a server that is full"
    RATE = "too much in a short time: a short pause for all"
    QUOTA = "what the account may send in a day or a month is used up: a long pause for all"
    ACCOUNT = "the account may not send: suspended, not activated, a sandbox"

    LOGIN = "the login is wrong, or missing"
    APP_PASSWORD = "the login wants OAuth, or a password made for applications"  # noqa: S105
    RELAY = "the server carries nothing for us there"
    TLS = "the server wants TLS first"
    TLS_REFUSED = "the server offers STARTTLS and refuses it"
    NETWORK = "our address is not let in"
    SENDER = "the address that we send from is refused"
    POLICY = "authentication, reputation and lists of the sender"
    CONTENT = "what the message says looks like spam"


AT_ONCE = frozenset({Meaning.RATE, Meaning.QUOTA, Meaning.ACCOUNT})
"""One is enough to pause the channel: the words name the account, and every further message would be refused too."""
OF_ONE_RECIPIENT_PERHAPS = frozenset({Meaning.RELAY, Meaning.POLICY, Meaning.CONTENT})
"""Said after RCPT, these fit one mailbox as well (a restricted one, a filter of its own): only three different contacts
in a row show that they are about us."""

PAUSES: Mapping[Meaning, float] = MappingProxyType(
    {
        # Providers count over 24 hours that roll on (Google: "up to 24 hours"; Amazon: "up to 10 minutes" for a rate);
        # an hour is the longest that a breaker pauses, and one message an hour asks whether it is over.
        Meaning.QUOTA: 3600.0,
        Meaning.ACCOUNT: 900.0,
        # The same words again within the hour make a bad name worse.
        Meaning.CONTENT: 3600.0,
        # One request for each attempt of the planner, in place of some six in its 30 s.
        Meaning.POLICY: 300.0,
        Meaning.RELAY: 300.0,
        # Full mailboxes do not empty in seconds; Exchange Online counts what a recipient gets by the hour.
        Meaning.RECIPIENT_LATER: 900.0,
    }
)
"""Seconds until the next try, where the server names none."""

CURES: Mapping[Meaning, str] = MappingProxyType(
    {
        Meaning.RATE: "set email.rate below what your provider allows in a second, or ask it for more",
        Meaning.QUOTA: "the provider's limit is used up: messages wait for it; ask for a higher one, or a larger plan",
        Meaning.ACCOUNT: "the provider does not let this account or domain send: see its dashboard, and finish what it "
        "asks for (activation, payment, a domain that is verified, leaving the sandbox)",
        Meaning.LOGIN: "see that email.smtp_user and email.smtp_password are the login that this mail server wants",
        Meaning.APP_PASSWORD: "the server takes no plain password of this account: make an application password or an "
        "SMTP key there, or allow SMTP AUTH for this mailbox, and set email.smtp_password to it; Cairn logs in by "
        "PLAIN, LOGIN or CRAM-MD5, not by OAuth (XOAUTH2)",
        Meaning.RELAY: "the server relays nothing for us: set email.smtp_user and email.smtp_password, or have this "
        "machine's address allowed to relay",
        Meaning.TLS: "the server wants TLS first: set email.smtp_tls = starttls (port 587) or implicit (port 465)",
        Meaning.TLS_REFUSED: "the server offers STARTTLS and refuses it: mend the server, or set email.smtp_tls = "
        "implicit (port 465)",
        Meaning.NETWORK: "the server lets this machine not in: use your provider's submission server, or have its "
        "address allowed",
        Meaning.SENDER: "set email.sender to an address that this login may send from, of a domain with SPF, DKIM and "
        "DMARC",
        Meaning.POLICY: "the server refuses what we send, for its policy: look at SPF, DKIM, DMARC, reputation and "
        "limits of the sender",
        Meaning.CONTENT: "the server takes the words for spam: look at the templates, at the links in them, and at the "
        "reputation of the sender",
    }
)
"""What whoever runs this can do about it; the key set is all that is ours and not a matter of waiting."""
