"""What is asked of every rule: that it can hold and can fail, and that each of its parts makes a difference."""

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
class Place:
    """A rule with what it is called: the condition, or what it decides in a step; and the first step that uses it."""

    id: str
    words: Words
    rule: Rule
    step: str | None


def rule_obligations(machine: Machine) -> Iterator[Obligation]:
    """For every condition, exemption and kind whether it decides, and for every part of a rule whether it counts."""
    conditions: dict[str, Place] = {}
    for place in _places(machine):
        if not place.id.startswith("outcome:"):  # whether an outcome can happen is an obligation of its own
            yield _decides(place)
        yield from _members(place, place.rule, "", conditions)


def _places(machine: Machine) -> Iterator[Place]:
    for name, step in machine.steps.items():
        if step.exempt is not None:
            words = Words(f"de vrijstelling van `{name}`", f"the exemption from `{name}`")
            yield Place(f"exempt:{name}", words, step.exempt, name)
        for number, outcome in enumerate(step.outcomes):
            words = Words(f"uitkomst {number + 1} van `{name}`", f"outcome {number + 1} of `{name}`")
            yield Place(f"outcome:{name}:{number}", words, outcome.when, name)
    if machine.reserve is not None:
        for kind, rule in machine.reserve.kinds.items():
            words = Words(f"de soort `{kind}` van de reserve", f"the kind `{kind}` of the reserve")
            yield Place(f"kind:{kind}", words, rule, next(iter(machine.reserve.feeders), None))


def _decides(place: Place) -> Obligation:
    sentence = Words(f"{place.words.nl} kan gelden en niet gelden", f"{place.words.en} can hold and can fail")
    return Obligation(f"decides:{place.id}", "rule decides", sentence, place.step, None, place.rule)


def _members(place: Place, rule: Rule, path: str, conditions: dict[str, Place]) -> Iterator[Obligation]:
    """The parts below a rule; a condition is asked about once, wherever it is used."""
    match rule:
        case Named(name, inner):
            if name not in conditions:
                words = Words(f"voorwaarde `{name}`", f"condition `{name}`")
                conditions[name] = Place(f"condition:{name}", words, rule, place.step)
                yield _decides(conditions[name])
                yield from _members(conditions[name], inner, "", conditions)
        case Not(inner):
            yield from _members(place, inner, path, conditions)
        case All(parts) | AnyOf(parts):
            joined = all_of if isinstance(rule, All) else any_of
            for number, part in enumerate(parts, 1):
                below = f"{path}.{number}" if path else f"{number}"
                sentence = Words(
                    f"deel {below} van {place.words.nl} maakt verschil", f"part {below} of {place.words.en} counts"
                )
                rest = joined(*parts[: number - 1], *parts[number:])
                yield Obligation(f"counts:{place.id}:{below}", "member counts", sentence, place.step, None, rule, rest)
                yield from _members(place, part, below, conditions)
        case _:
            pass


def judged(obligation: Obligation, symbols: Symbols) -> Verdict:
    """Whether a rule decides, or a part of one counts, among all there could be."""
    assert obligation.rule is not None
    rails = symbols.rails(obligation.rule)
    if obligation.without is not None:
        rest = symbols.rails(obligation.without)
        pairs = ((rails.true, rest.true), (rails.false, rest.false))
        same = all(one & symbols.valid == other & symbols.valid for one, other in pairs)
        return Refuted(None, _NO_DIFFERENCE) if same else Proved()
    if isinstance(obligation.rule, Constant):
        return Proved()  # written as it is on purpose
    if rails.true & symbols.valid == symbols.bdd.false:
        return Refuted(None, _NEVER_TRUE)
    return Refuted(None, _NEVER_FALSE) if rails.false & symbols.valid == symbols.bdd.false else Proved()


def agreed(obligation: Obligation, symbols: Symbols) -> Verdict:
    """Whether there is anybody of whom a rule is true."""
    assert obligation.rule is not None
    nobody = symbols.rails(obligation.rule).true & symbols.valid == symbols.bdd.false
    return Refuted(None, _NEVER_TRUE) if nobody else Proved()
