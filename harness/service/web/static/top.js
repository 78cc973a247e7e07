// The head of the page: whether what is shown is true now, and whether it is real.

import { byId, setText } from "./dom.js";
import * as sound from "./sound.js";
import { clock, unit, wallClock } from "./words.js";

const ORDER = ["blind", "behind", "waiting", "flawed", "live"];

export function showTop(state, waiting) {
  const { kind, words } = overall(state);
  const place = byId("condition");
  setText(place, words);
  place.className = `condition ${kind}`;
  const exercise = [...state.conditions.values()].some((each) => each.exercise) || [...state.incidents.values()].some((each) => each.exercise);
  byId("exercise").hidden = !exercise;
  byId("store").hidden = !state.store;
  setText(byId("store"), state.store ? `The store does not answer; changes are not possible now. ${state.store}` : "");
  const [name] = state.corridors.keys();
  const now = name === undefined ? null : state.nowS(name);
  setText(byId("clock"), now === null ? "" : clock(now, state.zoneOf(name)));
  setText(byId("unit"), unit());
  const marks = `${waiting.length ? `(${waiting.length}) ` : ""}${kind === "lost" ? "⚠ " : ""}${exercise ? "[exercise] " : ""}`;
  if (document.title !== `${marks}laneblock`) document.title = `${marks}laneblock`;
  sound.show();
}

function overall(state) {
  if (!state.isConnected) {
    // The time of the loss, not for how long: what changes every second would be read out every second.
    const since = state.lostMs === null ? "" : ` (service lost at ${wallClock(state.lostMs / 1000)})`;
    return { kind: "lost", words: state.wasConnected ? `Reconnecting: what is shown is old${since}` : "Connecting …" };
  }
  const found = [...state.corridors.keys()].map((name) => ({ name, ...state.conditionOf(name) }));
  if (!found.length) return { kind: "waiting", words: "No corridor is watched" };
  found.sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
  const [worst] = found;
  if (worst.kind === "live") return { kind: "live", words: "Live" };
  const others = found.filter((each) => each.kind === worst.kind).length - 1;
  const since = worst.since === null ? "" : ` since ${clock(worst.since, state.zoneOf(worst.name))}`;
  const said = worst.words.replace(/^blind/, `blind${since}`);
  return { kind: worst.kind, words: `${worst.name}: ${said}${others ? `, and ${others} more` : ""}` };
}
