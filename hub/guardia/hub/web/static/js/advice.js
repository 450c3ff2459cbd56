// An offer of advice: what was heard, what could be looked at, and buttons for as long as they count.

import { el, fill, setText, visible } from "./dom.js";
import { t } from "./texts.js";

const GONE = new Set(["DISMISSED", "EXPIRED"]);

export class AdviceView {
  /** `press(offer_id, button, reason, digest)` gives a promise that ends with the hub's answer, or fails with its reason. */
  constructor(press) {
    this.press = press;
    this.widget = null;
    this.title = el("h2");
    this.chip = el("span", { className: "chip state" });
    this.ask = el("p", { className: "say" });
    this.why = el("p", { className: "why muted" });
    this.outcome = el("p", { className: "outcome" });
    this.actions = el("div", { className: "actions", role: "group" });
    const head = el("header", { className: "card-head" }, el("div", { className: "title-row" }, this.title, this.chip), this.ask, this.why, this.outcome);
    this.node = el("article", { className: "card advice", tabIndex: -1 }, head, this.actions);
  }

  /** Its buttons count: the hub shows it again when it changes. */
  get open() {
    return this.widget !== null && this.widget.state === "OPEN";
  }

  update(widget) {
    this.widget = widget;
    this.node.dataset.tone = widget.tone ?? "idle";
    this.node.dataset.state = widget.state ?? "";
    this.node.dataset.request = widget.request_id ?? "";
    setText(this.title, visible(widget.title));
    this.node.setAttribute("aria-label", visible(widget.title));
    setText(this.chip, visible(widget.state_label));
    this.chip.dataset.tone = widget.tone ?? "idle";
    setText(this.ask, visible(widget.message));
    setText(this.why, visible(widget.why));
    setText(this.outcome, visible(widget.outcome));
    this.outcome.hidden = !widget.outcome;
    const focused = this.actions.contains(document.activeElement);
    fill(this.actions, [widget.state, widget.buttons], () => this.buttonNodes(widget));
    if (focused && !this.actions.contains(document.activeElement)) this.node.focus({ preventScroll: true });
    this.tick();
  }

  /** What no longer counts goes: a decided one shrinks to a line, a closed or expired one vanishes. */
  tick() {
    if (!this.widget) return;
    const late = this.open && Date.parse(this.widget.expires_at) <= Date.now();
    this.actions.hidden = !this.open || late;
    this.ask.hidden = !this.open || late;
    this.why.hidden = !this.open || late;
    this.node.hidden = GONE.has(this.widget.state) || late;
  }

  buttonNodes(widget) {
    const nodes = (widget.buttons ?? []).map((button) => {
      const node = el("button", { type: "button", className: `button ${button.style ?? ""}`, "data-button": button.id }, visible(button.label));
      node.addEventListener("click", () => this.go(button));
      return node;
    });
    return [...nodes, el("p", { className: "problem", role: "alert", hidden: true })];
  }

  async go(button) {
    const controls = [...this.actions.querySelectorAll("button")];
    for (const control of controls) control.disabled = true;
    this.complain(t("working"), "muted");
    try {
      await this.press(this.widget.request_id, button.id, "", "");
      this.complain("");
    } catch (error) {
      for (const control of controls) control.disabled = false;
      this.complain(error.message);
    }
  }

  complain(text, className = "problem") {
    const node = this.actions.querySelector("[role=alert]");
    if (!node) return;
    node.className = className;
    setText(node, text);
    node.hidden = !text;
  }
}
