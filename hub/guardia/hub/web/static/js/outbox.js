// What was written and is not yet confirmed. It is sent again after a reconnect with the same id: the hub takes a
// message once, however often it comes.

export const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (b) => b.toString(16).padStart(2, "0")).join("");

export class Outbox {
  constructor(send, onChange) {
    this.send = send;
    this.onChange = onChange;
    this.waiting = new Map();
  }

  put(content, files) {
    const id = newId();
    const entry = { id, content, files, failed: "" };
    this.waiting.set(id, entry);
    this.transmit(entry);
    this.onChange(entry);
  }

  transmit(entry) {
    entry.failed = "";
    this.send({ msg_type: "CHAT", message_id: entry.id, content: entry.content, files: entry.files.map((f) => f.file_id) });
  }

  resend() {
    for (const entry of this.waiting.values()) if (!entry.failed) this.transmit(entry);
  }

  retry(id) {
    const entry = this.waiting.get(id);
    if (entry) { this.transmit(entry); this.onChange(entry); }
  }

  /** The hub has it: true when it was one of ours. */
  confirm(id) {
    return this.waiting.delete(id);
  }

  /** The hub refused it: true when it was one of ours. */
  refuse(id, reason) {
    const entry = this.waiting.get(id);
    if (!entry) return false;
    entry.failed = reason;
    this.onChange(entry);
    return true;
  }
}
