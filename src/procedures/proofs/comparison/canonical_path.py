"""The canonical road of everybody through a machine: every step in its turn, on all that will be known of the person.

Where several steps leave a state, the first of the file is taken that leads to a state not seen before. Nobody appeals
from an unsuccessful state. What hangs on dates, on others or on the person's own doing is a choice made alike in every
machine: whether a gated step is held, who is kept, who misses a window, and whether the reserve ended before
anything further came of it.
"""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Final, TypeAlias

from attrs import define, field, frozen

from procedures.kernel.machine import CompiledStep, Machine
from procedures.kernel.names import EXPIRED
from procedures.proofs.comparison.choices import OTHER
from procedures.proofs.comparison.windows import APPLY
from procedures.proofs.symbolic.decision_diagrams import Rails, Set, Symbols
from rules.algebra import Rule

Results: TypeAlias = frozenset[tuple[str, str]]
"""How the steps went that were taken or passed over so far; of a cut also whether it kept somebody."""

_BY_CUT: Final[Mapping[str, str]] = {"kept": "passed", "cut": "failed"}
_RECORDED: Final = ("passed", "failed", *_BY_CUT)

EXPIRES: Final = "expires"


@frozen
class _Stand:
    """Somewhere on a road: the state, how the steps went, and the states seen."""

    state: str
    results: Results
    seen: frozenset[str]


@define
class Canonical:
    """
    For every state of one machine those who end there, and of which kind of its reserve; None for who never came in.

    `missable` are the steps (and `apply`) whose windows somebody may miss. `own` gives the choices that this machine
    makes by itself (because its gate, its cut or its window is another) their names.
    """

    machine: Machine
    symbols: Symbols
    missable: frozenset[str]
    own: Mapping[str, str] = field(factory=dict)
    ends: dict[str | None, Set] = field(factory=dict, init=False)
    kinds: dict[tuple[str, str | None], Set] = field(factory=dict, init=False)
    onto_reserve: Set = field(init=False)

    def __attrs_post_init__(self) -> None:
        false = self.symbols.bdd.false
        initial = self.machine.initial
        self.onto_reserve = false
        missed = self.choice(f"missed {APPLY}") if APPLY in self.missable else false
        if missed != false:
            self.ends[None] = missed
        pending: dict[_Stand, Set] = {_Stand(initial, frozenset(), frozenset({initial})): ~missed}
        while pending:
            stand, who = pending.popitem()
            for target, result, some in self._onwards(stand, who):
                if target is None:
                    self._rests(stand, some)
                    continue
                results = frozenset({*((n, r) for n, r in stand.results if n != result[0]), result})
                after = _Stand(target, results, stand.seen | {target})
                pending[after] = pending.get(after, false) | some

    def _rests(self, stand: _Stand, who: Set) -> None:
        """Those who go no further; of which kind they are is told by the first rule that holds, as everywhere."""
        false = self.symbols.bdd.false
        self.ends[stand.state] = self.ends.get(stand.state, false) | who
        reserve = self.machine.reserve
        if reserve is not None and reserve.state in stand.seen:
            self.onto_reserve |= who
            for kind, rule in reserve.kinds.items():
                here = who & self.view(rule, stand).true
                self.kinds[stand.state, kind] = self.kinds.get((stand.state, kind), false) | here
                who &= ~here
        self.kinds[stand.state, None] = self.kinds.get((stand.state, None), false) | who

    def _onwards(self, stand: _Stand, who: Set) -> Iterator[tuple[str | None, tuple[str, str], Set]]:
        """Where those at a stand go next, and how; None for those who stay."""
        none = ("", "")
        false = self.symbols.bdd.false
        state = self.machine.states[stand.state]
        if state.final or state.unsuccessful:
            yield None, none, who
            return
        for step in self.machine.steps_from[stand.state]:
            for target, result, some in self._by(step, stand):
                going = who & some
                if going != false and target not in stand.seen:
                    yield target, (step.name, result), going
                    who &= ~going
        reserve = self.machine.reserve
        if reserve is not None and stand.state == reserve.state and EXPIRED in self.machine.states:
            ended = who & self.choice(EXPIRES)
            if ended != false:
                yield EXPIRED, ("reserve", "expired"), ended
            who &= ~ended
        if who != false:
            yield None, none, who

    def _by(self, step: CompiledStep, stand: _Stand) -> Iterator[tuple[str, str, Set]]:
        """The ways of a step: where it leads, how it went, and for whom."""
        left = self.symbols.bdd.true
        if step.gate is not None:
            held = self._held(step, stand)
            yield step.to, "not_held", ~held
            left &= held
        decided = self.symbols.bdd.true
        if step.exempt is not None:
            exempt = self.view(step.exempt, stand)
            yield step.to, "exempt", left & exempt.true
            left, decided = left & ~exempt.true, exempt.false
        if step.name in self.missable:
            missed = self.choice(f"missed {step.name}")
            if step.lapses is not None and step.enforced:
                yield step.lapses, "lapsed", left & decided & missed
            left &= ~missed
        if step.exempt is not None:  # what the step records may tell
            exempt = self.view(step.exempt, stand, step)
            yield step.to, "exempt", left & exempt.true
            left &= exempt.false
        for outcome in step.outcomes:
            rails = self.view(outcome.when, stand, step)
            here = left & rails.true
            left &= rails.false
            if step.keeps is None or not outcome.passed:
                yield outcome.to, "passed" if outcome.passed else "failed", here
                continue
            for number, take in enumerate(step.keeps.takes):
                kept = self.choice(f"kept {step.name} {number}")
                yield take.to, "kept", here & kept
                here &= ~kept
            yield step.otherwise, "cut", here

    def _held(self, step: CompiledStep, stand: _Stand) -> Set:
        """Those for whom a gated step is held."""
        assert step.gate is not None
        if step.gate.rule is not None:
            return self.view(step.gate.rule, stand).true
        return self.choice(f"held {step.name}")

    def choice(self, name: str) -> Set:
        """Those for whom a choice is made so."""
        name = self.own.get(name, name)
        self.symbols.bdd.declare(name)
        return self.symbols.bdd.var(name)

    def view(self, rule: Rule, stand: _Stand, taken: CompiledStep | None = None) -> Rails:
        """A rule as it is seen from a stand: what no step on the road has recorded or decided is not known there."""
        symbols = self.symbols
        taken_name = taken.name if taken is not None else ""
        results = {name: result for name, result in stand.results if name != taken_name}
        recorded = {name for name, result in results.items() if result in _RECORDED} | {taken_name}
        unknown = {n for step in self.machine.steps.values() if step.name not in recorded for n in step.records}
        fixed = {bit: False for name in unknown for bit in symbols.bits.get(name, ())}
        for name in self.machine.steps:
            fixed |= symbols.digits_of(name, _BY_CUT.get(results.get(name, ""), results.get(name)))
            fixed |= symbols.digits_of(f"{name}.kept", {"kept": True, "cut": False}.get(results.get(name, "")))
            if results.get(name) not in _BY_CUT:
                fixed |= symbols.digits_of(f"{name}.rank", None)
        # A score without some of its parts is another number: its bounds are switches of their own.
        renamed = {}
        for leaf, total in symbols.totals.asked.items():
            absent = sorted(unknown & {part.fact for part in leaf.score.parts})
            if absent:
                (bit,) = symbols.bits[total]
                renamed[bit] = f"{bit} without {', '.join(absent)}"
        renamed |= {bit: f"{bit}{OTHER}" for name in self.machine.steps if f"rank {name}" in self.own
                    for bit in symbols.bits.get(f"{name}.rank", ())}  # fmt: skip
        rails = symbols.rails(rule)
        seen = (self._gated(each & symbols.valid, stand, {*results, taken_name}) for each in (rails.true, rails.false))
        return Rails(*(self._seen(each, fixed, renamed) for each in seen))

    def _gated(self, among: Set, stand: _Stand, been: AbstractSet[str]) -> Set:
        """With what is known of gates: that of a step on the road is what it did, one beside the road is a choice."""
        bdd = self.symbols.bdd
        for name, step in self.machine.steps.items():
            held = f"{name}.held"
            if step.gate is None or held not in self.symbols.values:
                continue
            if name not in been and stand.state in step.upstream - step.origins:
                among = bdd.let(self.symbols.digits_of(held, None), among)
                continue
            yes, no = (bdd.let(self.symbols.digits_of(held, value), among) for value in (True, False))
            passed_over = (name, "not_held") in stand.results
            chosen = (bdd.false if passed_over else bdd.true) if name in been else self.choice(f"held {name}")
            among = chosen & yes | ~chosen & no
        return among

    def _seen(self, among: Set, fixed: Mapping[str, bool], renamed: Mapping[str, str]) -> Set:
        bdd = self.symbols.bdd
        among = bdd.let(dict(fixed), among) if fixed else among
        if renamed:
            bdd.declare(*renamed.values())
            among = bdd.let(dict(renamed), among)
        return among
