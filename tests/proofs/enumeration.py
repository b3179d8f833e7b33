"""Everywhere a case can stand, found one case at a time by asking `stepping.step`: a judge of `procedures.proofs`.

There are no sets of people here and no arcs worked out beforehand, only cases with what is known of them, tried with
every event. What hangs on others is left open, as a proof leaves it: whether a step is held is decided anew for
whoever comes there, a result that waits may be kept or cut, and which of several windows is acted on first, or how long
a window that counts from entry has lasted, is anybody's guess.
"""

from collections.abc import Iterator
from itertools import product
from typing import Final, TypeAlias

from attrs import evolve, field, frozen
from sampled_facts import Sampled

from procedures.kernel.automatic_moves import lapse, make_automatic_moves
from procedures.kernel.cases import Case, Cohort, Event, GateDecision, Move, Moved, MoveName
from procedures.kernel.machine import CompiledStep, Machine
from procedures.kernel.names import EXPIRED
from procedures.kernel.step import step
from procedures.proofs.reachability.exploration import PASS_ON, is_eliminatory
from rules.calendar import Moment
from rules.evaluation import truth
from rules.facts import Known, remove_facts
from rules.kinds import Value
from rules.truth import Truth

WHO: Final = "candidate"
BY: Final = "jury"

Facts: TypeAlias = frozenset[tuple[str, Value]]


@frozen(cache_hash=True)
class Stand:
    """Where a case can stand and when, with its facts and the selection's, what waits there, and the rounds it owes."""

    state: str
    span: int
    facts: Facts
    selection: Facts
    pending: frozenset[str] = frozenset()
    owed: frozenset[str] = frozenset()

    @property
    def known(self) -> Known:
        return dict([*self.selection, *self.facts])


def spans(machine: Machine) -> tuple[Moment, ...]:
    """A moment in each span: before the first moment at which a window opens or ends, and at each of these."""
    dated = [at for each in machine.steps.values() if each.enforced for at in (each.opens, each.ends)]
    found = sorted({at for at in (machine.opens, machine.ends, *dated) if at is not None})
    return (Moment(found[0] - 1 if found else 0), *found)


def rounds(machine: Machine) -> frozenset[str]:
    """The eliminatory rounds."""
    return frozenset(name for name, each in machine.steps.items() if is_eliminatory(machine, each))


def of_selection(machine: Machine, sampled: Sampled) -> list[str]:
    """The facts that closings record or decide for all alike."""
    named = {name for each in machine.steps.values() for name in (*each.closing, f"{each.name}.held")}
    return [name for name in sampled.values if name in named]


@frozen
class Walker:
    """
    Tries every event on every case, each time from a bare case with the facts that it has.

    Where candidates tell `late`, any event may bring what is declared and not yet known. Else all is told in the
    application, and whoever is exempt by it may stay as if it were not told yet: so a proof sees them.
    """

    given: Machine
    sampled: Sampled
    late: bool = False
    machine: Machine = field(init=False)  # without the windows that count from entry
    moments: tuple[Moment, ...] = field(init=False)
    rounds: frozenset[str] = field(init=False)

    @machine.default
    def _without_terms(self) -> Machine:
        steps = {name: evolve(each, within=None) for name, each in self.given.steps.items()}
        return evolve(self.given, steps=steps)

    @moments.default
    def _moments(self) -> tuple[Moment, ...]:
        return spans(self.given)

    @rounds.default
    def _rounds(self) -> frozenset[str]:
        return rounds(self.given)

    def everywhere(self) -> set[Stand]:
        """Every stand of anybody there could be, in any selection."""
        seen: set[Stand] = set()
        pending = list(self._applied())
        while pending:
            stand = pending.pop()
            if stand not in seen:
                seen.add(stand)
                pending.extend(self._onwards(stand))
        return seen

    # -- from where a case stands ---------------------------------------------------------------------------------

    def _applied(self) -> Iterator[Stand]:
        declared = [name for name in self.sampled.values if name in self.machine.declared_facts]
        owed = frozenset(name for name in self.rounds if self.machine.initial in self.machine.steps[name].origins)
        for selection in self.sampled.every(of_selection(self.machine, self.sampled)):
            for known in self.sampled.every(declared):
                for span, at in enumerate(self.moments):
                    cohort = Cohort(facts=selection)
                    answer = step(self.machine, None, self._event("apply", at, known), cohort)
                    if isinstance(answer, Moved):
                        yield from self._along(_nowhere(selection, span, owed), answer.case)

    def _onwards(self, stand: Stand) -> Iterator[Stand]:
        machine, at = self.machine, self.moments[stand.span]
        if self._leaves_at_once(stand):
            return
        for taken in machine.steps_from[stand.state]:
            for cohort in self._cohorts(taken, stand, at):
                for case in self._by(taken, stand, cohort, at):
                    yield from self._along(stand, case)
        if machine.states[stand.state].final:
            return
        if stand.span + 1 < len(self.moments):
            yield evolve(stand, span=stand.span + 1)
        withdrawn = step(
            machine, _case(stand, at), self._event("withdraw", at, {}), Cohort(facts=dict(stand.selection))
        )
        assert isinstance(withdrawn, Moved), withdrawn
        yield from self._along(stand, withdrawn.case)
        if machine.reserve is not None and stand.state == machine.reserve.state and EXPIRED in machine.states:
            yield from self._along(stand, _moved(stand, "reserve", "expired", EXPIRED, dict(stand.facts), at))

    def _leaves_at_once(self, stand: Stand) -> bool:
        """Whether nothing else can happen here: who is exempt goes on, as soon as that was told."""
        automatic = self.machine.automatic.get(stand.state)
        if automatic is None or automatic.exemption is None or automatic.gate is not None:
            return False
        told = stand.known if self.late else remove_facts(stand.known, self.machine.declared_facts)
        return automatic.exemption.truth(told) is Truth.TRUE

    def _cohorts(self, taken: CompiledStep, stand: Stand, at: Moment) -> Iterator[Cohort]:
        """The selection as the step may find it: with its gate decided, one way or the other."""
        facts = dict(stand.selection)
        if taken.gate is None:
            yield Cohort(facts=facts)
            return
        for held in (True, False):
            by_rule = taken.gate.rule is None or truth(taken.gate.rule, facts) is Truth.of(held)
            asked = f"{taken.name}.held" in self.sampled.values
            if by_rule and (not asked or facts.get(f"{taken.name}.held") is held):
                yield Cohort(facts=facts, gates={taken.name: GateDecision(held, None, at)})

    def _by(self, taken: CompiledStep, stand: Stand, cohort: Cohort, at: Moment) -> Iterator[Case]:
        """Every case that a step makes of this one: by its gate, by its event, by its closing, by its window."""
        machine, case = self.machine, _case(stand, at)
        if taken is machine.automatic.get(stand.state):
            passed_over = make_automatic_moves(machine, case, at, cohort)
            if passed_over.history:
                yield passed_over
                return
        for told, recorded in product(self._telling(stand), [*self.sampled.every(sorted(taken.records))]):
            answer = step(machine, case, self._event(taken.name, at, {**told, **recorded}), cohort)
            if isinstance(answer, Moved):
                yield answer.case
        if taken.name in stand.pending:
            yield from (make_automatic_moves(machine, each, at, cohort) for each in self._closed(taken, stand, at))
        elif self._may_lapse(taken, stand, at):
            yield lapse(machine, case, at, taken, cohort)

    def _telling(self, stand: Stand) -> Iterator[Known]:
        """Everything that an event may tell besides what it records."""
        untold = [name for name in self.machine.declared_facts if name not in stand.known]
        return self.sampled.every(untold if self.late else ())

    def _closed(self, taken: CompiledStep, stand: Stand, at: Moment) -> Iterator[Case]:
        """The case kept or cut, at any rank."""
        assert taken.keeps is not None
        placed: list[tuple[MoveName, str]] = [("kept", take.to) for take in taken.keeps.takes]
        for move, to in [*placed, ("cut", taken.otherwise)]:
            result = "passed" if move == "kept" else "failed"
            facts = {**dict(stand.facts), taken.name: result, f"{taken.name}.kept": move == "kept"}
            rank = f"{taken.name}.rank"
            for each in self.sampled.values.get(rank, (1,)):
                yield _moved(stand, taken.name, move, to, {**facts, rank: each}, at)

    def _may_lapse(self, taken: CompiledStep, stand: Stand, at: Moment) -> bool:
        if taken.lapses is None or not taken.enforced:
            return False
        if taken.exemption is not None and taken.exemption.truth(stand.known) is not Truth.FALSE:
            return False
        return self.given.steps[taken.name].within is not None or (taken.ends is not None and taken.ends <= at)

    def _event(self, name: str, at: Moment, known: Known) -> Event:
        return Event(name, at, WHO, self.machine.declared.decode(known), BY)

    # -- every stand on the way -----------------------------------------------------------------------------------

    def _along(self, stand: Stand, case: Case) -> Iterator[Stand]:
        """Every stand on the way of a case that was bare before it moved, the last one being where it rests."""
        for move in case.history:
            stand = self._after(stand, move)
            yield stand

    def _after(self, stand: Stand, move: Move) -> Stand:
        if move.kind == "recorded":
            facts = {**remove_facts(dict(stand.facts), self.machine.steps[move.event].forgotten_facts), **move.facts}
            pending = stand.pending | {move.event}
        else:
            selection = dict(stand.selection)
            facts = {name: value for name, value in move.known.items() if name not in selection}
            pending = frozenset()
        owed = stand.owed
        if move.kind in PASS_ON:
            owed -= {move.event}
        if move.to_state != stand.state:
            owed |= {name for name in self.rounds if move.to_state in self.machine.steps[name].origins}
        asked = frozenset((name, value) for name, value in facts.items() if name in self.sampled.values)
        return Stand(move.to_state, stand.span, asked, stand.selection, pending, owed)


def _nowhere(selection: Known, span: int, owed: frozenset[str]) -> Stand:
    return Stand("", span, frozenset(), frozenset(selection.items()), frozenset(), owed)


def _case(stand: Stand, at: Moment) -> Case:
    """A case without a history; of a result that waits, only that nothing was known of its step before."""
    facts = dict(stand.facts)
    path = [Move(WHO, "apply", "applied", at, None, stand.state)] if stand.pending else []
    path += [Move(WHO, name, "recorded", at, stand.state, stand.state) for name in sorted(stand.pending)]
    return Case(WHO, stand.state, at, at, facts, (), tuple(path), stand.pending)


def _moved(stand: Stand, event: str, move: MoveName, to: str, facts: Known, at: Moment) -> Case:
    made = Move(WHO, event, move, at, stand.state, to, BY, known=facts)
    return _case(stand, at).apply_move(made, facts)
