// The values that the rule of an incident's type looked at, in words and units.

import { plain, share, speedText } from "./words.js";

const WORDS = {
  posterior: (value) => `probability of an incident ${share(value)}`,
  lanes_blocked: (lanes) => `${lanes} lane${lanes === 1 ? "" : "s"} blocked`,
  lanes_there: (lanes) => `${lanes} lane${lanes === 1 ? "" : "s"} there`,
  flow_down: (flow) => `${Math.round(flow)} vehicles an hour and lane past it`,
  speed_up: (value) => `upstream at ${share(value)} of free speed`,
  speed_down: (value) => `downstream at ${share(value)} of free speed`,
  usual_flow: (value) => `flow at ${share(value)} of what is usual now`,
  slow_days: (value) => `slow on ${share(value)} of the days`,
  days: (days) => `${Math.round(days)} days seen`,
  head_mps: (speed) => `its head moves at ${speedText(speed)}`,
  faulty_cause: (value) => `probability of a faulty loop ${share(value)}`,
  faulty_loops: (value) => `${share(value)} of the loops there not trusted`,
};

export function factWords([name, value]) {
  if (value === null) return `${plain(name)} not known`;
  return name in WORDS ? WORDS[name](value) : `${plain(name)} ${Number(value.toPrecision(3))}`;
}
