"""The choices that can fall differently in two machines, as a gate, a cut or a window differs, and their limits."""

from fractions import Fraction
from typing import Final, TypeAlias

from procedures.kernel.machine import Machine
from procedures.kernel.outcomes import Keeps
from procedures.proofs.comparison.windows import Window, find_changed_windows
from procedures.proofs.symbolic.decision_diagrams import Set, Symbols
from rules.facts import Score

OTHER: Final = " (other)"
"""The suffix of a choice, or of a digit, that the second machine has separately."""

Measure: TypeAlias = tuple[object, ...]
"""What a ranking compares: a fact and its kind, or how a score is computed, whatever the name of the score."""


def find_own_choices(a: Machine, b: Machine) -> dict[str, str]:
    """The choices that the second machine makes separately, each with its name there."""
    found = [f"missed {name}" for name in find_changed_windows(a, b)]
    for name, step in b.steps.items():
        other = a.steps.get(name)
        if other is None:
            continue
        if step.gate is not None and other.gate is not None and step.gate != other.gate:
            found.append(f"held {name}")
        if step.keeps is not None and other.keeps is not None and not _are_equal_cuts(a, other.keeps, b, step.keeps):
            found += [f"kept {name} {n}" for n in range(len(step.keeps.takes))]
            if _ranking_order(a, other.keeps) != _ranking_order(b, step.keeps):
                found.append(f"rank {name}")
    return {choice: f"{choice}{OTHER}" for choice in found}


def constrain_choices(a: Machine, b: Machine, symbols: Symbols) -> Set:
    """The combinations of choices that are possible for one behaviour at the same times among the same others."""
    return _constrain_cuts(a, b, symbols) & _constrain_windows(a, b, symbols) & _constrain_ranks(a, b, symbols)


def _choice_pair(symbols: Symbols, choice: str) -> tuple[Set, Set]:
    """Those for whom a choice is true in the first machine, and in the second."""
    symbols.bdd.declare(choice, f"{choice}{OTHER}")
    return symbols.bdd.var(choice), symbols.bdd.var(f"{choice}{OTHER}")


def _constrain_windows(a: Machine, b: Machine, symbols: Symbols) -> Set:
    """Missing the wider of two windows implies missing the narrower; of two disjoint windows one is always missed."""
    found = symbols.bdd.true
    for name in find_changed_windows(a, b):
        missed, missed_there = _choice_pair(symbols, f"missed {name}")
        window, other = Window.of(a, name), Window.of(b, name)
        if window.covers(other):
            found &= ~missed | missed_there
        if other.covers(window):
            found &= ~missed_there | missed
        if window.is_disjoint_from(other):
            found &= missed | missed_there
    return found


def _constrain_cuts(a: Machine, b: Machine, symbols: Symbols) -> Set:
    """A candidate kept by the tighter of two cuts is kept by the wider."""
    found = symbols.bdd.true
    for name, step in b.steps.items():
        other = a.steps.get(name)
        if step.keeps is None or other is None or other.keeps is None or _are_equal_cuts(a, other.keeps, b, step.keeps):
            continue
        before, after = _width(other.keeps), _width(step.keeps)
        if before is None or after is None or _measures(a, other.keeps.by) != _measures(b, step.keeps.by):
            continue
        tight, wide = _choice_pair(symbols, f"kept {name} 0")
        if before[0] >= after[0] and before[1] >= after[1]:
            tight, wide = wide, tight
        elif not (before[0] <= after[0] and before[1] <= after[1]):
            continue
        found &= ~tight | wide
    return found


def _constrain_ranks(a: Machine, b: Machine, symbols: Symbols) -> Set:
    """A candidate who is ranked differently in the second machine has a separate rank there."""
    found = symbols.bdd.true
    for choice in find_own_choices(a, b):
        rank = f"{choice.removeprefix('rank ')}.rank"
        if choice.startswith("rank ") and rank in symbols.values:
            names = {bit: f"{bit}{OTHER}" for bit in symbols.bits[rank]}
            symbols.bdd.declare(*names.values())
            found &= symbols.bdd.let(names, symbols.is_known(rank))
    return found


def _width(keeps: Keeps) -> tuple[int, int] | None:
    """How many a simple cut keeps, and how generous it is with ties; None for any other cut."""
    if len(keeps.takes) != 1 or keeps.tie_break or not isinstance(keeps.takes[0].best, int):
        return None
    return keeps.takes[0].best, ("none", "lot", "keep").index(keeps.ties)


def _are_equal_cuts(a: Machine, one: Keeps, b: Machine, other: Keeps) -> bool:
    """Whether two cuts keep the same of the same candidates."""
    return (one.takes, one.ties, _ranking_order(a, one)) == (other.takes, other.ties, _ranking_order(b, other))


def _ranking_order(machine: Machine, keeps: Keeps) -> tuple[tuple[Measure, ...], ...]:
    """The measures by which a cut ranks, and by which it breaks ties."""
    return _measures(machine, keeps.by), _measures(machine, keeps.tie_break)


def _measures(machine: Machine, names: tuple[str, ...]) -> tuple[Measure, ...]:
    declared = machine.declared
    return tuple(
        _score_measure(declared.scores[name]) if name in declared.scores else (name, declared.facts[name].kind)
        for name in names
    )


def _score_measure(score: Score) -> Measure:
    """How a score is computed, whatever its name; the weights of a mean count as shares."""
    whole = sum((part.weight for part in score.parts), Fraction(0)) if score.how == "mean" else Fraction(1)
    parts = ((part.fact, part.weight / whole, part.step, part.settled_by, part.settled_as) for part in score.parts)
    return score.how, frozenset(parts)
