"""Print the reference of the language, from the same tables that the reader uses.

python docs/reference/make_reference.py > docs/reference/reference.md
"""

from collections.abc import Iterator, Mapping

from procedures.definition.language import (
    DEFINITION_SECTIONS,
    SCENARIO_SECTIONS,
    TIE_POLICIES,
    WORKED_CASE_SECTIONS,
    Key,
)
from procedures.kernel.cases import MOVES
from procedures.kernel.names import EVENTS, RESULTS
from procedures.kernel.refusals import REFUSALS
from rules.calendar import Unit
from rules.kinds import KINDS
from rules.reader import OPERATORS

_HEADINGS = {
    "definition": "A definition",
    "step": "A step",
    "fact": "A fact",
    "held": "`held`: a gate on a count",
    "keeps": "`keeps`: a cut",
    "take": "`takes`: one of several lists",
    "ties": "`ties`: a mapping",
    "outcome": "`outcomes`: one of them",
    "worked cases": "A file of worked cases",
    "worked case": "A worked case",
    "worked event": "An event of a worked case",
    "scenario": "A scenario file",
    "measure": "`measures`: one of them",
    "group": "`groups`: one of them",
    "resource": "`resources`: those of a step",
}
_KINDS = {
    "choice": "one of the words in `of`; compared with `is`, `is_not`, `one_of`, `none_of`",
    "level": "one of the words in `of`, ordered low to high",
    "flag": "`true` or `false`",
    "number": "a number on the grid of `step` (0.01 when left out), within `from` and `to` where given",
    "duration": "a whole number of `unit`; thresholds may be written `24`, `24 months`, `2 years` or `P2Y`",
    "date": "a day, `2026-02-13`; a rule may compare the time since it with a duration, by `as_of`",
    "moment": "a point in time, ISO 8601 with an offset",
    "text": "text kept as evidence; no rule decides on it",
}
_RULES = {
    "a name": "the condition with that name",
    "`{all: [rule, …]}`": "every rule holds; `{all: []}` always holds",
    "`{any: [rule, …]}`": "at least one rule holds",
    "`{not: rule}`": "the rule does not hold",
    "`{fact: value}`": "the fact has this value",
    "`{fact: {operator: value, …}}`": "every operator holds",
    "`{step: result}`": "the result of a step: " + ", ".join(f"`{result}`" for result in RESULTS),
}

_DISTRIBUTIONS = {
    "{choice: {external: 0.85, internal: 0.15}}": "of a choice or level: each value with its chance; the sum is 1",
    "{flag: 0.3}": "of a flag: the chance of yes",
    "{gamma: {shape: 2, scale: 30}}": "of a number or duration, in its unit; rounded down",
    "{normal: {mean: 40, sd: 9}}": "of a number or duration; rounded down, kept within its range",
    "{uniform: {from: 0, to: 60}}": "of a number, duration or date: every value with the same chance",
    "{poisson: 12}": "of a number or duration: the mean",
    "{constant: 24}": "the same value for every candidate",
    "{given: {candidate_type: {external: …, internal: …}}}": "another distribution for each value of another fact",
}


def reference() -> str:
    """The whole page."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# Reference of the language"
    yield ""
    yield "`python docs/reference/make_reference.py` prints this page from the tables of the library. A test checks"
    yield "that the page is current."
    yield from _section("Keys")
    for name, keys in {**DEFINITION_SECTIONS, **WORKED_CASE_SECTIONS, **SCENARIO_SECTIONS}.items():
        yield from _section(_HEADINGS.get(name, f"`{name}`"), level=3)
        yield from _keys(keys)
    yield from _section("Kinds of fact")
    yield from _table("kind", {f"`{kind}`": _KINDS[kind] for kind in KINDS})
    yield ""
    yield "Units of duration: " + ", ".join(f"`{unit.word}`" for unit in Unit) + "."
    yield "Months are comparable with years, days with weeks, and minutes with hours; no other pair of units is."
    yield from _section("Rules")
    yield from _table("rule", _RULES)
    yield ""
    yield from _table("operator", {f"`{name}`": meaning for name, meaning in OPERATORS.items()})
    yield from _section("Distributions of facts in a scenario")
    yield from _table("distribution", {f"`{written}`": meaning for written, meaning in _DISTRIBUTIONS.items()})
    yield from _section("Ties")
    yield from _table("policy", {f"`{name}`": meaning for name, meaning in TIE_POLICIES.items()})
    yield from _section("Events")
    yield "The name of a step is also an event: the step was taken, with the facts that it records."
    yield ""
    yield from _table("event", {f"`{name}`": meaning for name, meaning in EVENTS.items()})
    yield from _section("Moves")
    yield "Moves follow from events. Each move is an entry in the history of a case."
    yield ""
    yield from _table("move", {f"`{name}`": meaning for name, meaning in MOVES.items()})
    yield from _section("Refusals")
    yield "A refused event changes nothing. The codes are stable, and they are tested in this order."
    yield ""
    yield from _table("code", {f"`{code}`": refusal.meaning for code, refusal in REFUSALS.items()})


def _section(title: str, level: int = 2) -> tuple[str, ...]:
    return ("", f"{'#' * level} {title}", "")


def _keys(keys: Mapping[str, Key]) -> Iterator[str]:
    yield "| key | takes | meaning |"
    yield "|---|---|---|"
    for key in keys.values():
        yield f"| `{key.name}`{' (required)' if key.required else ''} | {key.value_type} | {_cell(key.meaning)} |"


def _table(head: str, rows: Mapping[str, str]) -> Iterator[str]:
    yield f"| {head} | meaning |"
    yield "|---|---|"
    for name, meaning in rows.items():
        yield f"| {name} | {_cell(meaning)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    print(reference(), end="")
