"""What big providers answer, as their pages or their users tell it: where, the words, and what must follow.

`google.` and the like are in `channels.email.table`; other sources stand in the row. The words are wrapped as the
providers wrap them. `x@example.com` stands for addresses, which nothing here depends on.
"""

from __future__ import annotations

from typing import NamedTuple

from channels.email.meaning import Meaning
from channels.testing.mail_server import Stage

M, S = Meaning, Stage


class ProviderReply(NamedTuple):
    provider: str
    at: Stage
    code: int
    text: str
    meaning: Meaning


def _of(provider: str, *rows: tuple[Stage, int, str, Meaning]) -> list[ProviderReply]:
    return [ProviderReply(provider, *row) for row in rows]


REPLIES = [
    # support.google.com/a/answer/3726730
    *_of(
        "google",
        (S.CONNECT, 421, "4.7.0 Try again later, closing connection. (EHLO) gsmtp", M.BUSY),
        (S.MAIL, 530, "5.7.0 Must issue a STARTTLS command first. - gsmtp", M.TLS),
        (
            S.AUTH,
            535,
            "5.7.8 Username and Password not accepted. For more\n5.7.8 x - gsmtp",
            M.LOGIN,
        ),
        (S.AUTH, 534, "5.7.9 Application-specific password required. - gsmtp", M.APP_PASSWORD),
        (S.AUTH, 534, "5.7.14 Please log in with your web browser and then try again. - gsmtp", M.APP_PASSWORD),
        (S.AUTH, 454, "4.7.0 Too many login attempts, please try again later. - gsmtp", M.BUSY),
        (S.MAIL, 530, "5.7.0 Authentication Required. - gsmtp", M.LOGIN),
        (S.MESSAGE, 550, "5.4.5 Daily user sending limit exceeded. For more information on Gmail\n5.4.5 x", M.QUOTA),
        (S.RCPT, 550, "5.4.5 Daily SMTP relay sending limit exceeded for user. - gsmtp", M.QUOTA),
        (
            S.RCPT,
            550,
            "5.7.1 Daily SMTP relay limit exceeded for\n5.7.1 customer. - gsmtp",
            M.QUOTA,
        ),
        (S.MESSAGE, 550, "5.7.1 Email quota exceeded.", M.QUOTA),
        (S.RCPT, 450, "4.2.1 Peak SMTP relay limit exceeded for customer. - gsmtp", M.RATE),
        (S.MESSAGE, 421, "4.7.28 Gmail has detected an unusual rate of unsolicited mail. - gsmtp", M.RATE),
        (
            S.RCPT,
            450,
            "4.2.1 The user you are trying to contact is receiving mail\n4.2.1 too quickly.",
            M.RECIPIENT_LATER,
        ),
        (
            S.RCPT,
            550,
            "5.2.1 The user you are trying to contact is receiving mail at a rate that\n5.2.1 prevents additional",
            M.RECIPIENT_LATER,
        ),
        (S.RCPT, 452, "4.2.2 The email account that you tried to reach is over quota.", M.RECIPIENT_LATER),
        (S.RCPT, 552, "5.2.2 The email account that you tried to reach is over quota.", M.MAILBOX_FULL),
        (S.RCPT, 550, "5.1.1 The email account that you tried to reach does not exist.", M.GONE),
        (S.RCPT, 550, "5.2.1 The email account that you tried to reach is disabled.", M.RECIPIENT_REFUSED),
        (S.RCPT, 550, "5.7.1 Invalid credentials for relay [192.0.2.1]. - gsmtp", M.NETWORK),
        (
            S.MESSAGE,
            550,
            "5.7.1 [192.0.2.1] The IP you're using to send mail is not authorized to\n5.7.1 send email",
            M.NETWORK,
        ),
        (S.MESSAGE, 550, "5.7.26 Unauthenticated email from x is not accepted due to domain's\n5.7.26 DMARC", M.POLICY),
        (
            S.MESSAGE,
            550,
            "5.7.1 [192.0.2.1] Our system has detected that this message is likely suspicious due to\n"
            "5.7.1 the very low reputation of the sending domain. To best protect our users from spam",
            M.POLICY,
        ),
        (S.MESSAGE, 421, "4.7.26 This mail has been rate limited because it is unauthenticated.", M.POLICY),
        (S.MESSAGE, 552, "5.7.0 This message was blocked because its content presents a potential", M.CONTENT),
        (S.MESSAGE, 552, "5.3.4 Your message exceeded Google's message size limits.", M.TOO_LARGE),
        (S.RCPT, 452, "4.5.3 Domain policy size per transaction exceeded", M.LATER),
    ),
    # learn.microsoft.com: non-delivery reports in Exchange Online; SMTP AUTH client submission
    *_of(
        "microsoft",
        (S.MAIL, 432, "4.3.2 Concurrent connections limit exceeded. Visit https://aka.ms/concurrent_sending", M.FEWER),
        (S.MESSAGE, 432, "4.3.2 STOREDRV.Deliver; recipient thread limit exceeded", M.RECIPIENT_LATER),
        (S.CONNECT, 421, "4.3.2 Service not available", M.FEWER),
        (S.AUTH, 535, "5.7.3 Authentication unsuccessful [X.eurprd07.prod.outlook.com]", M.LOGIN),
        (
            S.AUTH,
            535,
            "5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.",
            M.APP_PASSWORD,
        ),
        (S.AUTH, 535, "5.7.139 Authentication unsuccessful, basic authentication is disabled.", M.APP_PASSWORD),
        (S.MAIL, 530, "5.7.57 Client not authenticated to send mail.", M.LOGIN),
        (S.MESSAGE, 550, "5.7.60 SMTP; Client does not have permissions to send as this sender", M.SENDER),
        (S.MESSAGE, 554, "5.2.252 SendAsDenied; x@example.com not allowed to send as x@example.com", M.SENDER),
        (S.MESSAGE, 550, "5.1.8 Access denied, bad outbound sender AS(42003)", M.ACCOUNT),
        (S.MESSAGE, 550, "5.1.90 Your message can't be sent because you've reached your daily limit", M.QUOTA),
        (S.MESSAGE, 554, "5.2.2 Submission quota exceeded", M.QUOTA),
        (S.MESSAGE, 550, "5.7.232 Your message can't be sent because your trial tenant has exceeded", M.QUOTA),
        (S.MESSAGE, 550, "5.7.705 Access denied, tenant has exceeded threshold", M.ACCOUNT),
        (S.MESSAGE, 550, "5.7.708 Access denied, traffic not accepted from this IP", M.ACCOUNT),
        (S.MESSAGE, 550, "5.7.502 Access denied, banned sender", M.ACCOUNT),
        (S.MESSAGE, 554, "5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException.Mapi", M.SENDER),
        (S.RCPT, 550, "5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication", M.RECIPIENT_REFUSED),
        (S.RCPT, 550, "5.7.134 RESOLVER.RST.SenderNotAuthenticatedForMailbox; required", M.RECIPIENT_REFUSED),
        (S.RCPT, 550, "5.7.124 Sender not in allowed-senders list", M.RECIPIENT_REFUSED),
        (S.RCPT, 550, "5.7.12 Sender was not authenticated by organization", M.RECIPIENT_REFUSED),
        (S.RCPT, 550, "5.7.13 STOREDRV.Deliver.Exception:AccountDisabledException", M.RECIPIENT_REFUSED),
        (S.RCPT, 550, "5.4.1 Recipient address rejected: Access denied. [X.prod.outlook.com]", M.RECIPIENT_REFUSED),
        (S.RCPT, 550, "5.4.1 Relay Access Denied", M.RELAY),
        (S.RCPT, 550, "5.7.64 TenantAttribution; Relay Access Denied", M.RELAY),
        (S.RCPT, 550, "5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address", M.GONE),
        (S.RCPT, 550, "5.5.0 Requested action not taken: mailbox unavailable", M.GONE),
        (S.MESSAGE, 550, "5.2.121 Recipient's per hour message receive limit from specific sender", M.RECIPIENT_LATER),
        (S.MESSAGE, 550, "5.2.122 Recipient's per hour message receive limit exceeded", M.RECIPIENT_LATER),
        (S.RCPT, 550, "5.7.508 Access denied, 2001:db8::1 has exceeded permitted limits within range", M.RATE),
        (S.MESSAGE, 550, "5.7.509 Access denied, sending domain x does not pass DMARC verification", M.POLICY),
        (S.RCPT, 550, "5.7.606 Access denied, banned sending IP [192.0.2.1]", M.ACCOUNT),
    ),
    # senders.yahooinc.com/smtp-error-codes; smtpfieldmanual.com
    *_of(
        "yahoo",
        (S.MAIL, 421, "4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred due to unexpected volume", M.RATE),
        (S.MESSAGE, 554, "5.7.9 Message not accepted for policy reasons.", M.POLICY),
        (S.RCPT, 554, "delivery error: dd This user doesn't have a yahoo.com account", M.GONE),
        (S.MESSAGE, 554, "Message not allowed - [PH01] Email not accepted for policy reasons.", M.POLICY),
        (S.RCPT, 450, "User is receiving mail too quickly", M.RECIPIENT_LATER),
    ),
    # support.apple.com/102322; smtp.codes/icloud
    *_of(
        "apple",
        (S.RCPT, 421, "4.7.1 Messages to x@icloud.com deferred due to excessive volume.", M.RECIPIENT_LATER),
        (S.MESSAGE, 451, "4.7.1 Service unavailable - try again later", M.LATER),
        (S.RCPT, 550, "5.1.1 <x@icloud.com>: inactive email address", M.GONE),
        (S.RCPT, 552, "5.2.2 <x@icloud.com>: user is over quota", M.MAILBOX_FULL),
        (S.MESSAGE, 550, "5.7.1 [CS01] Message rejected due to local policy.", M.POLICY),
        (S.MESSAGE, 550, "5.7.1 Your email was rejected due to having a domain present in the Spamhaus DBL", M.POLICY),
    ),
    # docs.aws.amazon.com/ses/latest/dg/troubleshoot-smtp.html, manage-sending-quotas-errors.html
    *_of(
        "amazon ses",
        (S.CONNECT, 421, "Too many concurrent SMTP connections", M.FEWER),
        (S.MESSAGE, 454, "Throttling failure: Maximum sending rate exceeded.", M.RATE),
        (S.MESSAGE, 454, "Throttling failure: Daily message quota exceeded.", M.QUOTA),
        (S.AUTH, 454, "Temporary authentication failure", M.BUSY),
        (S.MAIL, 530, "Authentication required", M.LOGIN),
        (S.AUTH, 535, "Authentication Credentials Invalid", M.LOGIN),
        (S.MESSAGE, 554, "Message rejected: Email address is not verified. The following identities failed", M.SENDER),
        (S.MESSAGE, 554, "Message rejected: Sending paused for this account.", M.ACCOUNT),
        (S.MESSAGE, 554, "Access denied: User `arn` is not authorized to perform `ses:SendRawEmail`", M.POLICY),
        (S.MESSAGE, 552, "Message is too long.", M.TOO_LARGE),
    ),
    # twilio.com/docs/sendgrid/for-developers/sending-email/smtp-errors-and-troubleshooting
    *_of(
        "sendgrid",
        (S.AUTH, 451, "Authentication failed: Maximum credits exceeded", M.QUOTA),
        (S.MESSAGE, 550, "The from address does not match a verified Sender Identity.", M.SENDER),
        (S.MAIL, 550, "Unauthenticated senders not allowed", M.SENDER),
        (S.RCPT, 421, "Message from (192.0.2.1) temporarily deferred", M.BUSY),
        (S.RCPT, 451, "You have exceeded your messaging limits", M.QUOTA),
        (S.RCPT, 452, "Too many recipients received this hour", M.QUOTA),
        (S.MAIL, 450, "too frequent connects from 192.0.2.1, please try again later.", M.RATE),
    ),
    # github.com/swapmyvote/swapmyvote/issues/891, github.com/Monstarrrr/rebutify/issues/162
    *_of(
        "mailgun",
        (S.MESSAGE, 421, "Domain x.mailgun.org is not allowed to send: Sandbox subdomains are for test", M.ACCOUNT),
        (S.RCPT, 421, "Domain x is not allowed to send: Please activate your Mailgun account.", M.ACCOUNT),
        (S.RCPT, 550, "5.7.1 Relaying denied", M.RELAY),
    ),
    # postmarkapp.com/developer/api/overview#error-codes, 400, 406, 412; developer/webhooks/smtp-api-error
    *_of(
        "postmark",
        (S.MESSAGE, 550, "The 'From' address you supplied (x) is not a Sender Signature on your account.", M.SENDER),
        (S.MESSAGE, 550, "You tried to send to recipient(s) that have been marked as inactive.", M.RECIPIENT_REFUSED),
        (S.MESSAGE, 550, "While your account is pending approval, all recipient addresses must share", M.ACCOUNT),
        (S.MESSAGE, 550, "5.7.1 Your account has run out of credits", M.QUOTA),
    ),
    # help.brevo.com/hc/en-us/articles/5740111683858; github.com/supabase/agent-skills/issues/133;
    # github.com/frappe/frappe/issues/38806; github.com/marcpope/borgbackupserver/issues/16
    *_of(
        "brevo",
        (S.AUTH, 525, "5.7.1 Unauthorized IP address", M.NETWORK),
        (S.AUTH, 502, "5.7.0 Your SMTP account is not yet activated. Contact us", M.ACCOUNT),
        (S.AUTH, 535, "5.7.8 Authentication failed", M.LOGIN),
        (S.AUTH, 535, "5.7.0 Invalid login or password", M.LOGIN),
        (S.MAIL, 502, "5.7.0 Please authenticate first", M.LOGIN),
    ),
    # support.sparkpost.com/docs/faq/error-messages-smtp; forum.mautic.org/t/sparkpost-api-change/10221
    *_of(
        "sparkpost",
        (S.MESSAGE, 550, "5.7.1 Unconfigured Sending Domain <acme.example>", M.SENDER),
        (S.RCPT, 554, "5.7.1 Recipient address was suppressed due to customer policy", M.RECIPIENT_REFUSED),
        (S.AUTH, 535, "5.7.8 Sorry. No authentication type succeeded", M.LOGIN),
    ),
    # smtp.codes/qq; github.com/swiftmailer/swiftmailer/issues/92; github.com/matomo-org/matomo/issues/12426
    *_of(
        "tencent and netease",
        (S.MAIL, 550, "Ip frequency limited. http://service.mail.qq.com/x", M.RATE),
        (S.RCPT, 550, "Connection frequency limited", M.RATE),
        (S.MESSAGE, 550, "Sender frequency limited.", M.RATE),
        (S.MESSAGE, 550, "Domain frequency limited", M.RATE),
        (S.MESSAGE, 550, "Mail content denied.", M.CONTENT),
        (S.MESSAGE, 550, "Mail is rejected by recipients", M.RECIPIENT_REFUSED),
        (S.RCPT, 550, "Mailbox not found.", M.GONE),
        (S.MAIL, 501, "mail from address must be same as authorization user", M.SENDER),
        (S.MESSAGE, 501, "mail from address must be same as authorization user", M.SENDER),
        (S.RCPT, 553, "Mail from must equal authorized user", M.SENDER),
        (S.MESSAGE, 554, "DT:SPM 163 smtp10, please see http://mail.163.com/help", M.CONTENT),
    ),
    # ionos.com/help/email/general-topics/what-are-the-mass-mailing-limits; smtp.codes/rackspace
    *_of(
        "ionos and rackspace",
        (S.MESSAGE, 450, "Requested mail action not taken: mailbox unavailable\nMail send limit exceeded.", M.QUOTA),
        (S.MESSAGE, 550, "Requested action not taken: mailbox unavailable\nSender address is not allowed.", M.SENDER),
        (S.RCPT, 450, "4.2.1 <x@example.com>: Mailbox received too much email in a short period", M.RECIPIENT_LATER),
        (S.CONNECT, 421, "Too many concurrent connections from this client (G2)", M.FEWER),
    ),
    # forums.cpanel.net/threads/email-quota.697029; 24x7serversecurity.com/blog/domain-has-an-outgoing-mail-hold
    *_of(
        "cpanel",
        (S.RCPT, 550, "Domain x has exceeded the max emails per hour (3/2 (150%)) allowed.", M.QUOTA),
        (S.RCPT, 550, "Domain x has exceeded the max defers and failures per hour (5/5 (100%)) allowed.", M.QUOTA),
        (S.RCPT, 550, "Domain x has an outgoing mail suspension. Message discarded.", M.ACCOUNT),
        (S.MESSAGE, 451, "Sender x@example.com has an outgoing mail hold. Message will be reattempted", M.ACCOUNT),
    ),
    # zoho.com/zeptomail/help/api/smtp-error-codes.html; help.zoho.com/portal/en/community
    *_of(
        "zoho",
        (S.MAIL, 530, "Must issue a STARTTLS command first.", M.TLS),
        (S.AUTH, 535, "Authentication Failed. Credits expired.", M.QUOTA),
        (S.AUTH, 535, "Account blocked.", M.ACCOUNT),
        (S.MAIL, 553, "Relaying disallowed as x@example.com", M.SENDER),
        (S.MESSAGE, 550, "5.4.6 Unusual sending activity detected. Please try after sometime.", M.ACCOUNT),
        (S.AUTH, 554, "5.1.8 Sender Address Blocked", M.ACCOUNT),
        (S.MESSAGE, 552, "5.7.1 virus Win.Test.EICAR_HDB-1 detected by Zoho Mail", M.MESSAGE),
    ),
    # postfix.org/postconf.5.html: what clients and HELO are refused for comes at RCPT too (smtpd_delay_reject);
    # exim.org specification; client.cloud4u.com/index.php/knowledgebase/1041; qmail
    *_of(
        "postfix and exim",
        (S.CONNECT, 421, "4.7.0 mx Error: too many connections from 192.0.2.1", M.FEWER),
        (S.CONNECT, 554, "mx ESMTP not accepting messages", M.NETWORK),
        (S.CONNECT, 521, "5.3.2 host does not accept mail", M.NETWORK),
        (S.MAIL, 530, "5.7.0 Must issue a STARTTLS command first", M.TLS),
        (S.STARTTLS, 554, "5.7.3 Unable to initialize security subsystem", M.TLS_REFUSED),
        (S.RCPT, 450, "4.7.1 <x@example.com>: Recipient address rejected: Greylisted", M.LATER),
        (S.RCPT, 454, "4.7.1 <x@example.com>: Relay access denied", M.LOGIN),
        (S.RCPT, 553, "5.7.1 <x@example.com>: Sender address rejected: not owned by user ada", M.SENDER),
        (S.RCPT, 550, "5.1.1 <x@example.com>: Recipient address rejected: User unknown in local table", M.GONE),
        (S.MAIL, 552, "5.3.4 Message size exceeds fixed limit", M.TOO_LARGE),
        (S.RCPT, 550, "relay not permitted", M.RELAY),
        (S.RCPT, 550, "Unrouteable address", M.GONE),
        (S.RCPT, 504, "5.5.2 <localhost>: Helo command rejected: need fully-qualified hostname", M.NETWORK),
        (S.RCPT, 450, "4.7.1 <mx>: Helo command rejected: Host not found", M.NETWORK),
        (S.RCPT, 450, "4.7.1 Client host rejected: cannot find your hostname, [192.0.2.1]", M.NETWORK),
        (S.RCPT, 550, "5.7.23 <x@example.com>: Recipient address rejected: Message rejected due to: SPF", M.POLICY),
        (S.RCPT, 450, "4.1.8 <x@example.com>: Sender address rejected: Domain not found", M.SENDER),
        (S.MAIL, 553, "5.7.1 [BL21] Connections will not be accepted, the ip is in Spamhaus's list", M.POLICY),
        (S.MESSAGE, 552, "This message has been rejected due to content judged to be spam", M.CONTENT),
        (S.RCPT, 550, "5.7.1 relay quota exceeded for user", M.QUOTA),
        (S.MESSAGE, 420, "4.3.2 Exceed Sending Limit (daily)", M.QUOTA),
        (S.AUTH, 550, "Too many messages. Try again in 92 seconds.", M.RATE),
        (S.RCPT, 556, "domain does not accept mail", M.GONE),
        (S.RCPT, 550, "Administrative prohibition", M.POLICY),
        (S.RCPT, 550, "no", M.RECIPIENT_REFUSED),
        (S.RCPT, 550, "mailbox is full", M.MAILBOX_FULL),
        (S.MESSAGE, 550, "spam message rejected", M.CONTENT),
    ),
    *_of(
        "yandex",  # smtpfieldmanual.com
        (S.RCPT, 550, "5.7.1 No such user!", M.GONE),
        (S.RCPT, 550, "5.7.1 Policy rejection on the target address", M.POLICY),
    ),
]
