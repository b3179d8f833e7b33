"""The choices that fall differently in two machines – a gate, a cut or a window is another – and which go together."""

from fractions import Fraction
from typing import Final, TypeAlias

from procedures.kernel.guards import Keeps
from procedures.kernel.machine import Machine
from procedures.proofs.comparison.windows import Window, unlike
from procedures.proofs.symbolic.decision_diagrams import Set, Symbols
from rules.facts import Score

OTHER: Final = " (other)"
"""What follows the name of a choice, or of a digit, that the second machine has by itself."""

Measure: TypeAlias = tuple[object, ...]
"""What a fact or a score is ranked by: its kind, or how it is computed; the names of two scores may tell nothing."""


def own_choices(a: Machine, b: Machine) -> dict[str, str]:
    """The choices that the second makes by itself, each with the name it has there."""
    found = [f"missed {name}" for name in unlike(a, b)]
    for name, step in b.steps.items():
        other = a.steps.get(name)
        if other is None:
            continue
        if step.gate is not None and other.gate is not None and step.gate != other.gate:
            found.append(f"held {name}")
        if step.keeps is not None and other.keeps is not None and not _alike(a, other.keeps, b, step.keeps):
            found += [f"kept {name} {n}" for n in range(len(step.keeps.takes))]
            if _order(a, other.keeps) != _order(b, step.keeps):
                found.append(f"rank {name}")
    return {choice: f"{choice}{OTHER}" for choice in found}


def together(a: Machine, b: Machine, symbols: Symbols) -> Set:
    """Those whose choices in the two can go together: they do the same at the same time, among the same others."""
    return _cuts(a, b, symbols) & _windows(a, b, symbols) & _ranks(a, b, symbols)


def _pair(symbols: Symbols, choice: str) -> tuple[Set, Set]:
    """Those for whom a choice is made so in the first machine, and in the second."""
    symbols.bdd.declare(choice, f"{choice}{OTHER}")
    return symbols.bdd.var(choice), symbols.bdd.var(f"{choice}{OTHER}")


def _windows(a: Machine, b: Machine, symbols: Symbols) -> Set:
    """Whoever misses the wider of two windows misses the narrower; nobody is in two that share no moment."""
    found = symbols.bdd.true
    for name in unlike(a, b):
        missed, missed_there = _pair(symbols, f"missed {name}")
        window, other = Window.of(a, name), Window.of(b, name)
        if window.covers(other):
            found &= ~missed | missed_there
        if other.covers(window):
            found &= ~missed_there | missed
        if window.is_apart_from(other):
            found &= missed | missed_there
    return found


def _cuts(a: Machine, b: Machine, symbols: Symbols) -> Set:
    """Whoever is kept by the tighter of two cuts is kept by the wider."""
    found = symbols.bdd.true
    for name, step in b.steps.items():
        other = a.steps.get(name)
        if step.keeps is None or other is None or other.keeps is None or _alike(a, other.keeps, b, step.keeps):
            continue
        before, after = _width(other.keeps), _width(step.keeps)
        if before is None or after is None or _measures(a, other.keeps.by) != _measures(b, step.keeps.by):
            continue
        tight, wide = _pair(symbols, f"kept {name} 0")
        if before[0] >= after[0] and before[1] >= after[1]:
            tight, wide = wide, tight
        elif not (before[0] <= after[0] and before[1] <= after[1]):
            continue
        found &= ~tight | wide
    return found


def _ranks(a: Machine, b: Machine, symbols: Symbols) -> Set:
    """Whoever is ranked by something else in the second has a rank of their own there."""
    found = symbols.bdd.true
    for choice in own_choices(a, b):
        rank = f"{choice.removeprefix('rank ')}.rank"
        if choice.startswith("rank ") and rank in symbols.values:
            names = {bit: f"{bit}{OTHER}" for bit in symbols.bits[rank]}
            symbols.bdd.declare(*names.values())
            found &= symbols.bdd.let(names, symbols.is_known(rank))
    return found


def _width(keeps: Keeps) -> tuple[int, int] | None:
    """How many a simple cut keeps, and how many of those astride it; None of one that is not so simple."""
    if len(keeps.takes) != 1 or keeps.tie_break or not isinstance(keeps.takes[0].best, int):
        return None
    return keeps.takes[0].best, ("none", "lot", "keep").index(keeps.ties)


def _alike(a: Machine, one: Keeps, b: Machine, other: Keeps) -> bool:
    """Whether two cuts keep the same of the same candidates."""
    return (one.takes, one.ties, _order(a, one)) == (other.takes, other.ties, _order(b, other))


def _order(machine: Machine, keeps: Keeps) -> tuple[tuple[Measure, ...], ...]:
    """By what a cut ranks, and by what it settles ties."""
    return _measures(machine, keeps.by), _measures(machine, keeps.tie_break)


def _measures(machine: Machine, names: tuple[str, ...]) -> tuple[Measure, ...]:
    declared = machine.declared
    return tuple(
        _computed(declared.scores[name]) if name in declared.scores else (name, declared.facts[name].kind)
        for name in names
    )


def _computed(score: Score) -> Measure:
    """How a score is computed, whatever it is called; the weights of a mean count by their share."""
    whole = sum((part.weight for part in score.parts), Fraction(0)) if score.how == "mean" else Fraction(1)
    parts = ((part.fact, part.weight / whole, part.step, part.settled_by, part.settled_as) for part in score.parts)
    return score.how, frozenset(parts)
