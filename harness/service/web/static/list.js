// The list of incidents: those that wait for a person first, by severity. Rows stay the same elements, so focus and clicks are kept.

import { byId, h, setText } from "./dom.js";
import { CLOSED, SEVERITIES, duration, placeText, stateWords, title } from "./words.js";

const rows = new Map();

function rank(incident) {
  const last = CLOSED.has(incident.state) ? 3 : incident.silenced_by ? 2 : incident.state === "cleared" ? 1 : 0;
  return last * SEVERITIES.length + SEVERITIES.indexOf(incident.severity);
}

export function ordered(state) {
  return [...state.incidents.values()]
    .filter((each) => state.withClosed || !CLOSED.has(each.state))
    .sort((a, b) => rank(a) - rank(b) || b.opened_s - a.opened_s || (a.id < b.id ? -1 : 1));
}

// For how long it is open, or was.
export const age = (state, incident) => duration((incident.closed_s ?? state.nowS(incident.corridor) ?? incident.changed_s) - incident.opened_s);

function makeRow(incident) {
  const parts = Object.fromEntries(
    ["severity", "kind", "age", "place", "state", "marks"].map((name) => [name, h("span", { class: name })]),
  );
  const link = h("a", { href: `#${encodeURIComponent(incident.id)}` }, parts.severity, parts.kind, parts.age, parts.place, h("span", { class: "line" }, parts.state, " ", parts.marks));
  return { item: h("li", {}, link), link, parts };
}

function fillRow({ item, link, parts }, incident, state) {
  const lanes = incident.lanes_words ? `${incident.lanes_words}, ` : "";
  const road = state.corridors.size > 1 ? `${incident.corridor}: ` : "";
  setText(parts.severity, incident.severity);
  setText(parts.kind, title(incident.kind));
  setText(parts.age, age(state, incident));
  setText(parts.place, `${road}${lanes}${placeText(incident)}`);
  setText(parts.state, stateWords(incident));
  const marks = [
    incident.exercise && "exercise",
    incident.silenced_by && `silenced: ${incident.silenced_by}`,
    state.unseen.has(incident.id) && "new",
  ];
  setText(parts.marks, marks.filter(Boolean).join(" · "));
  item.className = `incident ${incident.severity} ${CLOSED.has(incident.state) ? "closed" : incident.state}${incident.silenced_by ? " silenced" : ""}`;
  if (incident.id === state.selected) link.setAttribute("aria-current", "true");
  else link.removeAttribute("aria-current");
}

export function showList(state) {
  const list = byId("list");
  const shown = ordered(state);
  const wanted = shown.map((incident) => {
    if (!rows.has(incident.id)) rows.set(incident.id, makeRow(incident));
    const row = rows.get(incident.id);
    fillRow(row, incident, state);
    return row.item;
  });
  if (wanted.length !== list.children.length || wanted.some((item, place) => list.children[place] !== item)) {
    const focused = list.contains(document.activeElement) ? document.activeElement : null;
    list.replaceChildren(...wanted);
    focused?.focus({ preventScroll: true });
  }
  for (const id of rows.keys()) if (!shown.some((each) => each.id === id)) rows.delete(id);
  const open = shown.filter((each) => !CLOSED.has(each.state));
  const waiting = open.filter((each) => each.allowed.includes("acknowledged") && !each.acknowledged_by && !each.silenced_by);
  byId("none").hidden = shown.length > 0;
  setText(byId("count"), open.length ? `${open.length} open, ${waiting.length} not acknowledged` : "");
  const all = byId("acknowledge-all");
  all.hidden = waiting.length < 2 || !state.mayOperate;
  setText(all, `Acknowledge all ${waiting.length}`);
  return waiting;
}

// Move the focus by rows; from elsewhere to the first one.
export function moveFocus(by) {
  const links = [...byId("list").querySelectorAll("a")];
  const place = links.indexOf(document.activeElement);
  links[place < 0 ? 0 : Math.min(links.length - 1, Math.max(0, place + by))]?.focus();
}

export const focusRow = (id) => (rows.get(id)?.link ?? byId("list").querySelector("a"))?.focus();
