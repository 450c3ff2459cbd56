// The page of agents: times in the reader's own zone, and fresh while nobody is about to take something out.

import { byId, setText } from "./dom.js";
import { dayOf, timeOf } from "./texts.js";

const EVERY = 15000;
const OPENED = "agents-online-open";
const page = byId("agents-page");
const online = byId("online");

for (const time of page.querySelectorAll("time[datetime]")) {
  const day = dayOf(time.dateTime);
  const when = day === dayOf(new Date().toISOString()) ? timeOf(time.dateTime) : `${day} ${timeOf(time.dateTime)}`;
  if ("title" in time.dataset) time.title = when;
  else setText(time, when);
}

// What was opened stays open over a refresh.
if (online) {
  online.open = sessionStorage.getItem(OPENED) === "yes";
  online.addEventListener("toggle", () => sessionStorage.setItem(OPENED, online.open ? "yes" : "no"));
}

setInterval(async () => {
  if (document.hidden || page.querySelector(".drop[open]")) return;
  try {
    const answer = await fetch("/api/status", { signal: AbortSignal.timeout(EVERY - 1000) });
    if (!answer.ok && answer.status !== 401) throw new Error(`HTTP ${answer.status}`);
    // What was done is told once, and what answered a form is not asked for again.
    if (location.pathname === "/agents" && !location.search.includes("done=")) location.reload();
    else location.replace("/agents");
  } catch {
    byId("stale").hidden = false;
  }
}, EVERY);
