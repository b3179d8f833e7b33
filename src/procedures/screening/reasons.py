"""Why a row goes as it does: the findings of the reference, made once for all rows of which they say the same.

Which leaves of the rules decide hangs on the truth of the leaves alone, and a motivation tells the facts of those that
decide and no others. So rows in which every leaf has the same truth, and the facts of the deciding ones the same
values, have one reason. Generated tests hold every row to `find_step`.
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

_MOST: Final = 50_000
"""So many findings are remembered; a file in which everybody differs shall not fill the memory."""

_WHY: Final[dict[str, pl.DataType]] = {"missing": pl.List(pl.String), "reason": pl.String()}
_ROW: Final = "row of the batch"


@define(slots=False)
class Reasons:
    """What is missing and why, for rows of encoded facts; `with_words` false leaves the why out."""

    machine: Machine
    taken: CompiledStep
    asked: tuple[str, ...]
    language: Language
    with_words: bool = True
    _mentioned: dict[tuple[object, ...], tuple[str, ...]] = field(factory=dict, init=False)
    _found: dict[tuple[object, ...], tuple[list[str], str | None]] = field(factory=dict, init=False)

    def of(self, table: pl.DataFrame, undecided: pl.Series) -> pl.DataFrame:
        """
        The columns `missing` and `reason` for a table that has the facts in `asked`.

        `undecided` tells the rows of which it is not known how they go: the others miss nothing.
        """
        order = pl.DataFrame({_ROW: pl.int_range(len(undecided), dtype=pl.UInt32, eager=True)})
        rows = order.hstack(table.select(self.asked).get_columns())
        if not self.with_words:
            rows = rows.filter(undecided)
        signs = [f"sign {number}" for number in range(len(self._signs))]
        rows = rows.with_columns(sign.alias(name) for name, sign in zip(signs, self._signs, strict=True))
        parts = rows.partition_by(signs, as_dict=True) if signs else {(): rows}
        nothing = pl.DataFrame(schema={_ROW: pl.UInt32(), **_WHY})
        why = pl.concat([nothing, *(self._told(*part) for part in parts.items())])
        return order.join(why, on=_ROW, how="left", maintain_order="left").select(*_WHY)

    @cached_property
    def _signs(self) -> list[pl.Expr]:
        """What a reason hangs on besides the values it mentions: the truth of every leaf, and what can be ranked by."""
        rules = [self.taken.exempt] if self.taken.exempt is not None else []
        rules += [outcome.when for outcome in self.taken.outcomes]
        leaves = dict.fromkeys(leaf for rule in rules for leaf in _leaves(rule))
        truths = [expression(leaf, self.machine.declared, self.asked) for leaf in leaves]
        there = [pl.col(name).is_not_null() for name in self._ranking if name in self.asked]
        settled = [pl.col(name) for name in self._settling if name in self.asked]
        return [*truths, *there, *settled]

    @cached_property
    def _ranking(self) -> tuple[str, ...]:
        """The facts by which the step ranks, scores by their parts."""
        scores = self.machine.declared.scores
        return tuple(
            fact
            for name in self._keys
            for fact in ([part.fact for part in scores[name].parts] if name in scores else [name])
        )

    @cached_property
    def _settling(self) -> tuple[str, ...]:
        """What tells that a part of such a score will not come."""
        scores = self.machine.declared.scores
        parts = [part for name in self._keys if name in scores for part in scores[name].parts]
        return tuple(part.settled_by for part in parts if part.settled_by is not None)

    @property
    def _keys(self) -> tuple[str, ...]:
        keeps = self.taken.keeps
        return (*keeps.by, *keeps.tie_break) if keeps is not None else ()

    def _told(self, signs: tuple[object, ...], rows: pl.DataFrame) -> pl.DataFrame:
        """The reasons of rows that have the same signs."""
        if signs not in self._mentioned:
            self._mentioned[signs] = self._mentions(self._finding(next(rows.select(self.asked).iter_rows(), ())))
        names = self._mentioned[signs]
        different = rows.unique(subset=names, keep="any") if names else rows.head(1)
        known = different.select(self.asked).rows() or [()]
        values = different.select(names).rows() or [()]
        found = [self._find((signs, each), row) for each, row in zip(values, known, strict=True)]
        columns = {name: [one[index] for one in found] for index, name in enumerate(_WHY)}
        why = pl.DataFrame(columns, schema=_WHY)
        if not names:
            return rows.select(_ROW).join(why, how="cross")
        why = pl.concat([different.select(names), why], how="horizontal")
        return rows.join(why, on=names, how="left", nulls_equal=True).select(_ROW, *_WHY)

    def _mentions(self, finding: StepFinding) -> tuple[str, ...]:
        """The facts of which the reason may tell the values."""
        if finding.ranked:
            return ()
        *_, decisive = (finding.exempt, *finding.outcomes)
        assert decisive is not None, "something was asked"
        names = dict.fromkeys(name for leaf in _deciding(decisive) for name in facts_of(leaf.rule))
        return tuple(name for name in names if name in self.asked)

    def _find(self, key: tuple[object, ...], row: Sequence[Value | None]) -> tuple[list[str], str | None]:
        if key not in self._found:
            if len(self._found) >= _MOST:
                self._found.clear()
            finding = self._finding(row)
            ranked = f"{self.taken.name}.kept"  # what the closing will say, and no column can
            missing = [name for name in finding.missing if name != ranked]
            self._found[key] = missing, finding.motivation(self.language) if self.with_words else None
        return self._found[key]

    def _finding(self, row: Sequence[Value | None]) -> StepFinding:
        known = {name: value for name, value in zip(self.asked, row, strict=True) if value is not None}
        return explain_step(self.machine, self.taken.name, known)


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


def _deciding(finding: Finding) -> Iterator[Finding]:
    """The leaves that made a finding what it is: under a `not` they have the other value."""
    match finding.rule:
        case Not() | Named():
            yield from _deciding(finding.parts[0])
        case All() | AnyOf():
            for part in finding.parts:
                if part.value is finding.value:
                    yield from _deciding(part)
        case _:
            yield finding
