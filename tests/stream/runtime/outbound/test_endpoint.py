from __future__ import annotations

import pytest

from schemas.errors import CairnError
from stream.runtime.exits import Exit
from stream.runtime.outbound.endpoint import LONGEST, EndpointError, EndpointPolicy
from stream.runtime.settings.dispatchers import PUSH_HOSTS

SETTING = "web_push.push_hosts"
POLICY = EndpointPolicy(PUSH_HOSTS, setting=SETTING)
LOCAL = EndpointPolicy(PUSH_HOSTS, loopback=True)

REAL = [
    "https://fcm.googleapis.com/fcm/send/dN9xOoQ0XkA:APA91bH_x-y",
    "https://fcm.googleapis.com/wp/dN9xOoQ0XkA:APA91bH_x-y",
    "https://updates.push.services.mozilla.com/wpush/v2/gAAAAABk_-8=",
    "https://wns2-par02p.notify.windows.com/w/?token=BQYAAAC%2b%2f1&x=/?y",
    "https://web.push.apple.com/QGuQyavXutnMXWF",
    "https://web.push.apple.com:443/QGuQyavXutnMXWF",
]
REFUSED = {
    "http": "http://fcm.googleapis.com/x",
    "other scheme": "ftp://fcm.googleapis.com/x",
    "no scheme": "//fcm.googleapis.com/x",
    "other port": "https://fcm.googleapis.com:8443/x",
    "port 80": "https://fcm.googleapis.com:80/x",
    "huge port": "https://fcm.googleapis.com:65979/x",
    "empty port": "https://fcm.googleapis.com:/x",
    "user": "https://fcm.googleapis.com@evil.example/x",
    "user and password": "https://a:b@fcm.googleapis.com/x",
    "fragment": "https://fcm.googleapis.com/x#y",
    "fragment that hides the host": "https://evil.example#.fcm.googleapis.com/x",
    "query that hides the host": "https://evil.example?.fcm.googleapis.com/x",
    "backslash": "https://evil.example\\.fcm.googleapis.com/x",
    "backslash before the user": "https://fcm.googleapis.com\\@evil.example/x",
    "no path": "https://fcm.googleapis.com",
    "other host": "https://evil.example/fcm.googleapis.com",
    "longer name": "https://evilfcm.googleapis.com/x",
    "the name in front": "https://fcm.googleapis.com.evil.example/x",
    "parent of a host": "https://googleapis.com/x",
    "dot at the end": "https://fcm.googleapis.com./x",
    "dot in front": "https://.fcm.googleapis.com/x",
    "two dots": "https://a..fcm.googleapis.com/x",
    "hyphen in front": "https://-a.fcm.googleapis.com/x",
    "wide dots": "https://fcm\uff0egoogleapis\uff0ecom/x",
    "wide letters": "https://\uff46cm.googleapis.com/x",
    "Kelvin sign": "https://fcm.googleapis.com/\u212a",
    "IPv4": "https://142.250.74.10/x",
    "decimal IPv4": "https://2130706433/x",
    "short IPv4": "https://127.1/x",
    "hexadecimal IPv4": "https://0x7f.0.0.1/x",
    "octal IPv4": "https://0177.0.0.1/x",
    "IPv6": "https://[::1]/x",
    "IPv6 of IPv4": "https://[::ffff:127.0.0.1]/x",
    "loopback": "https://127.0.0.1/x",
    "localhost": "https://localhost/x",
    "percent in the host": "https://fcm.googleapis.com%2f.evil.example/x",
    "space": "https://fcm.googleapis.com/a b",
    "line end": "https://fcm.googleapis.com/x\r\nX: y",
    "line end behind": "https://fcm.googleapis.com/x\n",
    "tab": "https://fcm.google\tapis.com/x",
    "NUL": "https://fcm.googleapis.com/x\0",
    "space in front": " https://fcm.googleapis.com/x",
    "too long": "https://fcm.googleapis.com/" + "x" * LONGEST,
    "empty": "",
}


@pytest.mark.parametrize("endpoint", REAL)
def test_the_endpoints_of_the_browsers_are_let_in(endpoint: str) -> None:
    """They are posted to byte for byte (a push service looks them up so), with the origin as `aud` wants it."""
    let_in = POLICY.check(endpoint)

    assert str(let_in.url) == endpoint.replace(":443", "")
    assert let_in.origin == f"https://{let_in.host}"
    assert not let_in.loopback


@pytest.mark.parametrize("endpoint", REFUSED.values(), ids=REFUSED)
def test_everything_else_is_refused(endpoint: str) -> None:
    """The reason never holds the endpoint: whoever knows that may push to it, and its writer would fill our logs."""
    with pytest.raises(EndpointError) as refused:
        POLICY.check(endpoint)

    assert "x" * 20 not in str(refused.value)
    assert "evil" not in str(refused.value)


def test_names_are_compared_without_regard_to_case() -> None:
    """A host in capitals is the same host (RFC 4343), and is asked for in small letters."""
    assert POLICY.check("https://FCM.GoogleAPIs.com/Ab").host == "fcm.googleapis.com"
    assert str(POLICY.check("https://FCM.GoogleAPIs.com/Ab").url) == "https://fcm.googleapis.com/Ab"


def test_hosts_of_the_setting_are_normalised() -> None:
    """An operator writes a name as people do; the endpoint has its ASCII form (IDNA)."""
    policy = EndpointPolicy(["Püsh.Example "])

    assert policy.check("https://a.xn--psh-hoa.example/x").host == "a.xn--psh-hoa.example"


@pytest.mark.parametrize("host", ["com", "https://a.example", "*.a.example", "a.example:443", "127.0.0.1", "", "a.b."])
def test_a_setting_that_is_no_host(host: str) -> None:
    """A top-level domain would let in half the internet, a star or a port would let in nothing: both are errors."""
    with pytest.raises(CairnError) as raised:
        EndpointPolicy([host], setting=SETTING)

    assert (raised.value.exit, raised.value.where) == (Exit.USAGE, "web_push.push_hosts")


def test_this_machine_is_let_in_when_asked_for() -> None:
    """With the opt-in: its two names at any port, over TLS, and the push services besides."""
    endpoint = LOCAL.check("https://127.0.0.1:8443/push/1")

    assert (endpoint.origin, endpoint.loopback) == ("https://127.0.0.1:8443", True)
    assert LOCAL.check("https://localhost/push/1").loopback
    assert not LOCAL.check(REAL[0]).loopback


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://127.0.0.1:8443/x",
        "https://127.0.0.2/x",
        "https://127.1/x",
        "https://a.localhost/x",
        "https://10.0.0.1/x",
    ],
)
def test_the_opt_in_is_for_this_machine_alone(endpoint: str) -> None:
    """No clear text, no other address of the loopback network, no neighbour."""
    with pytest.raises(EndpointError):
        LOCAL.check(endpoint)
