// The status board of teams: what each is doing, where, when it is expected; and a button for what can be told of it.

import { post } from "./actions.js";
import { byId, h, remember, remembered, setText } from "./dom.js";
import { clock, plain, title } from "./words.js";

const TELLS = { "set-off": "Set off", arrived: "Arrived", release: "Release" };

// On a phone the incidents come first: the board is opened by whoever wants it, and stays as it was left.
export function startTeams(state) {
  const board = document.querySelector("#teams details");
  if (!board) return;
  board.open = remembered("teams", matchMedia("(min-width: 821px)").matches ? "open" : "closed") === "open";
  board.addEventListener("toggle", () => remember("teams", board.open ? "open" : "closed"));
  loadTeams(state);
}

let teams = [];
let drawn = "";

export async function loadTeams(state) {
  if (!byId("team-list")) return;
  try {
    const answer = await fetch("/api/teams");
    if (answer.ok) teams = await answer.json();
  } catch {
    return; // asked for again with the next event, or when the service is back
  }
  showTeams(state);
}

export function showTeams(state) {
  const place = byId("team-list");
  if (!place) return;
  // Drawn only where it says something else: a button that has the focus keeps it.
  const key = JSON.stringify([teams, teams.map((team) => state.incidents.get(team.incident)?.place)]);
  if (key === drawn) return;
  drawn = key;
  const focused = document.activeElement?.closest("#team-list li")?.dataset.team;
  place.replaceChildren(...teams.map((team) => row(team, state)));
  if (focused !== undefined) [...place.children].find((each) => each.dataset.team === focused)?.querySelector("button, a")?.focus();
  const free = teams.filter((team) => team.state === "free").length;
  setText(byId("teams-count"), `${free} of ${teams.length} free`);
}

function row(team, state) {
  const incident = state.incidents.get(team.incident);
  const zone = state.zoneOf(incident?.corridor ?? team.corridors[0]);
  const told = [
    ["expected there at", team.expected_s],
    ["there since", team.arrived_s],
  ].filter(([, at]) => at !== null);
  const where = team.incident && h("span", { class: "where" }, h("a", { href: `#${encodeURIComponent(team.incident)}` }, incident?.place ?? team.incident), told.map(([words, at]) => `, ${words} ${clock(at, zone)}`));
  const buttons = state.mayOperate && team.may.length > 0 && h("span", { class: "tell" }, team.may.map((name) => h("button", { type: "button", "aria-label": `${TELLS[name]}: ${team.name}`, onclick: () => tell(team, name, state) }, TELLS[name])));
  return h(
    "li",
    { class: `team ${team.state}`, "data-team": team.name },
    h("strong", {}, team.name),
    " ",
    h("span", { class: "type" }, plain(team.type)),
    " ",
    h("span", { class: "state" }, title(team.state)),
    where || null,
    buttons || null,
  );
}

async function tell(team, name, state) {
  const answer = await post(`/api/teams/${encodeURIComponent(team.name)}/${name}`, {}).catch(() => null);
  const detail = answer?.content?.detail;
  setText(byId("teams-result"), answer?.status === 200 ? "" : `Not done: ${detail ?? "the service did not take it. Try again."}`);
  await loadTeams(state);
}
