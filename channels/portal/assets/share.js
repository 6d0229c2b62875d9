// The button of the page to share: there where the browser can hand an address on to other programs.
(() => {
  "use strict";

  const button = document.querySelector("[data-url]");
  if (!button || !navigator.share) {
    return;
  }
  button.hidden = false;
  button.addEventListener("click", () => {
    // Whoever closes the list of programs has changed their mind: that is no error.
    navigator.share({ title: button.dataset.title, url: button.dataset.url }).catch(() => undefined);
  });
})();
