// Times, ages, speeds and states in words.

import { remembered } from "./dom.js";

const UNITS = { "km/h": 3.6, mph: 2.2369362920544 };
const DISTANCES = { "km/h": [1000, "km"], mph: [1609.344, "mi"] };
// Data time above it is seconds since 1970, below it the clock of a simulation that began at 0. Chosen: 1973.
const CALENDAR_S = 1e8;

export const SEVERITIES = ["critical", "high", "medium", "low"];
export const CLOSED = new Set(["resolved", "false_alarm", "duplicate", "planned", "test"]);

export const CHANGES = {
  acknowledged: ["acknowledge", "Acknowledge"],
  investigating: ["investigate", "Investigating"],
  resolved: ["resolve", "Resolved"],
  false_alarm: ["false-alarm", "False alarm"],
  note: ["note", "Add note"],
  reopened: ["reopen", "Reopen"],
  duplicate: ["duplicate", "Duplicate"],
  planned: ["planned", "Planned work"],
  test: ["test", "Test"],
  undone: ["undo", "Undo"],
};

// What a browser begins with: the units in which the service writes its messages.
let usual = "km/h";
export const setUsualUnit = (units) => (usual = units === "imperial" ? "mph" : "km/h");
export const unit = () => (remembered("unit", usual) in UNITS ? remembered("unit", usual) : usual);
export const positionText = (metres) => `${(metres / DISTANCES[unit()][0]).toFixed(2)} ${DISTANCES[unit()][1]}`;
// The service tells places in km; they are shown in the unit that belongs to that of speeds.
export const placeText = (incident) =>
  incident.position_m === null ? incident.place : incident.place.replace(/, at -?[\d.]+ km$/, `, at ${positionText(incident.position_m)}`);
export const speedNumber = (mps) => (mps === null || mps === undefined ? "–" : String(Math.round(mps * UNITS[unit()])));
export const speedText = (mps) => `${speedNumber(mps)} ${unit()}`;
export const plain = (word) => String(word).replaceAll("_", " ");
export const capital = (words) => words.replace(/^./, (letter) => letter.toUpperCase());
export const title = (word) => capital(plain(word));
export const share = (value) => (value === null ? "–" : value > 0 && value < 0.005 ? "below 1 %" : `${Math.round(100 * value)} %`);
export const isClosed = (incident) => CLOSED.has(incident.state);

export function clock(timeS, zone) {
  if (timeS === null || timeS === undefined) return "–";
  if (timeS < CALENDAR_S) {
    const whole = Math.round(timeS);
    const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
    return parts.map((part, place) => (place ? String(part).padStart(2, "0") : part)).join(":");
  }
  const options = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" };
  const day = { day: "numeric", month: "short" };
  const date = new Date(timeS * 1000);
  const at = (which) => new Intl.DateTimeFormat("en-GB", { ...which, timeZone: zone || "UTC" }).format(date);
  const old = Math.abs(Date.now() / 1000 - timeS) > 20 * 3600 ? `${at(day)}, ` : "";
  return `${old}${at(options)}${zone ? "" : " UTC"}`;
}

export const wallClock = (wallS) =>
  new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }).format(
    new Date(wallS * 1000),
  );

export function duration(seconds) {
  if (!Number.isFinite(seconds)) return "–";
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min`;
  return `${Math.floor(whole / 3600)} h ${String(Math.floor(whole / 60) % 60).padStart(2, "0")} min`;
}

export function stateWords(incident) {
  const by = incident.acknowledged_by ? ` by ${incident.acknowledged_by}` : "";
  if (incident.state === "active") return incident.silenced_by ? "active, silenced by planned work" : "active, not acknowledged";
  if (incident.state === "cleared") return by ? `cleared by itself, acknowledged${by}` : "cleared by itself, not acknowledged";
  if (incident.state === "acknowledged" || incident.state === "investigating") return `${incident.state}${by}`;
  const seen = incident.cleared_s === null ? ", but still seen" : "";
  const of = incident.duplicate_of ? ` of ${incident.duplicate_of}` : "";
  return `closed: ${plain(incident.state)}${of}${seen}`;
}

// Speeds as colours: one scale for strip and picture, from slow (dark red) to free (blue); told apart by most colour-blind people.
const SCALE = [
  [0, [103, 0, 13]],
  [5, [178, 24, 43]],
  [11, [239, 138, 98]],
  [17, [253, 219, 160]],
  [23, [189, 219, 236]],
  [30, [67, 147, 195]],
];

export function speedColour(mps) {
  if (mps === null || mps === undefined) return null;
  const above = SCALE.findIndex(([speed]) => speed >= mps);
  if (above <= 0) return `rgb(${(above === 0 ? SCALE[0] : SCALE[SCALE.length - 1])[1].join(",")})`;
  const [[low, from], [high, to]] = [SCALE[above - 1], SCALE[above]];
  const part = (mps - low) / (high - low);
  return `rgb(${from.map((value, place) => Math.round(value + part * (to[place] - value))).join(",")})`;
}

export const darkText = (mps) => mps > 8.5;
