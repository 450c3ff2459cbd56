// Text of a process's bytes while they come: lines of UTF-8 or cp949, no character torn where one piece ends.

import { plainLines } from "./output.js";

const UTF8 = { fatal: true, ignoreBOM: true };
const MAX_LINE = 65536;
// From here on an unfinished line may still become something else: another encoding, an escape, an overwritten line.
const unsure = (byte) => byte > 127 || byte === 27 || byte === 13;

export class LiveText {
  constructor() { this.held = new Uint8Array(0); }

  /** What can be said after the next bytes. */
  feed(bytes) {
    const all = new Uint8Array(this.held.length + bytes.length);
    all.set(this.held);
    all.set(bytes, this.held.length);
    let end = all.lastIndexOf(10) + 1;
    if (all.length - end > MAX_LINE) end = all.length;
    const line = all.subarray(end);
    const start = line.findIndex(unsure);
    const sure = start < 0 ? line : line.subarray(0, start);
    this.held = all.slice(end + sure.length);
    return shown(decode(all.subarray(0, end)) + decode(sure));
  }

  /** Nothing has come for a while: what was kept back, when it is whole. */
  rest() {
    const text = strict("utf-8", this.held) ?? strict("euc-kr", this.held);
    if (text === null) return "";
    this.held = new Uint8Array(0);
    return shown(text);
  }

  finish() {
    const text = shown(decode(this.held));
    this.held = new Uint8Array(0);
    return text;
  }
}

function strict(encoding, bytes) {
  try { return new TextDecoder(encoding, UTF8).decode(bytes); } catch { return null; }
}

function decode(bytes) {
  const whole = strict("utf-8", bytes);
  if (whole !== null) return whole;
  let text = "";
  for (let start = 0; start < bytes.length;) {
    const next = bytes.indexOf(10, start);
    const end = next < 0 ? bytes.length : next + 1;
    const line = bytes.subarray(start, end);
    text += strict("utf-8", line) ?? new TextDecoder("euc-kr").decode(line);
    start = end;
  }
  return text;
}

function shown(text) {
  return text && plainLines(text).join("\n") + (text.endsWith("\n") ? "\n" : "");
}
