"""The table of replies: the first row that holds says what a refusal means. Pure data, each row with its source.

What is said to one recipient stands first, for its words often name a sender too (`Sender not authenticated for
group`); then what names the account, the sender and the limits; then what the codes alone say. Of two meanings that fit
the same words, the one that loses less stands first: a wrong `GONE` silences a contact for good, a wrong `MESSAGE`
costs a message, a wrong one of ours costs time.
"""

from __future__ import annotations

from channels.email import wording as w
from channels.email.meaning import Meaning
from channels.email.row import AFTER, BEFORE, Row
from channels.email.stage import Stage

M = Meaning

GOOGLE = "support.google.com/a/answer/3726730"
EXCHANGE = "learn.microsoft.com/exchange/troubleshoot/email-delivery/ndr/non-delivery-reports-in-exchange-online"
EXCHANGE_LIMITS = "learn.microsoft.com/exchange/troubleshoot/send-emails/smtp-submission-improvements"
IANA = "iana.org/assignments/smtp-enhanced-status-codes"
SES = "docs.aws.amazon.com/ses/latest/dg/troubleshoot-smtp.html"
SENDGRID = "twilio.com/docs/sendgrid/for-developers/sending-email/smtp-errors-and-troubleshooting"
MAILGUN = "github.com/swapmyvote/swapmyvote/issues/891"
POSTMARK = "postmarkapp.com/developer/api/overview#error-codes"
"""Numbers of its API; by SMTP the same words come (postmarkapp.com/developer/webhooks/smtp-api-error)."""
SPARKPOST = "support.sparkpost.com/docs/faq/error-messages-smtp"
BREVO = "help.brevo.com/hc/en-us/articles/5740111683858"
MSNDR = "client.cloud4u.com/index.php/knowledgebase/1041"
BREVO_LOGIN = "github.com/frappe/frappe/issues/38806"
BREVO_ACCOUNT = "github.com/supabase/agent-skills/issues/133"
SMTP2GO = "github.com/gophish/gophish/issues/1701"
GOOGLE_ADDRESS = "github.com/iredmail/iRedMail/issues/264"
IONOS = "ionos.com/help/email/general-topics/what-are-the-mass-mailing-limits"
CPANEL = "forums.cpanel.net/threads/email-quota.697029"
CPANEL_HOLD = "24x7serversecurity.com/blog/domain-has-an-outgoing-mail-hold"
TENCENT = "smtp.codes/qq"
TENCENT_SENDER = "github.com/swiftmailer/swiftmailer/issues/92"
NETEASE = "github.com/matomo-org/matomo/issues/12426"
ZOHO = "zoho.com/zeptomail/help/api/smtp-error-codes.html"
YAHOO = "senders.yahooinc.com/smtp-error-codes"
APPLE = "support.apple.com/102322"
MANUAL = "smtpfieldmanual.com"
POSTFIX = "postfix.org/postconf.5.html"

_SERVERS = (550, 551, 553, 554)
_NOTHING = ("-", "5.0.0", "5.1.0", "5.5.0")
"""No enhanced code, and those that say nothing: anything may be meant."""
_RCPT = frozenset({Stage.RCPT})
_AUTH = frozenset({Stage.AUTH})

_OF_THE_RECIPIENT = (
    Row(
        meaning=M.RECIPIENT_LATER,
        at=AFTER,
        statuses=("x.2.121-122",),
        source=f"{EXCHANGE}: per hour receive limit of a recipient",
    ),
    Row(meaning=M.RECIPIENT_LATER, at=AFTER, words=w.RECIPIENT_RATE, source=f"{GOOGLE}: 450 4.2.1, 550 5.2.1; {APPLE}"),
    Row(
        meaning=M.RECIPIENT_REFUSED,
        at=AFTER,
        kinds="5",
        statuses=("5.7.2", "5.7.12-13", "5.7.17-19", "5.7.124", "5.7.129-136", "5.7.504-505", "5.7.507", "5.7.510"),
        source=f"{EXCHANGE}: mailboxes, groups and folders that take nothing from outside; {IANA}",
    ),
    Row(
        meaning=M.RECIPIENT_REFUSED,
        at=AFTER,
        kinds="5",
        statuses=("5.7.513", "5.7.703"),
        source=f"{EXCHANGE}: a list of blocked senders of the recipient's own, or of blocked recipients of ours",
    ),
    Row(
        meaning=M.GONE,
        at=AFTER,
        kinds="5",
        statuses=("5.1.1-3", "5.1.6", "5.1.10"),
        source="RFC 3463 section 3.2; RFC 7505 section 4.1",
    ),
    Row(meaning=M.GONE, at=AFTER, codes=(556,), source="RFC 7504 section 4: the domain takes no mail"),
)
_QUOTAS = f"{SES}: 454; {SENDGRID}: 451 credits; {EXCHANGE}: 5.2.2; {IONOS}: 450; {CPANEL}: 550; {GOOGLE}: 550 5.7.1"
_SENDERS = f"{SES}: 554; {SENDGRID}: 550; {ZOHO}: 553; {POSTMARK}: 400; {SPARKPOST}: 550; {TENCENT_SENDER}; {NETEASE}"
_ACCOUNTS = f"{MAILGUN}: 421; {POSTMARK}: 412, 413; {EXCHANGE}: 5.1.8; {ZOHO}; {CPANEL_HOLD}"
_RATES = f"{SES}: 454; {GOOGLE}: 450 4.2.1; {YAHOO}: TSS04; {TENCENT}: 550; {MSNDR}: 550"
_ADDRESSES = f"{BREVO}: 525; {SMTP2GO}: 550; {GOOGLE_ADDRESS}: 550 5.7.1; {POSTFIX}#reject_unknown_client_hostname"
_OF_THE_ACCOUNT = (
    Row(meaning=M.LOGIN, codes=(432,), statuses=("4.7.12",), source="RFC 4954 section 6: a password transition"),
    Row(meaning=M.FEWER, codes=(432,), source=f"{EXCHANGE}: 432 4.3.2; {EXCHANGE_LIMITS}"),
    Row(
        meaning=M.FEWER,
        statuses=("4.3.2",),
        unless=w.QUOTA,  # a limit of the day is no matter of how many at once
        source="RFC 3463 section 3.4: the system takes no messages now",
    ),
    Row(meaning=M.FEWER, words=w.CONNECTIONS, source=f"{SES}: 421; {POSTFIX}#smtpd_client_connection_count_limit"),
    Row(meaning=M.TLS, at=BEFORE, words=w.TLS, source=f"{GOOGLE}: 530 5.7.0; RFC 3207 section 4; {ZOHO}: 530"),
    Row(meaning=M.TLS, at=BEFORE, statuses=("5.7.10-11",), source=f"{IANA}: encryption needed"),
    Row(meaning=M.QUOTA, statuses=("5.4.5", "5.1.90", "5.7.232-233"), source=f"{GOOGLE}: 550 5.4.5; {EXCHANGE}"),
    Row(meaning=M.QUOTA, words=w.QUOTA, source=_QUOTAS),
    Row(meaning=M.APP_PASSWORD, at=_AUTH, statuses=("5.7.9", "5.7.14", "5.7.139"), source=f"{GOOGLE}: 534; {EXCHANGE}"),
    Row(meaning=M.APP_PASSWORD, at=_AUTH, words=w.APP_PASSWORD, source=f"{GOOGLE}: 534 5.7.9; {EXCHANGE}: 535 5.7.139"),
    Row(
        meaning=M.ACCOUNT,
        statuses=("5.7.501-503", "5.7.511", "5.7.705", "5.7.708", "5.7.750"),
        source=f"{EXCHANGE}: the account or the tenant is banned from sending",
    ),
    Row(meaning=M.ACCOUNT, words=w.ACCOUNT, source=_ACCOUNTS),
    Row(meaning=M.ACCOUNT, at=BEFORE, words=w.ACCOUNT_ALONE, source=f"{ZOHO}: 535; {BREVO_ACCOUNT}: 502"),
    Row(
        meaning=M.POLICY,
        at=AFTER,
        kinds="4",
        statuses=("4.7.20-27", "4.7.29-32"),
        source=f"{IANA}: SPF, DKIM, rDNS; {GOOGLE}",
    ),
    Row(meaning=M.RATE, statuses=("5.7.508", "x.7.28"), source=f"{EXCHANGE}; {IANA}: mail flood; {GOOGLE}: 421 4.7.28"),
    Row(meaning=M.RATE, words=w.RATE, source=_RATES),
    Row(meaning=M.NETWORK, words=w.OUR_ADDRESS, source=_ADDRESSES),
    Row(
        meaning=M.SENDER,
        statuses=("x.1.7-8", "5.7.27", "5.7.60", "5.2.252"),
        source=f"RFC 3463 section 3.2: the sender's address; {EXCHANGE}: SendAsDenied",
    ),
    Row(meaning=M.SENDER, words=w.SENDER, source=_SENDERS),
)
_OF_THE_MESSAGE = (
    Row(meaning=M.MAILBOX_FULL, statuses=("5.2.2",), source=f"RFC 3463 section 3.3; {APPLE}: 552 5.2.2"),
    Row(meaning=M.TOO_LARGE, kinds="5", statuses=("5.2.3", "5.3.4"), source="RFC 3463 sections 3.3, 3.4; RFC 1870"),
    Row(meaning=M.TOO_LARGE, kinds="5", words=w.TOO_LARGE, source=f"{SES}: 552; RFC 1870 section 6.1"),
    Row(meaning=M.TOO_LARGE, at=BEFORE, codes=(552,), source="RFC 5321 section 4.2.3"),
)
_BY_CODES_FOR_NOW = (
    Row(meaning=M.LOGIN, codes=(530, 534, 535, 538), source="RFC 4954 section 6"),
    Row(meaning=M.LOGIN, at=_RCPT, codes=(454,), source="Postfix without a login, which never ends"),
    Row(meaning=M.BUSY, codes=(421,), source="RFC 5321 section 3.8: the server closes"),
    Row(meaning=M.BUSY, at=BEFORE, kinds="4", source="RFC 5321 section 4.2.1"),
    Row(meaning=M.RECIPIENT_LATER, kinds="4", statuses=("4.2.2",), source=f"RFC 3463 section 3.3; {GOOGLE}: 452 4.2.2"),
    Row(meaning=M.RECIPIENT_LATER, kinds="4", words=w.FULL, source="RFC 5321 section 4.2.3: 452"),
    Row(meaning=M.LATER, kinds="4", source="RFC 5321 section 4.2.1; RFC 6647: greylisting"),
)
_BEFORE_THE_RECIPIENT = (
    Row(meaning=M.TLS_REFUSED, at=frozenset({Stage.STARTTLS}), source="RFC 3207 section 4"),
    Row(meaning=M.LOGIN, at=_AUTH, source="RFC 4954 section 6"),
    Row(meaning=M.LOGIN, at=BEFORE, words=w.AUTHENTICATE, source=f"{BREVO_LOGIN}: 502 5.7.0 to MAIL"),
    Row(meaning=M.POLICY, at=frozenset({Stage.MAIL}), words=w.REPUTATION, source=f"{YAHOO}: 553 5.7.1 BL21"),
    Row(meaning=M.NETWORK, at=frozenset({Stage.CONNECT, Stage.EHLO}), source="RFC 5321 section 3.1; RFC 7504: 521"),
    Row(meaning=M.SENDER, at=frozenset({Stage.MAIL}), source="RFC 5321 section 3.3"),
)
_FOR_GOOD = (
    Row(meaning=M.MESSAGE, words=w.VIRUS, source=f"{ZOHO}: 552 5.7.1; {MANUAL}"),
    Row(meaning=M.MESSAGE, statuses=("5.6.*",), source="RFC 3463 section 3.7: content that cannot be carried"),
    Row(meaning=M.CONTENT, codes=(552,), statuses=("5.7.*",), source=f"{GOOGLE}: 552 5.7.0, an attachment"),
    Row(meaning=M.MAILBOX_FULL, codes=(552,), unless=w.SPAM, source="RFC 5321 section 4.2.3", vague=True),
    Row(
        meaning=M.GONE,
        codes=_SERVERS,
        statuses=(*_NOTHING, "5.7.*"),
        words=w.NO_MAILBOX,
        unless=w.POLICY,
        source=f"Exim, qmail, Exchange, Outlook.com, Yahoo; Yandex: 550 5.7.1 No such user ({MANUAL})",
    ),
    Row(
        meaning=M.RECIPIENT_REFUSED,
        at=_RCPT,
        words=w.RECIPIENT,
        unless=w.REPUTATION,  # Postfix puts the same words before whatever a policy service says
        source=f"{EXCHANGE}: 5.4.1; Proofpoint: 5.7.1 ({MANUAL}); {POSTMARK}: 406",
    ),
    Row(meaning=M.RECIPIENT_REFUSED, at=AFTER, words=w.INACTIVE, source=f"{POSTMARK}: 406; {SPARKPOST}"),
    Row(meaning=M.RELAY, words=w.RELAY, source=f"{EXCHANGE}: 5.7.1, 5.4.1, 5.7.57, 5.7.64; Exim; Postfix"),
    Row(meaning=M.CONTENT, words=w.SPAM, unless=w.REPUTATION, source=f"{APPLE}: CS01; {YAHOO}: 554; {TENCENT}: 550"),
    Row(meaning=M.POLICY, statuses=("5.7.*",), source="RFC 3463 section 3.8; RFC 7372"),
    Row(
        meaning=M.POLICY,
        codes=_SERVERS,
        statuses=(*_NOTHING, "5.2.0"),
        words=w.POLICY,
        unless=w.NO_MAILBOX,
        source=f"SpamAssassin, Spamhaus, Exim, Mimecast ({MANUAL}); Comcast: 550 5.2.0 DMARC",
    ),
    Row(meaning=M.MAILBOX_FULL, words=w.FULL, source="RFC 5321 section 4.2.3: 552, which many say as 550"),
    Row(
        meaning=M.GONE,
        at=_RCPT,
        codes=_SERVERS,
        statuses=("5.1.*",),
        unless=w.POLICY,
        source="RFC 3463 section 3.2: every other detail of its subject is the address of the recipient",
    ),
    Row(
        meaning=M.RECIPIENT_REFUSED,
        at=AFTER,
        statuses=("5.2.0-1", "5.2.4"),
        source=f"RFC 3463 section 3.3: disabled, takes nothing; {GOOGLE}: 550 5.2.1",
    ),
    Row(meaning=M.RECIPIENT_REFUSED, at=_RCPT, statuses=_NOTHING, source="RFC 5321 section 4.3.2: 550", vague=True),
    Row(meaning=M.MESSAGE, source="RFC 5321 section 4.2.1: 5yz", vague=True),
)

ROWS: tuple[Row, ...] = (
    *_OF_THE_RECIPIENT,
    *_OF_THE_ACCOUNT,
    *_OF_THE_MESSAGE,
    *_BY_CODES_FOR_NOW,
    *_BEFORE_THE_RECIPIENT,
    *_FOR_GOOD,
)
"""The last row holds for all that is left, so every 4yz and 5yz has a meaning."""
