// Keys of the page: what each does stands in a table; letters can be switched off.

import { focusDetail } from "./detail.js";
import { byId, remember, remembered } from "./dom.js";

export function startKeys(actions) {
  byId("keys-button").addEventListener("click", () => byId("keys").showModal());
  byId("use-keys").checked = remembered("keys", "on") === "on";
  byId("use-keys").addEventListener("change", (event) => remember("keys", event.target.checked ? "on" : "off"));
  addEventListener("keydown", (event) => take(event, actions));
}

function take(event, actions) {
  if (event.ctrlKey || event.altKey || event.metaKey || document.querySelector("dialog[open]")) return;
  const writes = event.target.closest("input:not([type=checkbox]), textarea, select");
  if (event.key === "Escape") {
    if (writes) leave(event.target);
    else location.hash = "";
    return;
  }
  const scrolls = event.key.startsWith("Arrow") && event.target.closest(".strip, summary, #radio");
  if (writes || scrolls || !(event.key in actions)) return;
  if (event.key.length === 1 && !byId("use-keys").checked) return;
  // Arrows scroll the detail as ever; they walk the list from anywhere else.
  if (event.key.startsWith("Arrow") && event.target.closest("#detail")) return;
  event.preventDefault();
  actions[event.key]();
}

function leave(field) {
  if (field.closest("#detail")) focusDetail();
  else field.blur();
}
