// The live connection of a room: reconnects by itself with full jitter and asks for what was missed.

const FIRST = 500;
const LONGEST = 15000;
const FINAL = new Set([4400, 4401, 4403]);

export class RoomSocket {
  /**
   * `position()` gives `{after, cards}`; `onMessage(message)`, `onState(state, code)` with the states `connecting`,
   * `open`, `lost` (it comes back by itself) and `refused` (it does not).
   */
  constructor(room, { position, onMessage, onState }) {
    this.room = room;
    this.client = `web-${crypto.getRandomValues(new Uint32Array(2)).join("-")}`;
    this.position = position;
    this.onMessage = onMessage;
    this.onState = onState;
    this.attempt = 0;
    this.socket = null;
    this.timer = null;
    addEventListener("online", () => this.hurry());
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.hurry(); });
  }

  get open() {
    return this.socket !== null && this.socket.readyState === WebSocket.OPEN;
  }

  connect() {
    clearTimeout(this.timer);
    this.timer = null;
    const { after, cards } = this.position();
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const path = `/ws/chat/${encodeURIComponent(this.room)}/${this.client}/HUMAN`;
    const socket = new WebSocket(`${scheme}://${location.host}${path}?after=${after}&cards=${cards}`);
    this.socket = socket;
    this.onState("connecting", 0);
    const since = Date.now();
    socket.onopen = () => this.onState("open", 0);
    socket.onmessage = (event) => this.onMessage(JSON.parse(event.data));
    socket.onclose = (event) => {
      if (this.socket !== socket) return;
      this.socket = null;
      if (FINAL.has(event.code)) {
        this.onState("refused", event.code);
        return;
      }
      this.onState("lost", event.code);
      // Only a connection that held counts as success: a hub that accepts and falls over is not hammered.
      if (Date.now() - since > 10000) this.attempt = 0;
      const longest = Math.min(LONGEST, FIRST * 2 ** this.attempt);
      this.attempt += 1;
      this.timer = setTimeout(() => this.connect(), 100 + Math.random() * longest);
    };
  }

  /** Try now instead of after the pause. */
  hurry() {
    if (this.timer !== null) this.connect();
  }

  /** The hub did not answer elsewhere: a connection that only looks open is given up. */
  suspect() {
    const socket = this.socket;
    if (socket === null || this.timer !== null) return;
    this.socket = null;
    socket.close();
    this.onState("lost", 0);
    this.attempt = 1;
    this.timer = setTimeout(() => this.connect(), 1000);
  }

  /** False when it could not be sent; nothing is queued here. */
  send(message) {
    if (!this.open) return false;
    this.socket.send(JSON.stringify(message));
    return true;
  }
}
