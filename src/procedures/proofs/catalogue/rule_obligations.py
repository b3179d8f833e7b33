"""The obligations of every rule: it can hold and can fail, and each of its parts makes a difference."""

from collections.abc import Iterator
from typing import Final

from attrs import frozen

from procedures.kernel.machine import Machine
from procedures.proofs.symbolic.decision_diagrams import Symbols
from procedures.proofs.verdicts import Obligation, Proved, Refuted, Verdict
from rules.algebra import All, AnyOf, Constant, Named, Not, Rule, all_of, any_of
from rules.words import Words

_NEVER_TRUE: Final = Words("het geldt voor niemand", "it holds for nobody")
_NEVER_FALSE: Final = Words("er is niemand voor wie het niet geldt", "there is nobody for whom it fails")
_NO_DIFFERENCE: Final = Words(
    "wie het weglaat krijgt voor iedereen hetzelfde antwoord", "left out, the answer is the same for everybody"
)


@frozen
class RulePlace:
    """A rule with its name (the condition, or what it decides in a step) and the first step that uses it."""

    id: str
    words: Words
    rule: Rule
    step: str | None


def rule_obligations(machine: Machine) -> Iterator[Obligation]:
    """For every condition, exemption and kind that it decides, and for every part of a rule that it counts."""
    conditions: dict[str, RulePlace] = {}
    for place in _rule_places(machine):
        if not place.id.startswith("outcome:"):  # whether an outcome can happen is an obligation of its own
            yield _decision_obligation(place)
        yield from _member_obligations(place, place.rule, "", conditions)


def _rule_places(machine: Machine) -> Iterator[RulePlace]:
    for name, step in machine.steps.items():
        if step.exempt is not None:
            words = Words(f"de vrijstelling van `{name}`", f"the exemption from `{name}`")
            yield RulePlace(f"exempt:{name}", words, step.exempt, name)
        for number, outcome in enumerate(step.outcomes):
            words = Words(f"uitkomst {number + 1} van `{name}`", f"outcome {number + 1} of `{name}`")
            yield RulePlace(f"outcome:{name}:{number}", words, outcome.when, name)
    if machine.reserve is not None:
        for kind, rule in machine.reserve.kinds.items():
            words = Words(f"de soort `{kind}` van de reserve", f"the kind `{kind}` of the reserve")
            yield RulePlace(f"kind:{kind}", words, rule, next(iter(machine.reserve.feeders), None))


def _decision_obligation(place: RulePlace) -> Obligation:
    sentence = Words(f"{place.words.nl} kan gelden en niet gelden", f"{place.words.en} can hold and can fail")
    return Obligation(f"decides:{place.id}", "rule decides", sentence, place.step, None, place.rule)


def _member_obligations(
    place: RulePlace, rule: Rule, path: str, conditions: dict[str, RulePlace]
) -> Iterator[Obligation]:
    """The obligations of the parts of a rule; a condition gets them once, however often it is used."""
    match rule:
        case Named(name, inner):
            if name not in conditions:
                words = Words(f"voorwaarde `{name}`", f"condition `{name}`")
                conditions[name] = RulePlace(f"condition:{name}", words, rule, place.step)
                yield _decision_obligation(conditions[name])
                yield from _member_obligations(conditions[name], inner, "", conditions)
        case Not(inner):
            yield from _member_obligations(place, inner, path, conditions)
        case All(parts) | AnyOf(parts):
            joined = all_of if isinstance(rule, All) else any_of
            for number, part in enumerate(parts, 1):
                below = f"{path}.{number}" if path else f"{number}"
                sentence = Words(
                    f"deel {below} van {place.words.nl} maakt verschil", f"part {below} of {place.words.en} counts"
                )
                rest = joined(*parts[: number - 1], *parts[number:])
                yield Obligation(f"counts:{place.id}:{below}", "member counts", sentence, place.step, None, rule, rest)
                yield from _member_obligations(place, part, below, conditions)
        case _:
            pass


def prove_rule(obligation: Obligation, symbols: Symbols) -> Verdict:
    """Prove that a rule decides, or that a part of it counts, over all possible candidates."""
    assert obligation.rule is not None
    truth_sets = symbols.truth_sets(obligation.rule)
    if obligation.reduced_rule is not None:
        rest = symbols.truth_sets(obligation.reduced_rule)
        pairs = ((truth_sets.true, rest.true), (truth_sets.false, rest.false))
        same = all(one & symbols.valid == other & symbols.valid for one, other in pairs)
        return Refuted(None, _NO_DIFFERENCE) if same else Proved()
    if isinstance(obligation.rule, Constant):
        return Proved()  # a constant is deliberate
    if truth_sets.true & symbols.valid == symbols.bdd.false:
        return Refuted(None, _NEVER_TRUE)
    return Refuted(None, _NEVER_FALSE) if truth_sets.false & symbols.valid == symbols.bdd.false else Proved()


def prove_agreement(obligation: Obligation, symbols: Symbols) -> Verdict:
    """Prove that a rule is true of at least one possible candidate."""
    assert obligation.rule is not None
    nobody = symbols.truth_sets(obligation.rule).true & symbols.valid == symbols.bdd.false
    return Refuted(None, _NEVER_TRUE) if nobody else Proved()
