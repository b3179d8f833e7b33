"""A second opinion, read from the plain data of a definition and sharing no code with the library.

Three-valued rules over plain facts, windows by the standard library's zones, and from these: whether a history can
have happened (`wrong_in`), and how an event must be answered (`expected`).
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any, Final
from zoneinfo import ZoneInfo

from attrs import define, field

from procedures import Event, Selection
from procedures.kernel.cases import Case, Move
from rules.kinds import FactError

Plain = dict[str, Any]
Known = Mapping[str, Any]

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)
UNITS: Final = {"minute": 1, "hour": 60, "day": 1, "week": 7, "month": 1, "year": 12}
BY_STEP: Final = frozenset({"passed", "failed", "exempt", "recorded", "kept", "cut", "not_held", "lapsed"})
DECISIONS: Final = frozenset({"passed", "failed", "kept", "cut", "lapsed", "withdrawn"})
OPERATORS: Final = {
    "at_least": lambda value, bound: value >= bound,
    "at_most": lambda value, bound: value <= bound,
    "more_than": lambda value, bound: value > bound,
    "less_than": lambda value, bound: value < bound,
    "before": lambda value, bound: value < bound,
    "after": lambda value, bound: value > bound,
}


def months_later(day: date, months: int) -> date:
    """The same day of the month, or the last one it has."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month, min(last, day.day))
        except ValueError:
            continue
    raise AssertionError


def amount(written: object) -> tuple[int, str]:
    """`2 years` as (24, "month"): so many of the unit in which such durations compare."""
    text = str(written)
    if text.startswith("P"):
        count, unit = text[1:-1], {"Y": "year", "M": "month", "W": "week", "D": "day"}[text[-1]]
    else:
        count, unit = text.split()
        unit = unit.removesuffix("s")
    family = "minute" if unit in ("minute", "hour") else "day" if unit in ("day", "week") else "month"
    return int(count) * UNITS[unit], family


def later(day: date, duration: object) -> date:
    count, family = amount(duration)
    return months_later(day, count) if family == "month" else day + timedelta(days=count)


@define
class Way:
    """One step as the file says it, with the defaults of the language."""

    name: str
    data: Plain
    origins: tuple[str, ...]
    to: str
    otherwise: str
    outcomes: tuple[tuple[Any, str, bool], ...]

    @property
    def takes(self) -> list[tuple[Any, str]]:
        keeps = self.data.get("keeps") or {}
        return [(take["best"], take["to"]) for take in keeps.get("takes", [{"best": keeps.get("best"), "to": self.to}])]

    @property
    def targets(self) -> set[str]:
        found = {to for _, to, _ in self.outcomes}
        if self.data.get("keeps"):
            found |= {to for _, to in self.takes} | {self.otherwise}
        if "exempt" in self.data or "held" in self.data:
            found.add(self.to)
        if self.data.get("lapses", "stays") != "stays":
            found.add(self.data["lapses"])
        return found

    @property
    def enforced(self) -> bool:
        return not self.data.get("tentative")


@define
class Spec:
    """What a definition says, as its plain data says it."""

    data: Plain
    zone: ZoneInfo = field(init=False)
    facts: dict[str, Plain] = field(init=False)
    ways: dict[str, Way] = field(init=False)
    unsuccessful: set[str] = field(init=False)
    final: set[str] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.zone = ZoneInfo(self.data.get("timezone", "Europe/Brussels"))
        self.facts = dict(self.data.get("facts") or {})
        for name, step in self.steps.items():
            for member, fact in {**(step.get("records") or {}), **(step.get("closing") or {})}.items():
                self.facts[f"{name}.{member}"] = fact
            self.facts[name] = {"kind": "choice"}
            self.facts |= {f"{name}.{own}": {"kind": "flag"} for own in ("held", "kept")}
        states = self.data.get("states") or {}
        self.unsuccessful = {name for name, state in states.items() if state.get("unsuccessful", name == "rejected")}
        self.unsuccessful |= {"rejected"} - states.keys()
        self.ways = {}
        above = "applied"
        for name, step in self.steps.items():
            self.ways[name] = self._way(name, step, above)
            above = self.ways[name].to
        left = {origin for way in self.ways.values() for origin in way.origins}
        everywhere = (
            left | {to for way in self.ways.values() for to in way.targets} | {"applied", "withdrawn", "expired"}
        )
        self.final = {
            state
            for state in everywhere
            if state != self.reserve.get("state")
            and (state not in left or (states.get(state) or {}).get("final") is True)
        }

    @property
    def steps(self) -> dict[str, Plain]:
        return self.data.get("steps") or {}

    @property
    def reserve(self) -> Plain:
        return self.data.get("reserve") or {}

    def _way(self, name: str, step: Plain, above: str) -> Way:
        given = step.get("from", above)
        origins = tuple(given) if isinstance(given, list) else (given,)
        otherwise = step.get("otherwise", "rejected")
        listed = step.get("outcomes")
        takes = (step.get("keeps") or {}).get("takes")
        to = step.get("to") or (takes[0]["to"] if takes else listed[0]["to"] if listed else None)
        if listed:
            outcomes = tuple((each.get("when"), each["to"], each["to"] not in self.unsuccessful) for each in listed)
        else:
            passes = self._passes(step)
            outcomes = ((passes, to, True),) + (((None, otherwise, False),) if passes is not None else ())
        return Way(name, step, origins, to, otherwise, outcomes)

    def _passes(self, step: Plain) -> Any:
        if "passes" in step:
            return None if step["passes"] == {"all": []} else step["passes"]
        if "pass_mark" in step:
            return {"score": {"at_least": step["pass_mark"]}}
        flags = [name for name, fact in (step.get("records") or {}).items() if fact["kind"] == "flag"]
        return {flags[0]: True} if len(flags) == 1 else None

    # -- rules

    def truth(self, rule: Any, known: Known, inside: str = "") -> bool | None:
        """True, False, or None while it is unknown."""
        if rule is None:
            return True
        if isinstance(rule, str):
            return self.truth(self.data["conditions"][rule]["rule"], known)
        ((key, asked),) = rule.items()
        if key == "not":
            inner = self.truth(asked, known, inside)
            return None if inner is None else not inner
        if key in ("all", "any"):
            parts = [self.truth(part, known, inside) for part in asked]
            settles = key == "any"
            return settles if settles in parts else None if None in parts else not settles
        return self._fact(f"{inside}.{key}" if f"{inside}.{key}" in self.facts else key, asked, known)

    def _fact(self, name: str, asked: Any, known: Known) -> bool | None:
        scores = self.data.get("scores") or {}
        value = self.score(scores[name], known) if name in scores else known.get(name)
        if value is None:
            return None
        if not isinstance(asked, dict):
            return bool(value == asked)
        return all(self._holds(name, op, value, bound, asked) for op, bound in asked.items() if op != "as_of")

    def _holds(self, name: str, op: str, value: Any, bound: Any, asked: Plain) -> bool:
        if op in ("is", "is_not"):
            return bool((value == bound) is (op == "is"))
        if op in ("one_of", "none_of"):
            return (value in bound) is (op == "one_of")
        fact = self.facts.get(name, {"kind": "number"})
        if "as_of" in asked:
            end = later(date.fromisoformat(value), bound)
            reference = date.fromisoformat(self._day(asked["as_of"]))
            return {
                "at_least": end <= reference, "more_than": end < reference,
                "at_most": not end < reference, "less_than": not end <= reference,
            }[op]  # fmt: skip
        if fact["kind"] == "level":
            value, bound = fact["of"].index(value), fact["of"].index(bound)
        elif fact["kind"] == "duration" and not isinstance(bound, int):
            bound = amount(bound)[0] // UNITS[fact["unit"].removesuffix("s")]
        elif fact["kind"] == "number":
            value, bound = Fraction(str(value)), Fraction(str(bound))
        return bool(OPERATORS[op](value, bound))

    def _day(self, written: str) -> str:
        section, _, key = written.partition(".")
        if not key:
            return written
        there = self.data["applications"] if section == "applications" else self.steps[section]
        return str(there[key])[:10]

    def score(self, score: Plain, known: Known) -> Fraction | None:
        """The score, or None while a part is unknown that may still come."""
        ((how, parts),) = ((how, score[how]) for how in ("mean", "sum", "best") if how in score)
        weights = parts if isinstance(parts, dict) else dict.fromkeys(parts, 1)
        total, weight, best = Fraction(0), Fraction(0), None
        for part, heavy in weights.items():
            if part not in known:
                if "missing" in score and known.get(part.partition(".")[0]) in ("exempt", "not_held", "lapsed"):
                    continue
                return None
            number = Fraction(str(known[part]))
            total, weight = total + number * Fraction(str(heavy)), weight + Fraction(str(heavy))
            best = number if best is None else max(best, number)
        return best if best is None or how == "best" else total / weight if how == "mean" else total

    def own_facts(self, way: Way) -> set[str]:
        """What an event of the step records or decides anew."""
        own = {f"{way.name}.{name}" for name in way.data.get("records") or {}}
        return {*own, way.name, f"{way.name}.kept", f"{way.name}.rank"}

    def goes(self, way: Way, known: Known, earlier: Known) -> tuple[str, str] | None:
        """
        The move and where it leads for who takes the step knowing this; None while it is unknown.

        Of the step's own facts the exemption sees what was known `earlier`, before the event.
        """
        own = self.own_facts(way)
        seen = {name: value for name, value in known.items() if name not in own}
        seen |= {name: value for name, value in earlier.items() if name in own}
        if "exempt" in way.data:
            exempt = self.truth(way.data["exempt"], seen, way.name)
            if exempt is not False:
                return ("exempt", way.to) if exempt else None
        for when, to, passed in way.outcomes:
            value = self.truth(when, known, way.name)
            if value is None:
                return None
            if value:
                return ("passed" if passed else "failed", to)
        raise AssertionError("the last outcome is for everybody else")

    # -- time

    def at(self, local: datetime) -> int:
        return (local.replace(tzinfo=self.zone).astimezone(UTC) - EPOCH) // MICROSECOND

    def day_of(self, at: int) -> date:
        return (EPOCH + at * MICROSECOND).astimezone(self.zone).date()

    def day_end(self, day: date) -> int:
        return self.at(datetime(day.year, day.month, day.day) + timedelta(days=1))

    def starts(self, written: object) -> int:
        return self.at(datetime.fromisoformat(str(written)))

    def ends(self, written: object) -> int:
        """The first moment after what is written, at the precision at which it is."""
        text = str(written)
        if len(text) == 10:
            return self.day_end(date.fromisoformat(text))
        return self.starts(text) + (60_000_000 if len(text) == 16 else 1_000_000)

    def window(self, data: Plain, entered: int) -> tuple[int | None, int | None]:
        """The first moment inside and the first one after it."""
        if "on" in data:
            return self.starts(data["on"]), self.ends(data["on"])
        opens = self.starts(data["opens"]) if "opens" in data else None
        ends = (
            [self.ends(data["until"])] if "until" in data else [self.starts(data["before"])] if "before" in data else []
        )
        if "within" in data:
            count, family = amount(data["within"])
            inside = family == "minute"
            ends.append(
                entered + count * 60_000_000 + 1
                if inside
                else self.day_end(later(self.day_of(entered), data["within"]))
            )
        return opens, min(ends, default=None)


# -- histories --------------------------------------------------------------------------------------------------


def wrong_in(spec: Spec, selection: Selection) -> Iterator[str]:
    """What cannot have happened, in every history of the selection."""
    for name in selection:
        case = selection[name]
        yield from (f"{name}: {wrong}" for wrong in _wrong_in_case(spec, selection, case))


def _wrong_in_case(spec: Spec, selection: Selection, case: Case) -> Iterator[str]:
    first, *rest = case.history
    if (first.kind, first.from_state, first.to_state) != ("applied", None, "applied"):
        yield "a history begins with the application"
    state, entered, reopened = first.to_state, first.at, False
    waits: set[str] = set()
    stood = [(state, entered, reopened, waits)]
    taken_back = {(event.at, event.why) for event in selection.events if event.name == "reopen" and not event.candidate}
    for move in rest:
        if move.from_state != state:
            yield f"{move.kind} starts from {move.from_state}, but the case stood in {state}"
        if state in spec.final and move.kind not in ("reopened", "corrected"):
            yield f"{move.kind} leaves the final state {state}"
        if move.at < entered and move.kind not in ("lapsed", "expired"):
            yield f"{move.kind} at {move.at}, before the case came to {state}"
        # Whose result waited for a closing was in time already.
        waited = move.kind == "failed" and move.event in waits
        yield from _wrong_in_move(spec, selection, case, move, entered, (waited, reopened))
        waits = waits | {move.event} if move.kind == "recorded" else waits if move.kind == "corrected" else set()
        if move.kind == "reopened" and (move.at, move.why) in taken_back:
            # A closing taken back: the case stands where it stood before, since then and with what waited then.
            state, entered, reopened, waits = next(each for each in reversed(stood) if each[0] == move.to_state)
        elif move.kind not in ("recorded", "corrected"):
            state, entered = move.to_state, move.at
            reopened = move.kind == "reopened"
        stood.append((state, entered, reopened, waits))
    if state != case.state:
        yield f"the history ends in {state}, the case stands in {case.state}"
    if entered != case.entered:
        yield "the case stands where it is since another moment"


def _wrong_in_move(
    spec: Spec, selection: Selection, case: Case, move: Move, entered: int, bound: tuple[bool, bool]
) -> Iterator[str]:
    match move.kind:
        case "corrected" | "reopened":
            if not move.why:
                yield f"{move.kind} without a reason"
            if move.kind == "reopened" and not move.by:
                yield "reopened by nobody"
            if move.kind == "corrected" and move.to_state != move.from_state:
                yield "a correction moved the case"
        case "withdrawn":
            if move.to_state != "withdrawn" or move.event != "withdraw":
                yield f"withdrawn into {move.to_state}"
        case "expired":
            if move.to_state != "expired" or move.from_state != spec.reserve.get("state"):
                yield f"expired from {move.from_state} into {move.to_state}"
            if selection.cohort.ends is not None and move.by is not None:
                yield "an expiry has an actor"
        case _ if move.kind in BY_STEP and move.event in spec.ways:
            earlier = known_earlier(selection, case.history, move)
            yield from _wrong_in_step(spec, selection, spec.ways[move.event], move, entered, bound, earlier)
        case _:
            yield f"{move.event} is no step, and {move.kind} no other move"


def _wrong_in_step(
    spec: Spec, selection: Selection, way: Way, move: Move, entered: int, bound: tuple[bool, bool], earlier: Known
) -> Iterator[str]:
    if move.from_state not in way.origins:
        yield f"{way.name} was taken from {move.from_state}"
    keeps = way.data.get("keeps")
    allowed = {
        "passed": set() if keeps else {to for _, to, passed in way.outcomes if passed},
        "failed": {to for _, to, passed in way.outcomes if not passed},
        "exempt": {way.to} if "exempt" in way.data else set(),
        "not_held": {way.to} if "held" in way.data else set(),
        "recorded": {move.from_state} if keeps else set(),
        "kept": {to for _, to in way.takes} if keeps else set(),
        "cut": {way.otherwise} if keeps else set(),
        "lapsed": {way.data.get("lapses")} - {"stays", None},
    }[move.kind]
    if move.to_state not in allowed:
        yield f"{way.name}: {move.kind} into {move.to_state}"
    if (
        move.to_state in spec.unsuccessful
        and move.kind in ("passed", "failed", "cut")
        and not move.by
        and not way.data.get("automatic")
    ):
        yield f"{way.name}: nobody answers for {move.kind} into {move.to_state}"
    if move.kind in ("exempt", "not_held") and move.to_state in spec.unsuccessful:
        yield f"{way.name}: an adverse {move.kind}"
    opens, ends = spec.window(way.data, entered) if way.enforced else (None, None)
    if move.kind == "lapsed":
        if ends is None or move.at != max(ends, entered) or move.by:
            yield f"{way.name}: lapsed at {move.at}, its window ended at {ends}"
        seen = {**plain(selection, move.known), **{n: v for n, v in earlier.items() if n in spec.own_facts(way)}}
        if "exempt" in way.data and spec.truth(way.data["exempt"], seen, way.name) is not False:
            yield f"{way.name}: lapsed though the exemption is not denied"
    by_event = move.kind in ("passed", "failed", "recorded") or (move.kind == "exempt" and move.by is not None)
    waited, reopened = bound
    over = reopened and ends is not None and ends <= entered
    by_person = way.data.get("lapses") == "stays" and bool(move.by) and bool(move.why)
    late = ends is not None and move.at >= ends and not (waited or over or by_person)
    if by_event and (late or (opens is not None and move.at < opens)):
        yield f"{way.name}: taken outside its window"
    if move.kind in ("passed", "failed", "exempt"):
        known = {name: value for name, value in plain(selection, move.known).items() if name != way.name}
        going = spec.goes(way, known, earlier)
        if going != (move.kind, move.to_state):
            yield f"{way.name}: {move.kind} into {move.to_state}, where its rules say {going}"


def known_earlier(selection: Selection, moves: Sequence[Move], move: Move) -> dict[str, Any]:
    """What was known before a step was taken: before its result was recorded, if that waited for a closing."""
    at = next(number for number, each in enumerate(moves) if each is move)
    first = at
    for number in range(at, 0, -1):
        if moves[number].kind == "recorded" and moves[number].event == move.event:
            first = number
            break
        if number < at and moves[number].kind not in ("recorded", "corrected"):
            break
    return plain(selection, moves[first - 1].after)


def plain(selection: Selection, known: Mapping[str, Any]) -> dict[str, Any]:
    """Known facts as JSON carries them."""
    return selection.machine.declared.decode(known)


# -- answers ----------------------------------------------------------------------------------------------------


def expected(spec: Spec, selection: Selection, event: Event) -> str | None:
    """The code with which an event of one candidate must be refused, in the order of the design; None: it is taken."""
    name = event.candidate or ""
    if event.name == "apply":
        return _expected_application(spec, selection, event, name)
    if name not in selection:
        return "unknown_candidate"
    case = selection[name]
    if event.name in case.pending:
        return "duplicate"
    if event.name not in (*spec.ways, "withdraw", "correct", "reopen"):
        return "unknown_event"
    if event.at < case.at:
        return "out_of_order"
    match event.name:
        case "withdraw":
            return "wrong_state" if case.state in spec.final else _expected_facts(spec, selection, event, case)
        case "correct":
            names = _correctable(spec)
            wrong = (
                not event.why
                or not event.facts
                or any(_wrong_value(selection, n, v, names) for n, v in event.facts.items())
            )
            return "invalid_fact" if wrong else None
        case "reopen":
            if not any(move.kind in DECISIONS for move in case.path):
                return "wrong_state"
            wrong = None if event.why else "invalid_fact"
            wrong = wrong or _expected_facts(spec, selection, event, case)
            return wrong or ("needs_person" if event.by is None else None)
        case _:
            return _expected_step(spec, selection, event, case, spec.ways[event.name])


def _expected_facts(spec: Spec, selection: Selection, event: Event, case: Case) -> str | None:
    """Any event may bring declared facts, as long as they are not known otherwise."""
    declared = {fact for fact in spec.facts if "." not in fact and fact not in spec.ways}
    for name, raw in event.facts.items():
        if _wrong_value(selection, name, raw, declared):
            return "invalid_fact"
        value = selection.machine.declared.encode(name, raw)
        if case.facts.get(name, value) != value:
            return "invalid_fact"
    return None


def _expected_application(spec: Spec, selection: Selection, event: Event, name: str) -> str | None:
    if name in selection:
        return "duplicate"
    if selection.cohort.closings:
        return "already_closed"
    opens, ends = spec.window(spec.data.get("applications") or {}, 0)
    if outside := _outside(event, opens, ends):
        return outside
    declared = {fact for fact in spec.facts if "." not in fact and fact not in spec.ways}
    return "invalid_fact" if any(_wrong_value(selection, n, v, declared) for n, v in event.facts.items()) else None


def _expected_step(spec: Spec, selection: Selection, event: Event, case: Case, way: Way) -> str | None:
    if case.state not in way.origins:
        return "wrong_state"
    cohort = selection.cohort
    closing = cohort.closings.get(way.name)
    again, stays = _is_reopened(case), way.data.get("lapses") == "stays"
    if closing and not stays and not again and case.entered < closing.at:
        return "already_closed"
    if "held" in way.data and (way.name not in cohort.gates or event.at < cohort.gates[way.name].at):
        return "gate_undecided"
    opens, ends = spec.window(way.data, case.entered) if way.enforced else (None, None)
    ends = None if again and ends is not None and ends <= case.entered else ends
    late = [
        end for end in (ends, closing.at if closing and not (again and closing.at <= case.entered) else None) if end
    ]
    if stays and late and event.at >= min(late):
        ends = None if event.by and event.why else min(late)
    if case.state == spec.reserve.get("state") and selection.expires is not None:
        expiry = spec.day_end(selection.expires)
        ends = expiry if ends is None else min(ends, expiry)
    if outside := _outside(event, opens, ends):
        return outside
    return _expected_result(spec, selection, event, case, way)


def _expected_result(spec: Spec, selection: Selection, event: Event, case: Case, way: Way) -> str | None:
    own = {f"{way.name}.{name}" for name in way.data.get("records") or {}}
    before = {name: value for name, value in case.facts.items() if name not in spec.own_facts(way)}
    declared = {fact for fact in spec.facts if "." not in fact and fact not in spec.ways}
    learned: dict[str, Any] = {}
    for short, raw in event.facts.items():
        name = f"{way.name}.{short}" if f"{way.name}.{short}" in own else short
        if _wrong_value(selection, name, raw, declared | own):
            return "invalid_fact"
        value = selection.machine.declared.encode(name, raw)
        if before.get(name, value) != value or learned.get(name, value) != value:
            return "invalid_fact"
        learned[name] = value
    known = plain(selection, {**selection.cohort.facts, **before, **learned})
    going = spec.goes(way, known, plain(selection, case.facts))
    if going is None:
        return "missing_facts"
    move, to = going
    keeps = way.data.get("keeps")
    if keeps and move == "passed" and any(spec_value(spec, name, known) is None for name in ranking_names(spec, way)):
        return "missing_facts"
    if way.data.get("in_order") and (
        refusal := selection.cohort.check_turn(selection.machine.steps[way.name], case, event.at)
    ):
        return refusal[0]
    if keeps and move == "passed":
        return None  # what comes of a joining addition is told by the laws of cuts
    adverse = to in spec.unsuccessful and not way.data.get("automatic")
    return "needs_person" if adverse and event.by is None else None


def ranking_names(spec: Spec, way: Way) -> list[str]:
    """The facts and scores by which a step ranks, tie breakers last, by their full names."""
    return [*_full_names(spec, way, way.data["keeps"]["by"]), *tie_break_names(spec, way)]


def tie_break_names(spec: Spec, way: Way) -> list[str]:
    """Those of them that only break ties."""
    ties = way.data["keeps"].get("ties")
    return _full_names(spec, way, ties["by"]) if isinstance(ties, dict) else []


def _full_names(spec: Spec, way: Way, names: Any) -> list[str]:
    listed = names if isinstance(names, list) else [names]
    return [f"{way.name}.{name}" if f"{way.name}.{name}" in spec.facts else name for name in listed]


def spec_value(spec: Spec, name: str, known: Known) -> Any:
    """What ranks: a score, or a fact in its order; None while unknown."""
    scores = spec.data.get("scores") or {}
    if name in scores:
        return spec.score(scores[name], known)
    value = known.get(name)
    fact = spec.facts[name]
    return fact["of"].index(value) if value is not None and fact["kind"] == "level" else value


def _outside(event: Event, opens: int | None, ends: int | None) -> str | None:
    if opens is not None and event.at < opens:
        return "too_early"
    return "too_late" if ends is not None and event.at >= ends else None


def _is_reopened(case: Case) -> bool:
    """Whether a decision was taken back, and the case has not moved since."""
    return (
        next(move for move in reversed(case.history) if move.kind not in ("recorded", "corrected")).kind == "reopened"
    )


def _correctable(spec: Spec) -> set[str]:
    recorded = {f"{way.name}.{name}" for way in spec.ways.values() for name in way.data.get("records") or {}}
    return {fact for fact in spec.facts if "." not in fact and fact not in spec.ways} | recorded


def _wrong_value(selection: Selection, name: str, raw: object, allowed: set[str]) -> bool:
    if name not in allowed:
        return True
    try:
        selection.machine.declared.encode(name, raw)
    except FactError:
        return True
    return False
