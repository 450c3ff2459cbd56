// The list of messages: in order of seq, each in its newest revision; stays where the reader is unless they are at the end.

import { byId, el, setText, visible } from "./dom.js";
import { AdviceView } from "./advice.js";
import { CardView } from "./card.js";
import { dayOf, sizeOf, t, timeOf } from "./texts.js";

const KEPT = 400;
const VIEWS = { request: CardView, preview: CardView, advice: AdviceView };

export class MessageList {
  constructor({ me, press, outbox }) {
    this.me = me;
    this.press = press;
    this.outbox = outbox;
    this.shown = new Map();
    this.pending = new Map();
    this.lastSeq = 0;
    this.unread = 0;
    this.mark = null;
    this.title = document.title;
    this.list = byId("messages");
    this.scroller = byId("scroller");
    this.toBottom = byId("to-bottom");
    this.empty = el("li", { className: "empty" }, t("empty"));
    this.list.append(this.empty);
    this.atEnd = true;
    let top = 0;
    this.scroller.addEventListener("scroll", () => {
      const { scrollTop, scrollHeight, clientHeight } = this.scroller;
      // Only going up leaves the end: the list may have grown between a jump to the end and its event.
      if (scrollHeight - scrollTop - clientHeight < 60) this.atEnd = true;
      else if (scrollTop < top) this.atEnd = false;
      top = scrollTop;
      if (this.atEnd) this.seen();
    }, { passive: true });
    this.toBottom.addEventListener("click", () => this.goToEnd());
    document.addEventListener("visibilitychange", () => { if (!document.hidden && this.atEnd) this.seen(); });
    addEventListener("focus", () => { if (this.atEnd) this.seen(); });
    // Cards grow while they run: whoever stands at the end stays there.
    new ResizeObserver(() => { if (this.atEnd) this.scroller.scrollTop = this.scroller.scrollHeight; }).observe(this.list);
    setInterval(() => { for (const entry of this.shown.values()) entry.card?.tick(); }, 1000);
  }

  /** What to ask for after a reconnect. */
  position() {
    let cards = 0;
    for (const entry of this.shown.values()) {
      if (entry.card?.open && (cards === 0 || entry.seq < cards)) cards = entry.seq;
    }
    return { after: this.lastSeq, cards };
  }

  show(message) {
    const known = this.shown.get(message.message_id);
    if (known) {
      if (message.revision > known.revision) this.revise(known, message);
      return;
    }
    // It is in the room: its receipt, which comes a moment later, need not be waited for to take the draft away.
    for (const id of [...this.pending.keys()]) if (message.message_id.endsWith(id)) this.dropPending(id);
    this.empty.remove();
    const entry = this.make(message);
    this.shown.set(message.message_id, entry);
    this.place(entry);
    if (message.seq > this.lastSeq) this.lastSeq = message.seq;
    this.arrived(entry, message);
    this.trim();
  }

  revise(entry, message) {
    const before = entry.card?.widget?.state;
    entry.revision = message.revision;
    if (entry.card && message.widget) {
      entry.card.update(message.widget);
      if (before !== message.widget.state) this.announce(message.widget);
    } else setText(entry.node.querySelector(".content"), visible(message.content));
  }

  make(message) {
    const entry = { seq: message.seq, revision: message.revision, card: null, node: null, day: dayOf(message.timestamp) };
    const time = el("time", { className: "muted", dateTime: message.timestamp }, timeOf(message.timestamp));
    const View = message.msg_type === "CARD" ? VIEWS[message.widget?.kind] : undefined;
    if (View) {
      entry.card = new View(this.press, this.me);
      entry.card.update(message.widget);
      entry.node = el("li", { className: "message", "data-message": message.message_id }, entry.card.node);
      return entry;
    }
    const kind = { NOTICE: "notice", ERROR: "error" }[message.msg_type] ?? (message.sender_type !== "HUMAN" ? "bot" : message.sender === this.me ? "own" : "human");
    const sender = message.sender_type === "AGENT" ? `${message.sender} · ${t("agentWord")}` : message.sender;
    const line = el("p", { className: "line" }, el("span", { className: "sender" }, visible(sender)), time);
    entry.node = el("li", { className: `message ${kind}`, "data-message": message.message_id }, line, el("p", { className: "content" }, visible(message.content)), this.files(message.files));
    return entry;
  }

  files(files) {
    if (!files?.length) return null;
    return el("ul", { className: "files" }, ...files.map((file) => el("li", { className: "file" }, `${visible(file.name)} (${sizeOf(file.size)})`)));
  }

  place(entry) {
    const later = entry.seq > 0 && entry.seq < this.lastSeq
      ? [...this.shown.values()].filter((other) => other.seq > entry.seq).sort((a, b) => a.seq - b.seq)[0]
      : null;
    const first = this.pending.size ? [...this.pending.values()][0] : null;
    this.list.insertBefore(entry.node, later?.node ?? first);
    if (!later && entry.day && entry.day !== this.day) {
      this.day = entry.day;
      this.list.insertBefore(el("li", { className: "day-mark" }, entry.day), entry.node);
    }
  }

  arrived(entry, message) {
    const mine = message.sender_type === "HUMAN" && message.sender === this.me;
    if (!this.loaded || mine) {
      if (this.loaded) this.goToEnd();
      return;
    }
    if (this.atEnd && !document.hidden && document.hasFocus()) return;
    this.unread += 1;
    if (!this.mark) {
      this.mark = el("li", { className: "unread-mark" }, t("unread"));
      this.list.insertBefore(this.mark, entry.node);
    }
    this.count();
  }

  count() {
    document.title = this.unread ? `(${this.unread}) ${this.title}` : this.title;
    setText(this.toBottom, t("newMessages", this.unread));
    this.toBottom.hidden = this.unread === 0 || this.atEnd;
  }

  seen() {
    if (!this.unread) { this.toBottom.hidden = true; return; }
    this.unread = 0;
    this.count();
    const mark = this.mark;
    this.mark = null;
    setTimeout(() => mark?.remove(), 4000);
  }

  goToEnd() {
    this.atEnd = true;
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.seen();
  }

  announce(widget) {
    setText(byId("announcer"), t("state", visible(widget.request_id), visible(widget.state_label || widget.state)));
  }

  trim() {
    if (this.shown.size <= KEPT || !this.atEnd) return;
    for (const [id, entry] of this.shown) {
      if (this.shown.size <= KEPT) break;
      if (entry.card?.open) continue;
      entry.node.remove();
      this.shown.delete(id);
    }
  }

  // --- what this person wrote and the hub has not confirmed yet ---

  showPending(entry) {
    this.pending.get(entry.id)?.remove();
    const state = el("span", { className: entry.failed ? "problem" : "muted" }, entry.failed ? `${t("failed")}: ${entry.failed}` : t("sending"));
    const node = el("li", { className: `message own${entry.failed ? "" : " pending"}` },
      el("p", { className: "line" }, el("span", { className: "sender" }, this.me), state),
      el("p", { className: "content" }, visible(entry.content)), this.files(entry.files));
    if (entry.failed) {
      const retry = el("button", { type: "button", className: "button small" }, t("retry"));
      retry.addEventListener("click", () => this.outbox().retry(entry.id));
      const discard = el("button", { type: "button", className: "button small" }, t("discard"));
      discard.addEventListener("click", () => { this.outbox().confirm(entry.id); this.dropPending(entry.id); });
      node.append(el("p", { className: "line" }, retry, discard));
    }
    this.empty.remove();
    this.pending.set(entry.id, node);
    this.list.append(node);
    this.goToEnd();
  }

  dropPending(id) {
    this.pending.get(id)?.remove();
    this.pending.delete(id);
  }
}
