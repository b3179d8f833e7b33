"""Answers to obligations: proved for everybody there could be, or refuted with somebody whose history `run` replays."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import Final

from attrs import define, field

from procedures.kernel.machine import CompiledStep, Machine
from procedures.proofs.budget import Budget, OutOfTimeError
from procedures.proofs.catalogue.obligations import obligations
from procedures.proofs.catalogue.reading_obligations import Readable, told_apart
from procedures.proofs.catalogue.rule_obligations import agreed, judged
from procedures.proofs.reachability.cycles import circles, gone_round
from procedures.proofs.reachability.exploration import Reach
from procedures.proofs.reachability.histories import Shown, replayed
from procedures.proofs.reachability.paths import Stop, roads_over, roads_to
from procedures.proofs.reachability.successors import Arc, Node
from procedures.proofs.reachability.termination import stuck
from procedures.proofs.symbolic.decision_diagrams import Set, Symbols, rules_of
from procedures.proofs.verdicts import About, Obligation, Proved, Refuted, Undecided, Verdict, Witness
from rules.algebra import Rule, facts_of
from rules.words import Words

_ROADS: Final = 8
_ROADS_AN_ARC: Final = 4
_NEVER: Final = Words("het kan nooit, voor niemand", "it never can, for anybody")
_NO_ROAD: Final = Words(
    "het lijkt te kunnen, maar geen verloop met gewone tijdstippen toont het",
    "it seems possible, but no history with ordinary moments shows it",
)
_NOT_REPLAYED: Final = Words(
    "er is iemand voor wie het faalt, maar geen verloop met gewone tijdstippen waarin het gebeurt",
    "there is somebody for whom it fails, but no history with ordinary moments in which it happens",
)


@define
class Prover:
    """Proves obligations of one machine, or of the `procedure` it is of; what can be reached is computed once."""

    machine: Machine
    extra: Sequence[Rule] = ()
    budget: Budget = field(factory=Budget)
    procedure: Readable | None = None
    symbols: Symbols = field(init=False)
    reach: Reach = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.symbols = Symbols([self.machine], [*rules_of(self.machine), *self.extra], self.budget)
        self.reach = Reach(self.machine, self.symbols, self.budget)

    def prove(self, obligation: Obligation) -> Verdict:
        """The verdict on one obligation."""
        self.symbols.tidy()
        if not self.symbols.totals.exact:
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
            "rule decides": lambda asked: judged(asked, self.symbols),
            "member counts": lambda asked: judged(asked, self.symbols),
            "own": self._own,
            "rules agree": lambda asked: agreed(asked, self.symbols),
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
            return self._some(self._roads(state, self.symbols.bdd.true))
        return self._some(self._roads_over(lambda arc: arc.to.state == state != arc.origin.state))

    def _step_taken(self, obligation: Obligation) -> Verdict:
        return self._some(self._roads_over(lambda arc: arc.step == obligation.step and arc.outcome is not None))

    def _outcome_taken(self, obligation: Obligation) -> Verdict:
        number = int(obligation.id.rpartition(":")[2])
        return self._some(self._roads_over(lambda arc: arc.step == obligation.step and arc.outcome == number))

    def _deadline_met(self, obligation: Obligation) -> Verdict:
        return self._step_taken(obligation)

    def _some(self, roads: Iterable[list[Stop]]) -> Verdict:
        """Something can happen: `run` goes one of these roads. That it cannot is shown by nobody in particular."""
        found = False
        for stops in roads:
            found = True
            self.budget.check()
            if replayed(self.reach, stops) is not None:
                return Proved()
        return Undecided(self._open(_NO_ROAD)) if found else Refuted(None, _NEVER)

    def _roads_over(self, wanted: Callable[[Arc], bool]) -> Iterable[list[Stop]]:
        """Some roads that end with an arc that is wanted: a few for each arc, first one for each."""
        arcs = [arc for node in self.reach.at for arc in self.reach.ways.of(node) if wanted(arc)]
        roads = [roads_over(self.reach, arc, self._plain) for arc in arcs]
        for _ in range(_ROADS_AN_ARC):
            for road in roads:
                yield from islice(road, 1)

    # -- what must never happen -----------------------------------------------------------------------------------

    def _round_counts(self, obligation: Obligation) -> Verdict:
        """Nobody stands where the selected stand who owes a round."""
        duty = self.reach.duty(obligation.step or "")
        selected = [name for name, state in self.machine.states.items() if state.selected]
        return self._never([(name, duty) for name in selected])

    def _own(self, obligation: Obligation) -> Verdict:
        """What an author wants: UNKNOWN is not enough where something must always hold."""
        name = obligation.id.partition(":")[2]
        wanted = next(each for each in self.machine.properties if each.name == name)
        if wanted.never is not None:
            wrong = self.symbols.rails(wanted.never).true
        elif wanted.always is not None:
            wrong = ~self.symbols.rails(wanted.always).true
        else:
            wrong = ~self.reach.stood(wanted.before or "")
        return self._never([(state, wrong) for state in wanted.states])

    def _never(self, forbidden: Sequence[tuple[Node | str, Set]]) -> Verdict:
        """Nobody of these sets ever stands there."""
        found = False
        for where, who in forbidden:
            for stops in self._roads(where, who):
                found = True
                self.budget.check()
                shown = replayed(self.reach, stops)
                if shown is not None and self._is_among(shown, who):
                    return Refuted(self._witness(shown))
        return Undecided(self._open(_NOT_REPLAYED)) if found else Proved()

    def _is_among(self, shown: Shown, who: Set) -> bool:
        """Whether somebody whose history was gone is of a set; what closings will yet record is open."""
        symbols = self.symbols
        here = symbols.forgetting(
            symbols.holding(shown.known),
            [name for name in symbols.values if name not in shown.known and self.reach.of_selection(name)],
        )
        return bool(here & who != symbols.bdd.false)

    def _witness(self, shown: Shown) -> Witness:
        declared = self.machine.declared
        facts = {name: value for name, value in shown.case.facts.items() if name in self.machine.correctable}
        return Witness(declared.give(facts), tuple(shown.events))

    def _open(self, reason: Words) -> Words:
        """Why something is left open; where gates count, that their counts are of others."""
        counted = [step.name for step in self.machine.steps.values() if step.gate and step.gate.count is not None]
        if not counted:
            return reason
        names = ", ".join(f"`{name}`" for name in counted)
        return Words(
            f"{reason.nl}; of {names} gehouden wordt hangt af van hoeveel anderen er zijn",
            f"{reason.en}; whether {names} is held hangs on how many others there are",
        )

    def _roads(self, where: Node | str, who: Set) -> Iterable[list[Stop]]:
        """Some roads to a state for members of a set, short ones first."""
        return islice(roads_to(self.reach, where, who, self._plain), _ROADS)

    @cached_property
    def _plain(self) -> list[Set]:
        """What makes a candidate ordinary to look at: of whom much is known."""
        return [self.symbols.is_known(name) for name in self.symbols.values if name in self.machine.declared_facts]

    def _facts_recorded(self, obligation: Obligation) -> Verdict:
        """Nobody of whom all declared facts are known comes to a step that then cannot be decided."""
        step = self.machine.steps[obligation.step or ""]
        symbols = self.symbols
        asked = [name for name in symbols.values if name in self.machine.declared_facts or name in step.records]
        asked += [name for name in symbols.values if name in self._closed_before(step)]
        open_yet = ~self._decided(step) & symbols.all_known(asked) & symbols.valid & self.reach.ways.held(step)[0]
        stuck = symbols.forgetting(open_yet, (step.name, *step.records))
        return self._never([(state, stuck) for state in step.origins])

    def _closed_before(self, step: CompiledStep) -> set[str]:
        """What closings have surely recorded when a gated step is taken: of the steps that lead there, all held."""
        feeders = [self.machine.steps[name] for name in step.gate.feeders] if step.gate is not None else []
        return {fact for feeder in feeders if feeder.gate is None for fact in feeder.closing}

    def _decided(self, step: CompiledStep) -> Set:
        """Those for whom a step comes to an exemption or an outcome."""
        symbols = self.symbols
        left, found = symbols.bdd.true, symbols.bdd.false
        if step.exempt is not None:
            exempt = symbols.rails(step.exempt)
            found, left = exempt.true, exempt.false
        for outcome in step.outcomes:
            rails = symbols.rails(outcome.when)
            found |= left & rails.true
            left &= rails.false
        return found

    def _gate_decided(self, obligation: Obligation) -> Verdict:
        """Every fact that a gate asks for is recorded by the closing of a step that leads to it and is always held."""
        gate = self.machine.steps[obligation.step or ""].gate
        assert gate is not None
        if gate.rule is None:
            return Proved()
        recorded = self._closed_before(self.machine.steps[obligation.step or ""])
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
        """No way leads on from a final state."""
        gone = [node for node in self.reach.at if node.state == obligation.state and self.reach.ways.of(node)]
        return Refuted(None) if gone else Proved()

    def _kinds_apart(self, obligation: Obligation) -> Verdict:
        """Nobody comes onto the reserve for whom two of its kinds hold."""
        assert obligation.rule is not None
        return self._never([(obligation.state or "", self.symbols.rails(obligation.rule).true)])

    def _option_counts(self, obligation: Obligation) -> Verdict:
        assert self.procedure is not None, "only a procedure has options to tell apart"
        return told_apart(obligation, self.procedure, self.budget)

    def _circles_wait(self, obligation: Obligation) -> Verdict:
        """No lapse leads to where other lapses bring a case back."""
        found = False
        for arc in circles(self.reach):
            for stops in islice(roads_over(self.reach, arc, self._plain), _ROADS_AN_ARC):
                found = True
                self.budget.check()
                shown = replayed(self.reach, stops)
                if shown is not None and (round_ := gone_round(self.reach, shown)) is not None:
                    return Refuted(self._witness(round_))
        return Undecided(self._open(_NO_ROAD)) if found else Proved()

    def _case_ends(self, obligation: Obligation) -> Verdict:
        """From everywhere somebody can stand there is a way to an end other than giving up."""
        return self._never(stuck(self.reach))


def prove(
    procedure: Readable | Machine, seconds: float | None = None, told: Callable[[], None] = lambda: None
) -> list[tuple[Obligation, Verdict]]:
    """
    Every obligation of a procedure with its verdict; of a machine those that do not ask of its readings.

    What is not answered within `seconds` is left open; `told` is called after each answer.
    """
    budget, asked = Budget(seconds), obligations(procedure)
    readable = None if isinstance(procedure, Machine) else procedure
    machine = procedure if isinstance(procedure, Machine) else procedure.machine
    found: list[tuple[Obligation, Verdict]] = []
    try:
        prover = Prover(machine, budget=budget, procedure=readable)
        for obligation in asked:
            budget.check()
            found.append((obligation, prover.prove(obligation)))
            told()
    except OutOfTimeError:
        left = len(asked) - len(found)
        reason = Words(
            f"de tijd van {seconds:g} seconden was om, met nog {left} van {len(asked)} te bewijzen",
            f"the time of {seconds:g} seconds was up, with {left} of {len(asked)} left to prove",
        )
        found += [(obligation, Undecided(reason)) for obligation in asked[len(found) :]]
    return found
