"""What people see: the templates of messages, and the public pages behind their links."""

from typing import Literal

from pydantic import Field

from stream.runtime.quantities import Bytes, Seconds
from stream.runtime.settings.section import MB, LocalPath, Section, Words


class Templates(Section):
    """Where messages get their words and looks."""

    folder: LocalPath | None = Field(
        default=None, description="Own templates; each replaces the shipped one of the same name. Unset: none."
    )
    languages: Words = Field(
        default=("en",),
        min_length=1,
        description="Languages of messages and pages, such as en, fr, pt-BR; the first is that of the milestones file.",
    )
    missing: Literal["mixed", "whole"] = Field(
        default="mixed",
        description="Where a language lacks a text: mixed takes it from the first one, whole the whole message.",
    )


class Portal(Section):
    """The public pages: one to share, one to unsubscribe. Every message links to them."""

    public_url: str = Field(default="", description="Address of the portal as the world sees it; messages link to it.")
    keys: Words = Field(
        default=(),
        repr=False,
        description="Secrets that sign links, 32 bytes or more; the first signs, all verify. Dispatchers need them.",
    )
    host: str = Field(default="127.0.0.1", min_length=1, description="Address to listen on; 0.0.0.0 in a container.")
    port: int = Field(default=8080, ge=0, le=65535, description="Port; 0 picks a free one.")
    image_url: str | None = Field(
        default=None, description="Picture of link previews, best 1200 x 630; unset: the portal's own."
    )
    trusted_proxies: int = Field(
        default=0, ge=0, le=16, description="Proxies in front that add to X-Forwarded-For; 0 believes no such header."
    )
    requests_per_second: float = Field(default=5.0, gt=0, description="Requests of one client address that are served.")
    burst: int = Field(default=60, ge=1, description="Requests of one client address that are served at once.")
    connections: int = Field(
        default=1000, ge=10, le=100_000, description="Connections kept at once; more evict those that sent no request."
    )
    connections_per_client: int = Field(
        default=100,
        ge=1,
        le=100_000,
        description="Connections, or with trusted_proxies requests under way, of one client address.",
    )
    header_timeout: Seconds = Field(
        default=10.0, gt=0, le=300, description="How long a client may take to send the header of a request."
    )
    body_timeout: Seconds = Field(
        default=10.0, gt=0, le=300, description="How long a client may take to send the body of a request."
    )
    publish_timeout: Seconds = Field(
        default=10.0, gt=0, le=60, description="How long an unsubscription may take to be written."
    )
    picture_memory: Bytes = Field(
        default=64 * MB, ge=0, description="Memory for drawn pictures, per process: about 1,000 of 60 kB; 0 keeps none."
    )
    drain: Seconds = Field(default=10.0, gt=0, le=3600, description="Time to finish after SIGTERM.")
