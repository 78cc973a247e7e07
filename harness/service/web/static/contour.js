// Speeds of the last hour around an incident: time to the right, the road upwards in the direction of travel.

import { byId, h } from "./dom.js";
import { clock, speedColour, speedText, unit } from "./words.js";

const RECENT_S = 3600;
const AROUND = 6; // stations to each side of the incident's section
const HEIGHT = 240;
const LEFT = 74;
const BOTTOM = 20;
const TICKS_S = [60, 300, 600, 1200, 1800, 3600];

let kept = null; // { id, corridor, first, stations, time_s, speed_mps }
let asked = 0;

export function contourFigure() {
  const canvas = h("canvas", { id: "contour", role: "img", "aria-label": "Speeds of the last hour" });
  return h("figure", { class: "contour" }, h("h3", {}, "Speeds of the last hour"), canvas, h("figcaption", { id: "contour-words" }));
}

export async function loadContour(incident, state) {
  const corridor = state.corridors.get(incident.corridor);
  const mine = (asked += 1);
  kept = null;
  if (!corridor) return;
  const first = Math.max(0, incident.section - AROUND);
  const last = Math.min(corridor.stations.length - 1, incident.section + 1 + AROUND);
  const now = state.nowS(incident.corridor);
  const query = new URLSearchParams({ corridor: corridor.name, first_station: first, last_station: last });
  if (now !== null) query.set("after_s", now - RECENT_S);
  try {
    const answer = await fetch(`/api/frames?${query}`);
    if (!answer.ok || mine !== asked) return;
    kept = { id: incident.id, corridor: corridor.name, first, ...(await answer.json()) };
  } catch {
    return; // the service is away: the picture is asked for again when it is back
  }
  drawContour(state);
}

// A frame from the stream is one more column; the mean over its lanes is near enough to that by vehicles.
export function addFrame(message, state) {
  if (!kept || kept.corridor !== message.corridor || !(message.time_s > (kept.time_s.at(-1) ?? -Infinity))) return;
  const rows = message.speed_mps.slice(kept.first, kept.first + kept.stations.length);
  kept.time_s.push(message.time_s);
  kept.speed_mps.push(
    rows.map((lanes) => {
      const known = lanes.filter((speed) => speed !== null);
      return known.length ? known.reduce((a, b) => a + b) / known.length : null;
    }),
  );
  while (kept.time_s[0] <= message.time_s - RECENT_S) {
    kept.time_s.shift();
    kept.speed_mps.shift();
  }
  drawContour(state);
}

export function drawContour(state) {
  const canvas = byId("contour");
  const incident = state.incidents.get(state.selected);
  if (!canvas || !kept || !incident || kept.id !== incident.id || !kept.time_s.length) return;
  const width = canvas.clientWidth;
  const ratio = devicePixelRatio || 1;
  canvas.width = width * ratio;
  canvas.height = HEIGHT * ratio;
  const pen = canvas.getContext("2d");
  pen.scale(ratio, ratio);
  const style = getComputedStyle(canvas);
  const [ink, paper] = [style.color, style.getPropertyValue("--paper")];
  pen.font = `12px ${style.fontFamily}`;
  const period = state.corridors.get(kept.corridor)?.period_s ?? 30;
  const [start, end] = [kept.time_s[0] - period, kept.time_s.at(-1)];
  const xOf = (time) => LEFT + ((time - start) / Math.max(period, end - start)) * (width - LEFT);
  const edges = edgesOf(kept.stations.map((each) => each.position_m));
  const [low, high] = [edges[0], edges.at(-1)];
  const yOf = (position) => (HEIGHT - BOTTOM) * (1 - (position - low) / (high - low));
  kept.speed_mps.forEach((speeds, column) => {
    const x = xOf(kept.time_s[column] - period);
    speeds.forEach((speed, row) => {
      const colour = speedColour(speed);
      if (!colour) return;
      pen.fillStyle = colour;
      const y = yOf(edges[row + 1]);
      pen.fillRect(x, y, xOf(kept.time_s[column]) - x + 0.6, yOf(edges[row]) - y + 0.6);
    });
  });
  label(pen, ink, width, start, end, xOf, yOf, state.zoneOf(kept.corridor));
  drawIncident(pen, incident, end, xOf, yOf, ink, paper);
  tell(canvas, incident, state);
}

function edgesOf(positions) {
  const middles = positions.slice(1).map((position, place) => (position + positions[place]) / 2);
  return [2 * positions[0] - (middles[0] ?? positions[0] - 1), ...middles, 2 * positions.at(-1) - (middles.at(-1) ?? positions.at(-1) - 1)];
}

function label(pen, ink, width, start, end, xOf, yOf, zone) {
  pen.fillStyle = ink;
  pen.textAlign = "right";
  let lastY = Infinity;
  for (const station of kept.stations) {
    const y = Math.max(10, yOf(station.position_m) + 4);
    if (lastY - y < 14) continue;
    pen.fillText(station.name.length > 10 ? `${station.name.slice(0, 9)}…` : station.name, LEFT - 6, y);
    lastY = y;
  }
  const step = TICKS_S.find((each) => (end - start) / each <= width / 110) ?? TICKS_S.at(-1);
  pen.textAlign = "center";
  for (let time = Math.ceil(start / step) * step; time <= end; time += step) {
    const x = xOf(time);
    if (x > LEFT + 25 && x < width - 25) pen.fillText(clock(time, zone).replace(/:00( UTC)?$/, ""), x, HEIGHT - 5);
    pen.fillRect(x, HEIGHT - BOTTOM, 1, 4);
  }
}

// White under black, so that it is seen on every colour.
function drawIncident(pen, incident, end, xOf, yOf, ink, paper) {
  const from = Math.max(LEFT, xOf(incident.onset_s ?? incident.opened_s));
  const to = xOf(Math.min(end, incident.cleared_s ?? end));
  const y = incident.position_m === null ? null : yOf(incident.position_m);
  for (const [colour, wide] of [["#fff", 6], ["#111", 2.5]]) {
    pen.strokeStyle = colour;
    pen.lineWidth = wide;
    pen.beginPath();
    if (y !== null) {
      pen.moveTo(from, y);
      pen.lineTo(Math.max(from + 4, to), y);
    }
    const opened = Math.max(LEFT, xOf(incident.opened_s));
    pen.moveTo(opened, (y ?? 120) - 14);
    pen.lineTo(opened, (y ?? 120) + 14);
    if (incident.tail_m !== null && y !== null) {
      pen.moveTo(Math.max(from + 4, to) - 2, y);
      pen.lineTo(Math.max(from + 4, to) - 2, yOf(incident.tail_m));
    }
    pen.stroke();
  }
}

function tell(canvas, incident, state) {
  const speeds = kept.speed_mps.at(-1).map((speed, place) => [speed, kept.stations[place].name]).filter(([speed]) => speed !== null);
  const slowest = speeds.length ? speeds.reduce((a, b) => (b[0] < a[0] ? b : a)) : null;
  const now = slowest ? `Now slowest: ${speedText(slowest[0])} at ${slowest[1]}.` : "No speeds now.";
  const line = `The line is the incident from its estimated onset, at ${clock(incident.onset_s ?? incident.opened_s, state.zoneOf(kept.corridor))}; the upright mark is when it was opened.`;
  const tail = incident.tail_m === null ? "" : " The line at its end reaches to the queue's tail.";
  byId("contour-words").textContent = `${now} Red is slow, blue is free (${unit()} in the strip above); up is downstream. ${line}${tail}`;
  canvas.setAttribute("aria-label", `Speeds of the last hour around the incident. ${now}`);
}
