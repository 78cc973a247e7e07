// What a person does with an incident: one note, and a button for each change that is possible now.

import { byId, h, remember, remembered, setText } from "./dom.js";
import { CHANGES, placeText, stateWords } from "./words.js";

const FIRST = ["acknowledged", "investigating", "resolved", "false_alarm", "reopened", "note"];
const drafts = new Map();
// As long as the service allows it (UNDO_WITHIN_S).
const UNDO_MS = 60_000;

let shown = null; // id, and the changes whose buttons are there

export async function post(path, body) {
  const headers = { "Content-Type": "application/json" };
  const by = byId("by")?.value.trim() || byId("radio-by")?.value.trim() || remembered("name", "");
  const answer = await fetch(path, { method: "POST", headers, body: JSON.stringify({ ...body, by }) });
  const type = answer.headers.get("content-type") ?? "";
  return { status: answer.status, content: answer.status !== 204 && type.includes("json") ? await answer.json() : {} };
}

export function actionForm(incident, state) {
  if (!state.mayOperate) return null;
  const note = h("textarea", { id: "note", rows: "2", maxlength: "1000", "aria-describedby": "note-help" });
  note.value = drafts.get(incident.id) ?? "";
  note.addEventListener("input", () => drafts.set(incident.id, note.value));
  note.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send(byId("buttons").dataset.first, state);
  });
  const form = h(
    "form",
    { id: "actions", "aria-label": "Change this incident" },
    h("label", { for: "note" }, "Note"),
    note,
    h("p", { id: "note-help", class: "faint" }),
    !state.signedIn && nameField(),
    h("div", { id: "buttons" }),
    h("p", { id: "result", role: "status" }),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(event.submitter?.value ?? byId("buttons").dataset.first, state);
  });
  shown = null;
  return form;
}

function nameField() {
  const name = h("input", { id: "by", maxlength: "60", autocomplete: "off" });
  name.value = remembered("name", "");
  name.addEventListener("change", () => remember("name", name.value.trim()));
  return h("p", { class: "name" }, h("label", { for: "by" }, "Your name in the timeline"), name);
}

export function showActions(incident, state) {
  const place = byId("buttons");
  if (!place) return;
  const key = `${incident.id} ${incident.allowed.join(" ")}`;
  if (shown === key) return;
  shown = key;
  const focused = place.contains(document.activeElement) ? document.activeElement.value : null;
  const first = FIRST.find((kind) => incident.allowed.includes(kind));
  // What Enter does must not change under the fingers: somebody else's change may make it another one.
  place.dataset.first = first === "acknowledged" ? first : "note";
  setText(byId("note-help"), `Enter: ${CHANGES[place.dataset.first][1].toLowerCase()}. Shift+Enter: a new line.`);
  const button = (kind) =>
    h("button", { type: "submit", value: kind, class: kind === place.dataset.first ? "main" : null }, CHANGES[kind][1]);
  const usual = FIRST.filter((kind) => incident.allowed.includes(kind));
  const others = incident.allowed.filter((kind) => kind in CHANGES && !FIRST.includes(kind));
  const same = [...state.incidents.values()].filter((each) => each.corridor === incident.corridor && each.id !== incident.id);
  const original = h(
    "select",
    { id: "original", "aria-label": "Duplicate of" },
    same.map((each) => h("option", { value: each.id }, `${each.kind}, ${placeText(each)} (${each.id})`)),
  );
  place.replaceChildren(
    ...usual.map(button),
    others.length
      ? h("details", {}, h("summary", {}, "Close otherwise"), h("div", { class: "others" }, others.filter((kind) => kind !== "duplicate" || same.length).map((kind) => (kind === "duplicate" ? h("span", { class: "pair" }, button(kind), " of ", original) : button(kind)))))
      : "",
  );
  // Where the pressed button is gone, the title has the focus: there letters are keys, and Enter changes nothing.
  if (focused) (place.querySelector(`[value="${CSS.escape(focused)}"]`) ?? byId("incident-title")).focus({ preventScroll: true });
}

async function send(kind, state) {
  const incident = state.incidents.get(state.selected);
  const note = byId("note").value.trim();
  if (kind === "note" && !note) {
    tell("Write a note first.", true);
    byId("note").focus();
    return;
  }
  tell("Sending …");
  const body = { version: incident.version, note };
  if (kind === "duplicate") body.duplicate_of = byId("original").value;
  const id = encodeURIComponent(incident.id);
  let answer;
  try {
    answer = await post(`/api/incidents/${id}/${CHANGES[kind][0]}`, body);
  } catch {
    tell("The service does not answer; nothing was changed. Your note is kept here: try again.", true);
    return;
  }
  const { status, content } = answer;
  if (status === 200) {
    drafts.delete(incident.id);
    state.take(content);
    if (state.selected !== incident.id) return;
    byId("note").value = "";
    tell(`Done: ${kind === "note" ? "the note is in the timeline" : stateWords(content)}.`);
    if (kind !== "note" && kind !== "undone") offerUndo(state);
  } else if (status === 409) {
    const who = content.events.filter((event) => event.actor !== "laneblock").map((event) => `${event.actor}: ${event.kind}${event.note ? ` (${event.note})` : ""}`);
    state.take(content.incident);
    const now = `It is now ${stateWords(content.incident)}`;
    tell(`Not done: it has changed meanwhile${who.length ? ` – ${who.join("; ")}` : ""}. ${now}. Press again if you still want to.`, true);
  } else if (status === 401) location.assign("/sign-in");
  else tell(`Not done: ${content.detail ?? `answer ${status}`}`, true);
}

function offerUndo(state) {
  const undo = h("button", { type: "button", id: "undo" }, "Undo");
  undo.addEventListener("click", () => send("undone", state));
  byId("result").append(" ", undo);
  setTimeout(() => undo.remove(), UNDO_MS);
}

function tell(words, isBad = false) {
  const result = byId("result");
  result.className = isBad ? "bad" : "";
  setText(result, words);
}
