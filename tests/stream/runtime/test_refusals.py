import pytest

from stream.runtime.refusals import refusal_of, unreachable_of

BROKER = "[thrd:x]: sasl_ssl://k:9093/bootstrap: "


@pytest.mark.parametrize(
    ("text", "reason", "fix"),
    [
        (
            "SSL handshake failed: Disconnected: SSL connection closed by peer: connecting to a PLAINTEXT broker "
            "listener? (after 2ms in state SSL_HANDSHAKE)",
            "we speak TLS",
            "PLAINTEXT",
        ),
        (
            "SSL handshake failed: error:0A000086:SSL routines::certificate verify failed: broker certificate "
            "could not be verified, verify that ssl.ca.location is correctly configured",
            "authority",
            "ssl.ca.location",
        ),
        (
            "SASL SCRAM-SHA-256 mechanism handshake failed: Broker: Unsupported SASL mechanism: broker's supported "
            "mechanisms: PLAIN,SCRAM-SHA-512 (after 1ms in state AUTH_HANDSHAKE)",
            "it offers PLAIN,SCRAM-SHA-512",
            "sasl.mechanism",
        ),
        (
            "SASL PLAIN mechanism handshake failed: Broker: Request not valid in current SASL state: broker's "
            "supported mechanisms:  (after 0ms in state AUTH_HANDSHAKE)",
            "does not ask for a login",
            "security.protocol",
        ),
        (
            "SASL authentication error: Authentication failed: Invalid username or password",
            "login",
            "sasl.password",
        ),
        (
            "SSL handshake failed: something new (after 3ms in state SSL_HANDSHAKE)",
            "failed: something new",
            "ssl.",
        ),
        (
            "Disconnected while requesting ApiVersion: might be caused by incorrect security.protocol configuration",
            "hung up on our first request",
            "SASL_SSL",
        ),
    ],
)
def test_a_complaint_becomes_a_reason_and_a_cure(text: str, reason: str, fix: str) -> None:
    """Texts as librdkafka 2.16 writes them."""
    refusal = refusal_of(["noise", BROKER + text])

    assert refusal is not None
    assert reason in refusal.reason or reason in f"TLS handshake {refusal.reason}"
    assert fix in refusal.fix


def test_what_a_retry_mends_is_no_refusal() -> None:
    """A refused connection is met by knocking, a slow broker by waiting."""
    assert refusal_of([BROKER + "Connect to ipv4#1.2.3.4:9093 failed: Connection refused"]) is None


def test_the_more_certain_reading_wins() -> None:
    """A failed login is followed by hang-ups that mean nothing."""
    texts = ["Disconnected (after 1ms in state APIVERSION_QUERY)", "SASL authentication error: no"]

    refusal = refusal_of(texts)

    assert refusal is not None
    assert "login" in refusal.reason


def test_only_addresses_that_were_advertised_count_as_such() -> None:
    """librdkafka names what it was given `…/bootstrap`, what it learned by the broker's number."""
    texts = [
        "[thrd:b]: given:9092/bootstrap: Connect to ipv4#10.0.0.1:9092 failed: Connection refused",
        "[thrd:kafka:9092/1]: kafka:9092/1: Failed to resolve 'kafka:9092': Name or service not known",
        "sasl_ssl://b2:9093/2: Connect to ipv4#10.0.0.2:9093 failed: Connection refused (after 0ms)",
    ]

    assert unreachable_of(texts) == ["b2:9093", "kafka:9092"]
