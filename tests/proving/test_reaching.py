"""Whatever happens in a selection, a proof has foreseen it."""

from generated import Story, law, stories

from procedures import Moved, Selection
from procedures.proving.reaching import Reach
from procedures.proving.symbols import Symbols, rules_of

# Corrections and reopenings take decisions back; a proof is about what is decided on the facts as they are.
ACTIONS = (*("march",) * 2, *("round",) * 8, *("single",) * 5, *("close",) * 3, *("advance",) * 3, "withdraw", "extend")


@law(stories(actions=ACTIONS), share=0.2)
def test_every_case_stands_where_a_proof_says_it_can(story: Story) -> None:
    machine = story.procedure.machine
    symbols = Symbols([machine], list(rules_of(machine)))
    reach = Reach(machine, symbols)
    selection = Selection(story.procedure)
    for event in story.events:
        answer = selection.take(event)
        for case in answer.cases if isinstance(answer, Moved) else ():
            here = symbols.holding({**selection.cohort.facts, **case.facts})
            assert reach.standing(case.state) & here != symbols.bdd.false, (case.state, case.facts)
