// Goes from one state to another without losing one's place: the parts of the page are put in, focus and scroll stay.
import { fit } from "/assets/frames.js";

const PARTS = ["pickers", "banner", "main"];
let latest = 0;

export function begin() {
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (form?.id === "pickers") {
      go(addressOf(form, event.target));
    }
  });
  document.addEventListener("submit", (event) => {
    if (event.target.id === "pickers") {
      event.preventDefault();
      go(addressOf(event.target, null));
    }
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    const plain = !event.defaultPrevented && event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
    if (link && plain && !link.target && !link.hasAttribute("download") && inside(link)) {
      event.preventDefault();
      go(link.href);
    }
  });
  // A switch is pressed with the space bar too.
  document.addEventListener("keydown", (event) => {
    if (event.key === " " && event.target.matches?.("a[role=switch]")) {
      event.preventDefault();
      event.target.click();
    }
  });
  window.addEventListener("popstate", () => show(location.href));
}

// Shows the same address again, with what was saved.
export function refresh() {
  return show(location.href);
}

function inside(link) {
  return link.origin === location.origin && link.pathname === "/" && !link.getAttribute("href").startsWith("#");
}

function addressOf(form, changed) {
  const chosen = new URLSearchParams(new FormData(form));
  if (changed?.name === "milestone") {
    // They belong to the milestone that was.
    for (const name of ["moment", "occurrence", "value"]) {
      chosen.delete(name);
    }
  } else if (changed?.name === "occurrence" || changed?.name === "moment") {
    if (!["exact", "beyond"].includes(chosen.get("value"))) {
      chosen.delete("value");
    }
  }
  return `/?${chosen}`;
}

async function go(address) {
  history.pushState(null, "", address);
  await show(address);
}

async function show(address) {
  const turn = ++latest;
  let answer;
  try {
    answer = await fetch(address, { headers: { Accept: "text/html" } });
  } catch {
    return; // the status line says that the server has ended
  }
  const text = await answer.text();
  if (turn !== latest) {
    return;
  }
  const page = new DOMParser().parseFromString(text, "text/html");
  const focused = document.activeElement?.id;
  const [left, top] = [window.scrollX, window.scrollY];
  document.title = page.title;
  for (const id of PARTS) {
    put(id, page);
  }
  if (focused) {
    document.getElementById(focused)?.focus({ preventScroll: true });
  }
  window.scrollTo(left, top);
}

function put(id, page) {
  const there = document.getElementById(id);
  const next = page.getElementById(id);
  if (there && next) {
    there.replaceWith(document.adoptNode(next));
    fit(document.getElementById(id));
  } else if (there && id === "pickers") {
    there.remove();
  } else if (next && id === "pickers") {
    document.getElementById("live").before(document.adoptNode(next));
  }
}
