"""Events along a path: facts of a candidate with which the guards allow the path, and one event after another.

Refused events come before an accepted one: a moment too early or too late, a value outside its range, a missing fact,
no person who answers for the event.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from attrs import define

from procedures.kernel.cases import DECISIONS, Moved
from procedures.kernel.machine import CompiledStep
from procedures.testing.generation.boundaries import plain_values, turning_points
from procedures.testing.generation.fact_search import Allowed
from procedures.testing.generation.moments import moments_inside, moments_outside, window
from procedures.testing.generation.paths import Leg, Path, guard_requirements, has_taken, legs_by_origin
from procedures.testing.generation.stage import BY, Answer, SelectionDraw, short
from rules.kinds import Text, Value

_CUT_RESULTS: Final[Mapping[str, str]] = {"kept": "passed", "cut": "failed"}


@define
class PathDraw(SelectionDraw):
    """Draws the events of candidates who follow paths."""

    # -- applying -----------------------------------------------------------------------------------------------

    def apply(self, candidate: str, path: Iterable[Leg] = ()) -> Answer:
        """A candidate applies with facts that open a path, as far as declared facts decide it."""
        allowed = self._allowed_values(path)
        declared_facts = self._draw_declared(allowed)
        if self.attempts and (required := sorted(allowed.keys() & declared_facts.keys())) and self.chance(3):
            name = self.pick(required)
            withheld = {name: declared_facts.pop(name)}
            self.withheld_facts[candidate] = {} if self.chance(3) else withheld  # some facts never come
        plain = self.decode(declared_facts)
        if self.draws_attempt():
            for at in moments_outside(self.machine.opens, self.machine.ends):
                self.send("apply", candidate, plain, at)
            self.attempt_wrong_fact("apply", candidate, plain, sorted(self.machine.declared_facts))
        at = self.pick(moments_inside(self.machine.opens, self.machine.ends, self.now))
        return self.send("apply", candidate, plain, at, self.pick((BY, None)))

    def draw_facts(self, path: Iterable[Leg] = ()) -> dict[str, Value]:
        """Draw declared facts with which the guards allow the path, where such facts exist."""
        return self._draw_declared(self._allowed_values(path))

    def _allowed_values(self, path: Iterable[Leg]) -> Allowed:
        """The values that facts may have on a path; facts on which no guard depends are left out."""
        path, declared = tuple(path), self.machine.declared_facts
        reserve = self.machine.reserve
        # The kind of reserve is chosen first, because the guards of the path leave few values for it.
        needs_kind = reserve is not None and any(leg.to == reserve.state for leg in path)
        allowed: Allowed = self._narrow_to_kind({}) if needs_kind else {}
        for leg in path:
            step = self.machine.steps.get(leg.step)
            if step is not None:
                narrowed = self._narrow_to_leg(step, leg, allowed)
                kept = {name: values for name, values in narrowed.items() if name in declared or name in allowed}
                allowed = {**kept, step.name: (_CUT_RESULTS.get(leg.move, leg.move),)}
        return allowed

    def _draw_declared(self, allowed: Allowed) -> dict[str, Value]:
        facts: dict[str, Value] = {}
        for name in sorted(self.machine.declared_facts):
            if name in allowed:
                # The first value, nearest to the boundary, counts twice.
                facts[name] = self.pick((allowed[name][0], *allowed[name]))
            elif not isinstance(self.machine.declared.facts[name].kind, Text) and self.chance(2):
                facts[name] = self.pick(turning_points(self.machine)[name])
        return facts

    def _narrow_to_leg(self, step: CompiledStep, leg: Leg, allowed: Allowed) -> Allowed:
        """Narrow to the guards of a leg, one after the other; a guard that can no longer be satisfied is skipped."""
        for rule, wanted in guard_requirements(step, leg):
            allowed = self.fact_search.narrow(rule, wanted, allowed) or allowed
        return allowed

    def _narrow_to_kind(self, allowed: Allowed) -> Allowed:
        """Narrow to one kind of reserve, or to facts that just miss it."""
        kinds = list(self.machine.reserve.kinds.values()) if self.machine.reserve else []
        if not kinds or self.chance(3):
            return allowed
        return self.fact_search.narrow(self.pick(kinds), not self.chance(3), allowed) or allowed

    # -- following a path ---------------------------------------------------------------------------------------

    def follow_path(self, candidate: str, path: Path) -> bool:
        """A candidate applies and follows a path; False where the case leaves it."""
        self.apply(candidate, path)
        if candidate not in self.selection:
            return False
        taken = [self.take_leg(candidate, leg) for leg in path]  # a case that left the path may return to it
        if self.draws_attempt():
            self.attempt_wrong_steps(self.selection[candidate])
        return all(taken)

    def take_leg(self, candidate: str, leg: Leg) -> bool:
        """A candidate takes one leg, if possible; steps that must be closed before it are closed."""
        step = self.machine.steps.get(leg.step)
        if step is not None and step.gate is not None and step.name not in self.selection.gates:
            self.close_before(step)
        case = self.selection[candidate]
        if has_taken(case, leg) and leg.move in ("exempt", "not_held"):
            return True
        if case.state != leg.origin or leg.move == "not_held":
            return False
        if self.draws_attempt():
            self.attempt_wrong_steps(case)
        if leg.move == "withdrawn":
            self.send("withdraw", candidate)
        elif step is None:
            self.expire()
        elif leg.move == "lapsed" or (leg.move == "stays" and self.chance(2)):
            self.lapse(case, step)
        elif leg.move == "stays":
            self.close(step)
        else:
            self.record(candidate, step, leg)
            if step.keeps is not None:
                self.close(step)
        return has_taken(self.selection[candidate], leg)

    def reconsider(self, candidate: str) -> None:
        """Correct a fact, or reopen the last decision and decide again."""
        case = self.selection[candidate]
        known = sorted(self.machine.correctable & case.facts.keys())
        if known and self.chance(2):
            name = self.pick(known)
            value = {name: self.pick(plain_values(self.machine, name))}
            self.send("correct", candidate, value, why=self.pick(("typed wrongly", None)))
            return
        if not any(move.kind in DECISIONS for move in case.path):
            return
        if self.draws_attempt():
            self.send("reopen", candidate, by=None, why="an appeal")
            self.send("reopen", candidate)
        self.send("reopen", candidate, why="an appeal")
        further = [
            leg for leg in legs_by_origin(self.machine)[self.selection[candidate].state] if leg.step != "withdraw"
        ]
        if further:
            self.take_leg(candidate, self.pick(further))

    def record(self, candidate: str, step: CompiledStep, leg: Leg | None = None, **given: Value) -> Answer:
        """A candidate takes a step, with recorded facts that lead along the leg; `given` facts are always used."""
        case, withheld = self.selection[candidate], self.withheld_facts.get(candidate, {})
        before = self.selection.cohort.known_facts(case.facts)
        known = {name: value for name, value in before.items() if name not in step.forgotten_facts}
        own = {f"{step.name}.{name}": value for name, value in given.items()}
        narrowed: Allowed = {name: (value,) for name, value in {**known, **withheld, **own}.items()}
        if leg is not None:
            narrowed = self._narrow_to_leg(step, leg, narrowed)
        # Declared facts that the step needs and that are not known yet come with its event.
        missing = [name for name in narrowed if name in self.machine.declared_facts and name not in known]
        missing = [] if self.attempts and self.chance(3) else missing
        facts = {
            short(name, step.name): value
            for name, value in self.decode(
                {
                    name: self.pick(narrowed.get(name) or turning_points(self.machine)[name])
                    for name in (*sorted(step.records), *sorted(missing))
                }
            ).items()
        }
        at = self.pick(moments_inside(*window(self.machine, self.selection, step, case), self.now))
        if self.draws_attempt():
            self.attempt_refused(step, case, facts, at)
        if withheld:
            answer = self.send(step.name, candidate, {k: v for k, v in facts.items() if k not in withheld}, at)
            if isinstance(answer, Moved):  # the step decided without the withheld facts
                return answer
        self.withheld_facts.pop(candidate, None)
        return self.send(step.name, candidate, facts, at)
