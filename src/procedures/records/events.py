"""Read and write events as JSON lines; every invalid line is reported with its position, and no event is returned."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from attrs import define, frozen

from procedures.errors import EventsError
from procedures.kernel.cases import Event
from procedures.kernel.names import SELECTION_EVENTS
from rules.calendar import CalendarError, Moment, parse_moment, quote
from rules.kinds import Date, FactError, format_value
from rules.problems import Place, Problem, Problems, report_null_character
from rules.suggestions import did_you_mean

_CANDIDATE_KEYS: Final = frozenset({"candidate", "event", "at", "facts", "by", "why"})
_ANY_KEYS: Final = _CANDIDATE_KEYS | {"step", "until", "seed"}
_KEYS: Final[Mapping[str, frozenset[str]]] = {
    "close": frozenset({"event", "step", "at", "by", "facts", "seed"}),
    "advance": frozenset({"event", "at", "by"}),
    "extend": frozenset({"event", "until", "at", "by"}),
}
_REOPENED_CLOSING: Final = frozenset({"event", "step", "at", "by", "why"})
_MAX_LINE_BYTES: Final = 1024 * 1024
_MOST_WRITTEN_OUT: Final = 10**15  # beyond this a number is told as it was written
# Messages of the parser, each with plain words and help; other messages are reported unchanged.
_PARSER_MESSAGES: Final[Mapping[str, tuple[str, str | None]]] = {
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
class EventLine:
    """An event with the number of its line in the file."""

    number: int
    event: Event


def read_events(path: str | Path) -> list[EventLine]:
    """
    Read the events of a file, one JSON object a line; empty lines are skipped.

    Raises:
        EventsError: the file has invalid lines; the error lists all of them.
    """
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        problem = Problem(f"cannot read the file: {(error.strerror or str(error)).lower()}", Place(str(path), 1, 1))
        raise EventsError([problem]) from None
    except ValueError:
        raise _null_character_error(str(path)) from None
    return parse_events(data, str(path))


def parse_events(data: bytes, file: str) -> list[EventLine]:
    """The events in the bytes of a file, for example from a pipe; `file` names it in problems. Raises EventsError."""
    lines = []
    problems = Problems()
    for number, raw in enumerate(data.split(b"\n"), 1):
        event = _LineReader(file, number, problems).read_line(raw.removesuffix(b"\r"))
        if event is not None:
            lines.append(EventLine(number, event))
    if problems:
        raise EventsError(problems)
    return lines


def parse_event(data: object, place: Place | None = None) -> Event:
    """The event in plain data, such as `json.loads` of one line of an events file; raises EventsError."""
    problems = Problems()
    reader = _LineReader(place.file if place else "<event>", place.line if place else 1, problems)
    event = reader.read_event(dict(data) if isinstance(data, Mapping) else data)
    if problems or event is None:
        raise EventsError(problems)
    return event


@define
class _LineReader:
    file: str
    number: int
    problems: Problems

    def read_line(self, raw: bytes) -> Event | None:
        if len(raw) > _MAX_LINE_BYTES:
            return self._report("the line is longer than 1 MiB")
        try:
            text = raw.decode("utf-8-sig" if self.number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            return self._report("the line is not UTF-8 text", column=error.start + 1)
        if not text.strip():
            return None
        before = len(self.problems.entries)
        data = self.parse_json(text)
        return self.read_event(data) if len(self.problems.entries) == before else None

    def parse_json(self, text: str) -> object:
        """The JSON value of a text; None when the text is invalid, which is reported."""
        try:
            data = json.loads(
                text,
                object_pairs_hook=self._make_object,
                parse_constant=self._reject_constant,
                parse_float=self._read_number,
            )
            if "\\u" in text:  # an escape can write half of a character, which no file can contain
                json.dumps(data, ensure_ascii=False, default=str).encode()
        except json.JSONDecodeError as error:
            words, help_ = _PARSER_MESSAGES.get(error.msg, (error.msg.lower(), None))
            line = self.number + error.lineno - 1
            self.problems.add(f"this is not JSON: {words}", Place(self.file, line, error.colno), help_)
        except UnicodeEncodeError:
            self._report("an escape such as `\\ud83d` is half of a character", help_="write the character itself")
        except RecursionError:
            self._report("lists or objects are nested too deeply")
        except ValueError:  # an integer of thousands of digits
            self._report("a number has too many digits")
        else:
            return data
        return None

    def read_event(self, data: object) -> Event | None:
        if not isinstance(data, dict):
            return self._report(
                f"an event is a JSON object, not {format_value(data)}", help_='as in `{"event": "apply", …}`'
            )
        before = len(self.problems.entries)
        name = self._text(data, "event", required="event" not in self._misspelt(data, _CANDIDATE_KEYS))
        reopens_closing = name == "reopen" and "step" in data
        keys = _REOPENED_CLOSING if reopens_closing else _KEYS.get(name or "", _CANDIDATE_KEYS)
        misspelt = self._misspelt(data, keys)
        for key in data:
            if key not in keys and (name is not None or key not in _ANY_KEYS):
                where = f"event `{name}`" if name else "an event"
                self._report(f"unknown key {quote(key)} in {where}", help_=did_you_mean(key, keys))
        at = self._moment(data, required="at" not in misspelt)
        if name is None:
            return None
        is_candidate_event = name not in SELECTION_EVENTS and not reopens_closing
        candidate = self._text(data, "candidate", required="candidate" not in misspelt) if is_candidate_event else None
        has_step = name == "close" or reopens_closing
        step = self._text(data, "step", required="step" not in misspelt) if has_step else None
        until = self._day(data, required="until" not in misspelt) if name == "extend" else None
        facts = self._facts(data)
        by, why, seed = self._text(data, "by"), self._text(data, "why"), data.get("seed")
        if seed is not None and (isinstance(seed, bool) or not isinstance(seed, str | int)):
            self._report(f"`seed` is text or a whole number, not {format_value(seed)}")
        if len(self.problems.entries) > before or at is None:
            return None
        return Event(name, at, candidate, facts, by, why, step, seed, until)

    def _report(self, sentence: str, *, column: int = 1, help_: str | None = None) -> Event | None:
        """Report a problem; returns None in place of the event."""
        self.problems.add(sentence, Place(self.file, self.number, column), help_)
        return None

    def _misspelt(self, data: Mapping[str, object], keys: frozenset[str]) -> frozenset[str]:
        """The missing keys that resemble an unknown key, so that one mistake is reported once."""
        missing = [key for key in keys if key not in data]
        matches = [get_close_matches(key, missing, n=1, cutoff=0.75) for key in data if key not in keys]
        return frozenset(key for keys in matches for key in keys)

    def _make_object(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) < len(pairs):
            twice = next(key for key, _ in pairs if sum(other == key for other, _ in pairs) > 1)
            self._report(f"{quote(twice)} is written twice in one object", help_="keep one")
        return found

    def _read_number(self, text: str) -> float | Decimal:
        """A number with a point or an exponent; a whole number with an exponent is a slip: `1e3` months."""
        try:
            exact = Decimal(text)
        except InvalidOperation:  # an exponent beyond all reckoning
            self._report(f"{quote(text)} is not a number that can be recorded")
            return 0.0
        if "e" in text.lower() and exact == exact.to_integral_value():
            help_ = f"write `{exact:.0f}`" if abs(exact) < _MOST_WRITTEN_OUT else None
            self._report(f"{quote(text)} is a whole number with an exponent", help_=help_)
        # A float only where it is the very same number, for facts are exact.
        return float(text) if Decimal(repr(float(text))) == exact else exact

    def _reject_constant(self, text: str) -> float:
        self._report(f"`{text}` is not a number of JSON")
        return 0.0

    def _text(self, data: Mapping[str, object], key: str, *, required: bool = False) -> str | None:
        value = data.get(key)
        if isinstance(value, str) and value:
            return value
        if value == "":
            self._report(f"`{key}` is empty")
        elif value is not None or (required and key in data):
            help_ = "put it in double quotes" if isinstance(value, int | float) else None
            self._report(f"`{key}` is text, not {format_value(value)}", help_=help_)
        elif required:
            self._report(f"the event has no `{key}`")
        return None

    def _moment(self, data: Mapping[str, object], *, required: bool) -> Moment | None:
        text = self._text(data, "at", required=required)
        try:
            return parse_moment(text) if text is not None else None
        except CalendarError as error:
            self._report(f"`at`: {error}", help_=error.help)
            return None

    def _day(self, data: Mapping[str, object], *, required: bool) -> date | None:
        text = self._text(data, "until", required=required)
        try:
            return date.fromordinal(int(Date().encode(text))) if text is not None else None
        except FactError as error:
            self._report(f"`until`: {error}", help_=error.help)
            return None

    def _facts(self, data: Mapping[str, object]) -> dict[str, object]:
        facts = data.get("facts", {})
        if not isinstance(facts, dict):
            self._report(
                f"`facts` is an object of names and values, not {format_value(facts)}", help_='as in `{"passed": true}`'
            )
            return {}
        return facts


def read_facts(path: str | Path) -> dict[str, object]:
    """Read the facts of one person from a JSON file, for `explain`; raises EventsError."""
    return parse_facts(read_facts_text(path), str(path))


def read_facts_text(path: str | Path) -> str:
    """The text of a JSON file with facts; raises EventsError where it cannot be read."""
    file = str(path)
    try:
        return Path(path).read_text(encoding="utf-8-sig")
    except OSError as error:
        sentence = f"cannot read the file: {(error.strerror or str(error)).lower()}"
        raise EventsError([Problem(sentence, Place(file, 1, 1))]) from None
    except UnicodeDecodeError:
        raise EventsError([Problem("the file is not UTF-8 text", Place(file, 1, 1), "save it as UTF-8")]) from None
    except ValueError:
        raise _null_character_error(file) from None


def _null_character_error(file: str) -> EventsError:
    problems = Problems()
    report_null_character(Place(file, 1, 1), problems)
    return EventsError(problems)


def parse_facts(text: str, file: str) -> dict[str, object]:
    """The facts in JSON text; `file` names it in problems. Raises EventsError."""
    problems = Problems()
    data = _LineReader(file, 1, problems).parse_json(text)
    if isinstance(data, dict) and not problems:
        return data
    if not problems:
        problems.add(
            f"facts are a JSON object of names and values, not {format_value(data)}",
            Place(file, 1, 1),
            'as in `{"licence": true}`',
        )
    raise EventsError(problems)


def _as_json(value: object) -> object:
    """A value of a fact for JSON; an exact number that no float is becomes text, and stays refused."""
    if not isinstance(value, Decimal):
        return value
    return float(value) if Decimal(repr(float(value))) == value else str(value)


def event_data(event: Event, show: Callable[[Moment], str] = str) -> dict[str, object]:
    """The event as data of one line of an events file; `show` formats the moment, in UTC when left out."""
    given: Iterable[tuple[str, object]] = (
        ("candidate", event.candidate),
        ("event", event.name),
        ("step", event.step),
        ("until", event.until.isoformat() if event.until else None),
        ("at", show(event.at)),
        ("facts", {name: _as_json(value) for name, value in event.facts.items()} or None),
        ("by", event.by),
        ("why", event.why),
        ("seed", event.seed),
    )
    return {key: value for key, value in given if value is not None}
