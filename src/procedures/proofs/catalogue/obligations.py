"""The obligations of a procedure, one for each step, outcome, rule, state and deadline concerned."""

from collections.abc import Iterator
from itertools import combinations

from procedures.kernel.machine import Machine
from procedures.kernel.names import WITHDRAWN
from procedures.proofs.catalogue.reading_obligations import ProcedureWithReadings, option_obligations
from procedures.proofs.catalogue.rule_obligations import rule_obligations
from procedures.proofs.reachability.exploration import is_eliminatory
from procedures.proofs.verdicts import Obligation
from rules.algebra import ALWAYS, NEVER, Constant, Rule, all_of, not_
from rules.words import Words


def obligations(procedure: ProcedureWithReadings | Machine) -> tuple[Obligation, ...]:
    """
    Every obligation of a machine, in the order of its steps; of a procedure also that its options differ.

    A position profile has no steps, so it has no obligations.
    """
    machine = procedure if isinstance(procedure, Machine) else procedure.machine
    if not machine.steps:
        return ()
    options = () if isinstance(procedure, Machine) else option_obligations(procedure)
    return (*_machine_obligations(machine), *options)


def _machine_obligations(machine: Machine) -> Iterator[Obligation]:
    for name in machine.states:
        yield Obligation(
            f"reached:{name}",
            "state reached",
            Words(f"`{name}` kan bereikt worden", f"`{name}` can be reached"),
            None,
            name,
        )
    for name, step in machine.steps.items():
        yield Obligation(
            f"taken:{name}",
            "step taken",
            Words(f"`{name}` kan afgelegd worden", f"`{name}` can be taken"),
            name,
        )
        for number, outcome in enumerate(step.outcomes):
            if number == 0 and outcome.when == ALWAYS:
                continue  # every candidate who takes the step gets this outcome
            yield Obligation(
                f"outcome:{name}:{number}",
                "outcome taken",
                Words(
                    f"uitkomst {number + 1} van `{name}`, naar `{outcome.to}`, kan zich voordoen",
                    f"outcome {number + 1} of `{name}`, to `{outcome.to}`, can happen",
                ),
                name,
                outcome.to,
            )
        yield Obligation(
            f"recorded:{name}",
            "facts recorded",
            Words(
                f"wie `{name}` aflegt kan beslist worden: wat gevraagd wordt is dan vastgelegd",
                f"whoever takes `{name}` can be decided: what is asked was recorded by then",
            ),
            name,
        )
        if is_eliminatory(machine, step):
            yield Obligation(
                f"round:{name}",
                "round counts",
                Words(
                    f"niemand wordt geselecteerd om `{name}` heen",
                    f"nobody is selected around `{name}`",
                ),
                name,
            )
        if step.enforced and (step.opens is not None or step.ends is not None):
            yield Obligation(
                f"deadline:{name}",
                "deadline met",
                Words(f"het venster van `{name}` kan gehaald worden", f"the window of `{name}` can be met"),
                name,
            )
        if step.gate is not None:
            yield Obligation(
                f"gate:{name}",
                "gate decided",
                Words(
                    f"of `{name}` gehouden wordt staat vast voor het nodig is",
                    f"whether `{name}` is held is decided before it is needed",
                ),
                name,
            )
    yield from rule_obligations(machine)
    yield from _kind_obligations(machine)
    for name, state in machine.states.items():
        if state.final and name != WITHDRAWN:
            yield Obligation(
                f"final:{name}",
                "final stays",
                Words(f"`{name}` is een einde", f"`{name}` is an end"),
                None,
                name,
            )
    yield from _author_obligations(machine)
    if any(step.lapses is not None and step.within is not None for step in machine.steps.values()):
        yield Obligation(
            "circles",
            "circles wait",
            Words(
                "niemand gaat vanzelf in een kring: ergens wacht die op een persoon",
                "nobody goes in a circle by themselves: somewhere it waits for a person",
            ),
        )
    yield Obligation(
        "ends",
        "case ends",
        Words(
            "elke kandidatuur kan ten einde komen zonder dat iemand opgeeft",
            "every case can end without anybody giving up",
        ),
    )


def _kind_obligations(machine: Machine) -> Iterator[Obligation]:
    """For every two kinds of the reserve: nobody has both, so that the order of evaluation decides nothing."""
    if machine.reserve is None:
        return
    # A constant kind is a deliberate kind for all others.
    rules_by_name = [(name, rule) for name, rule in machine.reserve.kinds.items() if not isinstance(rule, Constant)]
    for (name, rule), (other, others) in combinations(rules_by_name, 2):
        sentence = Words(
            f"niemand is zowel `{name}` als `{other}` op de reserve",
            f"nobody is both `{name}` and `{other}` on the reserve",
        )
        both = all_of(rule, others)
        yield Obligation(f"kinds:{name}:{other}", "kinds apart", sentence, None, machine.reserve.state, both)


def _author_obligations(machine: Machine) -> Iterator[Obligation]:
    """The properties of the author, and for each state that its properties can hold together."""
    rules_by_name: dict[str, list[Rule]] = {}
    for wanted in machine.properties:
        rule = wanted.always if wanted.always is not None else not_(wanted.never or NEVER)
        if wanted.before is None:
            for state in wanted.states:
                rules_by_name.setdefault(state, []).append(rule)
        sentence = wanted.label or Words(f"eigenschap `{wanted.name}` geldt", f"property `{wanted.name}` holds")
        yield Obligation(f"property:{wanted.name}", "own", sentence, None, None)
    for state, rules in rules_by_name.items():
        if len(rules) > 1:
            sentence = Words(
                f"wat van wie `{state}` is gevraagd wordt kan samengaan",
                f"what is asked of those in `{state}` can hold together",
            )
            yield Obligation(f"together:{state}", "rules agree", sentence, None, state, all_of(*rules))
