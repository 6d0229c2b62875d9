// The service worker of Cairn's web push: shows what was sent, opens what it leads to, keeps the subscription alive.
//
// Register it as subscribe.js does, or import it into your own worker: importScripts("/sw.js").
// Two parameters of its address tell it what it cannot know otherwise, for when a browser renews a subscription:
//   key    the applicationServerKey, base64url
//   post   where changes are posted to, as {"changes": [...]}
(() => {
  "use strict";

  self.addEventListener("push", (event) => {
    event.waitUntil(show(read(event.data)));
  });

  self.addEventListener("notificationclick", (event) => {
    event.notification.close();
    event.waitUntil(open(webAddress(event.notification.data?.url) ?? self.registration.scope));
  });

  self.addEventListener("pushsubscriptionchange", (event) => {
    event.waitUntil(renew(event));
  });

  // Whatever came, something is shown: a browser takes the permission away from a worker that stays silent.
  function read(data) {
    let given = null;
    try {
      given = data?.json();
    } catch {
      // Not JSON: the plain notice below.
    }
    const text = (name) => (typeof given?.[name] === "string" ? given[name] : undefined);
    return {
      title: text("title") || self.location.hostname,
      options: {
        body: text("body"),
        icon: webAddress(text("icon")),
        badge: webAddress(text("badge")),
        image: webAddress(text("image")),
        tag: text("tag"),
        lang: text("lang"),
        renotify: false,
        data: { url: webAddress(text("url")) },
      },
    };
  }

  async function show({ title, options }) {
    // A browser may know an option and refuse its value; and one that is undefined is one that is not there.
    const known = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
    try {
      await self.registration.showNotification(title, known);
    } catch {
      await self.registration.showNotification(title, { data: options.data });
    }
  }

  // A javascript: or data: address would run in our own origin's name.
  function webAddress(text) {
    try {
      const url = new URL(text);
      return url.protocol === "https:" || url.protocol === "http:" ? url.href : undefined;
    } catch {
      return undefined;
    }
  }

  async function open(url) {
    const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
    const there = windows.find((each) => each.url === url);
    return there ? there.focus() : self.clients.openWindow(url);
  }

  async function renew(event) {
    const given = new URL(self.location.href).searchParams;
    const old = event.oldSubscription;
    const options = old?.options ?? { userVisibleOnly: true, applicationServerKey: given.get("key") };
    const renewed = event.newSubscription ?? (await self.registration.pushManager.subscribe(options));
    const { endpoint, keys } = renewed.toJSON();
    const target = { endpoint, keys: { p256dh: keys.p256dh, auth: keys.auth } };
    const changes = [{ change: "new_endpoint", web_push_target: target }];
    if (old && old.endpoint !== endpoint) {
      changes.push({ change: "dead_endpoint", digest: await digest(old.endpoint) });
    }
    const place = given.get("post");
    if (!place) {
      return;
    }
    const answer = await fetch(new URL(place, self.location.href), {
      method: "POST",
      credentials: "include",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ changes }),
    });
    if (!answer.ok) {
      throw new Error(`the new push subscription was not taken: ${answer.status}`);
    }
  }

  // How a contact change names an endpoint: SHA-256, hex.
  async function digest(endpoint) {
    const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(endpoint));
    return Array.from(new Uint8Array(bytes), (each) => each.toString(16).padStart(2, "0")).join("");
  }
})();
