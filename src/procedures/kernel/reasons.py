"""The reasons for the decision of a step for one candidate: the findings of its guards, in order of evaluation."""

from collections.abc import Sequence
from textwrap import indent
from typing import Final

from attrs import field, frozen

from procedures.errors import UsageError
from procedures.kernel.cases import Move
from procedures.kernel.decision import decide, missing_for_ranking
from procedures.kernel.exemptions import replace_own_facts, start_of_decision
from procedures.kernel.machine import CompiledStep, Machine
from procedures.kernel.names import StepResult
from procedures.kernel.outcomes import Outcome
from rules.algebra import ALWAYS
from rules.evaluation import Finding
from rules.explanation import Explanation, explain, motivation, outline
from rules.facts import Declared, Known
from rules.kinds import Plain
from rules.phrases import join_words, label_of
from rules.suggestions import did_you_mean
from rules.truth import Truth
from rules.words import Language, Words, as_words

_EXEMPT: Final = Words("vrijgesteld:", "exempt:")
_SENTENCES: Final = {
    "not_held": Words("Deze ronde wordt niet gehouden", "This round is not held"),
    "lapsed": Words("Geen resultaat binnen de gestelde tijd", "No result within the time set"),
    "kept": Words("Rang {rank}, bij de besten", "Rank {rank}, among the best"),
    "kept on a list": Words("Rang {rank}, bij de besten: “{to}”", "Rank {rank}, among the best: “{to}”"),
    "cut": Words("Rang {rank}, niet bij de besten", "Rank {rank}, not among the best"),
    "waits": Words("Wacht op de afsluiting, die rangschikt", "Waits for the closing, which ranks"),
    "nothing asked": Words("Iedereen gaat door", "Everybody goes on"),
    "unranked": Words("Nog niet te rangschikken zonder {missing}", "Cannot be ranked without {missing}"),
}
_PASSES: Final = Words("geslaagd:", "passes:")
_LEADS: Final = Words("Leidt naar “{to}”: ", "Leads to “{to}”: ")
_OTHERWISE: Final = Words(
    "Leidt naar “{to}”, omdat niets anders van toepassing is: ", "Leads to “{to}”, because nothing else applies: "
)


@frozen
class StepFinding:
    """
    The decision of a step for one candidate, with its reasons.

    `value` is TRUE if the candidate passed or is exempt, UNKNOWN while facts are missing, else FALSE. `result` and `to`
    are the result of the step and the state it leads to; both are None while UNKNOWN. `exempt` and `outcomes` are the
    findings of the guards that were evaluated, in order, up to the guard that decided or blocked. `is_ranked` is true
    where the guards let the candidate pass and the step keeps the best: then the closing decides. `known_for_exemption`
    are the facts on which the exemption was asked; None where they are the same.
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
    machine: Machine = field(repr=False)
    is_ranked: bool = False
    known_for_exemption: Known | None = None

    @property
    def declared(self) -> Declared:
        """The facts and scores of the procedure."""
        return self.machine.declared

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
            rank, to = self.known.get(f"{self.step}.rank", ""), self._state_words(language)
            sentence = said.in_language(language).format(rank=rank, missing=missing, to=to)
            return sentence + (f" [{', '.join(self.sources)}]" if self.sources else "") + "."
        decisive = self.explanations(language)[-1]  # every guard before it was FALSE
        if self.value is Truth.UNKNOWN or self.result == "exempt" or self._passes_or_fails:
            return motivation(decisive, language, self.sources)
        # Where the outcomes are more than passing and failing, "met" would say nothing: the state is told.
        template, denied = _LEADS, []
        if decisive.value is Truth.FALSE:  # the outcome for everybody else: each guard was denied
            template, denied = _OTHERWISE, list(self.explanations(language)[-len(self.outcomes) : -1])
        opening = template.in_language(language).format(to=self._state_words(language))
        return motivation(decisive, language, self.sources, opening=opening, earlier=denied)

    @property
    def _passes_or_fails(self) -> bool:
        """Whether the step has one rule, of which the TRUE value passes."""
        outcomes = self.machine.steps[self.step].outcomes
        return len(outcomes) <= 2 and outcomes[0].passed

    def _state_words(self, language: Language) -> str:
        """The label of the state to which the decision leads."""
        if self.to is None:
            return ""
        return self.machine.states[self.to].label.in_language(language, as_words(self.to))

    @property
    def is_skipped(self) -> bool:
        """Whether no guard was evaluated, because the step was not held or its window passed."""
        return self.result in ("not_held", "lapsed")

    def _decision_sentence(self) -> Words | None:
        """The sentence template of a decision that no guard made; None where a guard made it."""
        if self.is_skipped and self.result:
            return _SENTENCES[self.result]
        if self.is_ranked:
            return _SENTENCES[self._ranking_phrase()]
        asks_nothing = self.exempt is None or self.exempt.value is Truth.FALSE
        return _SENTENCES["nothing asked"] if asks_nothing and self.outcomes[0].rule == ALWAYS else None

    def _ranking_phrase(self) -> str:
        """The key of the sentence about a ranked result."""
        match self.value:
            case Truth.TRUE:
                keeps = self.machine.steps[self.step].keeps
                several = keeps is not None and len(keeps.takes) > 1 and self.to is not None
                return "kept on a list" if several else "kept"
            case Truth.FALSE:
                return "cut"
            case _:
                return "waits" if self.missing == (f"{self.step}.kept",) else "unranked"

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


def explain_decision(machine: Machine, moves: Sequence[Move], number: int) -> StepFinding:
    """The decision of a step that a case took, with its reasons; `number` is the place of the move among its moves."""
    move = moves[number]
    step = machine.steps[move.event]
    earlier = moves[start_of_decision(moves, number, step.name) - 1].after
    known_for_exemption = replace_own_facts(step, move.known, earlier) if step.exemption_reads_own_facts else None
    return explain_step(machine, step.name, move.known, known_for_exemption, move.to_state)


def explain_step(
    machine: Machine,
    name: str,
    known: Known,
    known_for_exemption: Known | None = None,
    ranked_to: str | None = None,
) -> StepFinding:
    """
    The decision of a step on these facts, with its reasons. Raises UsageError for an unknown step.

    The exemption is asked on `known_for_exemption` (see `kernel.exemptions`), by default on the same facts. `ranked_to`
    is the state to which a ranking led, where that is known; facts alone do not tell which of several lists took it.
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
        value, result, to, missing = _ranking_result(machine, step, decided, known, ranked_to)
    else:
        value, result, to = _decision_result(step, decided)
        missing = decided if isinstance(decided, tuple) else ()
    return StepFinding(
        name, value, result, to, missing, step.sources, exempt, guard_findings, known, machine, is_ranked,
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
    return StepFinding(step.name, value, result, to, (), step.sources, None, (), known, machine)


def _ranking_result(
    machine: Machine, step: CompiledStep, outcome: Outcome, known: Known, ranked_to: str | None
) -> tuple[Truth, StepResult | None, str | None, tuple[str, ...]]:
    """The value, result, state and missing facts of a candidate in the ranking: kept, cut, or not ranked yet."""
    kept = known.get(f"{step.name}.kept")
    if kept is None:
        return Truth.UNKNOWN, None, None, missing_for_ranking(machine, step, outcome, known) or (f"{step.name}.kept",)
    if not kept:
        return Truth.FALSE, "failed", step.otherwise, ()
    assert step.keeps is not None
    lists = [take.to for take in step.keeps.takes]
    return Truth.TRUE, "passed", lists[0] if len(lists) == 1 else ranked_to, ()


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
