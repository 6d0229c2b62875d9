// Subscribes this browser to web pushes, and unsubscribes it.
//
//   import { subscribe, unsubscribe } from "/subscribe.js";
//   button.onclick = () => subscribe({ applicationServerKey: "BCVxsr7N...", serviceWorker: "/sw.js", post: "/push" });
//
// Call subscribe() in the handler of a click: browsers ask for permission on a gesture of the user only, and remember a
// no.

/**
 * Ask for permission, subscribe, and tell your server.
 *
 * @param {object} given
 * @param {string} given.applicationServerKey the public VAPID key, base64url, as `cairn web-push keys` prints it
 * @param {string} given.serviceWorker address of sw.js; its folder is what the worker is for
 * @param {string} [given.post] address of your server that takes {"changes": [...]}; without it nothing is posted
 * @returns {Promise<{target: object, changes: object[]}>} `target` is for web_push_targets of the contact's profile;
 *   `changes` are for the topic contact-changes, each with contact_id and at still to be added by your server
 * @throws {DOMException} NotSupportedError: this browser has no web push (on iOS: until the site is on the home
 *   screen); NotAllowedError: the user said no
 * @throws {Error} your server did not take the changes
 */
export async function subscribe({ applicationServerKey, serviceWorker, post }) {
  demandSupport();
  // Before anything else is waited for, or the gesture is over.
  if ((await Notification.requestPermission()) !== "granted") {
    throw new DOMException("notifications are not allowed", "NotAllowedError");
  }
  const registration = await registered(serviceWorker, applicationServerKey, post);
  const old = await registration.pushManager.getSubscription();
  const changes = [];
  // A subscription is bound to its key (RFC 8292 section 4): messages signed with another are refused.
  if (old && !sameKey(old.options?.applicationServerKey, applicationServerKey)) {
    changes.push(await dead(old));
    await old.unsubscribe();
  }
  const subscription = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
  const target = targetOf(subscription);
  changes.unshift({ change: "new_endpoint", web_push_target: target });
  await tell(post, changes);
  return { target, changes };
}

/**
 * Unsubscribe this browser, and tell your server.
 *
 * @param {object} [given]
 * @param {string} [given.serviceWorker] address of sw.js as it was given to subscribe(); default: the page's own worker
 * @param {string} [given.post] as in subscribe()
 * @returns {Promise<{changes: object[]}>} a dead_endpoint change, or none where there was no subscription
 * @throws {Error} your server did not take the change
 */
export async function unsubscribe({ serviceWorker, post } = {}) {
  const scope = serviceWorker && new URL(".", new URL(serviceWorker, document.baseURI)).href;
  const registration = await navigator.serviceWorker?.getRegistration(scope);
  const subscription = await registration?.pushManager?.getSubscription();
  if (!subscription) {
    return { changes: [] };
  }
  const changes = [await dead(subscription)];
  await subscription.unsubscribe();
  await tell(post, changes);
  return { changes };
}

function demandSupport() {
  if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window)) {
    throw new DOMException("this browser has no web push", "NotSupportedError");
  }
}

// The worker learns key and place from its own address: it is started without a page when a subscription is renewed.
async function registered(serviceWorker, key, post) {
  const address = new URL(serviceWorker, document.baseURI);
  address.searchParams.set("key", key);
  if (post) {
    address.searchParams.set("post", new URL(post, document.baseURI).href);
  }
  const registration = await navigator.serviceWorker.register(address, { scope: new URL(".", address).pathname });
  await active(registration);
  return registration;
}

// The Push API wants a worker that is active; `navigator.serviceWorker.ready` would wait for the page's own.
function active(registration) {
  const worker = registration.installing ?? registration.waiting ?? registration.active;
  return new Promise((resolve, reject) => {
    const look = () => {
      if (registration.active) {
        resolve();
      } else if (worker.state === "redundant") {
        reject(new Error("the service worker could not be installed"));
      }
    };
    worker.addEventListener("statechange", look);
    look();
  });
}

function targetOf(subscription) {
  const { endpoint, keys } = subscription.toJSON();
  return { endpoint, keys: { p256dh: keys.p256dh, auth: keys.auth } };
}

async function dead(subscription) {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(subscription.endpoint));
  const digest = Array.from(new Uint8Array(bytes), (each) => each.toString(16).padStart(2, "0")).join("");
  return { change: "dead_endpoint", digest };
}

// Not known (an old browser): taken as the same, for to subscribe anew on every visit would be worse.
function sameKey(buffer, text) {
  if (!buffer) {
    return true;
  }
  const given = btoa(String.fromCharCode(...new Uint8Array(buffer)));
  return given.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "") === text.replaceAll("=", "");
}

async function tell(post, changes) {
  if (!post) {
    return;
  }
  const answer = await fetch(post, {
    method: "POST",
    credentials: "include",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ changes }),
  });
  if (!answer.ok) {
    throw new Error(`the push subscription was not taken: ${answer.status}`);
  }
}
