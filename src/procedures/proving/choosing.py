"""The choices that fall differently in two machines – a gate, a cut or a window is another – and which go together."""

from procedures.guards import Keeps
from procedures.machine import Machine
from procedures.proving.symbols import Set, Symbols
from procedures.proving.windows import Window, unlike


def own_choices(a: Machine, b: Machine) -> dict[str, str]:
    """The choices that the second makes by itself, each with the name it has there."""
    found = [f"missed {name}" for name in unlike(a, b)]
    for name, step in b.steps.items():
        other = a.steps.get(name)
        if other is None:
            continue
        if step.gate is not None and other.gate is not None and step.gate != other.gate:
            found.append(f"held {name}")
        if step.keeps is not None and other.keeps is not None and step.keeps != other.keeps:
            found += [f"kept {name} {n}" for n in range(len(step.keeps.takes))]
    return {choice: f"{choice} (other)" for choice in found}


def together(a: Machine, b: Machine, symbols: Symbols) -> Set:
    """Those whose choices in the two can go together: they do the same at the same time, among the same others."""
    return _cuts(a, b, symbols) & _windows(a, b, symbols)


def _pair(symbols: Symbols, choice: str) -> tuple[Set, Set]:
    """Those for whom a choice is made so in the first machine, and in the second."""
    symbols.bdd.declare(choice, f"{choice} (other)")
    return symbols.bdd.var(choice), symbols.bdd.var(f"{choice} (other)")


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
        if step.keeps is None or other is None or other.keeps is None or step.keeps == other.keeps:
            continue
        before, after = _width(other.keeps), _width(step.keeps)
        if before is None or after is None or step.keeps.by != other.keeps.by:
            continue
        tight, wide = _pair(symbols, f"kept {name} 0")
        if before[0] >= after[0] and before[1] >= after[1]:
            tight, wide = wide, tight
        elif not (before[0] <= after[0] and before[1] <= after[1]):
            continue
        found &= ~tight | wide
    return found


def _width(keeps: Keeps) -> tuple[int, int] | None:
    """How many a simple cut keeps, and how many of those astride it; None of one that is not so simple."""
    if len(keeps.takes) != 1 or keeps.tie_break or not isinstance(keeps.takes[0].best, int):
        return None
    return keeps.takes[0].best, ("none", "lot", "keep").index(keeps.ties)
