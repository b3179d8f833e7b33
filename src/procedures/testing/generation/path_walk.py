"""Going along a path: a person for whom the guards go its way, and one event after another that takes them along.

Before an event that is taken come attempts that are not: a moment too early or too late, a value beside its range, a
fact too few, nobody who answers for it.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from attrs import define

from procedures.kernel.cases import DECISIONS, Moved
from procedures.kernel.machine import CompiledStep
from procedures.testing.generation.boundaries import plain_values, turning_points
from procedures.testing.generation.fact_search import Allowed
from procedures.testing.generation.moments import inside, outside_of, window
from procedures.testing.generation.paths import Leg, Path, asked, leaving, went
from procedures.testing.generation.stage import BY, Answer, Stage, short
from rules.kinds import Text, Value

_RESULT: Final[Mapping[str, str]] = {"kept": "passed", "cut": "failed"}


@define
class Walk(Stage):
    """A stage on which candidates go along paths."""

    # -- applying -----------------------------------------------------------------------------------------------

    def apply(self, candidate: str, path: Iterable[Leg] = ()) -> Answer:
        """Somebody applies for whom the guards will go the way of a path, as far as what is declared decides it."""
        allowed = self._allowed(path)
        told = self._somebody(allowed)
        if self.attempts and (asked_of := sorted(allowed.keys() & told.keys())) and self.chance(3):
            name = self.pick(asked_of)
            withheld = {name: told.pop(name)}
            self.later[candidate] = {} if self.chance(3) else withheld  # some facts nobody ever tells
        plain = self.plain(told)
        if self.attempts_something():
            for at in outside_of(self.machine.opens, self.machine.ends):
                self.say("apply", candidate, plain, at)
            self.misstate("apply", candidate, plain, sorted(self.machine.declared_facts))
        at = self.pick(inside(self.machine.opens, self.machine.ends, self.now))
        return self.say("apply", candidate, plain, at, self.pick((BY, None)))

    def person(self, path: Iterable[Leg] = ()) -> dict[str, Value]:
        """The declared facts of somebody for whom the guards go the way of the path, where there can be one."""
        return self._somebody(self._allowed(path))

    def _allowed(self, path: Iterable[Leg]) -> Allowed:
        """What the facts may be of somebody who goes along a path; those on which nothing hangs are left out."""
        path, declared = tuple(path), self.machine.declared_facts
        reserve = self.machine.reserve
        # Who is to come onto the reserve is of a kind first, for the guards on the way leave it little choice.
        comes = reserve is not None and any(leg.to == reserve.state for leg in path)
        allowed: Allowed = self._of_some_kind({}) if comes else {}
        for leg in path:
            step = self.machine.steps.get(leg.step)
            if step is not None:
                narrowed = self._narrowed(step, leg, allowed)
                told = {name: values for name, values in narrowed.items() if name in declared or name in allowed}
                allowed = {**told, step.name: (_RESULT.get(leg.move, leg.move),)}
        return allowed

    def _somebody(self, allowed: Allowed) -> dict[str, Value]:
        facts: dict[str, Value] = {}
        for name in sorted(self.machine.declared_facts):
            if name in allowed:
                facts[name] = self.pick((allowed[name][0], *allowed[name]))  # the nearest to where it turns, twice
            elif not isinstance(self.machine.declared.facts[name].kind, Text) and self.chance(2):
                facts[name] = self.pick(turning_points(self.machine)[name])
        return facts

    def _narrowed(self, step: CompiledStep, leg: Leg, allowed: Allowed) -> Allowed:
        """What is asked for a leg, one guard after the other; one that cannot go so any more is left as it is."""
        for rule, wanted in asked(step, leg):
            allowed = self.steering.towards(rule, wanted, allowed) or allowed
        return allowed

    def _of_some_kind(self, allowed: Allowed) -> Allowed:
        """Somebody who would be on one kind of reserve, or just not."""
        kinds = list(self.machine.reserve.kinds.values()) if self.machine.reserve else []
        if not kinds or self.chance(3):
            return allowed
        return self.steering.towards(self.pick(kinds), not self.chance(3), allowed) or allowed

    # -- going along a path -------------------------------------------------------------------------------------

    def follow(self, candidate: str, path: Path) -> bool:
        """Somebody applies and goes along a path; False where the road turned off it."""
        self.apply(candidate, path)
        if candidate not in self.selection:
            return False
        went_along = [self.reach(candidate, leg) for leg in path]  # where it turned off it may come back
        if self.attempts_something():
            self.wrong_event(self.selection[candidate])
        return all(went_along)

    def reach(self, candidate: str, leg: Leg) -> bool:
        """Somebody goes along one leg, if it is open to them: what has to be closed before is closed."""
        step = self.machine.steps.get(leg.step)
        if step is not None and step.gate is not None and step.name not in self.selection.gates:
            for feeder in step.gate.feeders:
                self.close(self.machine.steps[feeder])
        case = self.selection[candidate]
        if went(case, leg) and leg.move in ("exempt", "not_held"):
            return True
        if case.state != leg.origin or leg.move == "not_held":
            return False
        if self.attempts_something():
            self.wrong_event(case)
        if leg.move == "withdrawn":
            self.say("withdraw", candidate)
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
        return went(self.selection[candidate], leg)

    def reconsider(self, candidate: str) -> None:
        """A fact is corrected, or the last decision is taken back and made again."""
        case = self.selection[candidate]
        known = sorted(self.machine.correctable & case.facts.keys())
        if known and self.chance(2):
            name = self.pick(known)
            value = {name: self.pick(plain_values(self.machine, name))}
            self.say("correct", candidate, value, why=self.pick(("typed wrongly", None)))
            return
        if not any(move.move in DECISIONS for move in case.path):
            return
        if self.attempts_something():
            self.say("reopen", candidate, by=None, why="an appeal")
            self.say("reopen", candidate)
        self.say("reopen", candidate, why="an appeal")
        further = [leg for leg in leaving(self.machine)[self.selection[candidate].state] if leg.step != "withdraw"]
        if further:
            self.reach(candidate, self.pick(further))

    def record(self, candidate: str, step: CompiledStep, leg: Leg | None = None, **given: Value) -> Answer:
        """Somebody takes a step, with what it records such that the leg is the one taken, and `given` anyway."""
        case, withheld = self.selection[candidate], self.later.get(candidate, {})
        before = self.selection.cohort.known(case.facts)
        known = {name: value for name, value in before.items() if name not in step.forgets}
        own = {f"{step.name}.{name}": value for name, value in given.items()}
        narrowed: Allowed = {name: (value,) for name, value in {**known, **withheld, **own}.items()}
        if leg is not None:
            narrowed = self._narrowed(step, leg, narrowed)
        # Declared facts on which the step hangs and which nobody has told yet come with it.
        lacking = [name for name in narrowed if name in self.machine.declared_facts and name not in known]
        lacking = [] if self.attempts and self.chance(3) else lacking
        facts = {
            short(name, step.name): value
            for name, value in self.plain(
                {
                    name: self.pick(narrowed.get(name) or turning_points(self.machine)[name])
                    for name in (*sorted(step.records), *sorted(lacking))
                }
            ).items()
        }
        at = self.pick(inside(*window(self.machine, self.selection, step, case), self.now))
        if self.attempts_something():
            self.attempt(step, case, facts, at)
        if withheld:
            answer = self.say(step.name, candidate, {k: v for k, v in facts.items() if k not in withheld}, at)
            if isinstance(answer, Moved):  # it decided without what nobody told
                return answer
        self.later.pop(candidate, None)
        return self.say(step.name, candidate, facts, at)
