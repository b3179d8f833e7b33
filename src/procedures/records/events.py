"""Events as JSON lines, strictly: every broken line is told with its position, and then nothing is run."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from attrs import define, frozen

from procedures.errors import EventsError
from procedures.kernel.cases import Event
from procedures.kernel.names import SELECTION_EVENTS
from rules.calendar import CalendarError, Moment, parse_moment, quoted
from rules.kinds import Date, FactError, shown
from rules.problems import Place, Problem, Problems, did_you_mean

_CANDIDATE_KEYS: Final = frozenset({"candidate", "event", "at", "facts", "by", "why"})
_ANY_KEYS: Final = _CANDIDATE_KEYS | {"step", "until", "seed"}
_KEYS: Final[Mapping[str, frozenset[str]]] = {
    "close": frozenset({"event", "step", "at", "by", "facts", "seed"}),
    "advance": frozenset({"event", "at", "by"}),
    "extend": frozenset({"event", "until", "at", "by"}),
}
_LONGEST_LINE: Final = 1024 * 1024
# What the parser says, in words for people, and what they can do; anything else is told as the parser says it.
_SAID: Final[Mapping[str, tuple[str, str | None]]] = {
    "Expecting property name enclosed in double quotes": (
        "a key in double quotes is missing here", 'as in `"candidate": "c1"`, and no comma after the last',
    ),
    "Expecting ',' delimiter": ("a comma or a closing bracket is missing here", None),
    "Expecting ':' delimiter": ("a `:` is missing here", None),
    "Expecting value": ("a value is missing here", "text stands in double quotes"),
    "Extra data": ("something follows where it should end", "one object, one line"),
    "Unterminated string starting at": ("the quote that opens here is never closed", None),
    "Invalid control character at": ("a control character in a text", "write a line break as `\\n`, a tab as `\\t`"),
    "Unexpected UTF-8 BOM (decode using utf-8-sig)": (
        "an invisible mark of another file's beginning (BOM)", "delete the first character of the line",
    ),
}  # fmt: skip


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
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        problem = Problem(f"cannot read the file: {(error.strerror or str(error)).lower()}", Place(str(path), 1, 1))
        raise EventsError([problem]) from None
    return events_of(data, str(path))


def events_of(data: bytes, file: str) -> list[Line]:
    """The events in the text of a file, as from a pipe; `file` names it in problems. Raises EventsError."""
    lines = []
    problems = Problems()
    for number, raw in enumerate(data.split(b"\n"), 1):
        event = _LineReader(file, number, problems).event(raw.removesuffix(b"\r"))
        if event is not None:
            lines.append(Line(number, event))
    if problems:
        raise EventsError(problems)
    return lines


def event_of(data: object, place: Place | None = None) -> Event:
    """The event that plain data says, as `json.loads` gives one line of an events file; raises EventsError."""
    problems = Problems()
    reader = _LineReader(place.file if place else "<event>", place.line if place else 1, problems)
    event = reader.of(dict(data) if isinstance(data, Mapping) else data)
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
        before = len(self.problems.found)
        data = self.parsed(text)
        return self.of(data) if len(self.problems.found) == before else None

    def parsed(self, text: str) -> object:
        """The JSON value of a text; None where it is broken, as `problems` tells."""
        try:
            data = json.loads(text, object_pairs_hook=self._object, parse_constant=self._constant)
            if "\\u" in text:  # an escape can write half of a character, which no file can hold
                json.dumps(data, ensure_ascii=False).encode()
        except json.JSONDecodeError as error:
            words, help_ = _SAID.get(error.msg, (error.msg.lower(), None))
            line = self.number + error.lineno - 1
            self.problems.add(f"this is not JSON: {words}", Place(self.file, line, error.colno), help_)
        except UnicodeEncodeError:
            self._problem("an escape such as `\\ud83d` is half of a character", help_="write the character itself")
        except RecursionError:
            self._problem("lists or objects are nested too deeply")
        except ValueError:  # an integer of thousands of digits
            self._problem("a number has too many digits")
        else:
            return data
        return None

    def of(self, data: object) -> Event | None:
        if not isinstance(data, dict):
            return self._problem(f"an event is a JSON object, not {shown(data)}", help_='as in `{"event": "apply", …}`')
        before = len(self.problems.found)
        name = self._text(data, "event", required="event" not in self._misspelt(data, _CANDIDATE_KEYS))
        keys = _KEYS.get(name or "", _CANDIDATE_KEYS)
        misspelt = self._misspelt(data, keys)
        for key in data:
            if key not in keys and (name is not None or key not in _ANY_KEYS):
                where = f"event `{name}`" if name else "an event"
                self._problem(f"unknown key {quoted(key)} in {where}", help_=did_you_mean(key, keys))
        at = self._moment(data, required="at" not in misspelt)
        if name is None:
            return None
        of_one = name not in SELECTION_EVENTS
        candidate = self._text(data, "candidate", required="candidate" not in misspelt) if of_one else None
        step = self._text(data, "step", required="step" not in misspelt) if name == "close" else None
        until = self._day(data, required="until" not in misspelt) if name == "extend" else None
        facts = self._facts(data)
        by, why, seed = self._text(data, "by"), self._text(data, "why"), data.get("seed")
        if seed is not None and (isinstance(seed, bool) or not isinstance(seed, str | int)):
            self._problem(f"`seed` is text or a whole number, not {shown(seed)}")
        if len(self.problems.found) > before or at is None:
            return None
        return Event(name, at, candidate, facts, by, why, step, seed, until)

    def _problem(self, sentence: str, *, column: int = 1, help_: str | None = None) -> Event | None:
        """Tell what is wrong; there is no event then."""
        self.problems.add(sentence, Place(self.file, self.number, column), help_)
        return None

    def _misspelt(self, data: Mapping[str, object], keys: frozenset[str]) -> frozenset[str]:
        """The keys that are missing and were plainly meant by unknown ones: each slip is told once."""
        missing = [key for key in keys if key not in data]
        near = [get_close_matches(key, missing, n=1, cutoff=0.75) for key in data if key not in keys]
        return frozenset(key for keys in near for key in keys)

    def _object(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) < len(pairs):
            twice = next(key for key, _ in pairs if sum(other == key for other, _ in pairs) > 1)
            self._problem(f"{quoted(twice)} is written twice in one object", help_="keep one")
        return found

    def _constant(self, text: str) -> float:
        self._problem(f"`{text}` is not a number of JSON")
        return 0.0

    def _text(self, data: Mapping[str, object], key: str, *, required: bool = False) -> str | None:
        value = data.get(key)
        if isinstance(value, str) and value:
            return value
        if value == "":
            self._problem(f"`{key}` is empty")
        elif value is not None or (required and key in data):
            help_ = "put it in double quotes" if isinstance(value, int | float) else None
            self._problem(f"`{key}` is text, not {shown(value)}", help_=help_)
        elif required:
            self._problem(f"the event has no `{key}`")
        return None

    def _moment(self, data: Mapping[str, object], *, required: bool) -> Moment | None:
        text = self._text(data, "at", required=required)
        try:
            return parse_moment(text) if text is not None else None
        except CalendarError as error:
            self._problem(f"`at`: {error}", help_=error.help)
            return None

    def _day(self, data: Mapping[str, object], *, required: bool) -> date | None:
        text = self._text(data, "until", required=required)
        try:
            return date.fromordinal(int(Date().take(text))) if text is not None else None
        except FactError as error:
            self._problem(f"`until`: {error}", help_=error.help)
            return None

    def _facts(self, data: Mapping[str, object]) -> dict[str, object]:
        facts = data.get("facts", {})
        if not isinstance(facts, dict):
            self._problem(
                f"`facts` is an object of names and values, not {shown(facts)}", help_='as in `{"passed": true}`'
            )
            return {}
        return facts


def read_facts(path: str | Path) -> dict[str, object]:
    """The facts of one person from a JSON file, as `explain` takes them; raises EventsError."""
    file = str(path)
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except OSError as error:
        sentence = f"cannot read the file: {(error.strerror or str(error)).lower()}"
        raise EventsError([Problem(sentence, Place(file, 1, 1))]) from None
    except UnicodeDecodeError:
        raise EventsError([Problem("the file is not UTF-8 text", Place(file, 1, 1), "save it as UTF-8")]) from None
    return facts_of(text, file)


def facts_of(text: str, file: str) -> dict[str, object]:
    """The facts in JSON text; `file` names it in problems. Raises EventsError."""
    problems = Problems()
    data = _LineReader(file, 1, problems).parsed(text)
    if isinstance(data, dict) and not problems:
        return data
    if not problems:
        problems.add(
            f"facts are a JSON object of names and values, not {shown(data)}",
            Place(file, 1, 1),
            'as in `{"licence": true}`',
        )
    raise EventsError(problems)


def event_data(event: Event, show: Callable[[Moment], str] = str) -> dict[str, object]:
    """The event as one line of an events file holds it; `show` writes its moment, in UTC when left out."""
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
