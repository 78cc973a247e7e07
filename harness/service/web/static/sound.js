// A sound for new incidents: off until switched on, then remembered. Made here: nothing is loaded.

import { byId, remember, remembered, setText } from "./dom.js";

const AGAIN_MS = 30000; // a critical or high incident that nobody has acknowledged is heard again
const TONES = { critical: [880, 660, 880, 660], high: [880, 660], medium: [660], low: [440] };
const LENGTH_S = 0.18;

let context = null;
let lastMs = -AGAIN_MS;

const isOn = () => remembered("sound", "off") === "on";

export function show() {
  const button = byId("sound");
  const blocked = isOn() && (!context || context.state !== "running");
  button.setAttribute("aria-pressed", String(isOn()));
  button.classList.toggle("warning", blocked);
  setText(button, isOn() ? (blocked ? "Sound waits for a click" : "Sound on") : "Sound off");
}

// Browsers let a page sound only after somebody has touched it.
async function unlock() {
  context ??= new AudioContext();
  try {
    await context.resume();
  } catch {
    // no sound device
  }
  show();
}

export function start() {
  byId("sound").addEventListener("click", async () => {
    remember("sound", isOn() ? "off" : "on");
    await unlock();
    if (isOn()) play("low");
  });
  for (const name of ["pointerdown", "keydown"]) {
    addEventListener(name, () => isOn() && context?.state !== "running" && unlock(), { capture: true });
  }
  show();
}

export function play(severity) {
  if (!isOn() || context?.state !== "running") return;
  lastMs = performance.now();
  TONES[severity].forEach((hertz, place) => {
    const tone = context.createOscillator();
    const volume = context.createGain();
    const begin = context.currentTime + place * LENGTH_S * 1.3;
    tone.frequency.value = hertz;
    volume.gain.setValueAtTime(0.0001, begin);
    volume.gain.exponentialRampToValueAtTime(0.3, begin + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, begin + LENGTH_S);
    tone.connect(volume).connect(context.destination);
    tone.start(begin);
    tone.stop(begin + LENGTH_S);
  });
}

export function remind(incidents) {
  const waiting = incidents.find(
    (each) => each.state === "active" && !each.silenced_by && ["critical", "high"].includes(each.severity),
  );
  if (waiting && performance.now() - lastMs > AGAIN_MS) play(waiting.severity);
}
