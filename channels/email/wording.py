"""The texts of replies: what they mean where the code does not tell, and what may be kept of them. Pure.

They are read on one line (`Reply.words`), in any case.
"""

from __future__ import annotations

import re
from types import MappingProxyType

from channels.email.address import Mailbox


def _words(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives), re.IGNORECASE)


NO_MAILBOX = _words(
    r"(?<!sender )\b(user|recipient|mailbox|account|address)\b[^.;]{0,80}"
    r"\b(unknown|not (be )?found|does ?n[o']t exist|does not exist|unavailable)",
    r"\b(unknown|invalid|no such) (local )?(user|recipient|mailbox|account|address|person)\b",
    r"\bno mailbox\b|\bunrouteable address\b|\bdoes ?n[o']t have an? \S+ account\b|\bnot a valid (user|mailbox)\b",
)
"""Exim, qmail, Exchange, Outlook.com, Gmail and Yahoo for a mailbox that is not there."""
RECIPIENT = _words(
    r"\b(recipient|address|mailbox)( address)? rejected\b",
    r"\b(rejected|blocked) by (the )?recipient\b",
    r"\bnot (authenticated|authorized) (for|to send to) (the )?(group|mailbox|recipient)\b",
    r"\bonly accepts? (mail|messages) from\b|\bmarked as (invalid|inactive)\b",
)
"""The recipient is refused, and may be there."""
INACTIVE = _words(
    r"\brecipients?\b[^;]{0,60}\b(marked as )?inactive\b|\binactive (recipients?|email address|mailbox|addresses)\b",
    r"\b(mailbox|account that you tried to reach)\b[^.;]{0,40}\b(disabled|deactivated|suspended)\b",
    r"\brecipient address (was )?suppressed\b|\bis rejected by recipients?\b",
)
RECIPIENT_RATE = _words(
    r"\breceiv(e|ing) (mail|messages|limit)\b[^.;]{0,40}\b(too quickly|at a rate|exceeded)\b",
    r"\breceive limit\b[^;]{0,40}\bexceeded\b|\bmessages to \S+ deferred due to excessive volume\b",
    r"\brecipient thread limit\b|\bmailbox received too much email\b",
)
FULL = _words(
    r"\b(mail ?box|inbox|user|account|recipient)\b[^.;]{0,60}\b(full|over[ -]?(the )?(storage )?quota)\b",
    r"\bover[ -]?quota\b|\b(mailbox|storage|disk|user) quota\b|\bquota exceeded\b|\bexceeded storage\b",
    r"\binsufficient (system )?storage\b",
)

CONNECTIONS = _words(
    r"\btoo many\b[^.;]{0,30}\b(connections|sessions)\b|\bconcurrent (smtp )?connections?\b[^.;]{0,20}\blimit\b",
    r"\b(connections|sessions)\b[^.;]{0,20}\b(exceeds?|exceeded|limit reached)\b",
    r"\b(exceed\w*|maximum)\b[^.;]{0,30}\bnumber of (concurrent )?(connections|sessions)\b",
)
_OUTGOING = r"submission|sending|send|sender|outgoing|outbound|relay|messaging"
QUOTA = _words(
    # "daily user sending limit exceeded", "exceeded the max emails per hour", "24-hour sending quota"
    r"\b(daily|hourly|monthly|24[ -]hours?|per[ -](day|hour|month))\b[^;]{0,60}\b(limit|quota|allowance|exceed\w*)\b",
    r"\b(limit|quota|allowance|exceed\w*)\b[^;]{0,60}\b(daily|hourly|monthly|per[ -](day|hour|month))\b",
    r"\bcredits?\b[^.;]{0,30}\b(exceeded|expired|blocked|used up|exhausted)\b|\bout of credits?\b",
    rf"(?<!peak smtp )\b(message|recipient|{_OUTGOING}) (mail )?(quota|limit)s?\b[^.;]{{0,40}}"
    r"\b(exceed\w*|reached|used up|exhausted)\b|\bemail quota exceeded\b",
    rf"\b(exceed\w*|reached)\b[^.;]{{0,30}}\b({_OUTGOING}) (quota|limit)s?\b",
    r"\bquota exceeded for (the |your )?(sender|account)\b|\btoo many \w+ \w+ this (hour|day|month)\b",
)
RATE = _words(
    r"\bthrottl\w+|\b(maximum )?sending rate\b|\brate[ -]limit\w*|\bpeak smtp relay limit\b",
    r"\btoo many (messages|e?mails|requests)\b|\btoo much mail\b|\btoo frequent\b|\bunusual rate\b",
    r"\b(connection|ip|domain|sender|user) frequency (is )?limited\b",
    r"\bunexpected volume\b|\buser complaints\b|\bexceeded permitted limits\b",
)
ACCOUNT = _words(
    r"\b(your|sending|sender'?s?|smtp|mailgun) account\b[^.;]{0,60}"
    r"\b(suspended|disabled|blocked|locked|pending|deactivated|on hold|frozen|not (yet )?(been )?activated|expired)\b",
    r"\b(account|domain|server)\b[^;]{0,80}\b(is )?(not allowed|may not|not permitted) to send\b(?! (as|from|to)\b)",
    r"\bsandbox (sub)?domains?\b|\bfree accounts? (are|is)\b|\bplease activate your\b|\bunusual sending activity\b",
    r"\bbad outbound sender\b|\bbanned send(er|ing)\b|\btenant has exceeded\b|\bsending (is |has been )?paused\b",
    r"\baccount is (under review|pending approval)\b|\bsender address blocked\b",
    r"\boutgoing (e?mail )?(hold|suspension)\b|\boutgoing e?mail\b[^;]{0,60}\b(on hold|suspended|blocked|disabled)\b",
)
ACCOUNT_ALONE = _words(
    r"\baccount\b[^.;]{0,40}\b(suspended|disabled|blocked|locked|deactivated|frozen|not (yet )?activated)\b",
)
"""Before a recipient was named only: later the account may be the recipient's."""
OUR_ADDRESS = _words(
    r"\b(un|not )authori[sz]ed ip\b|\bthat ip address is not allowed\b|\bip address\b[^.;]{0,40}\bnot registered",
    r"\bip (address )?you'?re using to send mail is not authorized\b|\binvalid credentials for relay\b",
    r"\bip (address )?(is )?not authori[sz]ed\b|\bhelo command rejected\b|\bcannot find your (reverse )?hostname\b",
)
"""The address or the name of this machine: a list that the provider keeps of them, or what DNS says of it."""
SENDER = _words(
    r"\b(permissions?|allowed|authori[sz]ed) to send (as|from|on behalf)\b|\bsend ?as ?denied|\bnot owned by\b",
    r"\bsender (identity|signature)\b|\bis not verified\b|\bidentities failed the check\b|\brelaying disallowed as\b",
    r"\bverified sender\b|\bunverified (sender|domain|address)\b|\binvalid sender\b|\bsender verif\w*",
    r"\bsender( address)? (is )?(rejected|denied|not allowed|refused)\b|\bfrom/sender name is not valid\b",
    r"\bunauthenticated senders? not allowed\b|\bunconfigured sending domain\b|\bsender you used\b",
    r"\bmail from( address)? must (equal|be( the)? same)\b|\bfrom address is not one of your\b",
    r"\bmail from\b[^.;]{0,20}\b(invalid|does ?n[o']t conform)\b|\bdenies the sender\b|\bsender is unvalidated\b",
)
APP_PASSWORD = _words(
    r"\b(application|app)[ -](specific )?password\b|\bbasic auth\w*\b[^.;]{0,30}\bdisabled\b|\bx?oauth2?\b",
    r"\bsmtpclientauthentication is disabled\b|\blog in (with|through|via) your web browser\b|\bmodern auth\w*",
)
AUTHENTICATE = _words(r"\bauthenticate first\b|\blog ?in first\b")
TLS = _words(
    r"\bstarttls\b[^.;]{0,20}\b(first|required|needed)\b|\bmust (first )?(issue|use) (a )?(starttls|tls|ssl)\b",
    r"\b(tls|encryption|encrypted connection|secure connection)( is)? (required|needed)\b",
)
TOO_LARGE = _words(
    r"\bmessage (size |length )?(is )?(too (big|large|long)|exceed\w*)\b|\bsize exceeds?\b|\bmaximum message size\b",
    r"\bmessage file too big\b",
)
VIRUS = _words(r"\bvirus\b|\bmalware\b|\binfected\b")
RELAY = _words(
    r"\brelay\w*\b|\bauthentication (is )?required\b|\bwas not authenticated\b|\bnot logged in\b|\ballowed rcpthosts\b",
)
SPAM = _words(
    r"\bspam\w*|\bunsolicited\b|\bbulk mail\b|\bobjectionable content\b|\bcontent (was |is )?(rejected|denied)\b",
    r"\bDT:SPM\b",
)
REPUTATION = _words(
    r"\breputation\b|\b(black|block|deny)[ -]?list\w*|\blisted\b|\bspamhaus\b|\b(dnsbl|rbl|dmarc|spf|dkim|ptr)\b"
    r"|\breverse dns\b",
)
POLICY = _words(
    r"\brelay|\bauthenti|\blog ?in\b|\b(black|block|deny) ?list|\bblocked\b|\blisted\b|\bspam|\bunsolicited\b",
    r"\bpolicy\b|\breputation\b|\bdenied\b|\bprohibit|\bnot (allowed|permitted)\b|\b(dnsbl|rbl|dmarc|spf|dkim|ptr)\b",
    r"\breverse dns\b|\bsender verif|\bspoof",
)
"""What servers say of who sends, or from where."""

_DETAIL = 500
"""Characters; a receipt takes 1,024, and the cure stands beside it."""
_CUT = "<address>"
_ADDRESS = re.compile(r"[^\s<>\"'(),;:]+@[^\s<>\"'(),;:]+")
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_WAIT = re.compile(r"\b(?:in|for|after|within)\s+(\d{1,5})\s*(s|sec\w*|m|min\w*|h|hours?)\b", re.IGNORECASE)
_UNITS = MappingProxyType({"s": 1.0, "m": 60.0, "h": 3600.0})
_QUEUE_IDS = (
    re.compile(r"\bqueued as ([\w.-]+)", re.IGNORECASE),  # Postfix, SendGrid
    re.compile(r"\bid=([\w.-]+)"),  # Exim
    re.compile(r"\bInternalId=(\d+)"),  # Exchange, whose other id is our own Message-ID
    re.compile(r"(?:\A|\s)([\w.-]+) Message accepted for delivery"),  # Sendmail
    re.compile(r"\bOK\s+\d+ ([\w.-]+) - gsmtp"),  # Google
    re.compile(r"\AOk ([\w-]{20,})\Z"),  # Amazon SES
)


def queue_id(text: str) -> str | None:
    """The server's own name for a message that it took, of at most 128 characters; None where it gives none."""
    return next((found[1][:128] for each in _QUEUE_IDS if (found := each.search(text))), None)


def wait_asked(text: str) -> float | None:
    """The seconds that a greylisting server says to wait, as in `try again in 300 seconds`; None if it does not say."""
    found = _WAIT.search(text)
    return int(found[1]) * _UNITS[found[2][0].lower()] if found else None


def told(text: str, recipient: Mailbox | None) -> str:
    """What may be kept of a text: printable, on one line, with the recipient and every address cut out."""
    line = _ADDRESS.sub(_CUT, _UNPRINTABLE.sub(" ", text))
    if recipient is not None:
        # Servers also name the mailbox without its domain, or with a % or = in place of the @.
        line = re.sub(rf"(?<!\w){re.escape(recipient.local)}(?!\w)", _CUT, line, flags=re.IGNORECASE)
    return line.strip()[:_DETAIL]
