// The same road in xstate: reads it as JSON, warms up, and prints the seconds and the states that cases end in.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { join } from "node:path";

const { modules, cases, flow, states, events, windows, closed } = JSON.parse(readFileSync(0, "utf8"));
const require = createRequire(pathToFileURL(join(modules, "here.js")));
const { createMachine, createActor, assign } = require("xstate");

const LEVELS = ["none", "D", "C", "B", "A"];
const inside = (name) => ({ event }) => windows[name][0] <= event.at && event.at < windows[name][1];
const guards = {
  admitted: ({ context: { known } }) =>
    known.candidate_type === "external"
      ? known.leadership_experience >= 24
      : known.contract === "permanent" &&
        ((known.service_seniority >= 12 && LEVELS.indexOf(known.grade_level) >= LEVELS.indexOf("B")) ||
          known.level_c_seniority >= 12),
  direct_access: ({ context: { known } }) => LEVELS.indexOf(known.diploma_level) >= LEVELS.indexOf("B"),
  held: ({ event }) => closed <= event.at,
  enough: ({ event }) => event.facts.score >= 60,
  passed: ({ event }) => event.facts.passed === true,
  accepted: ({ event }) => event.facts.accepted === true,
  decided: ({ event }) => event.by !== null,
  may_apply: inside("apply"),
  may_test: inside("capacity_test"),
  may_speak: inside("speed_interview"),
  may_combine: inside("combined"),
};

const nodes = Object.fromEntries(states.map((name) => [name, { on: {} }]));
for (const [trigger, origin, ways] of flow) {
  nodes[origin].on[trigger] = ways.map(([names, target]) => ({
    target,
    guard: (args) => names.every((name) => guards[name](args)),
    ...(trigger === "apply" ? { actions: assign({ known: ({ event }) => event.facts }) } : {}),
  }));
}
const machine = createMachine({ initial: "new", context: { known: {} }, states: nodes });

function play(count) {
  const actors = Array.from({ length: count }, () => createActor(machine).start());
  const start = performance.now();
  for (const actor of actors) {
    for (const [type, facts, at, by] of events) actor.send({ type, facts, at, by });
  }
  const seconds = (performance.now() - start) / 1000;
  return { seconds, ends: [...new Set(actors.map((actor) => actor.getSnapshot().value))] };
}

play(Math.max(1, Math.floor(cases / 2)));
console.log(JSON.stringify(play(cases)));
