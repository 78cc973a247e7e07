// The road as a strip: stations from left to right downstream, lanes as a driver sees them: the rightmost at the bottom.

import { byId, h, s, setText } from "./dom.js";
import { CLOSED, SEVERITIES, darkText, placeText, speedColour, speedNumber, speedText, unit } from "./words.js";

const MOST_COLUMNS = 200; // more stations share a column, which shows the slowest
const NARROWEST_PX = 22; // of a column; a long road scrolls
const LANE_PX = 17;
const TOP_PX = 26; // room of the incidents' marks
const MARK_PX = 34; // of a mark and the number beside it
const LETTER_PX = 6.2; // of a station's name, at most
const figures = new Map();

export function showStrips(state) {
  for (const corridor of state.corridors.values()) {
    if (!figures.has(corridor.name)) figures.set(corridor.name, makeFigure(corridor, state));
    drawStrip(corridor, state);
    showCondition(corridor, state);
  }
}

function makeFigure(corridor, state) {
  const parts = {
    condition: h("span", { class: "condition" }),
    scroll: h("div", { class: "strip", tabindex: "0", role: "region", "aria-label": `${corridor.name}, speeds` }),
    words: h("figcaption", {}),
  };
  const figure = h("figure", {}, h("h3", {}, corridor.name, " ", parts.condition), parts.scroll, parts.words);
  byId("roads").append(figure);
  new ResizeObserver(() => drawStrip(corridor, state)).observe(parts.scroll);
  return parts;
}

function columnsOf(corridor, speeds) {
  const together = Math.ceil(corridor.stations.length / MOST_COLUMNS);
  const columns = [];
  for (let first = 0; first < corridor.stations.length; first += together) {
    const stations = corridor.stations.slice(first, first + together);
    const firstLane = Math.min(...stations.map((each) => each.first_lane));
    const lanes = Math.max(...stations.map((each) => each.first_lane + each.lanes));
    const slowest = (values) => values.reduce((a, b) => (b === null || b === undefined ? a : a === null || b < a ? b : a), null);
    const byLane = Array.from({ length: lanes - firstLane }, (_, lane) =>
      slowest(stations.map((_, place) => speeds?.[first + place]?.[firstLane + lane] ?? null)),
    );
    columns.push({ station: stations[0], firstLane, lanes, byLane });
  }
  return columns;
}

const mean = (values) => {
  const known = values.filter((value) => value !== null);
  return known.length ? known.reduce((a, b) => a + b) / known.length : null;
};

function drawStrip(corridor, state) {
  const { scroll, words } = figures.get(corridor.name) ?? {};
  if (!scroll) return;
  const columns = columnsOf(corridor, state.frames.get(corridor.name)?.speed_mps);
  const most = Math.max(...columns.map((column) => column.lanes));
  const width = Math.max(scroll.clientWidth - 2, columns.length * NARROWEST_PX);
  const each = width / columns.length;
  const bottom = TOP_PX + most * LANE_PX;
  const outermost = corridor.keeps_left ? " (leftmost)" : " (rightmost)";
  const topOf = (lane) => (corridor.keeps_left ? TOP_PX + lane * LANE_PX : bottom - (lane + 1) * LANE_PX);
  const cells = columns.flatMap(({ station, firstLane, byLane }, place) => {
    const every = Math.max(1, Math.ceil(58 / each));
    const letters = Math.floor((every * each) / LETTER_PX);
    const name = station.name.length > letters ? `${station.name.slice(0, letters - 1)}…` : station.name;
    const named = place % every === 0;
    return [
      ...byLane.map((speed, nth) => {
        const lane = firstLane + nth;
        return cell(place * each, topOf(lane), each, speed, `${station.name}, lane ${lane}${lane ? "" : outermost}`);
      }),
      named && s("text", { x: place * each + 1, y: bottom + 14, class: "station" }, s("title", {}, station.name), name),
    ];
  });
  const picture = s("svg", { width, height: bottom + 19, viewBox: `0 0 ${width} ${bottom + 19}` }, s("g", { class: "cells" }, cells));
  byId("roads").classList.toggle("many", figures.size > 2);
  const describe = slowestWords(corridor, columns);
  picture.append(...marks(corridor, state, width));
  scroll.replaceChildren(picture);
  setText(words, `${describe} Speeds in ${unit()}; traffic runs to the right.`);
}

function cell(x, y, width, speed, name) {
  const colour = speedColour(speed);
  return s(
    "g",
    {},
    s("title", {}, `${name}: ${speed === null ? "no vehicle or no data" : speedText(speed)}`),
    s("rect", { x: x + 0.5, y: y + 0.5, width: width - 1, height: LANE_PX - 1, fill: colour, class: colour ? null : "unknown" }),
    width >= 26 && s("text", { x: x + width / 2, y: y + 12.5, class: darkText(speed) ? "on-light" : speed === null ? "faint" : "on-dark" }, speedNumber(speed)),
  );
}

function slowestWords(corridor, columns) {
  const known = columns.map((column) => [mean(column.byLane), column.station.name]).filter(([speed]) => speed !== null);
  if (!known.length) return "No speeds yet.";
  const [speed, name] = known.reduce((a, b) => (b[0] < a[0] ? b : a));
  return `Slowest: ${speedText(speed)} at ${name}.`;
}

function xOf(corridor, positionM, width) {
  const stations = corridor.stations;
  const after = stations.findIndex((station) => station.position_m > positionM);
  if (after === 0) return 0;
  const place = after < 0 ? stations.length - 1 : after - 1;
  const length = after < 0 ? 1 : stations[after].position_m - stations[place].position_m;
  const part = after < 0 ? 0 : (positionM - stations[place].position_m) / length;
  return ((place + 0.5 + part) / stations.length) * width;
}

// Marks that would cover each other are one: that of the most severe, with how many more there are.
function marks(corridor, state, width) {
  const rank = (incident) => SEVERITIES.indexOf(incident.severity) - (incident.id === state.selected ? SEVERITIES.length : 0);
  const open = [...state.incidents.values()].filter((each) => each.corridor === corridor.name && !CLOSED.has(each.state) && each.position_m !== null);
  const places = [];
  for (const incident of open.sort((a, b) => rank(a) - rank(b))) {
    const x = Math.min(width - 9, Math.max(9, xOf(corridor, incident.position_m, width)));
    const near = places.find((place) => Math.abs(place.x - x) < MARK_PX);
    if (near) near.incidents.push(incident);
    else places.push({ x, incidents: [incident] });
  }
  return places.map(({ x, incidents }) => mark(x, incidents, state));
}

function mark(x, [incident, ...others], state) {
  const more = others.length ? `, and ${others.length} more here` : "";
  const name = `${incident.severity}: ${incident.kind}, ${placeText(incident)}${more}`;
  const chosen = incident.id === state.selected ? " chosen" : "";
  return s(
    "a",
    { href: `#${encodeURIComponent(incident.id)}`, class: `mark ${incident.severity}${chosen}`, "aria-label": name },
    s("title", {}, name),
    s("path", { d: `M${x - 9} 3 h18 v11 h-5 l-4 8 l-4 -8 h-5 z` }),
    s("text", { x, y: 12.5 }, incident.severity[0].toUpperCase()),
    others.length > 0 && s("text", { x: x + 11, y: 12.5, class: "more" }, `+${others.length}`),
  );
}

function showCondition(corridor, state) {
  const { condition, scroll } = figures.get(corridor.name);
  const { words, kind, flaws } = state.conditionOf(corridor.name);
  const exercise = state.conditions.get(corridor.name)?.exercise ? " · exercise" : "";
  setText(condition, words + (flaws ? ` (${flaws})` : "") + exercise);
  // Old speeds must not look like those of now.
  scroll.classList.toggle("old", ["lost", "blind", "behind"].includes(kind));
  condition.className = `condition ${kind}`;
}
