"""The canonical path of all candidates through a machine: every step in its turn, on all facts ever known of them.

Where several steps leave a state, the first one in the file that leads to a state not seen before is taken. There are
no appeals from an unsuccessful state. What depends on dates, on other candidates or on the candidate's own behaviour is
a choice that falls the same way in every machine: whether a gated step is held, who is kept, who misses a window, and
whether the reserve ended before any further step.
"""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Final, TypeAlias

from attrs import define, field, frozen

from procedures.kernel.machine import CompiledStep, Machine
from procedures.kernel.names import EXPIRED
from procedures.proofs.comparison.choices import OTHER
from procedures.proofs.comparison.windows import APPLY
from procedures.proofs.symbolic.decision_diagrams import Set, Symbols, TruthSets
from rules.algebra import Rule

Results: TypeAlias = frozenset[tuple[str, str]]
"""The results so far of the steps taken or skipped; for a cut also whether it kept the candidate."""

_CUT_RESULTS: Final[Mapping[str, str]] = {"kept": "passed", "cut": "failed"}
_RECORDED: Final = ("passed", "failed", *_CUT_RESULTS)

EXPIRES: Final = "expires"


@frozen
class _Position:
    """A position on a path: the state, the results of the steps, and the states seen."""

    state: str
    results: Results
    seen: frozenset[str]


@define
class CanonicalPath:
    """
    For every state of one machine those who end there, by kind of reserve; None for a refused application.

    `missable_steps` are the steps (and `apply`) whose windows a candidate may miss. `own_choices` names the choices
    that this machine makes separately, because its gate, its cut or its window differs.
    """

    machine: Machine
    symbols: Symbols
    missable_steps: frozenset[str]
    own_choices: Mapping[str, str] = field(factory=dict)
    ends: dict[str | None, Set] = field(factory=dict, init=False)
    kinds: dict[tuple[str, str | None], Set] = field(factory=dict, init=False)
    reserve_members: Set = field(init=False)

    def __attrs_post_init__(self) -> None:
        false = self.symbols.bdd.false
        initial = self.machine.initial
        self.reserve_members = false
        missed = self.choice(f"missed {APPLY}") if APPLY in self.missable_steps else false
        if missed != false:
            self.ends[None] = missed
        pending: dict[_Position, Set] = {_Position(initial, frozenset(), frozenset({initial})): ~missed}
        while pending:
            position, members = pending.popitem()
            for target, result, part in self._successors(position, members):
                if target is None:
                    self._record_end(position, part)
                    continue
                results = frozenset({*((n, r) for n, r in position.results if n != result[0]), result})
                after = _Position(target, results, position.seen | {target})
                pending[after] = pending.get(after, false) | part

    def _record_end(self, position: _Position, members: Set) -> None:
        """Record those who stop here; their kind of reserve is the first whose rule holds, as in every engine."""
        false = self.symbols.bdd.false
        self.ends[position.state] = self.ends.get(position.state, false) | members
        reserve = self.machine.reserve
        if reserve is not None and reserve.state in position.seen:
            self.reserve_members |= members
            for kind, rule in reserve.kinds.items():
                here = members & self.evaluate_at(rule, position).true
                self.kinds[position.state, kind] = self.kinds.get((position.state, kind), false) | here
                members &= ~here
        self.kinds[position.state, None] = self.kinds.get((position.state, None), false) | members

    def _successors(self, position: _Position, members: Set) -> Iterator[tuple[str | None, tuple[str, str], Set]]:
        """The next states of those at a position, with step and result; None for those who stay."""
        none = ("", "")
        false = self.symbols.bdd.false
        state = self.machine.states[position.state]
        if state.final or state.unsuccessful:
            yield None, none, members
            return
        for step in self.machine.steps_from[position.state]:
            for target, result, part in self._step_successors(step, position):
                moving = members & part
                if moving != false and target not in position.seen:
                    yield target, (step.name, result), moving
                    members &= ~moving
        reserve = self.machine.reserve
        if reserve is not None and position.state == reserve.state and EXPIRED in self.machine.states:
            ended = members & self.choice(EXPIRES)
            if ended != false:
                yield EXPIRED, ("reserve", "expired"), ended
            members &= ~ended
        if members != false:
            yield None, none, members

    def _step_successors(self, step: CompiledStep, position: _Position) -> Iterator[tuple[str, str, Set]]:
        """The successors of a step: the next state, the result, and for whom."""
        left = self.symbols.bdd.true
        if step.gate is not None:
            held = self._held_set(step, position)
            yield step.to, "not_held", ~held
            left &= held
        decided = self.symbols.bdd.true
        if step.exempt is not None:
            exempt = self.evaluate_at(step.exempt, position)
            yield step.to, "exempt", left & exempt.true
            left, decided = left & ~exempt.true, exempt.false
        if step.name in self.missable_steps:
            missed = self.choice(f"missed {step.name}")
            if step.lapses is not None and step.enforced:
                yield step.lapses, "lapsed", left & decided & missed
            left &= ~missed
        left &= decided  # an unknown exemption blocks the event, and what the event records does not decide it
        for outcome in step.outcomes:
            truth_sets = self.evaluate_at(outcome.when, position, step)
            here = left & truth_sets.true
            left &= truth_sets.false
            if step.keeps is None or not outcome.passed:
                yield outcome.to, "passed" if outcome.passed else "failed", here
                continue
            for number, take in enumerate(step.keeps.takes):
                kept = self.choice(f"kept {step.name} {number}")
                yield take.to, "kept", here & kept
                here &= ~kept
            yield step.otherwise, "cut", here

    def _held_set(self, step: CompiledStep, position: _Position) -> Set:
        """Those for whom a gated step is held."""
        assert step.gate is not None
        if step.gate.rule is not None:
            return self.evaluate_at(step.gate.rule, position).true
        return self.choice(f"held {step.name}")

    def choice(self, name: str) -> Set:
        """Those for whom the choice of this name is true."""
        name = self.own_choices.get(name, name)
        self.symbols.bdd.declare(name)
        return self.symbols.bdd.var(name)

    def evaluate_at(self, rule: Rule, position: _Position, taken: CompiledStep | None = None) -> TruthSets:
        """A rule at a position: facts that no step on the path has recorded or decided are unknown there."""
        symbols = self.symbols
        taken_name = taken.name if taken is not None else ""
        results = {name: result for name, result in position.results if name != taken_name}
        recorded = {name for name, result in results.items() if result in _RECORDED} | {taken_name}
        unknown = {n for step in self.machine.steps.values() if step.name not in recorded for n in step.records}
        fixed = {bit: False for name in unknown for bit in symbols.bits.get(name, ())}
        for name in self.machine.steps:
            fixed |= symbols.digits_of(name, _CUT_RESULTS.get(results.get(name, ""), results.get(name)))
            fixed |= symbols.digits_of(f"{name}.kept", {"kept": True, "cut": False}.get(results.get(name, "")))
            if results.get(name) not in _CUT_RESULTS:
                fixed |= symbols.digits_of(f"{name}.rank", None)
        # A score without some of its parts is another number, so its bounds need separate switches.
        renamed = {}
        for leaf, total in symbols.score_bounds.names_by_leaf.items():
            absent = sorted(unknown & {part.fact for part in leaf.score.parts})
            if absent:
                (bit,) = symbols.bits[total]
                renamed[bit] = f"{bit} without {', '.join(absent)}"
        renamed |= {bit: f"{bit}{OTHER}" for name in self.machine.steps if f"rank {name}" in self.own_choices
                    for bit in symbols.bits.get(f"{name}.rank", ())}  # fmt: skip
        truth_sets = symbols.truth_sets(rule)
        seen = (
            self._apply_gates(each & symbols.valid, position, {*results, taken_name})
            for each in (truth_sets.true, truth_sets.false)
        )
        return TruthSets(*(self._substitute(each, fixed, renamed) for each in seen))

    def _apply_gates(self, valuations: Set, position: _Position, reached_steps: AbstractSet[str]) -> Set:
        """Fix the gates: for a step on the path, what its gate decided; for any other step, a choice."""
        bdd = self.symbols.bdd
        for name, step in self.machine.steps.items():
            held = f"{name}.held"
            if step.gate is None or held not in self.symbols.values:
                continue
            if name not in reached_steps and position.state in step.upstream - step.origins:
                valuations = bdd.let(self.symbols.digits_of(held, None), valuations)
                continue
            yes, no = (bdd.let(self.symbols.digits_of(held, value), valuations) for value in (True, False))
            passed_over = (name, "not_held") in position.results
            chosen = (bdd.false if passed_over else bdd.true) if name in reached_steps else self.choice(f"held {name}")
            valuations = chosen & yes | ~chosen & no
        return valuations

    def _substitute(self, valuations: Set, fixed: Mapping[str, bool], renamed: Mapping[str, str]) -> Set:
        bdd = self.symbols.bdd
        valuations = bdd.let(dict(fixed), valuations) if fixed else valuations
        if renamed:
            bdd.declare(*renamed.values())
            valuations = bdd.let(dict(renamed), valuations)
        return valuations
