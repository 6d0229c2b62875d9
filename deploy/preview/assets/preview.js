// The page works without this: links and the button "Show" do. With it, choosing is enough, and each save is shown.
import { follow } from "/assets/live.js";
import { fit } from "/assets/frames.js";
import { begin, refresh } from "/assets/visit.js";

document.documentElement.classList.add("scripted");
begin();
fit(document);
follow(Number(document.body.dataset.version), refresh);
