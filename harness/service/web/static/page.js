// The page: what is known, the stream that changes it, and the keys.

import { post } from "./actions.js";
import { startChannels } from "./channels.js";
import { addFrame, drawContour, loadContour } from "./contour.js";
import { addToTimeline, announce, focusDetail, loadTimeline, showDetail } from "./detail.js";
import { byId, remember, setText } from "./dom.js";
import { startKeys } from "./keys.js";
import { focusRow, moveFocus, ordered, showList } from "./list.js";
import { radioSoon, showRadioAges, startRadio, toRadio } from "./radio.js";
import { State } from "./state.js";
import * as sound from "./sound.js";
import { Stream } from "./stream.js";
import { loadTeams, showTeams, startTeams } from "./teams.js";
import { showStrips } from "./strip.js";
import { showTop } from "./top.js";
import { placeText, setUsualUnit, unit } from "./words.js";

const start = JSON.parse(byId("start").textContent);
const state = new State(start);
setUsualUnit(start.units);
let drawing = 0;

// Many messages, one drawing.
function redraw() {
  drawing ||= requestAnimationFrame(draw);
  // A page in the background gets no frames, but its title and its sound must still tell.
  if (document.hidden) draw();
}

function draw() {
  cancelAnimationFrame(drawing);
  drawing = 0;
  const waiting = showList(state);
  showTop(state, waiting);
  showStrips(state);
  showDetail(state);
  showTeams(state);
}

state.changed = redraw;

function take(message) {
  // Another store than the one that this page began with: nothing of it holds any more.
  if (message.type === "reset") return location.reload();
  if (message.type === "status") state.takeStatus(message);
  if (message.type === "frame") {
    state.frames.set(message.corridor, message);
    addFrame(message, state);
  }
  if (message.type === "event") {
    const incident = message.incident_now;
    if (incident) state.take(incident);
    addToTimeline(message, state);
    if (message.kind.startsWith("team_")) loadTeams(state);
    radioSoon(state);
    if (message.kind === "opened" || message.kind === "returned") tell(incident);
    if (message.kind === "changed" && rises(message.data)) tell(incident);
  }
  redraw();
}

const RANKS = ["low", "medium", "high", "critical"];
const rises = (data) => RANKS.indexOf(data.severity) > RANKS.indexOf(data.before?.severity ?? data.severity);

function tell(incident) {
  if (!incident || incident.silenced_by || incident.state !== "active") return;
  if (incident.id !== state.selected) state.unseen.add(incident.id);
  sound.play(incident.severity);
  announce(`${incident.exercise ? "Exercise: " : ""}${incident.severity}: ${incident.kind}, ${placeText(incident)}`);
}

// After an interruption the stream brings every event that was missed; this is for what it does not number.
async function reload() {
  try {
    const [incidents, corridors] = await Promise.all(["/api/incidents?limit=200", "/api/corridors"].map((path) => fetch(path)));
    if (incidents.status === 401) location.assign("/sign-in");
    if (incidents.ok) (await incidents.json()).incidents.forEach((each) => state.take(each));
    if (corridors.ok) (await corridors.json()).forEach((each) => state.corridors.set(each.name, each));
  } catch {
    return; // away again: the stream comes back here
  }
  loadTeams(state);
  const incident = state.incidents.get(state.selected);
  radioSoon(state);
  if (incident) await Promise.all([loadTimeline(incident.id, state), loadContour(incident, state)]);
  redraw();
}

new Stream(start.number, start.heartbeat_s, take, (isConnected) => {
  state.isConnected = isConnected;
  state.lostMs = isConnected ? null : Date.now();
  if (isConnected && state.wasConnected) reload();
  if (!isConnected) checkSignIn();
  state.wasConnected = true;
  redraw();
});

async function checkSignIn() {
  const answer = await fetch("/api/corridors").catch(() => null);
  if (answer?.status === 401) location.assign("/sign-in");
}

function choose() {
  const id = decodeURIComponent(location.hash.slice(1)) || null;
  const before = state.selected;
  // The browser tells of a new address later, when a note may be begun: what is chosen already must not take its focus.
  if (id === before) return;
  state.selected = id;
  state.unseen.delete(id);
  draw();
  if (id && state.incidents.has(id)) focusDetail();
  else if (before) focusRow(before);
}

addEventListener("hashchange", choose);
addEventListener("resize", () => drawContour(state));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawContour(state));

async function acknowledgeAll() {
  const waiting = showList(state);
  const incidents = waiting.map(({ id, version }) => ({ id, version }));
  const answer = await post("/api/incidents/acknowledge", { incidents, note: byId("all-note").value.trim() }).catch(() => null);
  if (answer?.status !== 200) {
    setText(byId("all-result"), "Not done: the service did not take it. Try again.");
    return;
  }
  answer.content.done.forEach((each) => state.take(each));
  answer.content.refused.forEach((each) => each.incident && state.take(each.incident));
  byId("all").close();
  announce(`${answer.content.done.length} acknowledged, ${answer.content.refused.length} had changed meanwhile`);
}

function askForAll() {
  if (byId("acknowledge-all").hidden) return;
  setText(byId("all-result"), "");
  byId("all-note").value = "";
  byId("all").showModal();
}

byId("acknowledge-all").addEventListener("click", askForAll);
byId("all-form").addEventListener("submit", (event) => {
  event.preventDefault();
  acknowledgeAll();
});
byId("with-closed").addEventListener("change", (event) => {
  state.withClosed = event.target.checked;
  draw();
});
byId("unit").addEventListener("click", () => {
  remember("unit", unit() === "km/h" ? "mph" : "km/h");
  draw();
});
for (const button of document.querySelectorAll("dialog .close")) button.addEventListener("click", () => button.closest("dialog").close());

function toNote() {
  if (!state.incidents.has(state.selected)) {
    const first = ordered(state)[0];
    if (!first) return;
    location.hash = encodeURIComponent(first.id);
    choose();
  }
  byId("note")?.focus();
}

startKeys({
  ArrowDown: () => moveFocus(1),
  j: () => moveFocus(1),
  ArrowUp: () => moveFocus(-1),
  k: () => moveFocus(-1),
  a: toNote,
  n: toNote,
  b: () => byId("buttons")?.querySelector("button")?.focus(),
  u: () => byId("undo")?.click(),
  A: askForAll,
  r: () => toRadio(state),
  t: () => byId("team-list")?.querySelector("button, a")?.focus(),
  s: () => byId("sound").click(),
  "?": () => byId("keys").showModal(),
});

sound.start();
startRadio(state);
startChannels(state);
draw();
startTeams(state);
choose();
setInterval(() => {
  showTop(state, showList(state));
  showDetail(state);
  showRadioAges();
  sound.remind([...state.incidents.values()]);
}, 1000);
document.documentElement.dataset.started = "yes";
