"""From somebody in a set the road back to the application, stop by stop."""

from collections.abc import Iterator, Mapping, Sequence

from attrs import frozen

from procedures.proofs.reachability.exploration import Reach, Ring
from procedures.proofs.reachability.successors import Arc, Node
from procedures.proofs.symbolic.decision_diagrams import Person, Set


@frozen
class Stop:
    """One stop on a road: the arc that led there (None: the application), and what is known of the person then."""

    node: Node
    arc: Arc | None
    person: Person


def roads_to(reach: Reach, where: Node | str, target: Set, wanted: Sequence[Set] = ()) -> Iterator[list[Stop]]:
    """Roads to a state (or a state in one span) for somebody of a set, the shortest first: one for each way there."""
    for number, ring, who in _found_first(reach, where):
        here = target & who
        if here != reach.symbols.bdd.false:
            yield _back(reach, number, ring, reach.symbols.member(here, wanted))


def roads_over(reach: Reach, arc: Arc, wanted: Sequence[Set] = ()) -> Iterator[list[Stop]]:
    """Roads that end with an arc, the shortest first: one for each way in which somebody came to where it starts."""
    for number, _, who in _found_first(reach, arc.origin):
        come = reach.after(who, arc)
        if come != reach.symbols.bdd.false:
            # A ring more stands for where the arc leads.
            yield _back(reach, number + 1, Ring(arc.to, arc, come), reach.symbols.member(come, wanted))


def _found_first(reach: Reach, where: Node | str) -> Iterator[tuple[int, Ring, Set]]:
    """Each ring somewhere, and those of it who were not there in an earlier one."""
    false = reach.symbols.bdd.false
    known: dict[Node, Set] = {}
    for number, ring in enumerate(reach.rings):
        if where in (ring.node, ring.node.state):
            before = known.get(ring.node, false)
            yield number, ring, ~before & ring.who
            known[ring.node] = before | ring.who


def _back(reach: Reach, number: int, ring: Ring, digits: Mapping[str, bool]) -> list[Stop]:
    """The road over which somebody, known by all binary digits, came to a ring."""
    symbols = reach.symbols
    stops = [Stop(ring.node, ring.arc, symbols.person(digits))]
    while ring.arc is not None:
        arc = ring.arc
        turned = reach.turned(arc)
        kept = {bit: value for bit, value in digits.items() if bit not in turned}
        for earlier in range(number):
            before = reach.rings[earlier]
            if before.node != arc.origin:
                continue
            # Whoever stood there with all that is kept comes out as this person too: the arc turns nothing else.
            alike = symbols.bdd.let(kept, arc.before & before.who)
            if alike != symbols.bdd.false:
                number, ring, digits = earlier, before, {**symbols.member(alike), **kept}
                stops.append(Stop(ring.node, ring.arc, symbols.person(digits)))
                break
        else:
            raise AssertionError("whoever was found at a ring came from an earlier one")
    return stops[::-1]
