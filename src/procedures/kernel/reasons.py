"""The reasons for the decision of a step for one candidate: the findings of its guards, in order of evaluation."""

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
from rules.phrases import join_words, label_of
from rules.problems import did_you_mean
from rules.truth import Truth
from rules.words import Language, Words

_EXEMPT: Final = Words("vrijgesteld:", "exempt:")
_SENTENCES: Final = {
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
    The decision of a step for one candidate, with its reasons.

    `value` is TRUE if the candidate passed or is exempt, UNKNOWN while facts are missing, else FALSE. `result` and `to`
    are the result of the step and the state it leads to; both are None while UNKNOWN. `exempt` and `outcomes` are the
    findings of the guards that were evaluated, in order, up to the guard that decided or blocked. `is_ranked` is true
    where the guards let the candidate pass and the step keeps the best: then the closing decides.
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
    is_ranked: bool = False
    known_for_exemption: Known | None = None

    @property
    def facts(self) -> dict[str, Plain]:
        """The facts on which the step was evaluated."""
        return self.declared.decode(self.known)

    def explanations(self, language: Language = "en") -> tuple[Explanation, ...]:
        """The findings of the evaluated guards in words, in order: the exemption first, then the outcomes."""
        earlier = self.known if self.known_for_exemption is None else self.known_for_exemption
        found = [explain(self.exempt, earlier, self.declared, language)] if self.exempt else []
        return (*found, *(explain(finding, self.known, self.declared, language) for finding in self.outcomes))

    def reasons(self, language: Language = "en") -> str:
        """One paragraph: the reason for the decision of the step, or the facts that are missing for it."""
        if said := self._decision_sentence():
            labels = [label_of(self.declared.facts[name], language) for name in self.missing]
            missing = join_words(labels, "and", language) if labels else ""
            sentence = said.in_language(language).format(rank=self.known.get(f"{self.step}.rank", ""), missing=missing)
            return sentence + (f" [{', '.join(self.sources)}]" if self.sources else "") + "."
        decisive = self.explanations(language)[-1]  # every guard before it was FALSE
        return motivation(decisive, language, self.sources)

    @property
    def is_skipped(self) -> bool:
        """Whether no guard was evaluated, because the step was not held or its window passed."""
        return self.result in ("not_held", "lapsed")

    def _decision_sentence(self) -> Words | None:
        """The sentence template of a decision that no guard made; None where a guard made it."""
        if self.is_skipped and self.result:
            return _SENTENCES[self.result]
        if not self.is_ranked:
            return None
        open_ = "waits" if self.missing == (f"{self.step}.kept",) else "unranked"
        return _SENTENCES[{Truth.TRUE: "kept", Truth.FALSE: "cut"}.get(self.value, open_)]

    def tree(self, language: Language = "en") -> str:
        """Every evaluated guard as an indented tree, each line with its sources."""
        trees = [outline(explanation) for explanation in self.explanations(language)]
        if not trees:
            return self.reasons(language)
        if self.exempt is None:
            return "\n".join(trees)
        heads = [_EXEMPT.in_language(language), *(_PASSES.in_language(language) for _ in trees[1:])]
        return "\n".join(f"{head}\n{indent(tree, '  ')}" for head, tree in zip(heads, trees, strict=True))

    def __str__(self) -> str:
        return self.tree()


def explain_step(machine: Machine, name: str, known: Known, known_for_exemption: Known | None = None) -> StepFinding:
    """
    The decision of a step on these facts, with its reasons. Raises UsageError for an unknown step.

    The exemption is asked on `known_for_exemption` (see `kernel.exemptions`), by default on the same facts.
    """
    step = machine.steps.get(name)
    if step is None:
        hint = did_you_mean(name, machine.steps) or "no procedure is stated: there are no steps"
        raise UsageError(f"no step `{name}` in {machine.name}; {hint}")
    if skipped := _skipped_finding(machine, step, known):
        return skipped
    decided = decide(step, known, known_for_exemption)
    earlier = known if known_for_exemption is None else known_for_exemption
    exempt = step.exemption.finding(earlier) if step.exemption is not None else None
    guard_findings = (
        () if exempt is not None and exempt.value is not Truth.FALSE else tuple(_guard_findings(step, known))
    )
    is_ranked = False
    if step.keeps is not None and isinstance(decided, Outcome) and decided.passed:
        is_ranked = True
        value, result, to, missing = _ranking_result(machine, step, decided, known)
    else:
        value, result, to = _decision_result(step, decided)
        missing = decided if isinstance(decided, tuple) else ()
    return StepFinding(
        name, value, result, to, missing, step.sources, exempt, guard_findings, known, machine.declared, is_ranked,
        known_for_exemption,
    )  # fmt: skip


def _skipped_finding(machine: Machine, step: CompiledStep, known: Known) -> StepFinding | None:
    """The finding of a step that was not held or that lapsed; None for any other step."""
    own = any(name in known for name in step.records)
    value: Truth
    result: StepResult
    if known.get(f"{step.name}.held") is False:
        value, result, to = Truth.TRUE, "not_held", step.to
    elif known.get(step.name) == "lapsed" and not own and step.lapses is not None:
        value, result, to = Truth.FALSE, "lapsed", step.lapses
    else:
        return None
    return StepFinding(step.name, value, result, to, (), step.sources, None, (), known, machine.declared)


def _ranking_result(
    machine: Machine, step: CompiledStep, outcome: Outcome, known: Known
) -> tuple[Truth, StepResult | None, str | None, tuple[str, ...]]:
    """The value, result, state and missing facts of a candidate in the ranking: kept, cut, or not ranked yet."""
    kept = known.get(f"{step.name}.kept")
    if kept is None:
        return Truth.UNKNOWN, None, None, missing_for_ranking(machine, step, outcome, known) or (f"{step.name}.kept",)
    return (Truth.TRUE, "passed", outcome.to, ()) if kept else (Truth.FALSE, "failed", step.otherwise, ())


def _decision_result(
    step: CompiledStep, decided: Outcome | tuple[str, ...] | None
) -> tuple[Truth, StepResult | None, str | None]:
    """The value, the result and the state of a decision."""
    match decided:
        case None:
            return Truth.TRUE, "exempt", step.to
        case Outcome():
            return Truth.of(decided.passed), "passed" if decided.passed else "failed", decided.to
        case _:
            return Truth.UNKNOWN, None, None


def _guard_findings(step: CompiledStep, known: Known) -> list[Finding]:
    findings = []
    for guard, _ in step.guards:
        findings.append(guard.finding(known))
        if findings[-1].value is not Truth.FALSE:
            break
    # The guard of "everybody else" is no reason where another guard was evaluated before it.
    return findings[:-1] if len(findings) > 1 and findings[-1].rule == step.outcomes[-1].when else findings
