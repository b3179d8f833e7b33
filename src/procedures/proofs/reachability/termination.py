"""Termination: where a case can still end, computed backwards over the arcs from final states and resting places."""

from procedures.kernel.names import EXPIRED, WITHDRAWN
from procedures.proofs.reachability.exploration import ReachableStates
from procedures.proofs.reachability.successors import Arc, Node
from procedures.proofs.symbolic.decision_diagrams import Set


def find_nonterminating(reachable: ReachableStates) -> list[tuple[Node, Set]]:
    """For each node those who can be there and cannot end except by withdrawing; the last nodes first."""
    false, terminating, known = (
        reachable.symbols.bdd.false,
        _terminating_sets(reachable),
        _all_declared_known(reachable),
    )
    found = [
        (node, members & ~terminating.get(node, false) & known)
        for node, members in reversed(reachable.sets_by_node.items())
    ]
    return [(node, members) for node, members in found if members != false]


def _all_declared_known(reachable: ReachableStates) -> Set:
    """Those of whom every declared fact and every fact of the selection is known: unknown facts may block for ever."""
    symbols = reachable.symbols
    names = [n for n in symbols.values if n in reachable.machine.declared_facts or reachable.is_selection_fact(n)]
    return symbols.all_known(names)


def _terminating_sets(reachable: ReachableStates) -> dict[Node, Set]:
    """For every node those who can still reach an end."""
    false = reachable.symbols.bdd.false
    incoming: dict[Node, list[Arc]] = {}
    for node in reachable.sets_by_node:
        for arc in reachable.successors.arcs_from(node):
            if arc.to.state != WITHDRAWN:
                incoming.setdefault(arc.to, []).append(arc)
    ends = [node for node in incoming if not reachable.successors.arcs_from(node)]
    terminating = dict.fromkeys(ends, reachable.symbols.valid)
    for node in reachable.sets_by_node:
        if reachable.machine.states[node.state].final or node.state == EXPIRED or _can_stay(reachable, node):
            terminating[node] = reachable.sets_by_node[node]
    pending = dict(terminating)
    while pending:
        for node in (*ends, *reversed(reachable.sets_by_node)):  # in this order a graph without loops takes one pass
            new = pending.pop(node, false)
            reachable.budget.check()
            reachable.symbols.collect_garbage()
            for arc in incoming.get(node, ()) if new != false else ():
                known = terminating.get(arc.origin, false)
                found = ~known & (reachable.preimage(new, arc) & reachable.sets_by_node[arc.origin])
                if found != false:
                    terminating[arc.origin] = known | found
                    pending[arc.origin] = pending.get(arc.origin, false) | found
    return terminating


def _can_stay(reachable: ReachableStates, node: Node) -> bool:
    """Whether a case may stay at a node: on the reserve, or left for a person after a window has passed."""
    reserve = reachable.machine.reserve
    if reserve is not None and node.state == reserve.state:
        return True
    return any(
        step.left_for_person
        and step.enforced
        and (step.within is not None or node.span > reachable.successors.span_before(step.ends))
        for step in reachable.machine.steps_from[node.state]
    )
