// The room page: puts its parts together.

import { byId, setText } from "./dom.js";
import { Composer } from "./composer.js";
import { MessageList } from "./messages.js";
import { Outbox, newId } from "./outbox.js";
import { RoomSocket } from "./socket.js";
import { watchAgents } from "./status.js";
import { t } from "./texts.js";

const { room, person, csrf, maxUpload } = document.body.dataset;
const PRESS_TIMEOUT = 20000;
const presses = new Map();

/** Press a button of a card; ends with the hub's answer. */
function press(requestId, button, reason, digest) {
  return new Promise((resolve, reject) => {
    const id = newId();
    const sent = socket.send({ msg_type: "ACTION", message_id: id, widget: { request_id: requestId, button, reason, digest } });
    if (!sent) { reject(new Error(t("notSent"))); return; }
    const timer = setTimeout(() => settle(id, (p) => p.reject(new Error(t("notSent")))), PRESS_TIMEOUT);
    presses.set(id, { resolve, reject, timer });
  });
}

function settle(id, how) {
  const waiting = presses.get(id);
  if (!waiting) return false;
  clearTimeout(waiting.timer);
  presses.delete(id);
  how(waiting);
  return true;
}

function take(message) {
  const { widget } = message;
  if (widget?.kind === "receipt") {
    if (settle(widget.message_id, (p) => p.resolve(widget))) return;
    if (outbox.confirm(widget.message_id)) messages.dropPending(widget.message_id);
    return;
  }
  if (widget?.kind === "error" && widget.message_id) {
    if (settle(widget.message_id, (p) => p.reject(new Error(message.content)))) return;
    if (outbox.refuse(widget.message_id, message.content)) return;
  }
  messages.show(message);
}

let settled = null;

function state(now, code) {
  const label = byId("link-state");
  label.dataset.state = now === "refused" ? "lost" : now;
  setText(label, t(now === "refused" ? "lost" : now));
  document.body.dataset.link = label.dataset.state;
  const banner = byId("banner");
  if (now === "open") {
    banner.hidden = true;
    outbox.resend();
    // What comes in the first moment is history, not news.
    clearTimeout(settled);
    settled = setTimeout(() => { messages.loaded = true; document.body.dataset.history = "over"; }, 600);
  } else if (now === "lost") {
    banner.hidden = false;
    setText(banner, t(navigator.onLine ? "lostBanner" : "offlineBanner"));
    for (const id of [...presses.keys()]) settle(id, (p) => p.reject(new Error(t("notSent"))));
  } else if (now === "refused") {
    if (code === 4401) { location.assign(`/login?to=${encodeURIComponent(location.pathname)}`); return; }
    banner.hidden = false;
    setText(banner, t(code === 4403 ? "forbidden" : "refused"));
  }
}

const messages = new MessageList({ me: person, press, outbox: () => outbox });
const socket = new RoomSocket(room, { position: () => messages.position(), onMessage: take, onState: state });
const outbox = new Outbox((message) => socket.send(message), (entry) => messages.showPending(entry));
new Composer({ room, csrf, limit: Number(maxUpload), onSend: (content, files) => outbox.put(content, files) });
socket.connect();
watchAgents(() => socket.suspect());
