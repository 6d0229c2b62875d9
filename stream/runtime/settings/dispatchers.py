"""What the dispatchers are set by: what all of them share, and what each channel's provider needs."""

from typing import Literal

from pydantic import Field

from stream.runtime.quantities import Seconds
from stream.runtime.settings.group import Group
from stream.runtime.settings.section import LocalPath, Words

PUSH_HOSTS = (
    "fcm.googleapis.com",
    "push.services.mozilla.com",
    "notify.windows.com",
    "web.push.apple.com",
)
"""The push services of Chrome and its kin, Firefox, Edge on Windows, Safari; each stands for its subdomains too."""


class Dispatcher(Group):
    """The dispatcher of one channel: deliveries in, messages to the provider, receipts out."""

    drain: Seconds = Field(
        default=25.0, gt=0, le=3600, description="Time to finish after SIGTERM; then the worker is killed."
    )
    in_flight: int = Field(
        default=100, ge=1, le=10_000, description="Messages handed to the provider at once, per worker."
    )
    rate: float | None = Field(
        default=None, gt=0, description="Most messages per second to one provider, per worker; unset: no limit."
    )
    attempt_timeout: Seconds = Field(
        default=10.0, gt=0, le=300, description="How long the provider may take to answer one attempt."
    )
    retry_in_place: Seconds = Field(
        default=30.0, ge=0, le=300, description="How long one delivery is tried again before the planner gets it back."
    )
    defer: Seconds = Field(
        default=60.0,
        gt=0,
        le=3600,
        description="Longest pause before a message that was given back is tried again; doubled each time, up to 1 h.",
    )
    after_unknown: Literal["resend", "drop"] = Field(
        default="resend",
        description="When nobody knows whether the provider took it: resend may send twice, drop may lose it.",
    )
    breaker_failures: int = Field(
        default=10, ge=1, le=10_000, description="Failures of a provider in a row that pause it."
    )
    breaker_pause: Seconds = Field(
        default=15.0, gt=0, le=3600, description="How long a provider is left alone before one message tries it again."
    )


class Email(Dispatcher):
    """The email dispatcher, and the mail server that it hands messages to."""

    app_id: str = Field(default="cairn-email", min_length=1, max_length=150, pattern=r"^[A-Za-z0-9._-]+$",
        description="Consumer group of the email dispatcher.",
    )  # fmt: skip
    in_flight: int = Field(
        default=16, ge=1, le=256,
        description="Messages handed to the mail server at once, per worker; each has a connection of its own.",
    )  # fmt: skip
    # A relay that scans takes its time after the final dot. RFC 5321 section 4.5.3.2.6 would give it 10 minutes, which
    # is longer than a lease; 10 s would leave many outcomes unknown, and each of those may become a double.
    attempt_timeout: Seconds = Field(
        default=30.0, gt=0, le=300, description="How long the mail server may take for one message, its scan included."
    )
    smtp_host: str = Field(default="localhost", min_length=1, description="The mail server.")
    smtp_port: int = Field(default=587, ge=1, le=65535, description="Its port.")
    smtp_tls: Literal["starttls", "implicit", "none"] = Field(
        default="starttls",
        description="starttls (port 587), implicit (port 465): the certificate is verified; none: in clear, no login.",
    )
    smtp_ca_file: LocalPath | None = Field(
        default=None, description="CA certificates (PEM) that the mail server is verified by; unset: the system's."
    )
    smtp_user: str = Field(default="", description="Login of the mail server; empty: none.")
    smtp_password: str = Field(default="", repr=False, description="Its password.")
    sender: str = Field(
        default="", description="Address that messages come from; its domain also names them (Message-ID)."
    )
    sender_name: str = Field(default="", description="Name beside it; empty: the product's.")
    reply_to: str = Field(default="", description="Address that answers go to; empty: the sender.")
    list_id: str = Field(default="", description="List-Id of every email, such as milestones.example.com; empty: none.")
    feedback_id: str = Field(
        default="",
        description="Feedback-ID of every email, by which Google tells complaints apart; empty: none.",
    )
    headers: Words = Field(
        default=(), description="Further headers of every email, each as Name: value; none that Cairn writes itself."
    )
    dkim_selector: str = Field(
        default="", description="Selector of the DKIM key in the DNS of the sender's domain; empty: no signature."
    )
    dkim_key_file: LocalPath | None = Field(
        default=None,
        description="File of the DKIM private key: RSA or Ed25519 in PEM, or Ed25519 as 32 bytes in base64.",
    )
    postal_address: str = Field(
        default="", description="Postal address in the foot of every email, as most laws on email ask for."
    )


class WebPush(Dispatcher):
    """The web push dispatcher."""

    app_id: str = Field(default="cairn-web-push", min_length=1, max_length=150, pattern=r"^[A-Za-z0-9._-]+$",
        description="Consumer group of the web push dispatcher.",
    )  # fmt: skip
    vapid_private_key: str = Field(
        default="", repr=False, description="Key that signs requests, as `cairn web-push keys` prints it."
    )
    vapid_subject: str = Field(
        default="", description="How push services reach you: mailto:you@example.com or an https address."
    )
    push_hosts: Words = Field(
        default=PUSH_HOSTS, description="Hosts that endpoints may have, with their subdomains; others are refused."
    )
    loopback_endpoints: bool = Field(
        default=False, description="Let endpoints lead to this machine, for trying things with a local push service."
    )
    loopback_ca_file: LocalPath | None = Field(
        default=None, description="CA certificates (PEM) of that local push service."
    )
    time_to_live: Seconds = Field(
        default=86_400.0, ge=0, le=2_419_200, description="How long a push service keeps a message for a browser."
    )


class MobilePush(Dispatcher):
    """The mobile push dispatcher (Firebase Cloud Messaging)."""

    app_id: str = Field(default="cairn-mobile-push", min_length=1, max_length=150, pattern=r"^[A-Za-z0-9._-]+$",
        description="Consumer group of the mobile push dispatcher.",
    )  # fmt: skip
    service_account: LocalPath | None = Field(
        default=None, description="JSON file of the Firebase service account; it is a secret."
    )
    fcm_url: str = Field(
        default="https://fcm.googleapis.com", min_length=1, description="Where FCM is; another for trying things."
    )
    time_to_live: Seconds = Field(
        default=86_400.0, ge=0, le=2_419_200, description="How long FCM keeps a message for a device."
    )
