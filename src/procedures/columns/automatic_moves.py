"""How many cases move without events of their own: exempt, not held, lapsed, expired; see `kernel.automatic_moves`."""

from collections.abc import Iterable
from typing import Final

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from procedures.columns.arrays.cases import NEVER, Cases
from procedures.columns.arrays.decisions import Decisions
from procedures.columns.arrays.rows import Flags, Moments, Rows, at_once, only, places, span
from procedures.columns.guards import truths_of
from procedures.kernel.machine import CompiledStep, Machine
from procedures.kernel.names import EXPIRED
from rules.calendar import Moment
from rules.truth import Truth

_NOTHING, _EXPIRY = -1, -2
_NOBODY: Final = np.zeros(0, np.intp)


def settle(cases: Cases, decisions: Decisions, rows: Rows, at: Moments) -> None:
    """Let these rows, each at its moment, move on automatically until they rest."""
    machine = cases.machine
    reserved = () if machine.reserve is None else (machine.reserve.state,)
    if not cases.anybody_at((*machine.automatic, *reserved)):
        return
    steps = [step for step in automatic(machine) if _passing(decisions, step).any()]
    ended = bool((decisions.ends <= span(at)[1]).any())
    restless = _before(machine, steps, reserve=ended)
    while restless and len(rows) and cases.anybody_at(restless) and cases.standing(restless, rows).any():
        moved = _expired(cases, decisions, rows, at) if ended else np.zeros(len(rows), np.bool_)
        rest = ~moved
        for step in steps:
            before = rest & cases.standing(step.origins, rows)
            if before.any():
                here = places(before)
                moved[here] = _passed_over(cases, decisions, step, rows[here], only(at, here))
                rest[here] = False
        left = places(moved) if moved.any() else _NOBODY
        rows, at = rows[left], only(at, left)


def _passing(decisions: Decisions, step: CompiledStep) -> Flags:
    """In which cohorts a step may pass over anybody: before an undecided gate they wait, before one held they stay."""
    if step.gate is None:
        return np.ones(decisions.size, np.bool_)
    is_decided: Flags = decisions.gated[step.name] != NEVER
    return is_decided if step.exempt is not None else is_decided & ~decisions.held[step.name]


def settle_all(cases: Cases, decisions: Decisions, cohorts: Flags, at: Moment) -> None:
    """Let everybody in these cohorts move on automatically."""
    found = [
        cases.rows_at(step.origins, those)
        for step in automatic(cases.machine)
        if (those := cohorts & _passing(decisions, step)).any()
    ]
    reserve = cases.machine.reserve
    if reserve is not None and (ended := cohorts & (decisions.ends <= at)).any():
        found.append(cases.rows_at(frozenset({reserve.state}), ended))
    if found:
        rows = found[0] if len(found) == 1 else np.unique(np.concatenate(found))
        settle(cases, decisions, rows, at_once(at, rows))


def automatic(machine: Machine) -> list[CompiledStep]:
    """The steps by which a case may move without an event."""
    return [step for step in machine.steps.values() if step.exempt is not None or step.gate is not None]


def _expired(cases: Cases, decisions: Decisions, rows: Rows, at: Moments) -> Flags:
    """Move those who came onto a reserve that has ended."""
    reserve = cases.machine.reserve
    if reserve is None:
        return np.zeros(len(rows), np.bool_)
    late: Flags = cases.state[cases.index(rows)] == cases.codes[reserve.state]
    if late.any():
        late &= at >= decisions.ends[cases.cohort[rows]]
        if late.any():
            expired = places(late)
            cases.move(rows[expired], cases.codes[EXPIRED], only(at, expired), None, None)
    return late


def _passed_over(cases: Cases, decisions: Decisions, step: CompiledStep, rows: Rows, at: Moments) -> Flags:
    """Move those whom a step passes over, and tell which those are."""
    over = waits = np.zeros(len(rows), np.bool_)
    if step.gate is not None:
        cohort = cases.cohort[cases.index(rows)]
        waits = (decisions.gated[step.name] == NEVER)[cohort]
        over = ~waits & ~decisions.held[step.name][cohort]
    exempt = np.zeros(len(rows), np.bool_)
    if step.exempt is not None and (asked := ~(waits | over)).any():
        there = places(asked)
        (values,) = truths_of([step.exempt], cases, decisions, rows[there])
        exempt[there] = values == Truth.TRUE
    for which, result in ((over, "not_held"), (exempt, "exempt")):
        if which.any():
            there = places(which)
            pass_over(cases, step, rows[there], only(at, there), step.to, result)
    return over | exempt


def pass_over(cases: Cases, step: CompiledStep, rows: Rows, at: Moments, to: str, result: str) -> None:
    """Move rows by a step that nobody took; the result is the move."""
    cases.forget(step, rows)
    cases.move(rows, cases.codes[to], at, step, result)


@frozen(eq=False)
class Due:
    """Rows for which something is due: the moment of the first such thing, and the number of its step or EXPIRY."""

    rows: Rows
    when: Moments
    which: NDArray[np.int16]


def advance(cases: Cases, decisions: Decisions, now: Moment, due: Due) -> None:
    """Every lapse and expiry that is due by now, and what then follows for the same rows."""
    while len(due.rows):
        rows, when, which = due.rows, due.when, due.which
        expired = which == _EXPIRY
        if expired.any():
            cases.move(rows[expired], cases.codes[EXPIRED], when[expired], None, None)
        for number, step in enumerate(cases.machine.steps.values()):
            lapsed = which == number
            if lapsed.any():
                assert step.lapses is not None
                pass_over(cases, step, rows[lapsed], when[lapsed], step.lapses, "lapsed")
        settle(cases, decisions, rows[~expired], when[~expired])
        due = _due(cases, decisions, now, rows)


def due_by(cases: Cases, decisions: Decisions, now: Moment, cohorts: Flags) -> Due:
    """What is due by now in these cohorts."""
    return _due(cases, decisions, now, _may_be_due(cases, decisions, now, cohorts))


def _may_be_due(cases: Cases, decisions: Decisions, now: Moment, cohorts: Flags) -> Rows:
    """Those who stand where something may lapse by now."""
    lapsing = [
        step
        for step in cases.machine.steps.values()
        if step.lapses is not None and step.enforced and (step.within is not None or (step.ends or now) <= now)
    ]
    return cases.rows_at(_before(cases.machine, lapsing, reserve=bool((decisions.ends <= now).any())), cohorts)


def _before(machine: Machine, steps: Iterable[CompiledStep], *, reserve: bool) -> frozenset[str]:
    """The states before some steps, and that of the reserve where that is asked."""
    states = frozenset(state for step in steps for state in step.origins)
    return states | {machine.reserve.state} if reserve and machine.reserve is not None else states


def _due(cases: Cases, decisions: Decisions, now: Moment, rows: Rows) -> Due:
    """What is due by now for these rows."""
    if not len(rows):
        return Due(rows, np.zeros(0, np.int64), np.zeros(0, np.int16))
    when = np.full(len(rows), NEVER, np.int64)
    which = np.full(len(rows), _NOTHING, np.int16)
    reserve = cases.machine.reserve
    if reserve is not None and (decisions.ends <= now).any():
        ends = decisions.ends[cases.cohort[rows]]
        due = (cases.state[rows] == cases.codes[reserve.state]) & (ends <= now)
        when[due] = np.maximum(ends, cases.entered[rows])[due]
        which[due] = _EXPIRY
    for number, step in enumerate(cases.machine.steps.values()):
        if step.lapses is None or not step.enforced:
            continue
        here = np.flatnonzero(_may_lapse(cases, decisions, step, now, rows))
        moment = np.maximum(cases.ends(step, rows[here]), cases.entered[rows[here]])
        sooner = moment < when[here]
        when[here[sooner]] = moment[sooner]
        which[here[sooner]] = number
    found = which != _NOTHING
    return Due(rows[found], when[found], which[found])


def _may_lapse(cases: Cases, decisions: Decisions, step: CompiledStep, now: Moment, rows: Rows) -> Flags:
    """Whose window for a step has passed, and who is not known to be waiting, exempt or before its gate."""
    found = cases.standing(step.origins, rows)
    if step.keeps is not None:
        found &= ~cases.waits(step, rows)
    if step.gate is not None:
        found &= decisions.gated[step.name][cases.cohort[rows]] != NEVER
    here = np.flatnonzero(found)
    found[here] = cases.ends(step, rows[here]) <= now
    if step.exempt is not None and found.any():
        here = np.flatnonzero(found)
        (values,) = truths_of([step.exempt], cases, decisions, rows[here])
        found[here] = values != Truth.UNKNOWN
    return found
