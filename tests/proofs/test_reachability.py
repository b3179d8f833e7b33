"""Whatever happens in a selection, a proof has foreseen it."""

from itertools import pairwise

from generated import Plain, Story, definitions, law, load, stories

from procedures import Moved, Selection
from procedures.kernel.machine import Machine
from procedures.proofs.reachability.exploration import Reach
from procedures.proofs.reachability.paths import roads_to
from procedures.proofs.symbolic.decision_diagrams import Symbols, rules_of

# Corrections and reopenings take decisions back; a proof is about what is decided on the facts as they are.
ACTIONS = (*("march",) * 2, *("round",) * 8, *("single",) * 5, *("close",) * 3, *("advance",) * 3, "withdraw", "extend")


@law(stories(actions=ACTIONS), share=0.2)
def test_every_case_stands_where_a_proof_says_it_can(story: Story) -> None:
    reach = reached(story.procedure.machine)
    symbols, selection = reach.symbols, Selection(story.procedure)
    for event in story.events:
        answer = selection.take(event)
        for case in answer.cases if isinstance(answer, Moved) else ():
            here = symbols.holding({**selection.cohort.facts, **case.facts})
            assert reach.standing(case.state) & here != symbols.bdd.false, (case.state, case.facts)


def reached(machine: Machine) -> Reach:
    return Reach(machine, Symbols([machine], list(rules_of(machine))))


@law(definitions(), share=0.2)
def test_whoever_comes_out_of_an_arc_went_into_it(data: Plain) -> None:
    reach = reached(load(data).machine)
    false = reach.symbols.bdd.false
    for node, who in reach.at.items():
        for arc in reach.ways.of(node):
            come = reach.after(who, arc)
            went = reach.before(come, arc)
            assert come & ~reach.standing(arc.to.state) == false
            assert reach.after(went & who, arc) == come
            assert reach.before(~come, arc) & who == false


@law(definitions(), share=0.2)
def test_a_road_leads_back_to_the_application_from_wherever_somebody_stands(data: Plain) -> None:
    reach = reached(load(data).machine)
    for ring in reach.rings:
        stops = next(roads_to(reach, ring.node, ring.who))
        assert stops[0].arc is None
        assert stops[-1].node == ring.node
        for before, after in pairwise(stops):
            assert after.arc is not None
            assert (before.node, after.node) == (after.arc.origin, after.arc.to)
            turned = reach.turned(after.arc)
            kept = [name for name in before.person.values if not turned & {*reach.symbols.bits[name]}]
            assert all(before.person.values[name] == after.person.values[name] for name in kept)
