// Reports of steps: a check's metrics, table and log lines; a change's before and after.

import { el, visible } from "./dom.js";
import { plainLines } from "./output.js";
import { named, t, timeOf } from "./texts.js";

const TONES = { ok: "ok", warn: "warn", crit: "bad", unknown: "unknown" };

export function reportNodes(report) {
  if (!report) return [];
  return "check" in report ? check(report) : change(report);
}

function check(report) {
  const nodes = [];
  const status = el("span", { className: "chip", "data-tone": TONES[report.status] ?? "unknown" }, named("metricStatus", report.status));
  const when = report.collected_at ? `${t("collected")} ${timeOf(report.collected_at)}` : "";
  nodes.push(el("p", { className: "how" }, status, el("span", {}, when), report.truncated ? el("span", {}, t("truncated")) : null));
  if (report.metrics?.length) nodes.push(el("div", { className: "metrics" }, ...report.metrics.map(metric)));
  if (report.table?.columns?.length) nodes.push(table(report.table.columns, report.table.rows));
  if (report.lines?.length) {
    nodes.push(el("pre", { className: "output", tabIndex: 0 }, report.lines.flatMap(plainLines).join("\n")));
  }
  return nodes;
}

/** Above or below its bounds? Where the warning lies above the critical value, less is worse (free space). */
function tone({ value, warn, crit }) {
  const has = (bound) => typeof bound === "number";
  if (!has(warn) && !has(crit)) return "idle";
  const falling = has(warn) && has(crit) && crit < warn;
  const beyond = (bound) => has(bound) && (falling ? value <= bound : value >= bound);
  return beyond(crit) ? "bad" : beyond(warn) ? "wait" : "ok";
}

function metric(one) {
  const bounds = [one.warn, one.crit].filter((bound) => typeof bound === "number");
  const full = one.unit === "%" ? 100 : Math.max(one.value, ...bounds.map((bound) => bound * 1.25));
  const share = (value) => `${Math.max(0, Math.min(100, full > 0 ? (value / full) * 100 : 0))}%`;
  const value = `${Number(one.value.toFixed(2)).toLocaleString()}${one.unit ? ` ${visible(one.unit)}` : ""}`;
  const level = tone(one);
  const label = el("span", { className: "label" }, visible(one.name));
  const figure = el("span", { className: "value", "data-tone": level }, value);
  if (one.unit !== "%" && !bounds.length) return el("div", { className: "metric" }, label, el("span"), figure);
  const bar = el("div", { className: "bar", "data-tone": level, role: "img", "aria-label": value });
  const filled = el("i");
  filled.style.width = share(one.value);
  bar.append(filled);
  for (const [bound, kind] of [[one.warn, "warn"], [one.crit, "crit"]]) {
    if (typeof bound !== "number") continue;
    const mark = el("s", { className: kind, title: `${kind} ${bound}` });
    mark.style.left = share(bound);
    bar.append(mark);
  }
  return el("div", { className: "metric" }, label, bar, figure);
}

function table(columns, rows, changedFrom = null) {
  const head = el("tr", {}, ...columns.map((name) => el("th", { scope: "col" }, visible(name))));
  const body = rows.map((row) => el("tr", { className: changedFrom?.(row) ? "changed" : "" }, ...row.map((cell) => el("td", {}, visible(cell)))));
  return el("div", { className: "table-wrap", tabIndex: 0 }, el("table", { className: "data" }, el("thead", {}, head), el("tbody", {}, ...body)));
}

function change(report) {
  const keys = [...new Set([...Object.keys(report.before ?? {}), ...Object.keys(report.after ?? {})])];
  const nodes = [];
  if (!report.changed) nodes.push(el("p", { className: "notes" }, t("same")));
  if (keys.length) {
    const rows = keys.map((key) => [key, report.before?.[key] ?? "", report.after?.[key] ?? ""]);
    nodes.push(table([t("item"), t("before"), t("after")], rows, (row) => row[1] !== row[2]));
  }
  return nodes;
}
