import pytest

from stream.runtime.masking import MASK, Properties, is_secret, shown


@pytest.mark.parametrize(
    "key",
    [
        "sasl.password",
        "ssl.key.password",
        "ssl.key.pem",
        "ssl.keystore.password",
        "sasl.oauthbearer.client.secret",
        "sasl.oauthbearer.config",
        "kafka.sasl.password",
        "api_token",
    ],
)
def test_secrets_are_never_shown(key: str) -> None:
    """Passwords, secrets, tokens and key material print as a mask."""
    assert shown(key, "hunter2") == MASK


@pytest.mark.parametrize(
    "key", ["ssl.key.location", "ssl.ca.location", "sasl.oauthbearer.token.endpoint.url", "sasl.username"]
)
def test_places_and_names_are_shown(key: str) -> None:
    """A wrong path must be seen to be mended; it is not the secret itself."""
    assert not is_secret(key)


def test_a_login_inside_a_url_is_masked() -> None:
    """The rest of the URL stays readable."""
    assert shown("schema.url", "https://u:p@host/x") == f"https://{MASK}@host/x"


def test_the_path_of_a_webhook_is_masked() -> None:
    """Chats give it a token; a wrong host must be seen to be mended."""
    urls = "https://hooks.acme.example/T01/B02/xyz, https://b.example?key=1, https://c.example"

    assert (
        shown("webhooks.urls", urls)
        == f"https://hooks.acme.example/{MASK}, https://b.example/{MASK}, https://c.example"
    )
    assert shown("portal.public_url", "https://a.example/celebrate") == "https://a.example/celebrate"


def test_properties_mask_their_repr_and_keep_their_values() -> None:
    """A settings object may end in a traceback; its secrets must not."""
    properties = Properties({"sasl.username": "app", "sasl.password": "hunter2"})

    assert "hunter2" not in f"{properties!r} {properties}"
    assert "app" in repr(properties)
    assert properties["sasl.password"] == "hunter2"
    assert properties == {"sasl.username": "app", "sasl.password": "hunter2"}
