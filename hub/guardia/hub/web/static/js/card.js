// A request's card: what is to happen where, who wants it, what exactly will run, and what came of it.

import { el, fill, setText, visible } from "./dom.js";
import { PlanView } from "./plan.js";
import { named, t, timeOf } from "./texts.js";

const FINISHED = new Set(["USED", "SUCCEEDED", "FAILED", "PARTIAL", "ROLLED_BACK", "ROLLBACK_FAILED", "CANCELLED", "REJECTED", "EXPIRED"]);
const digest8 = (plan) => visible((plan?.digest ?? "").slice(0, 8));

export class CardView {
  /** `press(request_id, button, reason, digest)` gives a promise that ends with the hub's answer, or fails with its reason. */
  constructor(press, me) {
    this.press = press;
    this.me = me;
    this.widget = null;
    this.title = el("h2");
    this.chip = el("span", { className: "chip state" });
    this.facts = el("p", { className: "facts" });
    this.say = el("p", { className: "say" });
    this.planHead = el("p", { className: "plan-head" });
    this.plan = new PlanView();
    this.planBox = el("div", { className: "plan" }, this.planHead, this.plan.node);
    this.approvals = el("p", { className: "approvals" });
    this.actions = el("div", { className: "actions", role: "group" });
    const head = el("header", { className: "card-head" }, el("div", { className: "title-row" }, this.title, this.chip), this.facts, this.say);
    this.node = el("article", { className: "card", "aria-live": "off", tabIndex: -1 }, head, this.planBox, this.approvals, this.actions);
  }

  get open() {
    return this.widget !== null && !FINISHED.has(this.widget.state);
  }

  update(widget) {
    this.widget = widget;
    const { plan } = widget;
    const waiting = widget.state === "AWAITING_APPROVAL";
    this.node.dataset.tone = widget.tone ?? "idle";
    this.node.dataset.state = widget.state ?? "";
    this.node.dataset.request = widget.request_id ?? "";
    this.node.classList.toggle("preview", widget.kind === "preview");
    setText(this.title, visible(widget.title));
    this.node.setAttribute("aria-label", `${visible(widget.request_id)} ${visible(widget.title)}`);
    setText(this.chip, visible(widget.state_label || widget.state));
    this.chip.dataset.tone = widget.tone ?? "idle";
    const target = widget.target ?? {};
    fill(this.facts, [widget.request_id, widget.requested_by, target, widget.changes, widget.ticket], () => this.factNodes(widget, target));
    setText(this.say, visible(widget.message));
    this.say.hidden = !widget.message;
    fill(this.planHead, [plan?.digest, waiting && plan?.expires_at, waiting && plan?.code], () => (plan?.digest ? [
      el("strong", {}, t("plan")), el("span", {}, `${t("digest")} `, el("code", { title: visible(plan.digest) }, digest8(plan))),
      ...(waiting && plan.expires_at ? [el("span", {}, `${t("expires")} ${timeOf(plan.expires_at)}`)] : []),
      ...(waiting && plan.code ? [el("span", {}, `${t("code")} `, el("code", {}, visible(plan.code)))] : []),
    ] : []));
    this.plan.update(plan, waiting || widget.kind === "preview");
    this.planBox.hidden = !plan?.nodes?.length;
    this.updateApprovals(widget.approvals);
    // Asked back, planned again: new buttons count; an unchanged set keeps focus and what is being typed.
    const focused = this.actions.contains(document.activeElement);
    fill(this.actions, [widget.buttons, plan?.digest], () => this.buttonNodes(widget));
    if (focused && !this.actions.contains(document.activeElement)) this.node.focus({ preventScroll: true });
    this.actions.hidden = !widget.buttons?.length;
  }

  factNodes(widget, target) {
    const nodes = [];
    if (target.environment) {
      const prod = target.environment === "PROD" ? " prod" : "";
      nodes.push(el("span", { className: `chip plain${prod}` }, visible(named("env", target.environment))));
    }
    if (typeof widget.changes === "boolean") nodes.push(el("span", { className: "chip plain" }, t(widget.changes ? "changes" : "reads")));
    const where = [target.institution, target.system_name, target.layer].filter(Boolean).map(visible).join(" · ");
    if (where) nodes.push(el("span", {}, `${t("target")} `, el("b", {}, where)));
    if (widget.requested_by) nodes.push(el("span", {}, `${t("requester")} `, el("b", {}, visible(widget.requested_by))));
    if (widget.request_id) nodes.push(el("code", {}, visible(widget.request_id)));
    if (widget.ticket) nodes.push(el("span", { className: "ticket" }, `${t("ticket")} `, el("b", {}, visible(widget.ticket))));
    return nodes;
  }

  updateApprovals(approvals) {
    const given = approvals?.given ?? [];
    fill(this.approvals, approvals, () => [
      el("span", {}, el("b", {}, t("approvals", given.length, approvals?.needed ?? 0)), ...given.map((one) => el("span", {}, ` · ${visible(one.by)} ${t("approvedBy")} ${timeOf(one.at)}`))),
    ]);
    this.approvals.hidden = !approvals?.needed && !given.length;
  }

  buttonNodes(widget) {
    const buttons = widget.buttons ?? [];
    const own = widget.requested_by === this.me;
    const nodes = [];
    const approve = buttons.some((button) => button.id === "approve");
    for (const button of buttons) {
      const choice = button.id.startsWith("choose:");
      const blocked = own && button.id === "approve";
      const node = el("button", { type: "button", className: `button ${choice ? "choice" : button.style ?? ""}`, disabled: blocked, "data-button": button.id }, visible(button.label));
      if (button.id === "approve" && widget.plan?.digest) node.append(" ", el("code", {}, digest8(widget.plan)));
      // The second click of a double one may hit what has taken the button's place meanwhile.
      node.addEventListener("click", (event) => event.detail > 1 || (button.ask_reason ? this.askReason(button) : this.go(button, "")));
      nodes.push(node);
    }
    if (approve) nodes.push(el("span", { className: "bound" }, own ? t("own") : t("bound", digest8(widget.plan))));
    nodes.push(el("p", { className: "problem", role: "alert", hidden: true }));
    return nodes;
  }

  askReason(button) {
    const input = el("input", { type: "text", maxLength: 500, required: true, placeholder: t("reason"), "aria-label": t("reason") });
    const confirm = el("button", { type: "submit", className: "button danger" }, visible(button.label));
    const back = el("button", { type: "button", className: "button" }, t("back"));
    const problem = el("p", { className: "problem", role: "alert", hidden: true });
    const form = el("form", { className: "reject", noValidate: true }, input, confirm, back, problem);
    let composing = false;
    input.addEventListener("compositionstart", () => { composing = true; });
    input.addEventListener("compositionend", () => { composing = false; });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (composing) return;
      const reason = input.value.trim();
      if (!reason) { this.complain(t("reasonNeeded")); input.focus(); return; }
      this.go(button, reason);
    });
    const close = () => {
      this.actions.replaceChildren(...this.buttonNodes(this.widget));
      this.actions.querySelector(`[data-button="${CSS.escape(button.id)}"]`)?.focus();
    };
    back.addEventListener("click", close);
    form.addEventListener("keydown", (event) => { if (event.key === "Escape" && !composing) close(); });
    this.actions.replaceChildren(form);
    input.focus();
  }

  async go(button, reason) {
    const controls = [...this.actions.querySelectorAll("button, input")].filter((control) => !control.disabled);
    for (const control of controls) control.disabled = true;
    this.complain(t("working"), "muted");
    // What was seen is what is decided: the hub compares it with the plan, or the question, as it stands now.
    const shown = button.digest ?? this.widget.plan?.digest ?? "";
    try {
      await this.press(this.widget.request_id, button.id, reason, shown);
      this.complain("");
    } catch (error) {
      for (const control of controls) control.disabled = false;
      this.complain(error.message);
    }
  }

  complain(text, className = "problem") {
    const problem = this.actions.querySelector("[role=alert]");
    if (!problem) return;
    problem.className = className;
    setText(problem, text);
    problem.hidden = !text;
  }

  tick() {
    if (this.open) this.plan.tick();
    // A preview's button ends with its time, also while nothing comes from the hub.
    if (this.widget?.kind === "preview" && Date.parse(this.widget.expires_at) <= Date.now()) this.actions.hidden = true;
  }
}
