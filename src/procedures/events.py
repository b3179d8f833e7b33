"""Events as JSON lines, strictly: every broken line is told with its position, and then nothing is run."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from attrs import define, frozen

from procedures.cases import Event
from procedures.errors import EventsError
from procedures.language import SELECTION_EVENTS
from rules.calendar import CalendarError, Moment, parse_moment
from rules.problems import Place, Problem, Problems, did_you_mean

_CANDIDATE_KEYS: Final = frozenset({"candidate", "event", "at", "facts", "by", "why"})
_KEYS: Final[Mapping[str, frozenset[str]]] = {
    "close": frozenset({"event", "step", "at", "by", "facts", "seed"}),
    "advance": frozenset({"event", "at", "by"}),
    "extend": frozenset({"event", "until", "at", "by"}),
}
_LONGEST_LINE: Final = 1024 * 1024


@frozen
class Line:
    """An event with the line of the file on which it stands."""

    number: int
    event: Event


def read_events(path: str | Path) -> list[Line]:
    """
    The events of a file, one JSON object a line; empty lines are passed over.

    Raises:
        EventsError: a line is broken; it lists every one of them.
    """
    file = str(path)
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        problem = Problem(f"cannot read the file: {(error.strerror or str(error)).lower()}", Place(file, 1, 1))
        raise EventsError([problem]) from None
    lines = []
    problems = Problems()
    for number, raw in enumerate(data.split(b"\n"), 1):
        event = _LineReader(file, number, problems).event(raw.removesuffix(b"\r"))
        if event is not None:
            lines.append(Line(number, event))
    if problems:
        raise EventsError(problems)
    return lines


def event_of(data: Mapping[str, Any], place: Place | None = None) -> Event:
    """The event that plain data says, as in one line of an events file; raises EventsError."""
    problems = Problems()
    reader = _LineReader(place.file if place else "<event>", place.line if place else 1, problems)
    event = reader.of(dict(data))
    if problems or event is None:
        raise EventsError(problems)
    return event


@define
class _LineReader:
    file: str
    number: int
    problems: Problems

    def event(self, raw: bytes) -> Event | None:
        if len(raw) > _LONGEST_LINE:
            return self._problem("the line is longer than 1 MiB")
        try:
            text = raw.decode("utf-8-sig" if self.number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            return self._problem("the line is not UTF-8 text", column=error.start + 1)
        if not text.strip():
            return None
        try:
            data = json.loads(text, object_pairs_hook=self._object, parse_constant=self._constant)
        except json.JSONDecodeError as error:
            return self._problem(f"this is not JSON: {error.msg.lower()}", column=error.colno)
        except RecursionError:
            return self._problem("nested too deeply for an event")
        except ValueError:  # an integer of thousands of digits
            return self._problem("a number is too long to be one")
        return self.of(data)

    def of(self, data: object) -> Event | None:
        if not isinstance(data, dict):
            return self._problem("an event is a JSON object", help_='as in `{"event": "apply", …}`')
        before = len(self.problems.found)
        name = self._text(data, "event", required=True)
        at = self._moment(data)
        if name is None:
            return None
        keys = _KEYS.get(name, _CANDIDATE_KEYS)
        for key in data:
            if key not in keys:
                self._problem(f"unknown key `{key}` in event `{name}`", help_=did_you_mean(key, keys))
        candidate = self._text(data, "candidate", required=True) if name not in SELECTION_EVENTS else None
        step = self._text(data, "step", required=True) if name == "close" else None
        until = self._day(data) if name == "extend" else None
        facts = self._facts(data)
        by, why, seed = self._text(data, "by"), self._text(data, "why"), data.get("seed")
        if seed is not None and (isinstance(seed, bool) or not isinstance(seed, str | int)):
            self._problem("`seed` is text or a whole number")
        if len(self.problems.found) > before or at is None:
            return None
        return Event(name, at, candidate, facts, by, why, step, seed, until)

    def _problem(self, sentence: str, *, column: int = 1, help_: str | None = None) -> Event | None:
        """Tell what is wrong; there is no event then."""
        self.problems.add(sentence, Place(self.file, self.number, column), help_)
        return None

    def _object(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) < len(pairs):
            twice = next(key for key, _ in pairs if sum(other == key for other, _ in pairs) > 1)
            self._problem(f"`{twice}` is written twice in one object")
        return found

    def _constant(self, text: str) -> float:
        self._problem(f"`{text}` is not a number of JSON")
        return 0.0

    def _text(self, data: Mapping[str, object], key: str, *, required: bool = False) -> str | None:
        value = data.get(key)
        if isinstance(value, str) and value:
            return value
        if value is not None or (required and key in data):
            self._problem(f"`{key}` is text")
        elif required:
            self._problem(f"the event has no `{key}`")
        return None

    def _moment(self, data: Mapping[str, object]) -> Moment | None:
        text = self._text(data, "at", required=True)
        try:
            return parse_moment(text) if text is not None else None
        except CalendarError as error:
            self._problem(f"`at`: {error}", help_=error.help)
            return None

    def _day(self, data: Mapping[str, object]) -> date | None:
        text = self._text(data, "until", required=True)
        try:
            return date.fromisoformat(text) if text is not None else None
        except ValueError:
            self._problem(f"`until`: `{text}` is not a date", help_="write a day as `2028-01-01`")
            return None

    def _facts(self, data: Mapping[str, object]) -> dict[str, object]:
        facts = data.get("facts", {})
        if not isinstance(facts, dict):
            self._problem("`facts` is an object of names and values")
            return {}
        return facts


def read_facts(path: str | Path) -> dict[str, object]:
    """The facts of one person from a JSON file, as `explain` takes them; raises EventsError."""
    file = str(path)
    problems = Problems()
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
        data = json.loads(text, object_pairs_hook=_LineReader(file, 1, problems)._object)
    except OSError as error:
        problems.add(f"cannot read the file: {(error.strerror or str(error)).lower()}", Place(file, 1, 1))
    except UnicodeDecodeError:
        problems.add("the file is not UTF-8 text", Place(file, 1, 1))
    except json.JSONDecodeError as error:
        problems.add(f"this is not JSON: {error.msg.lower()}", Place(file, error.lineno, error.colno))
    except (RecursionError, ValueError):
        problems.add("this is no object of facts", Place(file, 1, 1))
    else:
        if isinstance(data, dict):
            if problems:
                raise EventsError(problems)
            return data
        problems.add("facts are a JSON object of names and values", Place(file, 1, 1))
    raise EventsError(problems)


def event_data(event: Event, show: Callable[[Moment], str]) -> dict[str, object]:
    """The event as one line of an events file holds it; `show` writes its moment."""
    given: Iterable[tuple[str, object]] = (
        ("candidate", event.candidate),
        ("event", event.name),
        ("step", event.step),
        ("until", event.until.isoformat() if event.until else None),
        ("at", show(event.at)),
        ("facts", dict(event.facts) or None),
        ("by", event.by),
        ("why", event.why),
        ("seed", event.seed),
    )
    return {key: value for key, value in given if value is not None}
