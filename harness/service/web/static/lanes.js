// The lanes of an incident as a small picture: the road runs to the right, blocked lanes are crossed out. Lane 0 is the rightmost,
// at the bottom, or where traffic keeps left the leftmost, at the top.

import { h, s } from "./dom.js";

const WIDTH = 260;
const LANE = 26;

export function lanesPicture(incident, keepsLeft) {
  const there = Math.max(incident.lanes_there, ...incident.lanes.map((lane) => lane + 1));
  if (!there) return null;
  const height = there * LANE;
  const picture = s("svg", { class: "lanes", viewBox: `0 0 ${WIDTH} ${height}`, width: WIDTH, height, role: "img" });
  const words = incident.lanes_words || "no single lane";
  picture.append(s("title", {}, `Estimated to be blocked: ${words}`), s("rect", { class: "road", width: WIDTH, height, rx: 4 }));
  for (let lane = 0; lane < there; lane += 1) {
    const top = keepsLeft ? lane * LANE : height - (lane + 1) * LANE;
    const middle = top + LANE / 2;
    if (top > 0) picture.append(s("path", { class: "line", d: `M0 ${top} H${WIDTH}` }));
    picture.append(s("text", { x: 10, y: middle + 5 }, String(lane)));
    if (incident.lanes.includes(lane)) {
      picture.append(
        s("rect", { class: "blocked", x: 130, y: top + 3, width: 66, height: LANE - 6, rx: 3 }),
        s("path", { class: "cross", d: `M152 ${middle - 7} l22 14 m0 -14 l-22 14` }),
      );
    } else picture.append(s("path", { class: "arrow", d: `M150 ${middle} h36 m-8 -5 l8 5 l-8 5` }));
  }
  return h("figure", { class: "small" }, picture, h("figcaption", {}, `Blocked: ${words}.${incident.lanes.length ? "" : ` Lane 0 is the ${keepsLeft ? "leftmost" : "rightmost"}.`}`));
}
