"""Why a row goes as it does: the findings of the reference, made once for all rows on which the same is known."""

from typing import Final

import polars as pl
from attrs import define, field

from procedures.machine import CompiledStep, Machine
from procedures.motivating import find_step
from rules.words import Language

_MOST: Final = 200_000
"""So many findings are remembered; a file in which everybody differs shall not fill the memory."""

_MISSING: Final = pl.List(pl.String)


@define
class Reasons:
    """What is missing and why, for rows of encoded facts; `with_words` false leaves the why out."""

    machine: Machine
    taken: CompiledStep
    language: Language
    with_words: bool = True
    _found: dict[tuple[object, ...], tuple[list[str], str | None]] = field(factory=dict, init=False)

    def of(self, table: pl.DataFrame, undecided: pl.Series) -> pl.DataFrame:
        """
        The columns `missing` and `reason` for a table of the facts that the step asks for.

        `undecided` tells the rows of which it is not known how they go: the others miss nothing.
        """
        if not table.width:
            table = pl.DataFrame({"": pl.Series([None] * len(undecided), dtype=pl.Boolean)})
        names = table.columns
        wanted = table if self.with_words else table.filter(undecided)
        rows = wanted.unique()
        found = [self._find(names, row) for row in rows.iter_rows()]
        why = rows.with_columns(
            pl.Series("missing of this row", [missing for missing, _ in found], dtype=_MISSING),
            pl.Series("reason of this row", [reason for _, reason in found], dtype=pl.String),
        )
        joined = table.join(why, on=names, how="left", nulls_equal=True, maintain_order="left")
        return joined.select(missing=pl.col("missing of this row"), reason=pl.col("reason of this row"))

    def _find(self, names: list[str], row: tuple[object, ...]) -> tuple[list[str], str | None]:
        if row not in self._found:
            if len(self._found) >= _MOST:
                self._found.clear()
            known = {name: value for name, value in zip(names, row, strict=True) if value is not None}
            finding = find_step(self.machine, self.taken.name, known)  # type: ignore[arg-type]  # encoded values
            ranked = f"{self.taken.name}.kept"  # what the closing will say, and no column can
            missing = [name for name in finding.missing if name != ranked]
            self._found[row] = missing, finding.motivation(self.language) if self.with_words else None
        return self._found[row]
