"""Whatever happens in a selection, a proof has foreseen it."""

from itertools import pairwise

from generated import Plain, Story, definitions, law, load, stories

from procedures import Moved, Selection
from procedures.kernel.machine import Machine
from procedures.proofs.reachability.exploration import ReachableStates
from procedures.proofs.reachability.paths import paths_to
from procedures.proofs.symbolic.decision_diagrams import Symbols, rules_of

# Corrections and reopenings take decisions back; a proof is about what is decided on the facts as they are.
ACTIONS = (*("march",) * 2, *("round",) * 8, *("single",) * 5, *("close",) * 3, *("advance",) * 3, "withdraw", "extend")


@law(stories(actions=ACTIONS), share=0.2)
def test_every_case_stands_where_a_proof_says_it_can(story: Story) -> None:
    reachable = reached(story.procedure.machine)
    symbols, selection = reachable.symbols, Selection(story.procedure)
    for event in story.events:
        answer = selection.handle(event)
        for case in answer.cases if isinstance(answer, Moved) else ():
            here = symbols.matching({**selection.cohort.facts, **case.facts})
            assert reachable.members_at(case.state) & here != symbols.bdd.false, (case.state, case.facts)


def reached(machine: Machine) -> ReachableStates:
    return ReachableStates(machine, Symbols([machine], list(rules_of(machine))))


@law(definitions(), share=0.2)
def test_whoever_comes_out_of_an_arc_went_into_it(data: Plain) -> None:
    reachable = reached(load(data).machine)
    false = reachable.symbols.bdd.false
    for node, who in reachable.sets_by_node.items():
        for arc in reachable.successors.arcs_from(node):
            come = reachable.image(who, arc)
            went = reachable.preimage(come, arc)
            assert come & ~reachable.members_at(arc.to.state) == false
            assert reachable.image(went & who, arc) == come
            assert reachable.preimage(~come, arc) & who == false


@law(definitions(), share=0.2)
def test_a_road_leads_back_to_the_application_from_wherever_somebody_stands(data: Plain) -> None:
    reachable = reached(load(data).machine)
    for frontier in reachable.frontiers:
        path = next(paths_to(reachable, frontier.node, frontier.members))
        assert path[0].arc is None
        assert path[-1].node == frontier.node
        for before, after in pairwise(path):
            assert after.arc is not None
            assert (before.node, after.node) == (after.arc.origin, after.arc.to)
            turned = reachable.changed_variables(after.arc)
            kept = [name for name in before.valuation.values if not turned & {*reachable.symbols.bits[name]}]
            assert all(before.valuation.values[name] == after.valuation.values[name] for name in kept)
