"""Why a step goes as it does for one person: the findings of its guards, in the order in which they are asked."""

from textwrap import indent
from typing import Final

from attrs import frozen

from procedures.errors import UsageError
from procedures.kernel.decision import decide, missing_for_ranking
from procedures.kernel.guards import Outcome
from procedures.kernel.machine import CompiledStep, Machine
from procedures.kernel.names import StepResult
from rules.evaluation import Finding
from rules.explanation import Explanation, explain, motivation, outline
from rules.facts import Declared, Known
from rules.kinds import Plain
from rules.phrases import label_of, listed
from rules.problems import did_you_mean
from rules.truth import Truth
from rules.words import Language, Words

_EXEMPT: Final = Words("vrijgesteld:", "exempt:")
_SAID: Final = {
    "not_held": Words("Deze ronde wordt niet gehouden", "This round is not held"),
    "lapsed": Words("Geen resultaat binnen de gestelde tijd", "No result within the time set"),
    "kept": Words("Rang {rank}, bij de besten", "Rank {rank}, among the best"),
    "cut": Words("Rang {rank}, niet bij de besten", "Rank {rank}, not among the best"),
    "waits": Words("Wacht op de afsluiting, die rangschikt", "Waits for the closing, which ranks"),
    "unranked": Words("Nog niet te rangschikken zonder {missing}", "Cannot be ranked without {missing}"),
}
_PASSES: Final = Words("geslaagd:", "passes:")


@frozen
class StepFinding:
    """
    How a step goes for one person.

    `value` is TRUE for those it lets on (passed or exempt), FALSE for the others, UNKNOWN while facts are missing.
    `result` and `to` say it in the words of the procedure; both are None while UNKNOWN. `exempt` and `outcomes`
    are the findings of the guards that were asked, in order, up to the one that decided or blocked. `ranked` is
    true where the guards let the person on and the step keeps the best: then the closing has the last word.
    """

    step: str
    value: Truth
    result: StepResult | None
    to: str | None
    missing: tuple[str, ...]
    sources: tuple[str, ...]
    exempt: Finding | None
    outcomes: tuple[Finding, ...]
    known: Known
    declared: Declared
    ranked: bool = False

    @property
    def facts(self) -> dict[str, Plain]:
        """What it was found on."""
        return self.declared.give(self.known)

    def explanations(self, language: Language = "en") -> tuple[Explanation, ...]:
        """The guards that were asked, in order and in words: the exemption first, then who passes."""
        asked = (*((self.exempt,) if self.exempt else ()), *self.outcomes)
        return tuple(explain(finding, self.known, self.declared, language) for finding in asked)

    def motivation(self, language: Language = "en") -> str:
        """One paragraph: why the step goes as it does, or what is missing to decide it."""
        if said := self._said():
            labels = [label_of(self.declared.facts[name], language) for name in self.missing]
            missing = listed(labels, "and", language) if labels else ""
            sentence = said.in_language(language).format(rank=self.known.get(f"{self.step}.rank", ""), missing=missing)
            return sentence + (f" [{', '.join(self.sources)}]" if self.sources else "") + "."
        decisive = self.explanations(language)[-1]  # whatever was asked before it was FALSE
        return motivation(decisive, language, self.sources)

    @property
    def passed_over(self) -> bool:
        """Whether nothing was asked of the person: the step was not held, or its time went by."""
        return self.result in ("not_held", "lapsed")

    def _said(self) -> Words | None:
        """What decided, where no rule about the person did."""
        if self.passed_over and self.result:
            return _SAID[self.result]
        if not self.ranked:
            return None
        open_ = "waits" if self.missing == (f"{self.step}.kept",) else "unranked"
        return _SAID[{Truth.TRUE: "kept", Truth.FALSE: "cut"}.get(self.value, open_)]

    def outline(self, language: Language = "en") -> str:
        """Every guard that was asked as an indented tree, each line with its sources."""
        trees = [outline(explanation) for explanation in self.explanations(language)]
        if not trees:
            return self.motivation(language)
        if self.exempt is None:
            return "\n".join(trees)
        heads = [_EXEMPT.in_language(language), *(_PASSES.in_language(language) for _ in trees[1:])]
        return "\n".join(f"{head}\n{indent(tree, '  ')}" for head, tree in zip(heads, trees, strict=True))

    def __str__(self) -> str:
        return self.outline()


def explain_step(machine: Machine, name: str, known: Known) -> StepFinding:
    """The findings of a step on these facts; raises UsageError for a step that is not there."""
    taken = machine.steps.get(name)
    if taken is None:
        hint = did_you_mean(name, machine.steps) or "no procedure is stated: there are no steps"
        raise UsageError(f"no step `{name}` in {machine.name}; {hint}")
    if passed_over := _passed_over(machine, taken, known):
        return passed_over
    decided = decide(taken, known)
    exempt = taken.exemption.look(known) if taken.exemption is not None else None
    asked = () if exempt is not None and exempt.value is not Truth.FALSE else tuple(_asked(taken, known))
    ranked = False
    if taken.keeps is not None and isinstance(decided, Outcome) and decided.passed:
        ranked = True
        value, result, to, missing = _ranked(machine, taken, decided, known)
    else:
        value, result, to = _told(taken, decided)
        missing = decided if isinstance(decided, tuple) else ()
    return StepFinding(name, value, result, to, missing, taken.sources, exempt, asked, known, machine.declared, ranked)


def _passed_over(machine: Machine, taken: CompiledStep, known: Known) -> StepFinding | None:
    """The finding of a step that was not held, or that lapsed: nothing was asked of the person."""
    own = any(name in known for name in taken.records)
    value: Truth
    result: StepResult
    if known.get(f"{taken.name}.held") is False:
        value, result, to = Truth.TRUE, "not_held", taken.to
    elif known.get(taken.name) == "lapsed" and not own and taken.lapses is not None:
        value, result, to = Truth.FALSE, "lapsed", taken.lapses
    else:
        return None
    return StepFinding(taken.name, value, result, to, (), taken.sources, None, (), known, machine.declared)


def _ranked(
    machine: Machine, taken: CompiledStep, outcome: Outcome, known: Known
) -> tuple[Truth, StepResult | None, str | None, tuple[str, ...]]:
    """How it goes for somebody whom the guards let on to the ranking: kept, cut, or not ranked yet."""
    kept = known.get(f"{taken.name}.kept")
    if kept is None:
        return Truth.UNKNOWN, None, None, missing_for_ranking(machine, taken, outcome, known) or (f"{taken.name}.kept",)
    return (Truth.TRUE, "passed", outcome.to, ()) if kept else (Truth.FALSE, "failed", taken.otherwise, ())


def _told(
    taken: CompiledStep, decided: Outcome | tuple[str, ...] | None
) -> tuple[Truth, StepResult | None, str | None]:
    """The value, the result and the state of what was decided."""
    match decided:
        case None:
            return Truth.TRUE, "exempt", taken.to
        case Outcome():
            return Truth.of(decided.passed), "passed" if decided.passed else "failed", decided.to
        case _:
            return Truth.UNKNOWN, None, None


def _asked(taken: CompiledStep, known: Known) -> list[Finding]:
    found = []
    for guard, _ in taken.guards:
        found.append(guard.look(known))
        if found[-1].value is not Truth.FALSE:
            break
    # The guard of "everybody else" says nothing where another was asked before it.
    return found[:-1] if len(found) > 1 and found[-1].rule == taken.outcomes[-1].when else found
