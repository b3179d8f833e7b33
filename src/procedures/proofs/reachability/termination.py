"""From where a case can come to an end: backwards over every arc, from the ends and the places where it may rest."""

from procedures.kernel.names import EXPIRED, WITHDRAWN
from procedures.proofs.reachability.exploration import Reach
from procedures.proofs.reachability.successors import Arc, Node
from procedures.proofs.symbolic.decision_diagrams import Set


def stuck(reach: Reach) -> list[tuple[Node, Set]]:
    """For each place and time those who can stand there and come to no end but by giving up; the last places first."""
    false, can, told = reach.symbols.bdd.false, _can_end(reach), _told(reach)
    found = [(node, who & ~can.get(node, false) & told) for node, who in reversed(reach.at.items())]
    return [(node, who) for node, who in found if who != false]


def _told(reach: Reach) -> Set:
    """Those of whom every declared fact is known, when all is closed: whoever tells nothing waits for ever."""
    symbols = reach.symbols
    names = [n for n in symbols.values if n in reach.machine.declared_facts or reach.of_selection(n)]
    return symbols.all_known(names)


def _can_end(reach: Reach) -> dict[Node, Set]:
    """For every node those from which some way leads to an end."""
    false = reach.symbols.bdd.false
    into: dict[Node, list[Arc]] = {}
    for node in reach.at:
        for arc in reach.ways.of(node):
            if arc.to.state != WITHDRAWN:
                into.setdefault(arc.to, []).append(arc)
    ends = [node for node in into if not reach.ways.of(node)]
    can = dict.fromkeys(ends, reach.symbols.valid)
    for node in reach.at:
        if reach.machine.states[node.state].final or node.state == EXPIRED or _rests(reach, node):
            can[node] = reach.at[node]
    fresh = dict(can)
    while fresh:
        for node in (*ends, *reversed(reach.at)):  # a road without loops is gone back at once
            new = fresh.pop(node, false)
            reach.budget.check()
            reach.symbols.tidy()
            for arc in into.get(node, ()) if new != false else ():
                known = can.get(arc.origin, false)
                found = ~known & (reach.before(new, arc) & reach.at[arc.origin])
                if found != false:
                    can[arc.origin] = known | found
                    fresh[arc.origin] = fresh.get(arc.origin, false) | found
    return can


def _rests(reach: Reach, node: Node) -> bool:
    """Whether a case may stay where it is: on the reserve, or left to a person by a window that passed."""
    reserve = reach.machine.reserve
    if reserve is not None and node.state == reserve.state:
        return True
    return any(
        step.left_for_person
        and step.enforced
        and (step.within is not None or node.span > reach.ways.span_before(step.ends))
        for step in reach.machine.steps_from[node.state]
    )
