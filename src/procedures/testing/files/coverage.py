"""Coverage of a definition: the arcs, branches, windows, readings and refusals that its worked cases exercise.

    print(coverage(procedure, read_cases("clerk.cases.yaml")).table())

An arc is taken or not. A branch is a part of a rule; it counts once for each value (true and false) that alone decided
a case. A window counts on both sides of each end. Corrections, reopenings and withdrawals are the same in every
procedure, so they need no case.
"""

from collections.abc import Iterable, Iterator, Mapping

from attrs import frozen

from procedures.kernel.arcs import arc_of_move
from procedures.kernel.cases import Case, Move, Moved, Refused
from procedures.kernel.machine import CompiledStep, Machine
from procedures.procedure import Procedure
from procedures.testing.files.branches import decisive_branches
from procedures.testing.files.coverage_items import GROUPS, Item, guards_of, items_of
from procedures.testing.generation.moments import DAY
from procedures.worked_cases.reader import WorkedCases
from procedures.worked_cases.replay import ReplayedCase, replay_cases
from rules.algebra import Rule
from rules.calendar import Moment
from rules.evaluation import truth
from rules.facts import Known
from rules.problems import Problem
from rules.truth import Truth


@frozen
class Coverage:
    """What the worked cases of a procedure exercise of it, and what they do not."""

    procedure: str
    items: tuple[Item, ...]

    def counts(self) -> Mapping[str, tuple[int, int]]:
        """For each group, how many are exercised of how many there are."""
        found = {group: [item.covered for item in self.items if item.group == group] for group in GROUPS}
        return {group: (sum(covered), len(covered)) for group, covered in found.items()}

    @property
    def uncovered(self) -> tuple[Problem, ...]:
        """What no case exercises, each with its place in the definition."""
        return tuple(Problem(item.sentence, item.place) for item in self.items if not item.covered)

    def table(self) -> str:
        """The counts as a table, and a line for everything that no case exercises."""
        lines = [f"coverage of {self.procedure}"]
        for group, (covered, whole) in self.counts().items():
            share = f"{100 * covered // whole:3}%" if whole else "    "
            lines.append(f"  {group:<9} {covered:>4} of {whole:<4} {share}".rstrip())
        return "\n".join([*lines, *(f"  {problem}" for problem in self.uncovered)])


def coverage(procedure: Procedure, cases: WorkedCases | Iterable[WorkedCases]) -> Coverage:
    """What worked cases exercise of a procedure, each of them under its own readings."""
    files = [cases] if isinstance(cases, WorkedCases) else list(cases)
    seen: set[tuple[str, object]] = set()
    for file in files:
        for each in replay_cases(file):
            seen.update(_exercised(each))
    items = tuple(
        Item(item.group, item.key, item.sentence, item.place, (item.group, item.key) in seen)
        for item in items_of(procedure)
    )
    return Coverage(procedure.name, items)


def _exercised(case: ReplayedCase) -> Iterator[tuple[str, object]]:
    yield from (("readings", pair) for pair in case.procedure.readings.items())
    for name in case.conditions:
        if (rule := case.procedure.definition.conditions.get(name)) is not None:
            yield from (("branches", found) for found in decisive_branches("a condition", rule, case.known))
    for answer in case.answers:
        if isinstance(answer, Refused):
            yield "refusals", answer.code
            side = {"too_early": "early", "too_late": "late"}.get(answer.code)
            if side is not None:
                yield "windows", (answer.event.name, side)
        else:
            yield from _exercised_by_moves(case.procedure.machine, answer)
    if case.selection is not None:
        yield from _exercised_at_end(case)


def _exercised_by_moves(machine: Machine, answer: Moved) -> Iterator[tuple[str, object]]:
    for move in answer.moves:
        yield "arcs", arc_of_move(move)
        step = machine.steps.get(move.event)
        if move.kind in ("lapsed", "expired"):
            yield "windows", (move.event, "late")
        elif move.event == "apply":
            yield from _sides("apply", machine.opens, machine.ends, move.at)
        elif step is not None and move.kind != "not_held":
            for name, rule in _evaluated_guards(step, move.known):
                yield from (("branches", found) for found in decisive_branches(name, rule, move.known))
            if answer.event.name == step.name:
                ends = step.window_end(_entry_moment(answer.case, move), machine.zone)
                yield from _sides(step.name, step.opens, ends, move.at)


def _entry_moment(case: Case, move: Move) -> Moment:
    """The moment at which a case entered the state where a move found it."""
    before = case.history[: next(at for at, each in enumerate(case.history) if each is move)]
    return next(each.at for each in reversed(before) if each.from_state != each.to_state)


def _evaluated_guards(step: CompiledStep, known: Known) -> Iterator[tuple[str, Rule]]:
    """The guards of a step that were evaluated for a case, up to the one that decided."""
    for name, rule, key in guards_of(step):
        if key != "held":
            yield name, rule
            if truth(rule, known) is not Truth.FALSE:
                return


def _sides(name: str, opens: Moment | None, ends: Moment | None, at: Moment) -> Iterator[tuple[str, object]]:
    if opens is not None and opens <= at < opens + DAY:
        yield "windows", (name, "first")
    if ends is not None and ends - DAY <= at < ends:
        yield "windows", (name, "last")


def _exercised_at_end(case: ReplayedCase) -> Iterator[tuple[str, object]]:
    """Decided gates, and for cases that came onto the reserve the kinds that were evaluated."""
    machine, selection = case.procedure.machine, case.selection
    assert selection is not None
    for name, gate in selection.gates.items():
        yield "branches", (f"gate of {name}", gate.held)
        rule = machine.steps[name].gate
        if rule is not None and rule.rule is not None:
            yield from (
                ("branches", found) for found in decisive_branches(f"{name}: held", rule.rule, selection.cohort.facts)
            )
    if machine.reserve is None:
        return
    for each in (selection[name] for name in selection):
        if any(move.to_state == machine.reserve.state for move in each.path):
            known = selection.cohort.known_facts(each.facts)
            for name, kind in machine.reserve.kinds.items():
                yield from (("branches", found) for found in decisive_branches(f"reserve {name}", kind, known))
                if name == selection.kind(each):
                    break
