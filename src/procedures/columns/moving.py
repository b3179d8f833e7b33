"""How many cases move without events of their own: exempt, not held, lapsed, expired; see `procedures.settling`."""

import numpy as np
from numpy.typing import NDArray

from procedures.columns.cases import NEVER, Cases, Flags, Moments, Rows
from procedures.columns.cohort import Decisions
from procedures.columns.deciding import truths_of
from procedures.language import EXPIRED
from procedures.machine import CompiledStep, Machine
from rules.calendar import Moment
from rules.truth import Truth

_NOTHING, _EXPIRY = -1, -2


def settle(cases: Cases, decisions: Decisions, rows: Rows, at: Moments) -> None:
    """Let these rows, each at its moment, move on automatically until they rest."""
    machine = cases.machine
    if machine.reserve is None and not machine.automatic:
        return
    steps = automatic(machine)
    while len(rows):
        moved = _expired(cases, decisions, rows, at)
        rest = ~moved
        for step in steps:
            here = np.flatnonzero(rest & cases.standing(step.origins, rows))
            if len(here):
                moved[here] = _passed_over(cases, decisions, step, rows[here], at[here])
                rest[here] = False
        rows, at = rows[moved], at[moved]


def settle_all(cases: Cases, decisions: Decisions, cohorts: Flags, at: Moment) -> None:
    """Let everybody in these cohorts move on automatically."""
    rows = cases.at_steps(automatic(cases.machine), cohorts, reserve=True)
    settle(cases, decisions, rows, np.full(len(rows), at, np.int64))


def automatic(machine: Machine) -> list[CompiledStep]:
    """The steps by which a case may move without an event."""
    return [step for step in machine.steps.values() if step.exempt is not None or step.gate is not None]


def _expired(cases: Cases, decisions: Decisions, rows: Rows, at: Moments) -> Flags:
    """Move those who came onto a reserve that has ended."""
    reserve = cases.machine.reserve
    if reserve is None:
        return np.zeros(len(rows), np.bool_)
    late: Flags = (cases.state[rows] == cases.codes[reserve.state]) & (at >= decisions.ends[cases.cohort[rows]])
    if late.any():
        cases.move(rows[late], cases.codes[EXPIRED], at[late], None, None)
    return late


def _passed_over(cases: Cases, decisions: Decisions, step: CompiledStep, rows: Rows, at: Moments) -> Flags:
    """Move those whom a step passes over, and tell which those are."""
    cohort = cases.cohort[rows]
    waits = decisions.gated[step.name][cohort] == NEVER if step.gate is not None else np.zeros(len(rows), np.bool_)
    over = ~waits & ~decisions.held[step.name][cohort] if step.gate is not None else waits
    exempt = np.zeros(len(rows), np.bool_)
    if step.exempt is not None:
        asked = np.flatnonzero(~waits & ~over)
        if len(asked):
            (values,) = truths_of([step.exempt], cases, decisions, rows[asked])
            exempt[asked[values == Truth.TRUE]] = True
    for which, result in ((over, "not_held"), (exempt, "exempt")):
        if which.any():
            pass_over(cases, step, rows[which], at[which], step.to, result)
    found: Flags = over | exempt
    return found


def pass_over(cases: Cases, step: CompiledStep, rows: Rows, at: Moments, to: str, result: str) -> None:
    """Move rows by a step that nobody took; the result is the move."""
    cases.forget(step, rows)
    cases.move(rows, cases.codes[to], at, step, result)


def advance(cases: Cases, decisions: Decisions, now: Moment, cohorts: Flags) -> None:
    """Every lapse and expiry that is due by now in these cohorts."""
    rows, when, which = _due(cases, decisions, now, _may_be_due(cases, now, cohorts))
    while len(rows):
        expired = which == _EXPIRY
        if expired.any():
            cases.move(rows[expired], cases.codes[EXPIRED], when[expired], None, None)
        for number, step in enumerate(cases.machine.steps.values()):
            lapsed = which == number
            if lapsed.any():
                assert step.lapses is not None
                pass_over(cases, step, rows[lapsed], when[lapsed], step.lapses, "lapsed")
        settle(cases, decisions, rows[~expired], when[~expired])
        rows, when, which = _due(cases, decisions, now, rows)


def is_due(cases: Cases, decisions: Decisions, now: Moment, cohorts: Flags) -> Rows:
    """The rows of these cohorts for which a lapse or an expiry is due by now."""
    return _due(cases, decisions, now, _may_be_due(cases, now, cohorts))[0]


def _may_be_due(cases: Cases, now: Moment, cohorts: Flags) -> Rows:
    """Those who stand where something may lapse by now."""
    lapsing = [
        step
        for step in cases.machine.steps.values()
        if step.lapses is not None and step.enforced and (step.within is not None or (step.ends or now) <= now)
    ]
    return cases.at_steps(lapsing, cohorts, reserve=True)


def _due(cases: Cases, decisions: Decisions, now: Moment, rows: Rows) -> tuple[Rows, Moments, NDArray[np.int16]]:
    """Those of these rows for whom something is due: the moment of the first, and the number of its step."""
    when = np.full(len(rows), NEVER, np.int64)
    which = np.full(len(rows), _NOTHING, np.int16)
    reserve = cases.machine.reserve
    if reserve is not None:
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
    return rows[found], when[found], which[found]


def _may_lapse(cases: Cases, decisions: Decisions, step: CompiledStep, now: Moment, rows: Rows) -> Flags:
    """Whose window for a step has passed, and who is not known to be waiting, exempt or before its gate."""
    found = cases.standing(step.origins, rows)
    if step.name in cases.pending:
        found &= ~cases.pending[step.name][rows]
    if step.gate is not None:
        found &= decisions.gated[step.name][cases.cohort[rows]] != NEVER
    here = np.flatnonzero(found)
    found[here] = cases.ends(step, rows[here]) <= now
    if step.exempt is not None and found.any():
        here = np.flatnonzero(found)
        (values,) = truths_of([step.exempt], cases, decisions, rows[here])
        found[here] = values != Truth.UNKNOWN
    return found
