// Follows a step's output: what the hub keeps of it, page by page, and what did not travel from the agent that has it.

const WAIT = 20;
const PEEK = 10;
const FIRST = 500;
const LONGEST = 15000;
/** Bytes that are fetched from an agent for the page; of more there is the file. */
export const MOST = 8 * 1024 * 1024;

const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });
const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

export class Refused extends Error {}

export class Follower {
  /** `seen`: `bytes(data, stream)`, `missing(size or null)`, `page(page)`, `quiet()`, `trouble(yes)`. */
  constructor(address, seen) {
    this.address = address;
    this.seen = seen;
    this.at = 0;
  }

  /** Ends with the last page. Throws `Refused` with what the hub says. */
  async run() {
    let after = 0;
    let paused = false;
    for (;;) {
      const began = Date.now();
      const page = await this.ask(`${this.address}/live?after=${after}&wait=${paused ? PEEK : WAIT}`);
      this.seen.page(page);
      for (const part of page.parts) await this.part(part);
      after = page.next;
      paused = page.paused;
      if (page.ended) {
        if (page.result && this.at !== null) await this.fetch(page.result.output_bytes);
        return page;
      }
      if (page.parts.length) continue;
      this.seen.quiet();
      if (Date.now() - began < 1000) await pause(Math.random() * FIRST);
      else if (paused && this.at !== null) await this.peek();
    }
  }

  async part(part) {
    let data = bytesOf(part.data);
    if (part.offset === null) {
      if (this.at !== null) this.seen.missing(null);
      this.at = null;
    } else if (this.at !== null) {
      await this.fetch(part.offset);
      if (this.at !== null && part.offset < this.at) data = data.subarray(this.at - part.offset);
    }
    if (this.at !== null) this.at += data.length;
    if (data.length) this.seen.bytes(data, part.stream);
  }

  /** Everything before byte `end` that is not there yet, or that it is missing. */
  async fetch(end) {
    if (this.at >= end) return;
    if (end - this.at <= MOST) await this.fetchOnce(end - this.at).catch(() => null);
    if (this.at < end) {
      this.seen.missing(end - this.at);
      this.at = null;
    }
  }

  /** What the agent has kept since, while the step goes on; what cannot be had now comes at the end. */
  async peek() {
    if (this.at < MOST) await this.fetchOnce(MOST - this.at).catch(() => null);
  }

  async fetchOnce(limit) {
    const answer = await fetch(`${this.address}?offset=${this.at}&limit=${limit}`);
    if (!answer.ok || answer.headers.get("X-Guardia-Output-Gapless") !== "yes") return;
    const reader = answer.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      this.at += value.length;
      this.seen.bytes(value, "");
    }
  }

  /** The JSON of an answer, asked for again with full jitter while the hub is not there. */
  async ask(address) {
    for (let tries = 0; ; tries += 1) {
      let answer = null;
      try {
        // That it is back is to be seen at once.
        answer = await fetch(tries ? address.replace(/wait=\d+/, "wait=0") : address, { signal: AbortSignal.timeout((WAIT + 15) * 1000) });
        if (answer.ok) {
          const value = await answer.json();
          if (tries) this.seen.trouble(false);
          return value;
        }
      } catch { /* the hub is away, or the network */ }
      if (answer && answer.status !== 429 && answer.status < 502) throw new Refused(await reason(answer));
      if (tries === 0) this.seen.trouble(true);
      await pause(Math.random() * Math.min(LONGEST, FIRST * 2 ** Math.min(tries, 10)));
    }
  }
}

async function reason(answer) {
  try {
    const { error } = await answer.json();
    return `${error.message} ${error.remedy}`;
  } catch { return `HTTP ${answer.status}`; }
}
