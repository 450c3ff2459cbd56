// The message box. Enter sends; while a syllable is being composed, Enter marks the message as pending and it is sent,
// once and whole, after compositionend. Browsers' own isComposing is not relied upon: Safari reports it late.

import { byId, el, setText, visible } from "./dom.js";
import { sizeOf, t } from "./texts.js";
import { upload } from "./upload.js";

export class Composer {
  constructor({ room, csrf, limit, onSend }) {
    this.room = room;
    this.csrf = csrf;
    this.limit = limit;
    this.onSend = onSend;
    this.composing = false;
    this.pending = false;
    this.files = new Map();
    this.form = byId("composer");
    this.text = byId("text");
    this.list = byId("attachments");
    this.listen();
    this.text.focus();
  }

  listen() {
    this.text.addEventListener("compositionstart", () => { this.composing = true; });
    this.text.addEventListener("compositionend", () => {
      this.composing = false;
      // After the event the last syllable is in the box; some input methods put it there only a moment later.
      if (this.pending) setTimeout(() => { if (this.pending) this.submit(); }, 0);
    });
    this.text.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.code !== "Enter" && event.code !== "NumpadEnter") {
        if (!this.composing) this.pending = false;
        return;
      }
      if (event.shiftKey) return;
      event.preventDefault();
      if (this.composing) this.pending = true;
      else this.submit();
    });
    this.text.addEventListener("input", () => this.grow());
    this.text.addEventListener("paste", (event) => {
      if (event.clipboardData.files.length) { event.preventDefault(); this.attach(event.clipboardData.files); }
    });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.composing) this.pending = true;
      else this.submit();
    });
    const picker = byId("file");
    byId("attach").addEventListener("click", () => picker.click());
    picker.addEventListener("change", () => { this.attach(picker.files); picker.value = ""; });
    this.form.addEventListener("dragover", (event) => { event.preventDefault(); this.form.classList.add("dropping"); });
    this.form.addEventListener("dragleave", () => this.form.classList.remove("dropping"));
    this.form.addEventListener("drop", (event) => {
      event.preventDefault();
      this.form.classList.remove("dropping");
      this.attach(event.dataTransfer.files);
    });
  }

  grow() {
    this.text.style.height = "auto";
    this.text.style.height = `${Math.min(this.text.scrollHeight + 2, 176)}px`;
  }

  submit() {
    this.pending = false;
    const content = this.text.value.trim();
    const entries = [...this.files].filter(([, entry]) => !entry.failed);
    if (entries.some(([, entry]) => !entry.file)) {
      setText(byId("announcer"), t("waitUpload"));
      return;
    }
    if (!content && !entries.length) return;
    this.text.value = "";
    this.grow();
    // What could not be uploaded stays in sight until somebody removes it: it did not go with the message.
    for (const [key, entry] of entries) {
      entry.row.remove();
      this.files.delete(key);
    }
    this.onSend(content, entries.map(([, entry]) => entry.file));
  }

  attach(files) {
    for (const file of files) this.addFile(file);
    this.text.focus();
  }

  addFile(file) {
    const entry = { file: null, failed: false, row: null };
    const key = Symbol(file.name);
    const progress = el("progress", { max: 1, value: 0 });
    const state = el("span", { className: "muted" }, t("uploading"));
    const remove = el("button", { type: "button", className: "button small" }, t("remove"));
    const row = el("li", {}, el("span", { className: "name" }, visible(file.name)), el("span", { className: "muted" }, sizeOf(file.size)), progress, state, remove);
    entry.row = row;
    const fail = (reason) => {
      entry.failed = true;
      progress.hidden = true;
      state.className = "problem";
      setText(state, reason);
    };
    let stop = () => {};
    remove.addEventListener("click", () => { stop(); this.files.delete(key); row.remove(); });
    this.files.set(key, entry);
    this.list.append(row);
    if (file.size > this.limit) {
      fail(t("tooLarge", visible(file.name), sizeOf(this.limit)));
      return;
    }
    const started = upload(file, { room: this.room, csrf: this.csrf, onProgress: (part) => { progress.value = part; } });
    stop = started.stop;
    started.done.then(
      (staged) => { entry.file = staged; progress.hidden = true; setText(state, t("uploaded")); },
      (error) => fail(`${t("uploadFailed")}: ${error.message}`),
    );
  }
}
