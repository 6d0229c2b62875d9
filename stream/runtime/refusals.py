"""What librdkafka's complaints mean: the reason in plain words and the cure, by the text of its log lines
and errors."""

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a broker that listens does not serve us, and what to change."""

    reason: str
    fix: str


_SASL_SETTINGS = "sasl.mechanism, sasl.username and sasl.password in [kafka] of cairn.toml, or CAIRN_KAFKA_SASL_…"

# The first match wins: the more certain before the vaguer. Texts as of librdkafka 2.16.
_KNOWN = (
    (
        r"PLAINTEXT broker listener",
        Refusal(
            "we speak TLS and this listener does not",
            "use the broker's TLS port, or set security.protocol to PLAINTEXT or SASL_PLAINTEXT",
        ),
    ),
    (
        r"certificate verify failed|could not be verified|unable to get (local )?issuer|self.signed cert",
        Refusal(
            "its TLS certificate is not signed by an authority that we trust, or names another host",
            "set ssl.ca.location to the file of its authority, and use the host name in its certificate",
        ),
    ),
    (
        r"bad certificate|certificate required|handshake failure|unknown ca",
        Refusal(
            "the broker refused our TLS certificate",
            "set ssl.certificate.location and ssl.key.location to a client certificate that it trusts",
        ),
    ),
    (
        r"mechanism handshake failed.*supported mechanisms:\s*(?P<detail>[A-Z0-9_,\- ]*[A-Z0-9])",
        Refusal(
            "it does not offer our SASL mechanism; it offers {detail}",
            "set sasl.mechanism to one that it offers",
        ),
    ),
    (
        r"mechanism handshake failed",
        Refusal(
            "this listener does not ask for a login, and we sent one",
            "use the broker's SASL port, or set security.protocol to PLAINTEXT or SSL",
        ),
    ),
    (
        r"SASL.*authentication (error|failed)|failed to authenticate|authentication failed|SaslAuthenticate",
        Refusal("it does not accept our login", f"check {_SASL_SETTINGS}"),
    ),
    (
        r"SSL handshake failed|SSL transport error",
        Refusal("the TLS handshake failed: {line}", "check security.protocol and the ssl.* properties"),
    ),
    (
        r"ApiVersion|APIVERSION_QUERY",
        Refusal(
            "it hung up on our first request; most often a listener that wants TLS or a login",
            "set security.protocol to SSL, SASL_SSL or SASL_PLAINTEXT, as the listener wants it; "
            "if it is as it wants, this is no Kafka broker",
        ),
    ),
)
# A broker that was given is named host:port/bootstrap, one that was learned host:port/<its number>.
_ADVERTISED = re.compile(r"(?:\w+://)?(?P<address>[^\s/]+:\d+)/\d+: (?=Connect to|Failed to resolve|Connection setup)")
_NOISE = re.compile(r"^\[thrd:[^\]]*\]: |^\S+/(?:bootstrap|\d+): |\s*\(after \d+ms in state \w+.*\)$")


def refusal_of(texts: Iterable[str]) -> Refusal | None:
    """The most certain reading of librdkafka's texts; None when they tell of nothing that a retry would not
    mend."""
    lines = list(texts)
    for pattern, refusal in _KNOWN:
        for line in lines:
            if match := re.search(pattern, line, re.IGNORECASE):
                detail = match.groupdict().get("detail") or ""
                return Refusal(refusal.reason.format(detail=detail.strip(), line=_plain(line)), refusal.fix)
    return None


def unreachable_of(texts: Iterable[str]) -> list[str]:
    """Addresses, host:port, that brokers advertised and that librdkafka could not connect to."""
    return sorted({match["address"] for text in texts for match in _ADVERTISED.finditer(text)})


def _plain(line: str) -> str:
    """The text without thread, broker and timing."""
    previous = ""
    while previous != line:
        previous, line = line, _NOISE.sub("", line)
    return line
