"""The two files of an application, in a real browser."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Browser, Error

from channels.dispatch.outcome import Delivered, Outcome
from channels.testing import base64url
from channels.testing.certificate import Certificate
from channels.testing.push_service import PushService, Subscription
from channels.web_push.keys import VapidKeys
from channels.web_push.sender import make_sender
from schemas.contact import Contact, WebPushTarget, read_contact
from schemas.contact_change import ContactChange, read_change
from schemas.target_digest import target_digest
from tests.channels.web_push.browser import FAKE_SUBSCRIPTION, WITHIN, Site, Visit, chromium
from tests.channels.web_push.pushes import CONTENT, FixedRenderer, delivery, settings
from tests.schemas.stand_in import StandIn
from tests.system.waiting import until

NOW_MS = 1_784_558_400_000


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    with site.served():
        yield site


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Visit]:
    context = browser.new_context()
    yield Visit(context, site)
    context.close()


def sent(target: WebPushTarget, keys: VapidKeys, certificate: Certificate) -> Outcome:
    """What our sender makes of it; on a thread of its own, for the browser's driver has this one's loop."""

    async def story() -> Outcome:
        sender = make_sender(settings(keys, certificate.ca_file), FixedRenderer())
        try:
            return await sender.send(delivery(target))
        finally:
            await sender.close()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, story()).result()


def pretend(visit: Visit, subscription: Subscription, have: Subscription | None = None, key: str | None = None) -> None:
    """Let the page's PushManager give this subscription; `have` is one that is there already, made with `key`."""
    visit.page.evaluate(
        f"""([given, have]) => {{
            const made = {FAKE_SUBSCRIPTION};
            globalThis.subscribed = have && made(have);
            PushManager.prototype.getSubscription = async () => globalThis.subscribed;
            PushManager.prototype.subscribe = async (options) => {{
                globalThis.asked = options;
                return (globalThis.subscribed ??= made(given));
            }};
        }}""",
        [_given(subscription), have and _given(have) | {"key": list(base64url.decode(key or ""))}],
    )


def _given(subscription: Subscription) -> dict[str, Any]:
    return {"endpoint": subscription.endpoint, "p256dh": subscription.p256dh, "auth": subscription.auth}


def call(visit: Visit, name: str, **given: str) -> Any:
    """Call what subscribe.js exports."""
    return visit.page.evaluate(
        f"async (given) => (await import('/subscribe.js')).{name}(given)", {"serviceWorker": "/sw.js", **given}
    )


def record(fields: dict[str, object]) -> StandIn:
    return StandIn(json.dumps({"contact_id": "c-1", **fields}).encode(), b"c-1")


def as_contact(target: object) -> Contact:
    found = read_contact(record({"web_push_targets": [target]}))
    assert isinstance(found, Contact), found
    return found


def as_change(change: dict[str, object]) -> ContactChange:
    found = read_change(record({"at": NOW_MS, **change}), NOW_MS)
    assert isinstance(found, ContactChange), found
    return found


def test_from_a_subscription_to_a_notification(
    visit: Visit, service: PushService, keys: VapidKeys, certificate: Certificate
) -> None:
    """What subscribe.js returns is a contact's target; what is sent to it is shown as it was written, once per tag."""
    pretend(visit, service.subscribe(keys.public))
    made = call(visit, "subscribe", applicationServerKey=keys.public, post="/push")
    [target] = as_contact(made["target"]).web_push_targets
    assert isinstance(sent(target, keys, certificate), Delivered)

    payload = service.messages[0].plaintext
    visit.push(payload.replace(b"Ten documents", b"Nine documents"))
    visit.shown()
    visit.push(payload)
    [shown] = until(
        lambda: [each for each in visit.shown() if each["title"] == CONTENT.title], within=WITHIN, what="the second"
    )
    assert visit.shown() == [shown]
    assert shown == {
        "title": CONTENT.title,
        "body": CONTENT.body,
        "icon": CONTENT.icon_url,
        "badge": CONTENT.badge_url,
        "image": "",
        "tag": CONTENT.tag,
        "lang": "en",
        "renotify": False,
        "url": CONTENT.url,
    }


def test_a_picture_is_shown(visit: Visit) -> None:
    """Where the celebration has one."""
    visit.register()
    visit.push(json.dumps({"title": "Ten", "image": "https://acme.example/card.png"}))

    assert visit.shown()[0]["image"] == "https://acme.example/card.png"


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "no JSON",
        "null",
        "[]",
        "7",
        '{"title": 7, "icon": {}, "tag": null}',
        '{"lang": "not a language!", "tag": ""}',
    ],
)
def test_whatever_comes_something_is_shown(payload: str, visit: Visit) -> None:
    """A browser takes the permission away from a worker that stays silent."""
    visit.register()
    visit.push(payload)

    assert visit.shown()[0]["title"] == "localhost"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "", "/relative"])
def test_only_addresses_of_the_web_are_opened(url: str, visit: Visit) -> None:
    """Anything else opens the site itself: a script in an address would run in its name."""
    visit.register()
    visit.push(json.dumps({"title": "Ten", "url": url, "icon": url}))
    [shown] = visit.shown()

    assert shown["url"] is None
    assert shown["icon"] == ""
    assert clicked(visit) == {"focused": f"{visit.site.origin}/", "left": 0}


def clicked(visit: Visit) -> Any:
    """Click the notification: a click that a script makes is no gesture, so what it would do is written down."""
    return visit.worker.evaluate(
        """async () => {
            const done = {};
            self.clients.openWindow = async (url) => { done.opened = url; };
            WindowClient.prototype.focus = async function () { done.focused = this.url; };
            const [notification] = await self.registration.getNotifications();
            const event = new NotificationEvent("notificationclick", { notification });
            const waited = [];
            event.waitUntil = (promise) => waited.push(promise);
            self.dispatchEvent(event);
            await Promise.all(waited);
            done.left = (await self.registration.getNotifications()).length;
            return done;
        }"""
    )


def test_a_click_opens_the_link(visit: Visit) -> None:
    """And the notification goes away."""
    visit.register()
    visit.push(json.dumps({"title": "Ten", "url": "https://acme.example/m/abc"}))
    visit.shown()

    assert clicked(visit) == {"opened": "https://acme.example/m/abc", "left": 0}


def test_a_click_goes_to_the_tab_that_is_open(visit: Visit) -> None:
    """No second one of the same page."""
    visit.register()
    visit.page.goto(f"{visit.site.origin}/m/abc")
    visit.push(json.dumps({"title": "Ten", "url": f"{visit.site.origin}/m/abc"}))
    visit.shown()

    assert clicked(visit) == {"focused": f"{visit.site.origin}/m/abc", "left": 0}


def renewed(visit: Visit, new: Subscription, old: Subscription | None) -> Any:
    """A browser renews the subscription; where it names no new one, the worker subscribes."""
    return visit.worker.evaluate(
        f"""async ([given, gone]) => {{
            const made = {FAKE_SUBSCRIPTION};
            let asked = null;
            PushManager.prototype.subscribe = async (options) => {{ asked = options; return made(given); }};
            const event = new ExtendableEvent("pushsubscriptionchange");
            event.oldSubscription = gone && made(gone);
            const waited = [];
            event.waitUntil = (promise) => waited.push(promise);
            self.dispatchEvent(event);
            await Promise.all(waited);
            return {{ key: asked.applicationServerKey, visible: asked.userVisibleOnly }};
        }}""",
        [_given(new), old and _given(old)],
    )


def test_a_renewed_subscription_is_told(visit: Visit, service: PushService, keys: VapidKeys) -> None:
    """The new endpoint is written to from then on, and the old one is dead: two changes, as the topic takes them."""
    old, new = service.subscribe(keys.public), service.subscribe(keys.public)
    visit.register(f"?key={keys.public}&post=/push")
    renewed(visit, new, old)

    [posted] = visit.site.posted
    first, second = map(as_change, posted["changes"])
    assert first.web_push_target == msgspec.convert(new.as_json(), WebPushTarget)
    assert (second.change, second.digest) == ("dead_endpoint", target_digest(old.endpoint))


def test_a_renewal_that_says_nothing(visit: Visit, service: PushService, keys: VapidKeys) -> None:
    """Firefox names neither subscription: the worker has the key from its own address."""
    visit.register(f"?key={keys.public}&post=/push")
    asked = renewed(visit, service.subscribe(keys.public), None)

    assert asked == {"key": keys.public, "visible": True}
    assert [each["change"] for each in visit.site.posted[0]["changes"]] == ["new_endpoint"]


def test_a_renewal_that_is_not_taken(visit: Visit, service: PushService, keys: VapidKeys) -> None:
    """An error in the browser's log says so."""
    visit.site.status = 500
    visit.register(f"?key={keys.public}&post=/push")
    with pytest.raises(Error, match="was not taken: 500"):
        renewed(visit, service.subscribe(keys.public), None)


def test_subscribing_tells_the_server(visit: Visit, service: PushService, keys: VapidKeys) -> None:
    """The browser is asked with our key; the worker is registered with all that it needs on its own."""
    subscription = service.subscribe(keys.public)
    pretend(visit, subscription)
    made = call(visit, "subscribe", applicationServerKey=keys.public, post="/push")

    assert visit.site.posted == [{"changes": made["changes"]}]
    [change] = map(as_change, made["changes"])
    assert change.web_push_target == msgspec.convert(subscription.as_json(), WebPushTarget)
    assert visit.page.evaluate("globalThis.asked") == {"userVisibleOnly": True, "applicationServerKey": keys.public}
    assert f"key={keys.public}" in visit.worker.url
    assert "post=http" in visit.worker.url


def test_a_subscription_that_is_there_is_kept(visit: Visit, service: PushService, keys: VapidKeys) -> None:
    """To call it on every visit costs nothing: no second endpoint for the same browser."""
    there = service.subscribe(keys.public)
    pretend(visit, service.subscribe(keys.public), there, keys.public)

    assert call(visit, "subscribe", applicationServerKey=keys.public)["target"] == there.as_json()
    assert visit.site.posted == []


def test_a_new_key_needs_a_new_subscription(visit: Visit, service: PushService, keys: VapidKeys) -> None:
    """RFC 8292 section 4: messages signed with another key than the subscription's are refused."""
    other = VapidKeys.generate()
    there, new = service.subscribe(other.public), service.subscribe(keys.public)
    pretend(visit, new, there, other.public)
    made = call(visit, "subscribe", applicationServerKey=keys.public, post="/push")

    assert made["target"] == new.as_json()
    assert visit.page.evaluate("globalThis.left") == there.endpoint
    assert as_change(made["changes"][1]).digest == target_digest(there.endpoint)


def test_unsubscribing(visit: Visit, service: PushService, keys: VapidKeys) -> None:
    """The browser leaves, and the server knows which endpoint is dead; a second time there is nothing to leave."""
    subscription = service.subscribe(keys.public)
    pretend(visit, subscription)
    call(visit, "subscribe", applicationServerKey=keys.public)
    made = call(visit, "unsubscribe", post="/push")

    assert visit.site.posted == [made]
    [change] = map(as_change, made["changes"])
    assert (change.change, change.digest) == ("dead_endpoint", target_digest(subscription.endpoint))
    assert call(visit, "unsubscribe", post="/push") == {"changes": []}
    assert len(visit.site.posted) == 1


def test_a_no_of_the_user(visit: Visit, keys: VapidKeys) -> None:
    """It is an error with a name, and no worker is registered."""
    visit.page.evaluate("Notification.requestPermission = async () => 'denied'")
    with pytest.raises(Error, match="NotAllowedError"):
        call(visit, "subscribe", applicationServerKey=keys.public)

    assert visit.page.evaluate("navigator.serviceWorker.getRegistration()") is None


def test_a_browser_without_web_push(visit: Visit, keys: VapidKeys) -> None:
    """As on a phone whose user has not put the site on the home screen: an error with a name."""
    visit.page.evaluate("delete globalThis.PushManager")
    with pytest.raises(Error, match="NotSupportedError"):
        call(visit, "subscribe", applicationServerKey=keys.public)


def test_a_server_that_takes_nothing(visit: Visit, service: PushService, keys: VapidKeys) -> None:
    """The page learns of it: else the user would think that all is well."""
    visit.site.status = 403
    pretend(visit, service.subscribe(keys.public))
    with pytest.raises(Error, match="was not taken: 403"):
        call(visit, "subscribe", applicationServerKey=keys.public, post="/push")
