// The plan of a card: its nodes and their steps, updated in place so that what somebody opened stays open.

import { el, fill, setText, visible } from "./dom.js";
import { OutputView } from "./output.js";
import { reportNodes } from "./report.js";
import { elapsed, sizeOf, t } from "./texts.js";

class StepView {
  constructor() {
    this.name = el("span", { className: "name" });
    this.code = el("code", { className: "muted" });
    this.chip = el("span", { className: "chip" });
    this.elapsed = el("span", { className: "elapsed" });
    this.summary = el("p", { className: "summary" });
    this.findings = el("ul", { className: "findings" });
    this.commands = el("div", { className: "commands" });
    this.how = el("p", { className: "how" });
    this.notes = el("ul", { className: "notes" });
    this.what = el("details", { className: "what" }, el("summary", {}, t("what")), this.commands, this.how, this.notes);
    this.output = new OutputView();
    this.whole = el("p", { className: "whole" });
    this.report = el("div", { className: "report" });
    const head = el("div", { className: "step-head" }, this.name, this.code, this.chip, this.elapsed);
    this.node = el("li", { className: "step" }, head, this.findings, this.what, this.summary, this.report, this.output.node, this.whole);
    this.waiting = null;
  }

  update(step, waiting) {
    this.step = step;
    setText(this.name, visible(step.title || step.action));
    setText(this.code, visible(step.action));
    setText(this.chip, visible(step.state_label || step.state));
    this.chip.dataset.tone = step.tone ?? "idle";
    if (this.waiting !== waiting) {
      // Whoever approves sees what will run without a click; afterwards the result takes the room.
      this.what.open = waiting;
      this.waiting = waiting;
    }
    const commands = step.commands ?? [];
    fill(this.commands, commands, () => (commands.length
      ? commands.map((argv) => el("div", { className: "command" }, ...argv.map((arg) => el("span", { className: "arg" }, visible(arg) || "''"))))
      : [el("p", { className: "notes" }, t("noCommand"))]));
    fill(this.how, [step.user, step.timeout_s], () => [
      ...(step.user ? [el("span", {}, `${t("user")} `, el("b", { className: "mono" }, visible(step.user)))] : []),
      ...(step.timeout_s ? [el("span", {}, `${t("timeout")} `, el("b", {}, t("seconds", step.timeout_s)))] : []),
    ]);
    fill(this.notes, step.notes, () => (step.notes ?? []).map((note) => el("li", {}, visible(note))));
    // Findings are for whoever decides; a step that went well has refuted them.
    this.findings.hidden = step.tone === "ok";
    fill(this.findings, step.findings, () => (step.findings ?? []).map((finding) => el("li", {}, visible(finding))));
    const failed = typeof step.exit_code === "number" && step.exit_code !== 0 ? ` (${t("exit", step.exit_code)})` : "";
    setText(this.summary, `${visible(step.summary)}${failed}`);
    this.summary.hidden = !this.summary.textContent;
    fill(this.report, step.report, () => reportNodes(step.report));
    this.output.show(step.output ?? "", step.tone === "ok", Boolean(step.whole?.note));
    fill(this.whole, [step.step_id, step.whole, Boolean(step.output)], () => wholeNodes(step));
    this.whole.hidden = !this.whole.textContent;
    this.tick();
  }

  tick() {
    setText(this.elapsed, elapsed(this.step.started_at, this.step.finished_at));
  }
}

/** What of the output did not come here, and the page on which all of it can be seen. */
function wholeNodes({ step_id: id, whole, output }) {
  const nodes = whole?.note ? [el("span", {}, visible(whole.note))] : [];
  const request = /^([\w-]+)\.[\w.-]+$/.exec(id ?? "");
  if (request && (whole || output)) {
    const text = whole ? t("wholeOutput", sizeOf(whole.bytes), whole.lines) : t("followOutput");
    nodes.push(el("a", { className: "button small", href: `/requests/${request[1]}/steps/${id}`, target: "_blank", rel: "noopener" }, text));
  }
  return nodes;
}

class NodeView {
  constructor() {
    this.host = el("span", { className: "host" });
    this.asset = el("span", { className: "muted mono" });
    this.via = el("span", { className: "muted" });
    this.chip = el("span", { className: "chip" });
    this.list = el("ol", { className: "steps" });
    this.steps = new Map();
    this.node = el("section", { className: "node" }, el("div", { className: "node-head" }, this.host, this.asset, this.via, this.chip), this.list);
  }

  update(node, waiting) {
    setText(this.host, visible(node.hostname || node.asset));
    setText(this.asset, node.hostname && node.hostname !== node.asset ? visible(node.asset) : "");
    setText(this.via, node.agent ? t(node.via === "ssh" ? "viaSsh" : "viaAgent", visible(node.agent)) : "");
    setText(this.chip, visible(node.state_label || node.state));
    this.chip.dataset.tone = node.tone ?? "idle";
    keyed(this.list, this.steps, node.steps ?? [], (step) => step.step_id, StepView, (view, step) => view.update(step, waiting));
  }

  tick() {
    for (const step of this.steps.values()) step.tick();
  }
}

/** Give each entry its view, kept by key, in the order of the entries. */
function keyed(parent, views, entries, keyOf, View, update) {
  const keys = entries.map(keyOf);
  for (const [key, view] of views) {
    if (!keys.includes(key)) { view.node.remove(); views.delete(key); }
  }
  entries.forEach((entry, index) => {
    let view = views.get(keys[index]);
    if (!view) { view = new View(); views.set(keys[index], view); }
    if (parent.children[index] !== view.node) parent.insertBefore(view.node, parent.children[index] ?? null);
    update(view, entry);
  });
}

export class PlanView {
  constructor() {
    this.nodes = new Map();
    this.node = el("div", { className: "nodes" });
  }

  update(plan, waiting) {
    keyed(this.node, this.nodes, plan?.nodes ?? [], (node) => node.asset, NodeView, (view, node) => view.update(node, waiting));
    this.node.hidden = !plan?.nodes?.length;
  }

  tick() {
    for (const node of this.nodes.values()) node.tick();
  }
}
