// Frames as high as what is in them, so that the page scrolls and not each frame.
const heights = new Map();

export function fit(root) {
  for (const frame of root.querySelectorAll("iframe[data-key]")) {
    const known = heights.get(frame.dataset.key);
    if (known) {
      frame.style.height = `${known}px`;
    }
    frame.addEventListener("load", () => measure(frame));
    if (frame.contentDocument?.readyState === "complete" && frame.contentDocument.URL !== "about:blank") {
      measure(frame);
    }
  }
}

function measure(frame) {
  const page = frame.contentDocument?.documentElement;
  if (!page || frame.contentDocument.URL === "about:blank") {
    return;
  }
  if (!("still" in frame.dataset)) {
    const [left, top] = [window.scrollX, window.scrollY];
    // A frame that is too high would count itself in.
    frame.style.height = "0";
    const height = Math.max(page.scrollHeight, 200);
    heights.set(frame.dataset.key, height);
    frame.style.height = `${height}px`;
    window.scrollTo(left, top);
  }
  frame.dataset.loaded = "";
}
