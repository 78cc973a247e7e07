// The connection to the service: messages in order by number, over WebSocket, or server-sent events where that is not let through.

const PATIENCE = 3; // heartbeats that may be missed before the service counts as lost
const LONGEST_WAIT_MS = 5000;

export class Stream {
  // `take(message)` gets every message; `changed(isConnected)` hears of the connection.
  constructor(number, heartbeatS, take, changed) {
    Object.assign(this, { number, heartbeatS, take, changed });
    this.failures = 0;
    this.heardMs = performance.now();
    this.isConnected = false;
    setInterval(() => this.#check(), 1000);
    addEventListener("online", () => this.#again(0));
    this.#connect();
  }

  #connect() {
    clearTimeout(this.waiting);
    this.heardMs = performance.now();
    // Every third try is by server-sent events: some proxies let no WebSocket through.
    const query = `last_event_id=${this.number}`;
    if (this.failures % 3 === 2) {
      const source = new EventSource(`/api/events?${query}`);
      for (const type of ["event", "frame", "status", "reset"]) {
        source.addEventListener(type, (event) => this.#hear(source, event.data));
      }
      source.onerror = () => this.#lose(source);
      this.connection = source;
    } else {
      const scheme = location.protocol === "https:" ? "wss" : "ws";
      const socket = new WebSocket(`${scheme}://${location.host}/api/events/ws?${query}`);
      socket.onmessage = (event) => this.#hear(socket, event.data);
      socket.onclose = () => this.#lose(socket);
      this.connection = socket;
    }
  }

  #hear(connection, text) {
    if (connection !== this.connection) return;
    this.heardMs = performance.now();
    const message = JSON.parse(text);
    if (message.type === "reset") this.number = message.number;
    if (message.type === "event") {
      if (message.number <= this.number) return;
      this.number = message.number;
    }
    if (!this.isConnected) {
      this.isConnected = true;
      this.failures = 0;
      this.changed(true);
    }
    this.take(message);
  }

  #lose(connection) {
    if (connection !== this.connection) return;
    this.connection = null;
    connection.close();
    this.failures += 1;
    if (this.isConnected) {
      this.isConnected = false;
      this.changed(false);
    }
    // Some pages sooner, some later: a restarted service must not get all of them at once.
    this.#again(Math.min(LONGEST_WAIT_MS, 250 * 2 ** this.failures) * (0.5 + Math.random() / 2));
  }

  #again(waitMs) {
    if (this.connection) return;
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.#connect(), waitMs);
  }

  #check() {
    const silentMs = performance.now() - this.heardMs;
    if (this.connection && silentMs > 1000 * PATIENCE * this.heartbeatS) this.#lose(this.connection);
  }
}
