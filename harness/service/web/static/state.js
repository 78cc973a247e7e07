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
    this.responds = start.responds;
    this.pushes = start.pushes;
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

  // How a corridor is: a word for the eye (`kind`), in words, since when, and what is missing there although it is live.
  conditionOf(corridor) {
    const told = this.conditions.get(corridor);
    const found = (kind, words, flaws = "", since = null) => ({ kind, words, flaws, since });
    if (!this.isConnected) return found("lost", "not up to date");
    if (!told) return found("waiting", "not known");
    const names = (list) => `${list.slice(0, 5).join(", ")}${list.length > 5 ? ", …" : ""}`;
    const serious = [
      told.silent_stations.length ? `silent: ${names(told.silent_stations)}` : "",
      told.failed_detectors.length ? `detector failed: ${names(told.failed_detectors)}` : "",
    ].filter(Boolean);
    // A few loops are dead on every real road: told, but no reason to call the road anything but live.
    const missing = told.missing_loops ? [`${told.missing_loops} of ${told.loops} loops without data`] : [];
    const flaws = [...serious, ...missing].join("; ");
    if (told.state === "blind") return found("blind", told.reason ? `blind: ${told.reason}` : "blind", flaws, told.since_s);
    if (told.state === "behind") return found("behind", `behind by ${duration(told.behind_s)}`, flaws);
    if (told.state === "waiting") return found("waiting", "waiting for the first frame");
    return serious.length ? found("flawed", `live, but ${serious.join("; ")}`, missing.join("")) : found("live", "live", flaws);
  }

  #forgetOldest() {
    const closed = [...this.incidents.values()].filter((each) => each.closed_s !== null && each.id !== this.selected);
    closed.sort((a, b) => a.closed_s - b.closed_s).slice(0, 100).forEach((each) => this.incidents.delete(each.id));
  }
}
