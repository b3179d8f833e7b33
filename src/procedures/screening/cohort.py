"""Screening of a table as one selection: all candidates apply, and the steps are taken as far as there are results."""

from collections.abc import Sequence

import polars as pl
from attrs import define, field, frozen

from procedures.columns import Cohorts, Round, WalkthroughOptions, play
from procedures.errors import UsageError
from procedures.kernel.machine import Machine
from procedures.kernel.names import RESULTS as STEP_RESULTS
from procedures.kernel.reasons import explain_step
from procedures.screening.cells import CellReader
from procedures.screening.faults import Faults
from procedures.screening.files.source import NESTED, Source, raise_troubles
from procedures.screening.formats import Formats
from procedures.screening.headers import MatchedColumns, match_headers
from procedures.screening.outcomes import find_needed_facts
from procedures.screening.problems import TableError, make_trouble
from procedures.screening.refusals import RefusedRows, RefusedTable
from procedures.screening.vocabulary import Vocabulary
from rules.columns import TooWideError
from rules.words import Language


@frozen
class CohortScreening:
    """
    A cohort after its walkthrough, with the original table and the added columns.

    `cohorts` has the readable rows only, `rows` their numbers in the table; `bad` has the problems of the other rows,
    which take no part, and `faults` the same with equal ones together.
    """

    frame: pl.DataFrame
    cohorts: Cohorts
    rounds: Sequence[Round]
    rows: Sequence[int]
    lines: Sequence[int]
    bad: RefusedTable
    faults: Faults
    matched: MatchedColumns
    needed_facts: tuple[str, ...]
    added_columns: tuple[str, ...]

    @property
    def ranked_steps(self) -> tuple[str, ...]:
        """The closed steps that keep the best, in their order."""
        steps = self.cohorts.machine.steps
        return tuple(each.step for each in self.rounds if each.is_closed and steps[each.step].keeps is not None)


def screen_cohort(
    source: Source,
    machine: Machine,
    options: WalkthroughOptions | None = None,
    *,
    mapping: tuple[tuple[str, str], ...] = (),
    formats: Formats | None = None,
    language: Language = "en",
    plain: bool = False,
    prefix: str = "screening",
    with_reasons: bool = True,
) -> CohortScreening:
    """
    Take all rows of a table as one selection and play the walkthrough; see `procedures.columns.play`.

    Columns added: `PREFIX.state` and `PREFIX.kind` (of reserve), for every step that was taken `PREFIX.STEP` (its
    result) and, where the best are kept, `PREFIX.STEP.rank`; and `PREFIX.reason`.

    Raises:
        TableError: the columns cannot be used as requested, or a score cannot be computed in columns.
        UsageError: the procedure has no steps.
    """
    if not machine.steps:
        raise UsageError(f"{machine.name} states no procedure: there are no steps to go through")
    needed = tuple(dict.fromkeys(name for step in machine.steps.values() for name in find_needed_facts(machine, step)))
    known = [name for name in needed if name in machine.correctable]
    matched = match_headers(source.headers, machine, None, mapping, known, source.header)
    raise_troubles(
        make_trouble("nested", source.header, header=f"`{use.header}`")
        for use in matched.uses
        if isinstance(source.types[use.header], NESTED)
    )
    table = _Table.of(source, machine, matched, formats or Formats())
    refused = table.bad.make_texts(language) if table.bad else None
    good = refused.is_null().arg_true().to_list() if refused is not None else [*range(table.frame.height)]
    facts = table.facts[good] if table.bad else table.facts
    cohorts = Cohorts(machine, facts, names=[str(table.lines[row]) for row in good])
    try:
        rounds = play(cohorts, options)
    except TooWideError as error:
        raise TableError([make_trouble("too wide", step="", why=str(error))]) from None
    columns = _Columns(
        machine, cohorts, rounds, Vocabulary(machine, language, plain), prefix, with_reasons
    ).make_columns()
    names = {header.strip() for header in source.headers}
    raise_troubles(make_trouble("taken", source.header, header=f"`{name}`") for name in columns if name in names)
    frame = table.frame.with_columns(
        _extend(name, column, good, table.frame.height, refused, prefix, language, plain)
        for name, column in columns.items()
    )
    return CohortScreening(
        frame, cohorts, rounds, good, table.lines, table.bad, table.faults, matched, needed, tuple(columns)
    )


@define
class _Table:
    """All batches of a source together: the original rows, their encoded facts, and the problems of bad cells."""

    frame: pl.DataFrame
    facts: pl.DataFrame
    lines: list[int]
    bad: RefusedTable
    faults: Faults

    @classmethod
    def of(cls, source: Source, machine: Machine, matched: MatchedColumns, formats: Formats) -> "_Table":
        frames: list[pl.DataFrame] = []
        facts: list[pl.DataFrame] = []
        lines: list[int] = []
        refused: list[RefusedRows] = []
        faults = Faults()
        cells = CellReader(matched, machine.declared, formats, source)
        for batch in source.batches():
            found = cells.read(batch)
            refused.append(found.refused)
            faults.add(found.refused)
            lines += [batch.place_of(row, 0).line for row in range(batch.frame.height)]
            frames.append(batch.frame)
            facts.append(found.table)
        if not frames:
            frames, facts = [pl.DataFrame(schema=dict(source.types))], [pl.DataFrame({"": []})]
        return cls(pl.concat(frames), pl.concat(facts), lines, RefusedTable.of(refused), faults)


@define
class _Columns:
    """The columns that are added to the rows that take part."""

    machine: Machine
    cohorts: Cohorts
    rounds: Sequence[Round]
    words: Vocabulary
    prefix: str
    with_reasons: bool
    _reasons: dict[tuple[object, ...], str] = field(factory=dict)

    def make_columns(self) -> dict[str, pl.Series]:
        states = {name: self.words.state(name) for name in self.machine.states}
        found = {f"{self.prefix}.state": self.cohorts.states.cast(pl.String).replace(states)}
        if self.machine.reserve is not None and self.machine.reserve.kinds:
            found[f"{self.prefix}.kind"] = self.cohorts.kinds
        for each in self.rounds:
            column = self.cohorts.cases.column(each.step)
            assert column is not None, "how a step went is always known"
            results = {name: self.words.step_result(name) for name in STEP_RESULTS}
            found[f"{self.prefix}.{each.step}"] = column.cast(pl.String).replace(results)
            if (
                each.step in self.cohorts.cases.rank
                and (rank := self.cohorts.cases.column(f"{each.step}.rank")) is not None
            ):
                found[f"{self.prefix}.{each.step}.rank"] = rank
        if self.with_reasons:
            found[f"{self.prefix}.reason"] = pl.Series(
                [self._reason(row) for row in range(len(self.cohorts))], dtype=pl.String
            )
        return found

    def _reason(self, row: int) -> str | None:
        """The reason for the result of the last step, or what the next step waits for."""
        known = self.cohorts.known_facts(row)
        taken = [each.step for each in self.rounds if each.step in known]
        state = str(self.cohorts.states[row])
        waiting = [each.step for each in self.rounds if state in self.machine.steps[each.step].origins]
        step = waiting[-1] if waiting and waiting[-1] not in known else taken[-1] if taken else None
        if step is None:
            return None
        key = (step, *(known.get(name) for name in self._facts_in_reason(step)))
        if key not in self._reasons:
            self._reasons[key] = explain_step(self.machine, step, known).reasons(self.words.language)
        return self._reasons[key]

    def _facts_in_reason(self, step: str) -> tuple[str, ...]:
        own = (step, f"{step}.held", f"{step}.kept", f"{step}.rank", *self.machine.steps[step].records)
        return (*find_needed_facts(self.machine, self.machine.steps[step]), *own)


def _extend(
    name: str,
    column: pl.Series,
    good: Sequence[int],
    rows: int,
    refused: pl.Series | None,
    prefix: str,
    language: Language,
    plain: bool,
) -> pl.Series:
    """A column extended from the rows that take part to all rows; other rows are refused, with problems as reason."""
    if refused is None:
        return column.alias(name)
    places = pl.DataFrame({"row": pl.Series(good, dtype=pl.UInt32), name: column})
    every = pl.DataFrame({"row": pl.int_range(rows, dtype=pl.UInt32, eager=True)})
    extended = every.join(places, on="row", how="left", maintain_order="left")[name]
    if name == f"{prefix}.reason":
        return refused.fill_null(extended).alias(name)
    if name == f"{prefix}.state":
        return extended.set(refused.is_not_null(), Vocabulary.refused(language, plain))
    return extended
