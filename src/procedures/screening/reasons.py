"""Reasons of rows: the findings of the reference, made once for all rows that have the same finding.

Which leaves of the rules decide depends on the truth of the leaves alone, and a reason mentions only the facts of the
deciding leaves. So rows in which every leaf has the same truth, and the facts of the deciding leaves have the same
values, have one reason. Generated tests compare every row with `explain_step`.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Final

import polars as pl
from attrs import define, field

from procedures.kernel.machine import CompiledStep, Machine
from procedures.kernel.reasons import StepFinding, explain_step
from rules.algebra import All, AnyOf, Constant, Named, Not, Rule, facts_of
from rules.columns import expression
from rules.evaluation import Finding
from rules.kinds import Value
from rules.words import Language

_MOST_FINDINGS: Final = 50_000
"""The most findings that are cached, so that a file in which all rows differ does not fill the memory."""

_WHY: Final[dict[str, pl.DataType]] = {"missing": pl.List(pl.String), "reason": pl.String()}
_ROW: Final = "row of the batch"


@define(slots=False)
class Reasons:
    """The missing facts and the reason of rows of encoded facts; `with_words` false leaves out the reason."""

    machine: Machine
    step: CompiledStep
    available_facts: tuple[str, ...]
    language: Language
    with_words: bool = True
    _mentioned: dict[tuple[object, ...], tuple[str, ...]] = field(factory=dict, init=False)
    _found: dict[tuple[object, ...], tuple[list[str], str | None]] = field(factory=dict, init=False)

    def explain_rows(self, table: pl.DataFrame, undecided: pl.Series) -> pl.DataFrame:
        """
        The columns `missing` and `reason` for a table that has the facts in `available_facts`.

        `undecided` flags the rows without a decision; the other rows have no missing facts.
        """
        order = pl.DataFrame({_ROW: pl.int_range(len(undecided), dtype=pl.UInt32, eager=True)})
        rows = order.hstack(table.select(self.available_facts).get_columns())
        if not self.with_words:
            rows = rows.filter(undecided)
        signature = [f"sign {number}" for number in range(len(self._signature))]
        rows = rows.with_columns(sign.alias(name) for name, sign in zip(signature, self._signature, strict=True))
        parts = rows.partition_by(signature, as_dict=True) if signature else {(): rows}
        nothing = pl.DataFrame(schema={_ROW: pl.UInt32(), **_WHY})
        why = pl.concat([nothing, *(self._make_reasons(*part) for part in parts.items())])
        return order.join(why, on=_ROW, how="left", maintain_order="left").select(*_WHY)

    @cached_property
    def _signature(self) -> list[pl.Expr]:
        """What a reason depends on, besides the values it mentions: the truth of leaves and the known ranking facts."""
        rules = [self.step.exempt] if self.step.exempt is not None else []
        rules += [outcome.when for outcome in self.step.outcomes]
        leaves = dict.fromkeys(leaf for rule in rules for leaf in _leaves(rule))
        truths = [expression(leaf, self.machine.declared, self.available_facts) for leaf in leaves]
        there = [pl.col(name).is_not_null() for name in self._ranking if name in self.available_facts]
        settled = [pl.col(name) for name in self._settling_facts if name in self.available_facts]
        return [*truths, *there, *settled]

    @cached_property
    def _ranking(self) -> tuple[str, ...]:
        """The facts by which the step ranks; the parts of scores."""
        scores = self.machine.declared.scores
        return tuple(
            fact
            for name in self._keys
            for fact in ([part.fact for part in scores[name].parts] if name in scores else [name])
        )

    @cached_property
    def _settling_facts(self) -> tuple[str, ...]:
        """The facts that settle parts of the scores by which the step ranks."""
        scores = self.machine.declared.scores
        parts = [part for name in self._keys if name in scores for part in scores[name].parts]
        return tuple(part.settled_by for part in parts if part.settled_by is not None)

    @property
    def _keys(self) -> tuple[str, ...]:
        keeps = self.step.keeps
        return (*keeps.by, *keeps.tie_break) if keeps is not None else ()

    def _make_reasons(self, signature: tuple[object, ...], rows: pl.DataFrame) -> pl.DataFrame:
        """The reasons of rows with the same signature."""
        if signature not in self._mentioned:
            self._mentioned[signature] = self._find_mentioned(
                self._explain(next(rows.select(self.available_facts).iter_rows(), ()))
            )
        names = self._mentioned[signature]
        different = rows.unique(subset=names, keep="any") if names else rows.head(1)
        known = different.select(self.available_facts).rows() or [()]
        values = different.select(names).rows() or [()]
        found = [self._find((signature, each), row) for each, row in zip(values, known, strict=True)]
        columns = {name: [one[index] for one in found] for index, name in enumerate(_WHY)}
        why = pl.DataFrame(columns, schema=_WHY)
        if not names:
            return rows.select(_ROW).join(why, how="cross")
        why = pl.concat([different.select(names), why], how="horizontal")
        return rows.join(why, on=names, how="left", nulls_equal=True).select(_ROW, *_WHY)

    def _find_mentioned(self, finding: StepFinding) -> tuple[str, ...]:
        """The facts whose values the reason may mention."""
        if finding.is_ranked:
            return ()
        *_, decisive = (finding.exempt, *finding.outcomes)
        assert decisive is not None, "something was asked"
        names = dict.fromkeys(name for leaf in _deciding_leaves(decisive) for name in facts_of(leaf.rule))
        return tuple(name for name in names if name in self.available_facts)

    def _find(self, key: tuple[object, ...], row: Sequence[Value | None]) -> tuple[list[str], str | None]:
        if key not in self._found:
            if len(self._found) >= _MOST_FINDINGS:
                self._found.clear()
            finding = self._explain(row)
            ranked = f"{self.step.name}.kept"  # decided by the closing, so no column can have it
            missing = [name for name in finding.missing if name != ranked]
            self._found[key] = missing, finding.reasons(self.language) if self.with_words else None
        return self._found[key]

    def _explain(self, row: Sequence[Value | None]) -> StepFinding:
        known = {name: value for name, value in zip(self.available_facts, row, strict=True) if value is not None}
        return explain_step(self.machine, self.step.name, known)


def _leaves(rule: Rule) -> Iterator[Rule]:
    match rule:
        case All(rules) | AnyOf(rules):
            for part in rules:
                yield from _leaves(part)
        case Not(inner) | Named(_, inner):
            yield from _leaves(inner)
        case Constant():
            pass
        case leaf:
            yield leaf


def _deciding_leaves(finding: Finding) -> Iterator[Finding]:
    """The leaves that decide the value of a finding; under a `not` their value is the opposite."""
    match finding.rule:
        case Not() | Named():
            yield from _deciding_leaves(finding.parts[0])
        case All() | AnyOf():
            for part in finding.parts:
                if part.value is finding.value:
                    yield from _deciding_leaves(part)
        case _:
            yield finding
