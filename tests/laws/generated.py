"""Definitions and stories drawn for the laws: whole files in the language, and what may happen in a selection.

A definition is valid by construction: a road of one to four steps, each with a window, a gate, a cut, an exemption or
none of them, and loops beside the road (waiting list, retake, appeal, refused offers). A story is directed: it plays
against the machine, so that it comes far, takes values on and just beside every bound, and moments one second and
one microsecond around every end; between them stands garbage.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Final

from attrs import define, evolve, field, frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from procedures import DefinitionError, Event, Moved, Procedure, Refused, Selection, loads
from procedures.kernel.cases import DECISIONS, Case
from procedures.kernel.machine import CompiledStep, Machine
from rules.algebra import comparison_values
from rules.calendar import SECOND, Moment
from rules.kinds import Choice, Date, Duration, FactError, Flag, Kind, Level, Number, Text

Plain = dict[str, Any]

MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR

STEPS: Final = ("screening", "sifting", "test", "interview")
STATES: Final = ("applied", "screened", "sifted", "tested", "interviewed")
BASES: Final = (date(2026, 1, 5), date(2026, 3, 2), date(2026, 10, 5), date(2028, 2, 1))
ZONES: Final = ("Europe/Brussels", "UTC", "America/New_York", "Pacific/Auckland", "Asia/Kolkata")
NAMES: Final = ("ann", "bob", "cas", "dee", "eli", "fay")

FACTS: Final[Plain] = {
    "origin": {"kind": "choice", "of": ["external", "internal"]},
    "level": {"kind": "level", "of": ["none", "C", "B", "A"]},
    "experience": {"kind": "duration", "unit": "months"},
    "licence": {"kind": "flag"},
    "since": {"kind": "date"},
    "note": {"kind": "text"},
}
SCORE: Final[Plain] = {"kind": "number", "from": 0, "to": 100, "step": 0.5}
POINTS: Final[Plain] = {"kind": "number", "from": 0, "to": 10, "step": 1}
FLAG: Final[Plain] = {"kind": "flag"}


def law(*given_by: st.SearchStrategy[Any], share: float = 0.6) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """`given`, with a share of the examples that the profile has: each of these is a whole selection."""
    shared = settings(max_examples=int(settings().max_examples * share))
    return lambda test: shared(given(*given_by)(test))


# -- definitions ------------------------------------------------------------------------------------------------


@frozen
class Story:
    """A definition as plain data, what it loads to, and what happens to it, taken or refused."""

    data: Plain
    procedure: Procedure
    events: tuple[Event, ...]

    def __repr__(self) -> str:
        return "\n".join([json.dumps(self.data), *(f"  {self._line(event)}" for event in self.events)])

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self))  # Hypothesis would print the machine

    def _line(self, event: Event) -> str:
        told = [self.procedure.machine.zone.show(event.at), event.candidate, event.name, event.step]
        told += [f"{key}={value}" for key, value in event.facts.items()]
        told += [f"{key}={getattr(event, key)}" for key in ("by", "why", "seed", "until") if getattr(event, key)]
        return " ".join(str(word) for word in told if word)


@lru_cache(maxsize=512)
def _loaded(text: str) -> Procedure:
    return loads(text)


def load(data: Plain) -> Procedure:
    """The procedure of plain data, written as the subset of YAML that JSON is."""
    return _loaded(json.dumps(data))


@lru_cache(maxsize=64)
def _below(number: int) -> st.SearchStrategy[int]:
    return st.integers(0, number - 1)  # made once: making a strategy costs more than drawing from it


@define
class _Drawer:
    draw: Any

    def pick(self, *options: Any) -> Any:
        """One of these, the first where it does not matter."""
        return options[self.draw(_below(len(options)))]

    def chance(self, one_in: int) -> bool:
        return bool(self.draw(_below(one_in)) == one_in - 1)


@define
class _Builder(_Drawer):
    """Draws one definition; `numbers` and `results` are what rules of later steps may ask of earlier ones."""

    base: date
    shapes: Sequence[str]
    numbers: list[str] = field(factory=list)
    results: list[str] = field(factory=list)
    final: bool = False

    def day(self, offset: int) -> str:
        return (self.base + timedelta(days=offset)).isoformat()

    # -- rules

    def leaf(self) -> Any:
        about = self.pick("origin", "level", "experience", "licence", "since", "eligible", "result", "number")
        order = self.pick("at_least", "at_most", "more_than", "less_than")
        match about:
            case "origin":
                return {"origin": self.pick("external", "internal", {"is_not": "internal"}, {"one_of": ["external"]})}
            case "level":
                return {"level": {order: self.pick("C", "B")}}
            case "experience":
                return {"experience": {order: self.pick(12, 24, "2 years", "P1Y")}}
            case "licence":
                return {"licence": self.pick(True, False)}
            case "since":
                asked = {order: self.pick("12 months", "365 days"), "as_of": self.day(14)}
                return {"since": self.pick(asked, {"before": self.day(-365)})}
            case "result" if self.results:
                result = self.pick("passed", "passed", "failed", "exempt", "not_held", "lapsed")
                return {self.pick(*self.results): result}
            case "number" if self.numbers:
                return {self.pick(*self.numbers): {order: 5}}
            case _:
                return "eligible"

    def rule(self) -> Any:
        match self.pick("leaf", "leaf", "leaf", "all", "any", "not"):
            case "leaf":
                return self.leaf()
            case "not":
                return {"not": self.leaf()}
            case both:
                return {both: [self.leaf(), self.leaf()]}

    # -- windows

    def window(self, number: int, ways: Sequence[str]) -> Plain:
        """A window around its own day; the file's windows follow one another as its steps do."""
        day = 21 + 7 * number
        at = self.day(day)
        until = {"until": self.pick(at, f"{at} 17:30", f"{at} 12:00:30")}
        match self.pick("none", "none", "none", "none", "until", "opens", "before", "on", "within", "within", "both"):
            case "until":
                window = until
            case "opens":
                window = {"opens": self.pick(self.day(day - 1), f"{self.day(day - 1)} 09:00"), **until}
            case "before":
                window = {"before": self.pick(at, f"{at} 12:00")}
            case "on":
                window = {"on": at}
            case "within":
                window = {"within": self.pick("10 days", "2 weeks", "1 month", "36 hours")}
            case "both":
                window = {"within": self.pick("10 days", "1 month"), **until}
            case _:
                return {"opens": f"{self.day(day - 1)} 09:00"} if self.chance(4) else {}
        if self.chance(5):
            window["tentative"] = True
        return {**window, "lapses": self.pick(*ways)}

    # -- steps

    def main(self, number: int, origin: str, to: str, above: Plain | None) -> Plain:
        """The step of the road from one state to the next."""
        name = STEPS[number]
        step: Plain = {"from": origin, "to": to}
        shape = self.pick(*self.shapes)
        if above is not None and shape != "outcomes" and self.chance(3):
            self.hold(step, origin, STEPS[number - 1], above)
        if self.chance(4):
            step["exempt"] = self.rule()
        getattr(self, f"_{shape}")(name, step, origin, to)
        if self.chance(8) and "exempt" not in step and "records" in step and "to" in step:
            step["exempt"] = self.on_own_facts(step)
        step.update(self.window(number, ("rejected", "rejected", "stays", to, "backup")))
        if self.chance(5):
            step["automatic"] = True
        self.results.append(name)
        return step

    def on_own_facts(self, step: Plain) -> Any:
        """An exemption that reads what the step recorded the last time; the first time it must be denied by another."""
        own = {"passed": True} if "passed" in step["records"] else {"score": {"at_least": 5}}
        return {"all": [self.leaf(), own]}

    def hold(self, step: Plain, origin: str, before: str, above: Plain) -> None:
        """A gate: on a count, or on what the closing of the step before records."""
        # Nobody records what the closing of a step brings when that step is not held.
        if "held" not in above and self.chance(3):
            above.setdefault("closing", {})["budget"] = POINTS
            step["held"] = {f"{before}.budget": {self.pick("at_least", "less_than"): 3}}
        else:
            counted = self.pick(origin, origin, origin, "applied")
            step["held"] = {
                "count": counted,
                self.pick("more_than", "at_least", "at_most", "less_than"): self.pick(1, 2),
            }

    def otherwise(self, *ways: str | None) -> Plain:
        where = self.pick(*ways)
        return {} if where is None else {"otherwise": where}

    def _rule(self, name: str, step: Plain, origin: str, to: str) -> None:
        step.update(passes=self.rule(), **self.otherwise(None, None, None, origin, "backup", to))

    def _flag(self, name: str, step: Plain, origin: str, to: str) -> None:
        step.update(records={"passed": FLAG}, **self.otherwise(None, None, None, origin, "backup", to))

    def _either(self, name: str, step: Plain, origin: str, to: str) -> None:
        passes = {self.pick("all", "any"): [{"passed": True}, self.rule()]}
        step.update(
            records={"passed": FLAG, "words": {"kind": "text"}}, passes=passes, **self.otherwise(None, None, "backup")
        )

    def _free(self, name: str, step: Plain, origin: str, to: str) -> None:
        pass

    def _score(self, name: str, step: Plain, origin: str, to: str) -> None:
        self.numbers.append(f"{name}.score")
        step["records"] = {"score": SCORE}
        asked: Plain = self.pick(
            {"pass_mark": 50}, {"passes": {"score": {"more_than": 49.5}}}, {"passes": {"score": {"at_most": 50}}}
        )
        if len(self.numbers) > 1 and self.chance(2):
            self.final = True
            asked = {"passes": {"final": {self.pick("at_least", "more_than"): self.pick(30, 37.5)}}}
        step.update(asked, **self.otherwise(None, None, origin, "backup", to))

    def _outcomes(self, name: str, step: Plain, origin: str, to: str) -> None:
        self.numbers.append(f"{name}.score")
        step["records"] = {"passed": FLAG, "score": SCORE}
        if "exempt" not in step and self.chance(2):
            del step["to"]
        step["outcomes"] = [
            {"when": {"passed": True}, "to": to},
            {"when": {"score": {"at_least": 50}}, "to": self.pick("backup", origin)},
            {"to": "rejected"},
        ]

    def _ranked(self, name: str, step: Plain, origin: str, to: str) -> None:
        self.numbers.append(f"{name}.score")
        step["records"] = {"score": POINTS}
        ties: Any = self.pick(
            "keep", "none", "lot", None, {"by": ["experience"], "then": self.pick("keep", "none", "lot")}
        )
        cut: Plain = {"by": self.pick("score", ["score"], ["score", "level"])}
        if len(self.numbers) > 1 and self.chance(3):
            self.final = True
            cut["by"] = "final"
        if ties is not None:
            cut["ties"] = ties
        best: int | str = self.pick(1, 2, 2, 3)
        if self.chance(4):
            step.setdefault("closing", {})["places"] = POINTS
            best = "places"
        if self.chance(3):
            cut["takes"] = [{"best": best, "to": to}, {"best": 1, "to": "backup"}]
            if not {"exempt", "held"} & step.keys():
                del step["to"]
        else:
            cut["best"] = best
        step.update(keeps=cut, **self.otherwise(None, None, "backup"))
        if self.chance(3):
            step["passes"] = {"score": {"at_least": 5}}


def _scores(builder: _Builder) -> Plain:
    how = builder.pick("mean", "sum", "best")
    parts: Any = list(builder.numbers)
    if how != "best" and builder.chance(2):
        parts = dict(zip(parts, (60, 40, 25, 12.5), strict=False))
    missing = {"missing": "left_out"} if builder.chance(2) else {}
    return {"final": {how: parts, **missing}}


def _beside(builder: _Builder, steps: Plain, states: Sequence[str]) -> None:
    """Loops beside the road: who is on the waiting list is called again, who is rejected may appeal."""
    used = json.dumps(steps)
    if '"backup"' in used and not builder.chance(3):
        window = builder.window(4, ("rejected", "stays")) if builder.chance(3) else {}
        steps["recall"] = {"from": "backup", "to": builder.pick(*states[1:]), "records": {"willing": FLAG}, **window}
    if len(states) > 2 and builder.chance(3) and _leads(steps, "rejected"):
        window = {"within": "10 days", "lapses": builder.pick("stays", "closed_out")} if builder.chance(3) else {}
        steps["appeal"] = {
            "from": builder.pick("rejected", ["rejected"], ["rejected", "withdrawn"]),
            "to": states[1],
            "otherwise": builder.pick("rejected", "closed_out"),
            "records": {"upheld": FLAG},
            **window,
        }


def _aside(builder: _Builder, steps: Plain) -> None:
    """A second step from a state of the road, whose window ends with that of the first, or beside it."""
    dated = [name for name, step in steps.items() if "until" in step and "lapses" in step and name in STEPS]
    if not dated or not builder.chance(3):
        return
    first = steps[builder.pick(*dated)]
    # Two ends that are always equal and lead apart are a problem: these lapse to the same state, or end on another day.
    window = {"until": first["until"], "lapses": first["lapses"]}
    if builder.chance(2):
        window = {"until": builder.day(49), "lapses": builder.pick("rejected", "stays")}
    steps["aside"] = {"from": first["from"], "to": "set_aside", "records": {"agreed": FLAG}, **window}


def _origins(builder: _Builder, steps: Plain) -> None:
    """Some steps are taken from the waiting list too, and some leave out the `from` that they have anyway."""
    plain = [step for step in steps.values() if not {"exempt", "held", "lapses"} & step.keys()]
    if plain and "recall" not in steps and _leads(steps, "backup") and builder.chance(3):
        step = builder.pick(*plain)
        step["from"] = [step["from"], "backup"] if isinstance(step["from"], str) else step["from"]
    above = "applied"
    for step in steps.values():
        if step["from"] == above and builder.chance(2):
            del step["from"]
        first = step.get("keeps", {}).get("takes") or step.get("outcomes")
        above = step.get("to") or first[0]["to"]


def _leads(steps: Plain, state: str) -> bool:
    """Whether a step leads to a state: by what it says, or to `rejected` because it says nothing."""
    for step in steps.values():
        targets = {step.get("to"), step.get("lapses")}
        outcomes = step.get("outcomes")
        targets |= {outcome["to"] for outcome in outcomes} if outcomes else set()
        targets |= {take["to"] for take in step.get("keeps", {}).get("takes", ())}
        fails = step.get("passes") or step.get("pass_mark") or step.get("keeps") or "records" in step
        if fails and not outcomes:
            targets.add(step.get("otherwise", "rejected"))
        if state in targets:
            return True
    return False


def _reserve(builder: _Builder, steps: Plain, state: str) -> Plain:
    ranked = builder.pick(None, *builder.numbers[:1], "experience")
    reserve: Plain = {"state": state, "valid": builder.pick("2 years", "1 month", "10 days", builder.day(70), None)}
    if reserve["valid"] is None:
        del reserve["valid"]
    elif builder.chance(2):
        reserve["extendable"] = True
    if builder.chance(2):
        reserve["kinds"] = {"recruitment": {"origin": "external"}, "promotion": {"origin": "internal"}}
    if ranked:
        reserve["ranked"] = {"by": [ranked]}
    offer: Plain = {"from": state, "to": "hired", "records": {"accepted": FLAG}}
    offer.update(builder.otherwise(state, state, None))
    if ranked and builder.chance(2):
        offer["in_order"] = True
    if builder.chance(4):
        offer.update({"within": "1 month", "lapses": builder.pick("stays", "rejected")})
    if not builder.chance(4):
        steps["offer"] = offer
    return reserve


SHAPES: Final = ("rule", "flag", "flag", "score", "ranked", "ranked", "outcomes", "free", "either")


@st.composite
def definitions(
    draw: st.DrawFn, *, shapes: Sequence[str] = SHAPES, longest: int = 4, reserve: bool | None = None
) -> Plain:
    """A definition as plain data; `shapes` are those its steps may have, `reserve` tells whether it has one."""
    base = draw(st.sampled_from(BASES))
    builder = _Builder(draw, base, shapes)
    length = draw(st.integers(1, longest))
    states = list(STATES[: length + 1])
    with_reserve = builder.chance(2) if reserve is None else reserve
    if with_reserve:
        states[-1] = "pool"
    steps: Plain = {}
    for number in range(length):
        above = steps[STEPS[number - 1]] if number else None
        steps[STEPS[number]] = builder.main(number, states[number], states[number + 1], above)
    data: Plain = {
        "procedure": "generated",
        "version": 1 + BASES.index(base),
        "title": "t",
        "timezone": builder.pick(*ZONES[:1], *ZONES),
        "facts": FACTS,
    }
    if not builder.chance(4):
        ends = builder.pick(builder.day(14), f"{builder.day(14)} 12:00", f"{builder.day(14)} 23:59:59")
        data["applications"] = {"opens": builder.day(0), "until": ends}
    data["conditions"] = {
        "eligible": {"rule": {"any": [{"level": {"at_least": "B"}}, {"experience": {"at_least": 24}}]}}
    }
    if builder.final:
        data["scores"] = _scores(builder)
    _beside(builder, steps, states)
    _aside(builder, steps)
    _origins(builder, steps)
    if with_reserve:
        data["reserve"] = _reserve(builder, steps, "pool")
    described: Plain = {}
    if _leads(steps, "backup"):
        described["backup"] = {"unsuccessful": builder.chance(3)}
    if _leads(steps, "closed_out"):
        described["closed_out"] = {"label": "closed out"}
    if _leads(steps, "rejected") and builder.chance(12):
        described["rejected"] = {"unsuccessful": False}
    if not with_reserve and builder.chance(3):
        described[states[-1]] = {"final": builder.pick(True, False)}
    if described:
        data["states"] = described
    data["steps"] = steps
    return _without_undecidable_gates(data)


def _without_undecidable_gates(data: Plain) -> Plain:
    """The definition without the gates that wait for what comes after them, as loops beside the road may bring."""
    while True:
        try:
            load(data)
        except DefinitionError as error:
            wrong = [name for name, step in data["steps"].items() if "held" in step and f"`{name}`" in str(error)]
            if not wrong or "gate" not in str(error):
                raise
            data = json.loads(json.dumps(data))
            del data["steps"][wrong[0]]["held"]
        else:
            return data


def cutting() -> st.SearchStrategy[Plain]:
    """Definitions with cuts, and little else that could keep anybody from them."""
    return definitions(shapes=("ranked", "ranked", "free"), longest=2)


def reserving() -> st.SearchStrategy[Plain]:
    """Short definitions that lead to a reserve."""
    return definitions(shapes=("free", "flag", "score", "rule"), longest=2, reserve=True)


# -- stories ----------------------------------------------------------------------------------------------------


@lru_cache(maxsize=512)
def around_bounds(machine: Machine) -> Mapping[str, tuple[object, ...]]:
    """For each fact, values on, just below and just above every bound that a guard compares it with, and plain ones."""
    rules = [rule for step in machine.steps.values() for rule in (step.exempt, step.gate and step.gate.rule) if rule]
    rules += [outcome.when for step in machine.steps.values() for outcome in step.outcomes]
    rules += list(machine.reserve.kinds.values()) if machine.reserve else []
    bounds: dict[str, set[int]] = {}
    for rule in rules:
        for name, values in comparison_values(rule).items():
            if not isinstance(machine.declared.facts[name].kind, Choice):
                bounds.setdefault(name, set()).update(map(int, values))
    return {name: tuple(_around(fact.kind, bounds.get(name, ()))) for name, fact in machine.declared.facts.items()}


def _around(kind: Kind, bounds: Iterable[int]) -> Iterator[object]:
    if isinstance(kind, Number | Duration):
        yield from (2, 3, 3, 4) if isinstance(kind, Number) and kind.most == 10 else (12, 12, 30)
    elif isinstance(kind, Date):
        yield "2025-01-19"
    for encoded in sorted({bound + beside for bound in bounds for beside in (0, -1, 1)}):
        try:
            kind.encode(kind.decode(encoded))
        except (FactError, ValueError, IndexError):
            continue  # beside the end of its range
        yield kind.decode(encoded)


GARBAGE: Final[tuple[object, ...]] = (None, "", "junk", -1, 10**30, 0.123, float("nan"), float("inf"), [], {}, True, 7)


@define
class Player(_Drawer):
    """Plays a selection while drawing it, so that the next event can be one that matters."""

    procedure: Procedure
    selection: Selection
    now: int
    events: list[Event]

    def take(self, event: Event) -> Moved | Refused:
        self.events.append(event)
        answer = self.selection.handle(event)
        if isinstance(answer, Moved):
            self.now = max(self.now, event.at)
        return answer

    # -- moments and values that matter

    def boundaries(self) -> list[int]:
        """Every moment at which something opens, ends or expires for somebody."""
        machine, found = self.procedure.machine, set()
        for case in (self.selection[name] for name in self.selection):
            for step in machine.steps_from[case.state]:
                found |= {step.opens, step.window_end(case.entered, machine.zone)}
        found |= {self.selection.cohort.ends}
        return sorted(at for at in found if at is not None)

    def around(self, at: int) -> Moment:
        return Moment(at + self.pick(0, -1, 1, -SECOND, SECOND))

    def when(self, step: CompiledStep | None = None, case: Case | None = None) -> Moment:
        """Mostly a little later, inside the window where there is one; else around an end."""
        ends = self.selection.cohort.ends
        if case is not None and ends is not None and self.chance(3) and self._waits_on_the_reserve(case):
            return self.around(ends)
        if self.chance(5):
            near = [at for at in self.boundaries() if at >= self.now - DAY]
            if near:
                return self.around(self.pick(*near[:4]))
        at = self.now + self.pick(0, MINUTE, HOUR, HOUR)
        if step is not None and step.opens is not None and step.enforced and not self.chance(8):
            at = max(at, step.opens + self.pick(0, HOUR))
        return Moment(at)

    def _waits_on_the_reserve(self, case: Case) -> bool:
        reserve = self.selection.machine.reserve
        return reserve is not None and case.state == reserve.state

    def value(self, name: str) -> object:
        kind = self.procedure.machine.declared.facts[name].kind
        match kind:
            case Choice(of):
                return self.pick(*of)
            case Level(of):
                return self.pick(*of)
            case Flag():
                return self.pick(True, True, False)
            case Text():
                return "words"
            case _:
                return self.pick(*around_bounds(self.procedure.machine)[name])

    def facts(self, names: Sequence[str]) -> dict[str, object]:
        return {
            name.rpartition(".")[2] if "." in name else name: self.value(name) for name in names if not self.chance(16)
        }

    # -- events

    def apply(self) -> None:
        name = NAMES[len(self.selection)] if len(self.selection) < len(NAMES) else f"c{len(self.selection)}"
        at = Moment(self.now + self.pick(0, MINUTE, HOUR))
        ends = self.procedure.machine.ends
        if ends is not None and self.chance(8):
            at = self.around(ends)
        self.take(
            Event(
                "apply",
                at,
                name,
                self.facts(sorted(self.procedure.machine.declared_facts - {"note"})),
                self.pick("hr", None),
            )
        )

    def single(self) -> None:
        name = self.pick(*self.selection)
        case = self.selection[name]
        leaving = self.procedure.machine.steps_from[case.state]
        if leaving:
            self.record(self.pick(*leaving), name)

    def record(self, step: CompiledStep, name: str) -> None:
        """The step for one candidate; mostly, what an event is refused for is mended once."""
        facts = self.facts(sorted(step.records))
        if self.chance(6):
            extra = self.pick(*sorted(self.selection.machine.declared_facts))
            facts[extra] = self.value(extra)
        by = self.pick("jury", None) if step.automatic else self.pick(*("jury",) * 6, None)
        event = Event(step.name, self.when(step, self.selection[name]), name, facts, by, self.pick(None, "because"))
        for _ in range(2):
            answer = self.take(event)
            if isinstance(answer, Moved) or self.chance(5):
                return
            match answer.code:
                case "missing_facts":
                    own = {f"{step.name}.{each}" for each in facts}
                    more = {fact: self.value(fact) for fact in answer.missing if fact not in own}
                    allowed = self.selection.machine.declared_facts | step.records
                    event = evolve(event, facts={**facts, **{n: v for n, v in more.items() if n in allowed}})
                case "invalid_fact":
                    event = evolve(event, facts={n: v for n, v in facts.items() if f"{step.name}.{n}" in step.records})
                case "needs_person":
                    event = evolve(event, by="chair")
                case "too_late":
                    self.take(Event("advance", event.at))
                    return
                case "too_early" if step.opens is not None:
                    event = evolve(event, at=step.opens)
                case _:
                    return

    def round(self, step: CompiledStep | None = None) -> None:
        """Everybody at a step takes it, and mostly it is closed then."""
        machine = self.procedure.machine
        waiting = {
            each.name: [name for name in self.selection if self.selection[name].state in each.origins]
            for each in machine.steps.values()
        }
        busy = [name for name, there in waiting.items() if there]
        if step is None:
            if not busy:
                return
            step = machine.steps[busy[0] if not self.chance(4) else self.pick(*busy)]
        for name in waiting[step.name]:
            if step.name not in self.selection[name].pending or self.chance(6):
                self.record(step, name)
        if not self.chance(4):
            self.close(step)

    def march(self) -> None:
        """Step after step, in the order of the file, everybody takes it and it is closed."""
        for step in list(self.procedure.machine.steps.values())[: self.pick(2, 3, 4)]:
            self.round(step)

    def close(self, step: CompiledStep | None = None) -> None:
        machine = self.procedure.machine
        if step is None:
            still = [each for each in machine.steps.values() if each.name not in self.selection.cohort.closings]
            step = still[0] if still and not self.chance(3) else self.pick(*machine.steps.values())
        facts = {name.rpartition(".")[2]: self.pick(0, 1, 2, 2, 3, 4) for name in step.closing if not self.chance(16)}
        by = self.pick(*("chair",) * 8, None)
        seed = self.pick(1, 2, "s", "s", None)
        soon = [at for at in self.boundaries() if at >= self.now]
        at = self.around(soon[0]) if soon and self.chance(4) else self.when()
        answer = self.take(Event("close", at, None, facts, by, step=step.name, seed=seed))
        if isinstance(answer, Refused) and answer.code == "undecided" and not self.chance(4):
            for name in answer.values["candidates"]:  # type: ignore[attr-defined]  # a tuple of names
                self.take(Event("withdraw", Moment(self.now), name))
            self.take(Event("close", Moment(self.now), None, facts, "chair", step=step.name, seed=7))

    def advance(self) -> None:
        later = [at for at in self.boundaries() if at >= self.now - DAY]
        at = self.around(self.pick(*later)) if later and not self.chance(3) else self.now + self.pick(0, DAY, 30 * DAY)
        self.take(Event("advance", Moment(at)))

    def correct(self) -> None:
        machine = self.procedure.machine
        name = self.pick(*self.selection)
        known = sorted(fact for fact in self.selection[name].facts if fact in machine.correctable)
        fact = self.pick(*known, *known, *sorted(machine.declared_facts))
        why = self.pick("typed wrongly", "typed wrongly", "typed wrongly", None)
        self.take(Event("correct", self.when(), name, {fact: self.value(fact)}, self.pick("hr", None), why))

    def reopen(self) -> None:
        decided = [name for name in self.selection if any(m.kind in DECISIONS for m in self.selection[name].path)]
        name = self.pick(*(decided if decided and not self.chance(6) else self.selection))
        by, why = self.pick(*("hr",) * 5, None), self.pick(*("appeal",) * 5, None)
        self.take(Event("reopen", self.when(), name, {}, by, why))

    def close_applications(self) -> None:
        by = self.pick("chair", "chair", "chair", None)
        self.take(Event("close", self.when(), None, {}, by, step="apply"))

    def take_back(self) -> None:
        """Take back the last closing, or another one; close it again, mostly at once."""
        closings = self.selection.cohort.closings
        latest = self.selection.cohort.latest
        names = [*closings, *self.procedure.machine.steps]
        step = latest[0] if latest and self.chance(2) else self.pick(*names)
        by, why = self.pick(*("chair",) * 5, None), self.pick(*("a mistake",) * 5, None)
        answer = self.take(Event("reopen", self.when(), None, {}, by, why, step=step))
        if isinstance(answer, Moved) and step in self.procedure.machine.steps and not self.chance(3):
            self.close(self.procedure.machine.steps[step])

    def withdraw(self) -> None:
        self.take(Event("withdraw", self.when(), self.pick(*self.selection), {}, self.pick("hr", None)))

    def extend(self) -> None:
        last = self.selection.expires or date(2028, 1, 1)
        until = self.pick(
            last + timedelta(days=1), last + timedelta(days=400), last, last - timedelta(days=1), None, date.max
        )
        ends = self.selection.cohort.ends
        at = self.around(ends) if ends is not None and self.chance(3) else self.when()
        self.take(Event("extend", at, None, {}, "hr", until=until))

    def garbage(self) -> None:
        machine = self.procedure.machine
        events = ["apply", "withdraw", "correct", "reopen", "close", "advance", "extend", "junk", "", *machine.steps]
        facts = [*machine.declared.facts, "junk", "score", "passed", "budget", "places", ""]
        self.take(
            Event(
                self.pick(*events),
                Moment(self.pick(self.now, self.now - DAY, 0, self.now + 4000 * DAY)),
                self.pick(*self.selection, "nobody", ""),
                {self.pick(*facts): self.pick(*GARBAGE) for _ in range(self.pick(0, 1, 2))},
                self.pick("x", None),
                self.pick("x", None),
                self.pick(*machine.steps, "junk", None),
                self.pick(1, None),
                self.pick(None, date(2030, 1, 1), date.max, date.min),
            )
        )


ACTIONS: Final = (
    *("march",) * 2,
    *("round",) * 8,
    *("single",) * 5,
    *("close",) * 3,
    *("advance",) * 2,
    *("correct", "correct", "reopen", "reopen", "withdraw", "extend", "garbage", "garbage"),
    *("take_back", "take_back", "close_applications"),
)


@st.composite
def stories(
    draw: st.DrawFn,
    given: st.SearchStrategy[Plain] | None = None,
    *,
    actions: Sequence[str] = ACTIONS,
    candidates: tuple[int, int] = (3, 6),
    most: int = 12,
) -> Story:
    """A definition and what happens: applications, then rounds, closings, lapses, corrections and garbage."""
    data = draw(given if given is not None else definitions())
    procedure = load(data)
    return Story(data, procedure, tuple(_played(draw, data, procedure, actions, candidates, most)))


def _played(
    draw: st.DrawFn, data: Plain, procedure: Procedure, actions: Sequence[str], candidates: tuple[int, int], most: int
) -> list[Event]:
    base = base_of(data)
    start = procedure.machine.zone.day_start(base) + 10 * HOUR
    player = Player(draw, procedure, Selection(procedure), start, [])
    for _ in range(draw(st.integers(*candidates))):
        player.apply()
    for _ in range(draw(st.integers(3, most))):
        action = draw(st.sampled_from(actions))
        if len(player.selection) or action in ("garbage", "close", "advance", "extend"):
            getattr(player, action)()
    return player.events


def base_of(data: Plain) -> date:
    """The day around which the windows of a generated definition lie; its version tells which."""
    return BASES[data["version"] - 1]


def taken(story: Story) -> tuple[Selection, list[Moved | Refused]]:
    """The selection after the story, and every answer."""
    selection = Selection(story.procedure)
    return selection, [selection.handle(event) for event in story.events]
