// The agents at the left, asked for every few seconds; that also shows whether the hub answers at all.

import { byId, el, fill, setText, visible } from "./dom.js";
import { t } from "./texts.js";

const EVERY = 10000;

export function watchAgents(onSilence) {
  const list = byId("agents");
  const count = byId("agent-count");
  let silent = 0;
  const ask = async () => {
    try {
      const answer = await fetch("/api/status", { signal: AbortSignal.timeout(EVERY - 1000) });
      if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
      const { agents } = await answer.json();
      silent = 0;
      setText(count, t("agents", agents.filter((agent) => agent.online).length, agents.length));
      fill(list, agents, () => (agents.length ? agents.map(row) : [el("li", { className: "muted" }, t("noAgents"))]));
    } catch {
      silent += 1;
      fill(list, silent, () => [el("li", { className: "muted" }, t("statusFailed"))]);
      setText(count, "");
      if (silent === 2) onSilence();
    }
  };
  ask();
  setInterval(() => { if (!document.hidden) ask(); }, EVERY);
}

function row(agent) {
  const targets = agent.targets.filter((target) => target !== agent.agent_id).map(visible).join(", ");
  return el("li", { className: agent.online ? "online" : "offline" },
    el("span", { className: "dot", role: "img", "aria-label": agent.online ? "online" : t("offline") }),
    el("span", {}, visible(agent.agent_id)),
    el("span", { className: "sub" }, agent.online ? targets : t("offline")));
}
