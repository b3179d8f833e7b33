"""The prover: obligations are proved for all possible candidates, or refuted with a history that `run` replays."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import Final

from attrs import define, field

from procedures.kernel.machine import CompiledStep, Machine
from procedures.proofs.budget import Budget, OutOfTimeError
from procedures.proofs.catalogue.obligations import obligations
from procedures.proofs.catalogue.reading_obligations import ProcedureWithReadings, prove_option
from procedures.proofs.catalogue.rule_obligations import prove_agreement, prove_rule
from procedures.proofs.reachability.cycles import complete_cycle, find_cycles
from procedures.proofs.reachability.exploration import ReachableStates
from procedures.proofs.reachability.histories import ReplayedPath, replay_path
from procedures.proofs.reachability.paths import PathPoint, paths_over, paths_to
from procedures.proofs.reachability.successors import Arc, Node
from procedures.proofs.reachability.termination import find_nonterminating
from procedures.proofs.symbolic.decision_diagrams import Set, Symbols, rules_of
from procedures.proofs.verdicts import About, Obligation, Proved, Refuted, Undecided, Verdict, Witness
from rules.algebra import Rule, facts_of
from rules.words import Words

_MAX_PATHS: Final = 8
_MAX_PATHS_PER_ARC: Final = 4
_NEVER: Final = Words("het kan nooit, voor niemand", "it never can, for anybody")
_NO_PATH: Final = Words(
    "het lijkt te kunnen, maar geen verloop met gewone tijdstippen toont het",
    "it seems possible, but no history with ordinary moments shows it",
)
_NOT_REPLAYED: Final = Words(
    "er is iemand voor wie het faalt, maar geen verloop met gewone tijdstippen waarin het gebeurt",
    "there is somebody for whom it fails, but no history with ordinary moments in which it happens",
)


@define
class Prover:
    """Proves obligations of one machine, or of its `procedure`; the reachable states are computed once."""

    machine: Machine
    extra_rules: Sequence[Rule] = ()
    budget: Budget = field(factory=Budget)
    procedure: ProcedureWithReadings | None = None
    symbols: Symbols = field(init=False)
    reachable: ReachableStates = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.symbols = Symbols([self.machine], [*rules_of(self.machine), *self.extra_rules], self.budget)
        self.reachable = ReachableStates(self.machine, self.symbols, self.budget)

    def prove(self, obligation: Obligation) -> Verdict:
        """The verdict on one obligation."""
        self.symbols.collect_garbage()
        if not self.symbols.score_bounds.is_exact:
            return Undecided(
                Words("te veel combinaties van berekende scores", "too many combinations of computed scores")
            )
        return self._answers[obligation.about](obligation)

    @property
    def _answers(self) -> Mapping[About, Callable[[Obligation], Verdict]]:
        return {
            "state reached": self._state_reached,
            "step taken": self._step_taken,
            "outcome taken": self._outcome_taken,
            "facts recorded": self._facts_recorded,
            "rule decides": lambda obligation: prove_rule(obligation, self.symbols),
            "member counts": lambda obligation: prove_rule(obligation, self.symbols),
            "own": self._own,
            "rules agree": lambda obligation: prove_agreement(obligation, self.symbols),
            "round counts": self._round_counts,
            "deadline met": self._deadline_met,
            "gate decided": self._gate_decided,
            "final stays": self._final_stays,
            "circles wait": self._circles_wait,
            "case ends": self._case_ends,
            "kinds apart": self._kinds_apart,
            "option counts": self._option_counts,
        }

    # -- what can happen ------------------------------------------------------------------------------------------

    def _state_reached(self, obligation: Obligation) -> Verdict:
        state = obligation.state or ""
        if state == self.machine.initial:
            return self._prove_possible(self._paths_to(state, self.symbols.bdd.true))
        return self._prove_possible(self._paths_over(lambda arc: arc.to.state == state != arc.origin.state))

    def _step_taken(self, obligation: Obligation) -> Verdict:
        return self._prove_possible(
            self._paths_over(lambda arc: arc.step == obligation.step and arc.outcome is not None)
        )

    def _outcome_taken(self, obligation: Obligation) -> Verdict:
        number = int(obligation.id.rpartition(":")[2])
        return self._prove_possible(self._paths_over(lambda arc: arc.step == obligation.step and arc.outcome == number))

    def _deadline_met(self, obligation: Obligation) -> Verdict:
        return self._step_taken(obligation)

    def _prove_possible(self, paths: Iterable[list[PathPoint]]) -> Verdict:
        """Prove that something can happen: `run` replays one of these paths. Without any path it is refuted."""
        found = False
        for path in paths:
            found = True
            self.budget.check()
            if replay_path(self.reachable, path) is not None:
                return Proved()
        return Undecided(self._explain_undecided(_NO_PATH)) if found else Refuted(None, _NEVER)

    def _paths_over(self, is_wanted: Callable[[Arc], bool]) -> Iterable[list[PathPoint]]:
        """Some paths that end with a wanted arc: a few for each arc, the first of every arc before the second."""
        arcs = [
            arc
            for node in self.reachable.sets_by_node
            for arc in self.reachable.successors.arcs_from(node)
            if is_wanted(arc)
        ]
        paths = [paths_over(self.reachable, arc, self._preferences) for arc in arcs]
        for _ in range(_MAX_PATHS_PER_ARC):
            for paths_of_arc in paths:
                yield from islice(paths_of_arc, 1)

    # -- what must never happen -----------------------------------------------------------------------------------

    def _round_counts(self, obligation: Obligation) -> Verdict:
        """No candidate who owes a round is in a state that counts as selected."""
        duty = self.reachable.has_duty(obligation.step or "")
        selected = [name for name, state in self.machine.states.items() if state.selected]
        return self._prove_never([(name, duty) for name in selected])

    def _own(self, obligation: Obligation) -> Verdict:
        """A property of the author: UNKNOWN is not enough where something must always hold."""
        name = obligation.id.partition(":")[2]
        wanted = next(each for each in self.machine.properties if each.name == name)
        if wanted.never is not None:
            wrong = self.symbols.truth_sets(wanted.never).true
        elif wanted.always is not None:
            wrong = ~self.symbols.truth_sets(wanted.always).true
        else:
            wrong = ~self.reachable.has_visited(wanted.before or "")
        return self._prove_never([(state, wrong) for state in wanted.states])

    def _prove_never(self, forbidden: Sequence[tuple[Node | str, Set]]) -> Verdict:
        """Prove that no member of these sets is ever at the given place."""
        found = False
        for place, members in forbidden:
            for path in self._paths_to(place, members):
                found = True
                self.budget.check()
                replayed = replay_path(self.reachable, path)
                if replayed is not None and self._is_member(replayed, members):
                    return Refuted(self._witness(replayed))
        return Undecided(self._explain_undecided(_NOT_REPLAYED)) if found else Proved()

    def _is_member(self, replayed: ReplayedPath, members: Set) -> bool:
        """Whether a replayed candidate is in a set; facts that closings still have to record may have any value."""
        symbols = self.symbols
        here = symbols.forget(
            symbols.matching(replayed.known),
            [name for name in symbols.values if name not in replayed.known and self.reachable.is_selection_fact(name)],
        )
        return bool(here & members != symbols.bdd.false)

    def _witness(self, replayed: ReplayedPath) -> Witness:
        declared = self.machine.declared
        facts = {name: value for name, value in replayed.case.facts.items() if name in self.machine.correctable}
        return Witness(declared.decode(facts), tuple(replayed.events))

    def _explain_undecided(self, reason: Words) -> Words:
        """The reason for an undecided obligation; it names the gates that count other candidates."""
        counted = [step.name for step in self.machine.steps.values() if step.gate and step.gate.count is not None]
        if not counted:
            return reason
        names = ", ".join(f"`{name}`" for name in counted)
        return Words(
            f"{reason.nl}; of {names} gehouden wordt hangt af van hoeveel anderen er zijn",
            f"{reason.en}; whether {names} is held hangs on how many others there are",
        )

    def _paths_to(self, place: Node | str, members: Set) -> Iterable[list[PathPoint]]:
        """Some paths to a place for members of a set, short ones first."""
        return islice(paths_to(self.reachable, place, members, self._preferences), _MAX_PATHS)

    @cached_property
    def _preferences(self) -> list[Set]:
        """Preferred witnesses: candidates of whom many declared facts are known."""
        return [self.symbols.is_known(name) for name in self.symbols.values if name in self.machine.declared_facts]

    def _facts_recorded(self, obligation: Obligation) -> Verdict:
        """No candidate whose declared facts are all known comes to a step that cannot be decided."""
        step = self.machine.steps[obligation.step or ""]
        symbols = self.symbols
        required = [name for name in symbols.values if name in self.machine.declared_facts or name in step.records]
        required += [name for name in symbols.values if name in self._closing_facts_before(step)]
        held = symbols.valid & self.reachable.successors.split_by_gate(step)[0]
        undecided = ~self._decided_by_outcomes(step) & symbols.all_known(required) & held
        undecidable = symbols.forget(undecided, (step.name, *step.records))
        if step.exempt is not None:  # it is asked before the event brings what the step records
            exempt = symbols.truth_sets(step.exempt)
            before = [name for name in required if name not in step.records]
            unknown = ~(exempt.true | exempt.false) & symbols.all_known(before) & held
            undecidable = unknown | (undecidable & exempt.false)
        return self._prove_never([(state, undecidable) for state in step.origins])

    def _closing_facts_before(self, step: CompiledStep) -> set[str]:
        """The facts that closings have certainly recorded before a gated step: those of feeders without a gate."""
        names = step.gate.feeders if step.gate is not None else ()
        feeders = [self.machine.steps[name] for name in names if name in self.machine.steps]
        return {fact for feeder in feeders if feeder.gate is None for fact in feeder.closing}

    def _decided_by_outcomes(self, step: CompiledStep) -> Set:
        """Those for whom a step decides an outcome, if they are not exempt."""
        symbols = self.symbols
        left, found = symbols.bdd.true, symbols.bdd.false
        for outcome in step.outcomes:
            truth_sets = symbols.truth_sets(outcome.when)
            found |= left & truth_sets.true
            left &= truth_sets.false
        return found

    def _gate_decided(self, obligation: Obligation) -> Verdict:
        """Every fact that a gate reads is recorded by the closing of a feeder that is always held."""
        gate = self.machine.steps[obligation.step or ""].gate
        assert gate is not None
        if gate.rule is None:
            return Proved()
        recorded = self._closing_facts_before(self.machine.steps[obligation.step or ""])
        missing = [fact for fact in facts_of(gate.rule) if fact not in recorded]
        if not missing:
            return Proved()
        names = ", ".join(f"`{name}`" for name in missing)
        return Undecided(
            Words(
                f"{names} wordt niet altijd vastgelegd voor de drempel",
                f"{names} is not always recorded before the gate",
            )
        )

    def _final_stays(self, obligation: Obligation) -> Verdict:
        """No arc leaves a final state."""
        arcs = [
            node
            for node in self.reachable.sets_by_node
            if node.state == obligation.state and self.reachable.successors.arcs_from(node)
        ]
        return Refuted(None) if arcs else Proved()

    def _kinds_apart(self, obligation: Obligation) -> Verdict:
        """No candidate on the reserve matches two of its kinds."""
        assert obligation.rule is not None
        return self._prove_never([(obligation.state or "", self.symbols.truth_sets(obligation.rule).true)])

    def _option_counts(self, obligation: Obligation) -> Verdict:
        assert self.procedure is not None, "only a procedure has options to tell apart"
        return prove_option(obligation, self.procedure, self.budget)

    def _circles_wait(self, obligation: Obligation) -> Verdict:
        """No lapse is part of a cycle of lapses and automatic moves."""
        found = False
        for arc in find_cycles(self.reachable):
            for path in islice(paths_over(self.reachable, arc, self._preferences), _MAX_PATHS_PER_ARC):
                found = True
                self.budget.check()
                replayed = replay_path(self.reachable, path)
                if replayed is not None and (cycle := complete_cycle(self.reachable, replayed)) is not None:
                    return Refuted(self._witness(cycle))
        return Undecided(self._explain_undecided(_NO_PATH)) if found else Proved()

    def _case_ends(self, obligation: Obligation) -> Verdict:
        """From every reachable state an end other than withdrawing can be reached."""
        return self._prove_never(find_nonterminating(self.reachable))


def prove(
    procedure: ProcedureWithReadings | Machine,
    seconds: float | None = None,
    on_verdict: Callable[[], None] = lambda: None,
) -> list[tuple[Obligation, Verdict]]:
    """
    Every obligation of a procedure with its verdict; for a machine, the obligations about readings are left out.

    An obligation without a verdict after `seconds` is undecided; `on_verdict` is called after each verdict.
    """
    budget, pending = Budget(seconds), obligations(procedure)
    with_readings = None if isinstance(procedure, Machine) else procedure
    machine = procedure if isinstance(procedure, Machine) else procedure.machine
    found: list[tuple[Obligation, Verdict]] = []
    try:
        prover = Prover(machine, budget=budget, procedure=with_readings)
        for obligation in pending:
            budget.check()
            found.append((obligation, prover.prove(obligation)))
            on_verdict()
    except OutOfTimeError:
        left = len(pending) - len(found)
        reason = Words(
            f"de tijd van {seconds:g} seconden was om, met nog {left} van {len(pending)} te bewijzen",
            f"the time of {seconds:g} seconds was up, with {left} of {len(pending)} left to prove",
        )
        found += [(obligation, Undecided(reason)) for obligation in pending[len(found) :]]
    return found
