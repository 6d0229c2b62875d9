// News of saved files: calls `changed` when the server has another version than the page.
export function follow(version, changed) {
  const live = document.getElementById("live");
  const events = new EventSource("/events");
  events.addEventListener("open", () => say("Live", "on"));
  events.addEventListener("error", () => say("The preview has ended", "off"));
  events.addEventListener("message", (event) => {
    say("Live", "on");
    if (Number(event.data) !== version) {
      version = Number(event.data);
      changed();
    }
  });
  // A page that is left must not be told that it has lost its server.
  window.addEventListener("pagehide", () => events.close());

  function say(text, state) {
    if (live.textContent !== text) {
      live.textContent = text;
      live.dataset.state = state;
    }
  }
}
