// One incident in full: what to do, what is known, why, and what has happened.

import { actionForm, showActions } from "./actions.js";
import { contourFigure, drawContour, loadContour } from "./contour.js";
import { byId, h, setText } from "./dom.js";
import { lanesPicture } from "./lanes.js";
import { age } from "./list.js";
import { factWords } from "./facts.js";
import { capital, clock, duration, isClosed, placeText, plain, positionText, share, stateWords, title, wallClock } from "./words.js";

// What a change may be about: its name, and its values in words.
const TOLD = {
  severity: ["severity", String],
  kind: ["kind", String],
  lanes: ["lanes", (lanes) => lanes.join(", ") || "none"],
  queue_veh: ["queue", (queue) => `${Math.round(queue)} vehicles`],
  position_m: ["position", (position) => positionText(position)],
};

let shown = null;
let timeline = { id: null, events: [] };

export function showDetail(state) {
  const incident = state.incidents.get(state.selected);
  const place = byId("detail");
  document.body.classList.toggle("has-selection", Boolean(incident));
  if (!incident) {
    shown = null;
    place.replaceChildren(h("p", { class: "faint" }, "Choose an incident: arrow keys and Enter, or a click."));
    return;
  }
  if (shown !== incident.id) build(incident, state);
  fill(incident, state);
}

function build(incident, state) {
  shown = incident.id;
  byId("detail").replaceChildren(
    h("p", { class: "back" }, h("a", { href: "#" }, "← All incidents")),
    h("div", { id: "head" }),
    actionForm(incident, state) ?? "",
    h("div", { id: "facts" }),
    contourFigure(),
    h("div", { id: "reasons" }),
    h("section", {}, h("h3", {}, "Timeline"), h("ol", { id: "timeline" })),
    h("p", {}, h("a", { href: `/incidents/${encodeURIComponent(incident.id)}/report` }, "Report of this incident")),
  );
  loadContour(incident, state);
  loadTimeline(incident.id, state);
}

function fill(incident, state) {
  showActions(incident, state);
  const zone = state.zoneOf(incident.corridor);
  const marks = [];
  if (incident.exercise) marks.push(h("p", { class: "exercise" }, "Exercise: simulated or replayed traffic."));
  if (incident.silenced_by) marks.push(h("p", { class: "notice" }, `Silenced by planned work: ${incident.silenced_by}`));
  swap(
    "head",
    h("h2", { tabindex: "-1", id: "incident-title" }, h("span", { class: `severity ${incident.severity}` }, incident.severity), " ", title(incident.kind)),
    h("p", { class: "where" }, `${incident.corridor}, ${placeText(incident)}${incident.lanes_words ? `, ${incident.lanes_words}` : ""}`),
    h("p", {}, `${capital(stateWords(incident))}. ${openFor(incident, state, zone)}`),
    ...marks,
  );
  swap(
    "facts",
    h("section", {}, h("h3", {}, incident.cleared_s === null && !isClosed(incident) ? "Recommended" : "Recommended while it stood"), incident.actions.length ? h("ol", { class: "actions" }, incident.actions.map((each) => h("li", {}, each))) : h("p", { class: "faint" }, "Nothing.")),
    h("div", { class: "pair-of-columns" }, h("section", {}, h("h3", {}, "Lanes"), lanesPicture(incident, state.corridors.get(incident.corridor)?.keeps_left) ?? h("p", { class: "faint" }, "Not known.")), h("section", {}, h("h3", {}, "What is known"), facts(incident, zone))),
  );
  swap(
    "reasons",
    h("section", {}, h("h3", {}, "Why it was opened"), h("p", {}, capital(incident.evidence || "the detector gives no reason")), why(incident)),
    severity(incident, zone),
  );
  drawContour(state);
}

// Redrawn only when it says something else, so that what is read or selected stays.
function swap(id, ...content) {
  const fresh = h("div", {}, ...content);
  const place = byId(id);
  if (place.innerHTML !== fresh.innerHTML) place.replaceChildren(...fresh.childNodes);
}

function facts(incident, zone) {
  const known = (value, words) => (value === null ? "not known" : words(value));
  const rows = [
    ["Confidence, at its highest", share(incident.confidence)],
    ["Began, as estimated", clock(incident.onset_s, zone)],
    ["Queue", known(incident.queue_veh, (queue) => `${Math.round(queue)} vehicles`)],
    ["Its tail", known(incident.tail_m, (tail) => `at ${positionText(tail)}`)],
    ["Detector", incident.detector + (incident.joined_by.length ? `; also ${incident.joined_by.join(", ")}` : "")],
    ["Seen no more since", incident.cleared_s === null ? "still seen" : clock(incident.cleared_s, zone)],
    ["Id", incident.id],
  ];
  return h("dl", { class: "facts" }, rows.map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));
}

function why(incident) {
  // What the rule looked at is of the last frame: of one that is over it says nothing.
  const values = incident.cleared_s === null ? Object.entries(incident.kind_values).map(factWords) : [];
  return h("p", {}, `${title(incident.kind)} by the rule: ${incident.kind_rule}${values.length ? ` (${values.join(", ")})` : ""}.`);
}

function openFor(incident, state, zone) {
  const since = clock(incident.opened_s, zone);
  if (isClosed(incident)) return `It was open for ${age(state, incident)}, from ${since} to ${clock(incident.closed_s, zone)}.`;
  return `Open for ${age(state, incident)}, since ${since}.`;
}

function severity(incident, zone) {
  if (incident.cleared_s === null) {
    return h("section", {}, h("h3", {}, `Severity ${share(incident.severity_score)}: ${incident.severity}`), parts(incident));
  }
  const words = `Cleared at ${clock(incident.cleared_s, zone)}: what made it severe is over. Its report tells the score at its height.`;
  return h("section", {}, h("h3", {}, `Severity, as told last: ${incident.severity}`), h("p", {}, words));
}

function parts(incident) {
  const bar = (value) => {
    const fill = h("span", { class: "fill" });
    fill.style.width = `${100 * (value ?? 0)}%`;
    return h("span", { class: "bar", "aria-hidden": "true" }, fill);
  };
  const row = ([name, value]) => h("tr", {}, h("th", { scope: "row" }, title(name)), h("td", {}, bar(value)), h("td", { class: "number" }, share(value)));
  return h("table", { class: "parts" }, h("tbody", {}, Object.entries(incident.severity_parts).map(row)));
}

export async function loadTimeline(id, state) {
  timeline = { id, events: timeline.id === id ? timeline.events : [] };
  showTimeline(state);
  try {
    const answer = await fetch(`/api/incidents/${encodeURIComponent(id)}/timeline`);
    if (answer.ok) (await answer.json()).forEach((event) => addToTimeline(event, state));
  } catch {
    // asked for again when the service is back
  }
}

export function addToTimeline(event, state) {
  if (event.incident !== timeline.id || timeline.events.some((each) => each.number === event.number)) return;
  timeline.events.push(event);
  timeline.events.sort((a, b) => b.number - a.number);
  showTimeline(state);
}

function showTimeline(state) {
  const place = byId("timeline");
  if (!place || shown !== timeline.id) return;
  const zone = state.zoneOf(state.incidents.get(timeline.id)?.corridor);
  place.replaceChildren(...timeline.events.map((event) => timelineRow(event, zone)));
}

function timelineRow(event, zone) {
  const time = h("time", { title: `stored at ${wallClock(event.wall_s)} by this machine's clock` }, clock(event.time_s, zone));
  const service = event.actor === "laneblock";
  const row = h("li", { class: service ? "service" : "person" }, time, " ", h("strong", {}, `${title(event.kind)}${service ? "" : ` by ${event.actor}`}`));
  const changes = changesWords(event.data);
  if (changes) row.append(` ${changes}`);
  if (event.note) row.append(h("p", { class: "said" }, event.note));
  return row;
}

function changesWords(data) {
  const told = Object.keys(TOLD).filter((name) => name in (data.before ?? {}));
  const words = told.map((name) => {
    const [called, word] = TOLD[name];
    const [before, after] = [data.before[name], data[name]].map((value) => (value === null ? "not known" : word(value)));
    return `${called}: ${before} → ${after}`;
  });
  if (data.team) words.push(`${data.team}${data.eta_s ? `, expected in ${duration(data.eta_s)}` : ""}${data.why ? ` (${data.why})` : ""}`);
  else if (data.type) words.push(plain(data.type));
  if (data.duplicate_of) words.push(`of ${data.duplicate_of}`);
  return words.join("; ");
}

export const focusDetail = () => byId("incident-title")?.focus();

export const showAge = (state) => {
  const incident = state.incidents.get(state.selected);
  if (incident && shown === incident.id) fill(incident, state);
};
export const announce = (words) => setText(byId("announce"), words);
