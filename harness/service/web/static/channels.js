// Channels and receivers of pushes that fail, in words at the head of the page: nobody else would notice.

import { byId, setText } from "./dom.js";

const EVERY_MS = 5000; // a channel that fails or is back is seen that late

export function startChannels(state) {
  if (!state.responds && !state.pushes) return;
  setInterval(() => state.isConnected && loadChannels(state), EVERY_MS);
  loadChannels(state);
}

async function loadChannels(state) {
  try {
    const [response, pushes] = await Promise.all([state.responds && ask("/api/response"), state.pushes && ask("/feeds/pushes")]);
    if (response === null || pushes === null) return;
    const told = [
      words("Calls do not go out", response ? response.channels : {}),
      words("Other systems are not told", pushes ? pushes.pushes : {}),
    ].filter(Boolean);
    byId("channels").hidden = !told.length;
    setText(byId("channels"), told.join(" "));
    if (response) showMissing(response.missing_media);
  } catch {
    // asked for again in a moment; the head of the page says that the service is away
  }
}

async function ask(path) {
  const answer = await fetch(path);
  return answer.ok ? answer.json() : null;
}

// How often it failed is left out: a text that changes with every try would be read out with every try.
function words(what, channels) {
  const failing = Object.entries(channels).filter(([, channel]) => channel.state !== "ok");
  const each = failing.map(([name, { state, messages }]) => {
    const waiting = messages?.waiting ?? 0;
    return `${name} (${state.replace(/^failed \d+ times in a row: /, "")}${waiting ? "; they wait and are tried again" : ""})`;
  });
  return each.length ? `${what}: ${each.join(", ")}.` : "";
}

function showMissing(missing) {
  byId("missing-media").hidden = !missing.length;
  setText(byId("missing-media"), `The policy also asks for ${missing.join(", ")}: no channel of this service offers ${missing.length === 1 ? "it" : "them"}.`);
}
