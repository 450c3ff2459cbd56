// The page of one step's output: the beginning first, then what comes; bounded, and it stays where its reader is.

import { byId, el, setText } from "./dom.js";
import { Follower } from "./follow.js";
import { LiveText } from "./live-text.js";
import { sizeOf, t } from "./texts.js";

/** Characters that the page keeps; what came first goes first. */
const KEPT = 4 * 1024 * 1024;
const BLOCK = 65536;

const { address, states } = byId("output-page").dataset;
const STATES = JSON.parse(states);
const box = byId("output");
const streams = new Map();
let kept = 0;
let dropped = 0;

let top = 0;
let stays = true;

// Only going up leaves the end: the text may have grown between a jump to it and its event.
box.addEventListener("scroll", () => {
  if (box.scrollHeight - box.scrollTop - box.clientHeight < 24) stays = true;
  else if (box.scrollTop < top) stays = false;
  top = box.scrollTop;
}, { passive: true });
const toEnd = () => { if (stays) box.scrollTop = box.scrollHeight; };
new ResizeObserver(toEnd).observe(box);

function add(text) {
  if (!text) return;
  const last = box.lastElementChild;
  if (last?.className === "block" && last.textContent.length < BLOCK) last.append(text);
  else box.append(el("span", { className: "block" }, text));
  kept += text.length;
  while (kept > KEPT && box.childElementCount > 1) {
    const first = box.firstElementChild;
    kept -= first.textContent.length;
    dropped += first.textContent.split("\n").length - 1;
    first.remove();
  }
  if (dropped) { setText(byId("dropped"), t("outputDropped", dropped)); byId("dropped").hidden = false; }
  toEnd();
}

const textOf = (stream) => {
  const name = stream || "stdout";
  if (!streams.has(name)) streams.set(name, new LiveText());
  return streams.get(name);
};
const finish = () => { for (const text of streams.values()) add(text.finish()); };

let state = "";

const follower = new Follower(address, {
  bytes: (data, stream) => add(textOf(stream).feed(data)),
  missing: (size) => {
    finish();
    const words = size === null ? t("outputLost") : t("outputMissing", sizeOf(size));
    box.append(el("span", { className: "missing" }, `[${words}]\n`));
    setText(byId("gap"), words);  // whoever reads the end sees it too
    byId("gap").hidden = false;
  },
  quiet: () => { for (const text of streams.values()) add(text.rest()); },
  page: (page) => {
    if (page.state === state) return;
    state = page.state;
    const chip = byId("state");
    const [word, tone] = STATES[state] ?? [state, "idle"];
    chip.dataset.tone = tone;
    setText(chip, word);
    setText(byId("progress"), page.ended ? "" : t("outputComing"));
  },
  trouble: (yes) => { byId("banner").hidden = !yes; setText(byId("banner"), t("lostBanner")); },
});

try {
  const last = await follower.run();
  finish();
  setText(byId("progress"), "");
  const words = [];
  if (last.result?.exit_code) words.push(t("exit", last.result.exit_code));
  if (last.result?.message) words.push(last.result.message);
  setText(byId("ending"), words.join(" · "));
  byId("ending").dataset.tone = byId("state").dataset.tone;
  byId("ending").hidden = !words.length;
  byId("empty").hidden = box.childElementCount > 0;
  if (last.superseded_by) {
    const link = byId("newer");
    link.href = location.pathname.replace(/[^/]+$/, encodeURIComponent(last.superseded_by));
    link.hidden = false;
  }
} catch (error) {
  const banner = byId("banner");
  banner.hidden = false;
  setText(banner, error.message);
}
document.body.dataset.done = "yes";
