"""A table as one selection: everybody applies, and goes as far through the steps as the table has results."""

from collections.abc import Mapping, Sequence

import polars as pl
from attrs import define, field, frozen

from procedures.columns import Cohorts, Road, Round, play
from procedures.errors import UsageError
from procedures.kernel.machine import Machine
from procedures.kernel.names import RESULTS as HOW_STEPS_GO
from procedures.kernel.reasons import explain_step
from procedures.screening.cells import read
from procedures.screening.files.source import NESTED, Source, refuse
from procedures.screening.formats import Formats
from procedures.screening.headers import Matched, match
from procedures.screening.outcomes import asked_by
from procedures.screening.problems import TableError, Trouble, trouble
from procedures.screening.vocabulary import Vocabulary
from rules.columns import TooWideError
from rules.words import Language


@frozen
class CohortScreening:
    """
    A cohort that went its road, with the table as it came and its columns added.

    `gone` has the readable rows only, `rows` their numbers in the table; `bad` tells of the others, which took no part.
    """

    frame: pl.DataFrame
    gone: Cohorts
    rounds: Sequence[Round]
    rows: Sequence[int]
    lines: Sequence[int]
    bad: Mapping[int, tuple[Trouble, ...]]
    matched: Matched
    added: tuple[str, ...]

    @property
    def ranked(self) -> tuple[str, ...]:
        """The steps that were closed and keep the best, in their order."""
        steps = self.gone.machine.steps
        return tuple(each.step for each in self.rounds if each.is_closed and steps[each.step].keeps is not None)


def screen_cohort(
    source: Source,
    machine: Machine,
    road: Road | None = None,
    *,
    mapping: tuple[tuple[str, str], ...] = (),
    formats: Formats | None = None,
    language: Language = "en",
    plain: bool = False,
    prefix: str = "screening",
    with_reasons: bool = True,
) -> CohortScreening:
    """
    Take all rows of a table as one selection and let it go its road; see `procedures.columns.play`.

    Columns added: `PREFIX.state` and `PREFIX.kind` (of reserve), for every step that was taken `PREFIX.STEP` (how it
    went), and `PREFIX.STEP.rank` where the best were kept, and `PREFIX.reason`.

    Raises:
        TableError: the columns cannot be used as they are asked to be, or a score cannot be computed in columns.
        UsageError: the procedure has no steps.
    """
    if not machine.steps:
        raise UsageError(f"{machine.name} states no procedure: there are no steps to go through")
    asked = tuple(dict.fromkeys(name for step in machine.steps.values() for name in asked_by(machine, step)))
    known = [name for name in asked if name in machine.correctable]
    matched = match(source.headers, machine, None, mapping, known, source.header)
    refuse(
        trouble("nested", source.header, header=f"`{use.header}`")
        for use in matched.uses
        if isinstance(source.types[use.header], NESTED)
    )
    table = _Table.of(source, machine, matched, formats or Formats())
    good = [row for row in range(table.frame.height) if row not in table.bad]
    facts = table.facts[good] if table.bad else table.facts
    gone = Cohorts(machine, facts, names=[str(table.lines[row]) for row in good])
    try:
        rounds = play(gone, road)
    except TooWideError as error:
        raise TableError([trouble("too wide", step="", why=str(error))]) from None
    columns = _Columns(machine, gone, rounds, Vocabulary(machine, language, plain), prefix, with_reasons).added()
    names = {header.strip() for header in source.headers}
    refuse(trouble("taken", source.header, header=f"`{name}`") for name in columns if name in names)
    refused = {row: _told(troubles, language) for row, troubles in table.bad.items()}
    frame = table.frame.with_columns(
        _spread(name, column, good, table.frame.height, refused, prefix, language, plain)
        for name, column in columns.items()
    )
    return CohortScreening(frame, gone, rounds, good, table.lines, table.bad, matched, tuple(columns))


@define
class _Table:
    """All batches of a source together: rows as they came, their encoded facts, and what could not be read."""

    frame: pl.DataFrame
    facts: pl.DataFrame
    lines: list[int] = field(factory=list)
    bad: dict[int, tuple[Trouble, ...]] = field(factory=dict)

    @classmethod
    def of(cls, source: Source, machine: Machine, matched: Matched, formats: Formats) -> "_Table":
        frames: list[pl.DataFrame] = []
        facts: list[pl.DataFrame] = []
        lines: list[int] = []
        bad: dict[int, tuple[Trouble, ...]] = {}
        for batch in source.batches():
            found = read(batch, matched, machine.declared, formats, source)
            bad |= {len(lines) + row: troubles for row, troubles in found.bad.items()}
            lines += [batch.where(row, 0).line for row in range(batch.frame.height)]
            frames.append(batch.frame)
            facts.append(found.table)
        if not frames:
            frames, facts = [pl.DataFrame(schema=dict(source.types))], [pl.DataFrame({"": []})]
        return cls(pl.concat(frames), pl.concat(facts), lines, bad)


@define
class _Columns:
    """The columns that are added to the rows that took part."""

    machine: Machine
    gone: Cohorts
    rounds: Sequence[Round]
    words: Vocabulary
    prefix: str
    with_reasons: bool
    _made: dict[tuple[object, ...], str] = field(factory=dict)

    def added(self) -> dict[str, pl.Series]:
        states = {name: self.words.state(name) for name in self.machine.states}
        found = {f"{self.prefix}.state": self.gone.states.cast(pl.String).replace(states)}
        if self.machine.reserve is not None and self.machine.reserve.kinds:
            found[f"{self.prefix}.kind"] = self.gone.kinds
        for each in self.rounds:
            column = self.gone.cases.column(each.step)
            assert column is not None, "how a step went is always known"
            results = {name: self.words.how(name) for name in HOW_STEPS_GO}
            found[f"{self.prefix}.{each.step}"] = column.cast(pl.String).replace(results)
            if each.step in self.gone.cases.rank and (rank := self.gone.cases.column(f"{each.step}.rank")) is not None:
                found[f"{self.prefix}.{each.step}.rank"] = rank
        if self.with_reasons:
            found[f"{self.prefix}.reason"] = pl.Series(
                [self._reason(row) for row in range(len(self.gone))], dtype=pl.String
            )
        return found

    def _reason(self, row: int) -> str | None:
        """Why the last step went as it did, or what the next one waits for."""
        known = self.gone.known(row)
        taken = [each.step for each in self.rounds if each.step in known]
        state = str(self.gone.states[row])
        waiting = [each.step for each in self.rounds if state in self.machine.steps[each.step].origins]
        step = waiting[-1] if waiting and waiting[-1] not in known else taken[-1] if taken else None
        if step is None:
            return None
        key = (step, *(known.get(name) for name in self._told_by(step)))
        if key not in self._made:
            self._made[key] = explain_step(self.machine, step, known).motivation(self.words.language)
        return self._made[key]

    def _told_by(self, step: str) -> tuple[str, ...]:
        own = (step, f"{step}.held", f"{step}.kept", f"{step}.rank", *self.machine.steps[step].records)
        return (*asked_by(self.machine, self.machine.steps[step]), *own)


def _told(troubles: tuple[Trouble, ...], language: Language) -> str:
    return "; ".join(each.words.in_language(language) for each in troubles)


def _spread(
    name: str,
    column: pl.Series,
    good: Sequence[int],
    rows: int,
    refused: Mapping[int, str],
    prefix: str,
    language: Language,
    plain: bool,
) -> pl.Series:
    """A column of the rows that took part, as one of all rows; the others are refused, and the reason says why."""
    if not refused:
        return column.alias(name)
    values: list[object] = [None] * rows
    for row, value in zip(good, column.to_list(), strict=True):
        values[row] = value
    if name == f"{prefix}.reason":
        values = [refused.get(row, value) for row, value in enumerate(values)]
    elif name == f"{prefix}.state":
        word = Vocabulary.refused(language, plain)
        values = [word if row in refused else value for row, value in enumerate(values)]
    return pl.Series(name, values, dtype=column.dtype)
