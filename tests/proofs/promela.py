"""Machines written in Promela, for spin to search: a judge of what can be reached, and of rounds walked around.

A machine is one process; what is known and where the case stands are its variables, and the span of time is a counter.
What hangs on others (gates, cuts) spin decides in every way there is.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from attrs import define, field
from enumeration import of_selection, rounds, spans
from promela_rules import Facts, Rails, both, either
from sampled_facts import Sampled

from procedures.kernel.machine import CompiledStep, Machine
from procedures.kernel.names import EXPIRED, WITHDRAWN
from procedures.proofs.reachability.exploration import PASS_ON

_HEAD: Final = """c_decl {
  static char seen[%d];
  static void saw(int label) { if (!seen[label]) { seen[label] = 1; printf("saw %%d\\n", label); } }
}
"""


@define
class Process:
    """One machine as a process; `labels` grows with what it may come to see."""

    name: str
    machine: Machine
    sampled: Sampled
    labels: list[tuple[str, str]]
    facts: Facts = field(init=False)
    states: list[str] = field(init=False)
    rounds: list[str] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.facts = Facts(self.sampled)
        self.states = [*self.machine.states]
        self.rounds = sorted(rounds(self.machine))

    def text(self) -> str:
        keeping = [name for name, step in self.machine.steps.items() if step.keeps is not None]
        flags = [*map(self._owed, self.rounds), *map(self._waits, keeping)]
        known = [self.facts.variable(fact) for fact in self.sampled.values]
        first = [f"{self._owed(name)} = 1" for name in self.rounds if self._taken_in(name, self.machine.initial)]
        told = [name for name in self.sampled.values if name in self.machine.declared_facts]
        choices = [self._any_value(fact) for fact in [*told, *of_selection(self.machine, self.sampled)]]
        applied = " ".join(f":: span = {span}" for span in self._spans(self.machine.opens, self.machine.ends))
        begin = [f"state = {self.states.index(self.machine.initial)}", *first, *choices, f"if {applied} fi"]
        ways = "\n".join(f"  :: atomic {{ {way} }}" for state in self.states for way in self._from(state))
        return (
            f"proctype {self.name}() {{\n  byte {', '.join(['state', 'span', *known])};\n"
            + (f"  bit {', '.join(flags)};\n" if flags else "")
            + f"  atomic {{ {'; '.join([*begin, self._see('reached', self.machine.initial)])} }};\n"
            + f"  do\n{ways}\n  od\n}}\n"
        )

    # -- small words ----------------------------------------------------------------------------------------------

    def _see(self, about: str, what: str) -> str:
        label = (self.name, f"{about}:{what}")
        if label not in self.labels:
            self.labels.append(label)
        return f"c_code {{ saw({self.labels.index(label)}); }}"

    def _owed(self, step: str) -> str:
        return f"owed{[*self.machine.steps].index(step)}"

    def _waits(self, step: str) -> str:
        return f"waits{[*self.machine.steps].index(step)}"

    def _taken_in(self, step: str, state: str) -> bool:
        return state in self.machine.steps[step].origins

    def _any_value(self, fact: str) -> str:
        ways = range(len(self.sampled.values[fact]) + 1)
        return "if " + " ".join(f":: {self.facts.variable(fact)} = {way}" for way in ways) + " fi"

    def _spans(self, opens: int | None, ends: int | None) -> list[int]:
        moments = enumerate(spans(self.machine))
        return [n for n, at in moments if (opens is None or at >= opens) and (ends is None or at < ends)]

    def _in_spans(self, numbers: Iterable[int]) -> str:
        return either(f"span == {number}" for number in numbers)

    # -- ways on --------------------------------------------------------------------------------------------------

    def _from(self, name: str) -> Iterator[str]:
        """Every way on from a state: a condition, and what it does."""
        machine, here = self.machine, f"state == {self.states.index(name)}"
        automatic = machine.automatic.get(name)
        stays = "true"
        if automatic is not None and automatic.exempt is not None and automatic.gate is None:
            stays = f"!{Facts(self.sampled, self.machine.declared_facts).rails(automatic.exempt).true}"
            yield f"{both([here, self.facts.rails(automatic.exempt).true])} -> " + self._past(automatic, name, "exempt")
        for step in machine.steps_from[name]:
            for condition, action in self._by(step, name):
                yield f"{both([here, stays, condition])} -> {action}"
        if machine.states[name].final:
            return
        last = len(spans(machine)) - 1
        yield f"{both([here, stays, f'span < {last}'])} -> span = span + 1"
        yield f"{both([here, stays])} -> {self._enter(name, WITHDRAWN)}"
        if machine.reserve is not None and name == machine.reserve.state and EXPIRED in machine.states:
            yield f"{both([here, stays])} -> {self._enter(name, EXPIRED)}"

    def _by(self, step: CompiledStep, origin: str) -> Iterator[tuple[str, str]]:
        exempt = self.facts.rails(step.exempt) if step.exempt is not None else Rails("false", "true")
        held, not_held = self._gate(step)
        if step.gate is not None:
            yield not_held, self._past(step, origin, "not_held")
            yield both([held, exempt.true]), self._past(step, origin, "exempt")
        waits = f"{self._waits(step.name)} == 1" if step.keeps is not None else "false"
        free = f"!({waits})"
        open_ = self._in_spans(self._spans(step.opens, step.ends)) if step.enforced else "true"
        yield both([held, free, open_, exempt.false]), self._event(step, origin)
        if step.keeps is not None:
            for move, to in [*(("kept", take.to) for take in step.keeps.takes), ("cut", step.otherwise)]:
                yield both([held, waits]), self._placed(step, origin, move, to)
        if step.lapses is not None and step.enforced:
            late = "true" if step.within is not None else f"!{self._in_spans(self._spans(None, step.ends))}"
            yield both([held, free, exempt.false, late]), self._past(step, origin, "lapsed")

    def _gate(self, step: CompiledStep) -> tuple[str, str]:
        """When a step may be held, and when it may not be."""
        rails = Rails("true", "true")
        if step.gate is not None and step.gate.rule is not None:
            rails = self.facts.rails(step.gate.rule)
        if (fact := f"{step.name}.held") in self.sampled.values:
            held, not_held = self.facts.has(fact, True), self.facts.has(fact, False)
            return both([rails.true, held]), both([rails.false, not_held])
        return rails.true, rails.false

    def _event(self, step: CompiledStep, origin: str) -> str:
        """The event of a step: anything may be recorded; where nothing is decided, this way of spin ends here."""
        picked = [self._any_value(fact) for fact in sorted(step.records) if fact in self.sampled.values]
        outcomes, left = list[str](), "true"
        for number, outcome in enumerate(step.outcomes):
            rails = self.facts.rails(outcome.when)
            seen = [self._see("taken", step.name), self._see("outcome", f"{step.name}:{number}")]
            condition = both([left, rails.true])
            if step.keeps is not None and outcome.passed:
                condition = both([condition, *map(self._can_be_ranked, (*step.keeps.by, *step.keeps.tie_break))])
                actions = [*seen, f"{self._waits(step.name)} = 1"]
            else:
                result = "passed" if outcome.passed else "failed"
                actions = [*seen, *self._result(step, result, None), self._enter(origin, outcome.to, step, result)]
            outcomes.append(f":: {condition} -> {'; '.join(actions)}")
            left = both([left, rails.false])
        return "; ".join([*self._result(step, None, None), *picked, f"if {' '.join(outcomes)} fi"])

    def _can_be_ranked(self, name: str) -> str:
        score = self.machine.declared.scores.get(name)
        return self.facts.score_known(score) if score is not None else self.facts.is_known(name)

    def _past(self, step: CompiledStep, origin: str, result: str) -> str:
        """Past a step that nobody took: nothing is recorded but that."""
        to = (step.lapses or "") if result == "lapsed" else step.to
        forgotten = [f"{self.facts.variable(fact)} = 0" for fact in sorted(step.records) if fact in self.sampled.values]
        return "; ".join([*forgotten, *self._result(step, result, None), self._enter(origin, to, step, result)])

    def _placed(self, step: CompiledStep, origin: str, move: str, to: str) -> str:
        result = "passed" if move == "kept" else "failed"
        return "; ".join([*self._result(step, result, move == "kept"), self._enter(origin, to, step, move)])

    def _result(self, step: CompiledStep, result: str | None, kept: bool | None) -> Iterator[str]:
        for fact, value in ((step.name, result), (f"{step.name}.kept", kept)):
            if fact in self.sampled.values:
                yield f"{self.facts.variable(fact)} = {0 if value is None else self.facts.number(fact, value)}"

    def _enter(self, origin: str, to: str, step: CompiledStep | None = None, move: str = "") -> str:
        """Stand in a state: what waited waits no more, and rounds are owed."""
        actions = [f"state = {self.states.index(to)}", self._see("reached", to)]
        actions += [f"{self._waits(name)} = 0" for name, each in self.machine.steps.items() if each.keeps is not None]
        if step is not None and step.name in self.rounds and move in PASS_ON:
            actions.append(f"{self._owed(step.name)} = 0")
        for name in self.rounds:
            if to != origin and self._taken_in(name, to):
                actions.append(f"{self._owed(name)} = 1")
            if self.machine.states[to].selected:
                actions.append(f"if :: {self._owed(name)} == 1 -> {self._see('round', name)} :: else fi")
        return "; ".join(actions)


def written(processes: Sequence[Process]) -> str:
    """A model in which one of these machines runs."""
    texts = [process.text() for process in processes]
    starts = " ".join(f":: run {process.name}()" for process in processes)
    return "\n".join([_HEAD % max(1, len(processes[0].labels)), *texts, f"init {{ if {starts} fi }}\n"])
