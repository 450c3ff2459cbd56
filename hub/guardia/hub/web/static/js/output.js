// A step's output: plain text, without terminal codes, its last lines only; the view sticks to the end while it is there.

import { el, setText, visible } from "./dom.js";
import { t } from "./texts.js";

const WINDOW = 200;
// OSC strings, CSI sequences, then any other escape.
const ANSI = /\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b\[[0-?]*[ -/]*[@-~]|\u001b[ -/]*[0-~]?/g;

/** Lines as a terminal would leave them: no escape codes, of a line that was overwritten its last form. */
export function plainLines(text) {
  const lines = String(text ?? "").replace(ANSI, "").replace(/\r\n/g, "\n").split("\n");
  if (lines.length && lines[lines.length - 1] === "") lines.pop();
  return lines.map((line) => visible(line.replace(/\r+$/, "").split("\r").pop()));
}

export class OutputView {
  constructor() {
    this.all = false;
    this.text = null;
    this.done = false;
    this.cut = false;
    this.count = el("summary");
    this.more = el("button", { type: "button", className: "more", hidden: true });
    this.box = el("pre", { className: "output", tabIndex: 0 });
    this.node = el("details", { className: "out", open: true }, this.count, this.more, this.box);
    this.more.addEventListener("click", () => { this.all = true; this.show(this.text, this.done, this.cut, true); });
  }

  /** `done`: the step went well; its output folds once, and stays as the reader leaves it. `cut`: there is more of it. */
  show(text, done = false, cut = false, again = false) {
    if (done !== this.done) {
      this.done = done;
      this.node.open = !done;
    }
    if (text === this.text && cut === this.cut && !again) return;
    this.text = text;
    this.cut = cut;
    const lines = plainLines(text);
    this.node.hidden = lines.length === 0;
    const shown = this.all ? lines : lines.slice(-WINDOW);
    const atEnd = this.box.scrollHeight - this.box.scrollTop - this.box.clientHeight < 24;
    setText(this.count, `${t("output")} · ${t(cut ? "lastLines" : "lines", lines.length)}`);
    this.more.hidden = shown.length === lines.length;
    setText(this.more, t("hiddenLines", lines.length - shown.length));
    setText(this.box, shown.join("\n"));
    // A frame later: a card that was just made is not in the page yet and has no height.
    if (atEnd) requestAnimationFrame(() => { this.box.scrollTop = this.box.scrollHeight; });
  }
}
