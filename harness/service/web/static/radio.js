// What the dispatcher has to read out, the oldest first; each is marked as read, with who and when.

import { post } from "./actions.js";
import { byId, h, remember, remembered, setText } from "./dom.js";
import { duration, wallClock } from "./words.js";

const EVERY_MS = 5000; // who reads out elsewhere is seen that late
const SOON_MS = 200; // after an event: several come together
const rows = new Map();

let waiting = [];
let sending = null; // the number that is being marked
let soon = 0;
let asked = 0; // questions so far
let newest = 0; // the question whose answer is shown: an older one that comes later must not bring back what was read out

export function startRadio(state) {
  if (!state.responds) return;
  const name = byId("radio-by");
  if (name) {
    name.value = remembered("name", "");
    name.addEventListener("change", () => remember("name", name.value.trim()));
  }
  setInterval(() => state.isConnected && loadRadio(state), EVERY_MS);
  loadRadio(state);
}

export function radioSoon(state) {
  if (!state.responds) return;
  clearTimeout(soon);
  soon = setTimeout(() => loadRadio(state), SOON_MS);
}

async function loadRadio(state) {
  const mine = ++asked;
  try {
    const answers = await Promise.all(["/api/radio", "/api/radio/read?limit=10"].map((path) => fetch(path)));
    if (!answers.every((answer) => answer.ok)) return;
    const [texts, read] = await Promise.all(answers.map((answer) => answer.json()));
    if (mine < newest) return;
    newest = mine;
    show(texts, state);
    showRead(read);
  } catch {
    // asked for again in a moment; the head of the page says that the service is away
  }
}

function show(texts, state) {
  waiting = texts;
  const list = byId("radio-list");
  const wanted = texts.map((text) => {
    if (!rows.has(text.number)) rows.set(text.number, makeRow(text, state));
    return rows.get(text.number);
  });
  for (const number of rows.keys()) if (!texts.some((text) => text.number === number)) rows.delete(number);
  const items = wanted.map((row) => row.item);
  if (items.length !== list.children.length || items.some((item, place) => list.children[place] !== item)) {
    const focused = list.contains(document.activeElement) ? document.activeElement : null;
    list.replaceChildren(...items);
    // Another dispatcher took the one that had the focus: the next one has it then.
    if (focused) (list.contains(focused) ? focused : (list.querySelector("button") ?? byId("radio"))).focus();
  }
  list.hidden = !texts.length;
  byId("radio").classList.toggle("waits", texts.length > 0);
  setText(byId("radio-count"), texts.length ? `${texts.length} wait${texts.length === 1 ? "s" : ""}` : "nothing waits");
  showRadioAges();
}

function makeRow(text, state) {
  const age = h("span", { class: "age" });
  const button = state.mayOperate && h("button", { type: "button", value: text.number, onclick: () => markRead(text, state) }, "Read out");
  const link = text.incident && h("a", { href: `#${encodeURIComponent(text.incident)}` }, "Show the incident");
  const below = h("p", { class: "below" }, text.exercise && h("span", { class: "marks" }, "exercise"), age, link);
  const words = h("div", {}, h("p", { class: "spoken", id: `radio-${text.number}` }, text.text), below);
  if (button) button.setAttribute("aria-describedby", `radio-${text.number}`);
  return { item: h("li", { class: text.severity }, button || h("span", {}), words), age, button };
}

export function showRadioAges() {
  for (const text of waiting) setText(rows.get(text.number).age, `waits ${duration(Date.now() / 1000 - text.wall_s)}`);
}

async function markRead(text, state) {
  if (sending !== null) return;
  sending = text.number;
  tell("Sending …");
  let status = 0;
  try {
    ({ status } = await post(`/api/radio/${text.number}/read`, {}));
  } catch {
    // told below
  }
  sending = null;
  if (status === 401) location.assign("/sign-in");
  if (status !== 204 && status !== 404) {
    tell("Not marked: the service did not take it. Try again.", true);
    return;
  }
  tell(status === 204 ? "Marked as read out." : "Somebody else had read it out before.");
  newest = ++asked;
  const place = waiting.findIndex((each) => each.number === text.number);
  const next = waiting[place + 1] ?? waiting[place - 1];
  const had = rows.get(text.number)?.item.contains(document.activeElement);
  show(waiting.filter((each) => each.number !== text.number), state);
  if (had) (rows.get(next?.number)?.button ?? byId("radio")).focus();
  loadRadio(state);
}

function showRead(read) {
  byId("radio-past").hidden = !read.length;
  const items = read.map((text) => [h("dt", {}, wallClock(text.read_s)), h("dd", {}, `${text.text} `, h("span", { class: "faint" }, `– by ${text.read_by}`))]);
  const fresh = h("dl", { class: "facts" }, items);
  const place = byId("radio-read");
  if (place.innerHTML !== fresh.innerHTML) place.replaceChildren(...fresh.childNodes);
}

function tell(words, isBad = false) {
  const result = byId("radio-result");
  result.className = isBad ? "bad" : "faint";
  setText(result, words);
}

// To the first text, from anywhere; with nothing to read out to the section.
export function toRadio(state) {
  if (!state.responds) return;
  const go = () => (byId("radio-list").querySelector("button") ?? byId("radio")).focus();
  // On a phone the list is hidden while an incident is shown.
  const hidden = state.selected && matchMedia("(max-width: 820px)").matches;
  if (!hidden) return go();
  addEventListener("hashchange", go, { once: true });
  location.hash = "";
}
