"""Check the windows of a definition: dates must fit one another, and lapses must form no cycle."""

from collections.abc import Sequence
from typing import Final

from procedures.definition.model import Definition, Step, Window
from procedures.definition.state_graph import find_feeders, reachable_states, unsuccessful_states
from procedures.kernel.names import STAYS
from rules.calendar import CalendarError, Duration, Moment, Zone, days_at_most
from rules.problems import Place, Problems

_LONGEST: Final = 36_600  # days, or 100 years


def _bounds(window: Window, zone: Zone, subject: str, problems: Problems) -> tuple[Moment | None, Moment | None]:
    try:
        opens, ends = window.bounds(zone)
    except CalendarError as error:
        problems.add(f"{subject}: {error}", window.place, error.help)
        return None, None
    if opens is not None and ends is not None and ends <= opens:
        problems.add(f"{subject} {'close' if subject == '`applications`' else 'closes'} before opening", window.place)
    return opens, ends


def check_windows(definition: Definition, problems: Problems) -> None:
    zone = definition.zone
    bounds = {step.name: _bounds(step.window, zone, f"step `{step.name}`", problems) for step in definition.steps}
    applications_open, applications_end = _bounds(definition.applications, zone, "`applications`", problems)
    by_name = {step.name: step for step in definition.steps}
    unsuccessful = unsuccessful_states(definition)
    for step in definition.steps:
        ends = bounds[step.name][1]
        if ends is None:
            continue
        if applications_end is not None and ends < applications_end:
            problems.add(
                f"step `{step.name}` ends on {_last_day(zone, ends)}, and applications close on "
                f"{_last_day(zone, applications_end)}",
                step.window.place,
                "whoever applies on the last day could not take it any more",
            )
        elif applications_open is not None and ends <= applications_open:
            problems.add(
                f"step `{step.name}` ends on {_last_day(zone, ends)}, and applications open on "
                f"{_last_day(zone, Moment(applications_open + 1))}",
                step.window.place,
                "nobody could take it any more",
            )
        before = [
            by_name[name] for name in find_feeders(definition.steps, step.origins, unsuccessful) if name in by_name
        ]
        late = [other for other in before if (bounds[other.name][0] or ends - 1) >= ends]
        opens = bounds[late[0].name][0] if late else None
        if opens is not None and len(late) == len(before) and not any(_moves_automatically(other) for other in before):
            problems.add(
                f"step `{step.name}` ends on {_last_day(zone, ends)}, and step `{late[0].name}` before it opens on "
                f"{_last_day(zone, Moment(opens + 1))}",
                step.window.place,
                "nobody can take both",
            )


def check_lapses(definition: Definition, problems: Problems) -> None:
    """Report cycles of lapses: after all windows have passed, a case must not lapse again and again."""
    lapsing = [step for step in definition.steps if _lapses(step)]
    leads: dict[str, set[str]] = {}
    for step in definition.steps:
        automatic = {step.to} if _moves_automatically(step) else set()
        lapse = {step.lapses} if _lapses(step) and step.lapses else set()
        for origin in step.origins:
            leads.setdefault(origin, set()).update(automatic | lapse)
    graph = {state: frozenset(targets) for state, targets in leads.items()}
    for step in lapsing:
        assert step.lapses is not None
        if reachable_states(graph, [step.lapses]) & frozenset(step.origins):
            problems.add(
                f"step `{step.name}` lapses to `{step.lapses}`, and from there cases come back by themselves, for ever",
                step.place,
                f"let it lapse to another state, or write `lapses: {STAYS}`",
            )
    _check_equal_ends(lapsing, definition.zone, problems)


def _check_equal_ends(lapsing: Sequence[Step], zone: Zone, problems: Problems) -> None:
    """Two windows that always end at the same moment and lead apart: which of them lapses would be an accident."""
    for number, step in enumerate(lapsing):
        for other in lapsing[:number]:
            together = sorted({*step.origins} & {*other.origins})
            if together and step.lapses != other.lapses and _end(step, zone) == _end(other, zone):
                problems.add(
                    f"steps `{other.name}` and `{step.name}`, from `{together[0]}`, always end at the same moment "
                    f"and lapse to `{other.lapses}` and to `{step.lapses}`",
                    step.place,
                    "let one end later, or let both lapse to the same state",
                )


def _end(step: Step, zone: Zone) -> tuple[Moment | None, Duration | None] | None:
    """The end of a window: a moment, and a duration from entry; None where it cannot be told."""
    try:
        return step.window.bounds(zone)[1], step.window.within
    except CalendarError:  # reported already
        return None


def _lapses(step: Step) -> bool:
    """Whether cases move when the window of the step is over."""
    return not step.tentative and step.lapses not in (None, STAYS)


def check_durations(definition: Definition, problems: Problems) -> None:
    """Report a duration so long that no moment it leads to can lie within the calendar of the library."""
    for step in definition.steps:
        if step.window.within is not None and days_at_most(step.window.within) > _LONGEST:
            _report_duration(f"step `{step.name}`: `within: {step.window.within}`", step.window.place, problems)
    reserve = definition.reserve
    if reserve is None:
        return
    if isinstance(reserve.valid, Duration):
        if days_at_most(reserve.valid) > _LONGEST:
            _report_duration(f"the reserve: `valid: {reserve.valid}`", reserve.place, problems)
    elif reserve.valid is not None:
        try:
            definition.zone.day_end(reserve.valid)
        except CalendarError as error:
            problems.add(f"the reserve: {error}", reserve.place, error.help)


def _report_duration(what: str, place: Place | None, problems: Problems) -> None:
    problems.add(f"{what} is longer than 100 years, and leads outside 1900–2999", place, "write a shorter duration")


def _moves_automatically(step: Step) -> bool:
    """Whether the step can move a case without an event."""
    return step.exempt is not None or step.held is not None


def _last_day(zone: Zone, end: Moment) -> str:
    """The last day inside a window that ends at this moment."""
    return zone.day(Moment(end - 1)).isoformat()
