// What the page knows. Incidents are taken by version: an older one never replaces a newer one.

import { duration } from "./words.js";

const MOST_INCIDENTS = 1000; // kept in memory; the oldest closed ones go first

export class State {
  constructor(start) {
    this.incidents = new Map(start.incidents.map((each) => [each.id, each]));
    this.corridors = new Map(start.corridors.map((each) => [each.name, each]));
    this.conditions = new Map(start.conditions.map((each) => [each.corridor, each]));
    this.store = start.store;
    this.mayOperate = start.may_operate;
    this.signedIn = start.signed_in;
    this.frames = new Map();
    this.unseen = new Set();
    this.selected = null;
    this.withClosed = false;
    this.isConnected = this.wasConnected = false;
    this.lostMs = null;
    this.changed = () => {};
  }

  take(incident) {
    const known = this.incidents.get(incident.id);
    if (known && known.version > incident.version) return;
    this.incidents.set(incident.id, incident);
    if (incident.state !== "active") this.unseen.delete(incident.id);
    if (this.incidents.size > MOST_INCIDENTS) this.#forgetOldest();
    this.changed();
  }

  takeStatus(message) {
    this.store = message.store;
    message.conditions.forEach((each) => this.conditions.set(each.corridor, each));
  }

  // The corridor's clock: that of its last frame.
  nowS(corridor) {
    return this.frames.get(corridor)?.time_s ?? this.conditions.get(corridor)?.last_frame_s ?? null;
  }

  zoneOf(corridor) {
    return this.conditions.get(corridor)?.time_zone ?? null;
  }

  // How a corridor is, as a word for the eye (`kind`) and in words.
  conditionOf(corridor) {
    const told = this.conditions.get(corridor);
    if (!this.isConnected) return { kind: "lost", words: "not up to date", since: null };
    if (!told) return { kind: "waiting", words: "not known", since: null };
    const reason = told.reason ? `: ${told.reason}` : "";
    const flaws = [
      told.missing_loops ? `${told.missing_loops} of ${told.loops} loops without data` : "",
      told.silent_stations.length ? `silent: ${told.silent_stations.slice(0, 5).join(", ")}${told.silent_stations.length > 5 ? ", …" : ""}` : "",
      told.failed_detectors.length ? `detector failed: ${told.failed_detectors.join(", ")}` : "",
    ].filter(Boolean);
    const more = flaws.length ? ` (${flaws.join("; ")})` : "";
    if (told.state === "blind") return { kind: "blind", words: `blind${reason}${more}`, since: told.since_s };
    if (told.state === "behind") return { kind: "behind", words: `behind by ${duration(told.behind_s)}${more}`, since: null };
    if (told.state === "waiting") return { kind: "waiting", words: "waiting for the first frame", since: null };
    return { kind: flaws.length ? "flawed" : "live", words: `live${more}`, since: null };
  }

  #forgetOldest() {
    const closed = [...this.incidents.values()].filter((each) => each.closed_s !== null && each.id !== this.selected);
    closed.sort((a, b) => a.closed_s - b.closed_s).slice(0, 100).forEach((each) => this.incidents.delete(each.id));
  }
}
