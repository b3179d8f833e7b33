"""Paths from the application to a member of a set, traced back point by point."""

from collections.abc import Iterator, Mapping, Sequence

from attrs import frozen

from procedures.proofs.reachability.exploration import Frontier, ReachableStates
from procedures.proofs.reachability.successors import Arc, Node
from procedures.proofs.symbolic.decision_diagrams import Set, Valuation


@frozen
class PathPoint:
    """One point of a path: the node, the arc that led to it (None: the application), and the valuation there."""

    node: Node
    arc: Arc | None
    valuation: Valuation


def paths_to(
    reachable: ReachableStates, place: Node | str, target: Set, preferences: Sequence[Set] = ()
) -> Iterator[list[PathPoint]]:
    """Paths to a state (or a node) for a member of the target set, the shortest first: one for each frontier."""
    for number, frontier, members in _new_members(reachable, place):
        here = target & members
        if here != reachable.symbols.bdd.false:
            yield _trace_back(reachable, number, frontier, reachable.symbols.member(here, preferences))


def paths_over(reachable: ReachableStates, arc: Arc, preferences: Sequence[Set] = ()) -> Iterator[list[PathPoint]]:
    """Paths that end with an arc, the shortest first: one for each frontier at the origin of the arc."""
    for number, _, members in _new_members(reachable, arc.origin):
        successors = reachable.image(members, arc)
        if successors != reachable.symbols.bdd.false:
            # One extra frontier represents the end of the arc.
            yield _trace_back(
                reachable,
                number + 1,
                Frontier(arc.to, arc, successors),
                reachable.symbols.member(successors, preferences),
            )


def _new_members(reachable: ReachableStates, place: Node | str) -> Iterator[tuple[int, Frontier, Set]]:
    """Each frontier at a place, with its members that no earlier frontier has at the same node."""
    false = reachable.symbols.bdd.false
    known: dict[Node, Set] = {}
    for number, frontier in enumerate(reachable.frontiers):
        if place in (frontier.node, frontier.node.state):
            before = known.get(frontier.node, false)
            yield number, frontier, ~before & frontier.members
            known[frontier.node] = before | frontier.members


def _trace_back(
    reachable: ReachableStates, number: int, frontier: Frontier, digits: Mapping[str, bool]
) -> list[PathPoint]:
    """The path on which a member, given by all its binary digits, came to a frontier."""
    symbols = reachable.symbols
    path = [PathPoint(frontier.node, frontier.arc, symbols.valuation(digits))]
    while frontier.arc is not None:
        arc = frontier.arc
        changed_variables = reachable.changed_variables(arc)
        kept = {bit: value for bit, value in digits.items() if bit not in changed_variables}
        for earlier in range(number):
            source = reachable.frontiers[earlier]
            if source.node != arc.origin:
                continue
            # Any member there that agrees on the unchanged digits becomes this member: the arc changes nothing else.
            matching = symbols.bdd.let(kept, arc.precondition & source.members)
            if matching != symbols.bdd.false:
                number, frontier, digits = earlier, source, {**symbols.member(matching), **kept}
                path.append(PathPoint(frontier.node, frontier.arc, symbols.valuation(digits)))
                break
        else:
            raise AssertionError("whoever was found at a ring came from an earlier one")
    return path[::-1]
