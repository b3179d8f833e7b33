"""The matching of columns to facts: by the name of the fact, by its label, or by a mapping."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal, TypeAlias

from attrs import frozen

from procedures.kernel.machine import Machine
from procedures.kernel.names import DECIDED_FACTS
from procedures.screening.problems import TableError, Trouble, make_hint, make_trouble
from procedures.screening.value_hints import find_by_words
from rules.facts import Fact
from rules.kinds import Text
from rules.problems import Place
from rules.suggestions import find_nearest
from rules.words import Words, as_words

_SHORTEST: Final = 4
"""The fewest letters of a header that is compared with labels word by word."""

MatchedBy: TypeAlias = Literal["name", "label", "map"]


@frozen
class ColumnUse:
    """A column that holds a fact, and whether the name, the label or a mapping matched it."""

    header: str
    fact: str
    matched_by: MatchedBy


@frozen
class MatchedColumns:
    """
    The columns of a table after matching.

    `ignored` columns are passed through unchanged. `unclear` are the ignored columns whose header is the label of
    several facts. `absent` are facts that are needed and have no column; they are unknown.
    """

    uses: tuple[ColumnUse, ...]
    ignored: tuple[str, ...]
    unclear: Mapping[str, tuple[str, ...]]
    absent: tuple[str, ...]


def match_headers(
    headers: Sequence[str],
    machine: Machine,
    step: str | None,
    mapping: Sequence[tuple[str, str]] = (),
    needed: Iterable[str] = (),
    place: Place | None = None,
) -> MatchedColumns:
    """
    Match the headers of a table to the facts that may be known when `step` is taken; its own facts have short names.

    Without a step, headers are matched to all facts that applications and steps bring. `needed` are the facts that must
    have a column or are absent.

    Raises:
        TableError: a mapping names an unknown column or fact, or two columns match one fact.
    """
    facts = find_readable_facts(machine, step)
    troubles: list[Trouble] = []
    mapped = _apply_mapping(headers, machine, step, mapping, place, troubles)
    uses = [ColumnUse(header, fact, "map") for header, fact in mapped.items()]
    unclear: dict[str, tuple[str, ...]] = {}
    for header in headers:
        if header in mapped:
            continue
        matched_by, found = _find_facts(header.strip(), step, facts, machine)
        found = tuple(fact for fact in found if fact not in mapped.values())
        if len(found) == 1:
            uses.append(ColumnUse(header, found[0], matched_by))
        elif found:
            unclear[header] = found
    troubles += _find_duplicates(uses, place)
    if troubles:
        raise TableError(troubles)
    uses.sort(key=lambda use: headers.index(use.header))
    used = {use.header for use in uses}
    known = {use.fact for use in uses}
    ignored = tuple(header for header in headers if header not in used)
    return MatchedColumns(tuple(uses), ignored, unclear, tuple(fact for fact in needed if fact not in known))


def find_readable_facts(machine: Machine, step: str | None) -> dict[str, Fact]:
    """The facts that a column may hold: all but those that the step itself decides and those of kind text."""
    own = find_decided_facts(step) if step is not None else machine.declared.facts.keys() - machine.correctable
    return {
        name: fact
        for name, fact in machine.declared.facts.items()
        if name not in own and not isinstance(fact.kind, Text)
    }


def find_decided_facts(step: str) -> frozenset[str]:
    """The facts that the machine records about a step."""
    return frozenset((step, *(f"{step}.{word}" for word in DECIDED_FACTS)))


def _find_facts(
    header: str, step: str | None, facts: Mapping[str, Fact], machine: Machine
) -> tuple[MatchedBy, tuple[str, ...]]:
    """The facts that a header may mean: those with that name, else those with that label.

    A column named after a step mostly holds its marks and not its result, so the label of a step does not match its
    result.
    """
    for name in (f"{step}.{header}", header):
        if name in facts:
            return "name", (name,)
    plain = _normalise(header)
    declared = (fact for name, fact in facts.items() if name not in machine.steps)
    return "label", tuple(fact.name for fact in declared if plain in _labels(fact, step))


def _labels(fact: Fact, step: str | None) -> set[str]:
    names = (fact.name, fact.name.removeprefix(f"{step}."))
    words = (fact.label.nl or "", fact.label.en or "", *names, *map(as_words, names))
    return {_normalise(text) for text in words} - {""}


def _normalise(text: str) -> str:
    """A text without differences in capitals and in the number of spaces."""
    return " ".join(text.split()).casefold()


def _apply_mapping(
    headers: Sequence[str],
    machine: Machine,
    step: str | None,
    mapping: Sequence[tuple[str, str]],
    place: Place | None,
    troubles: list[Trouble],
) -> dict[str, str]:
    """The mapping as headers to full names of facts; problems are added to `troubles`."""
    facts, mapped = find_readable_facts(machine, step), dict[str, str]()
    by_text = {header.strip(): header for header in headers}
    for text, name in mapping:
        header = by_text.get(text.strip())
        fact = f"{step}.{name}" if f"{step}.{name}" in facts else name
        if header is None:
            troubles.append(make_trouble("no column", place, _suggest(text, headers), header=f"`{text}`"))
        if fact not in facts:
            troubles.append(_unknown_fact(fact, machine, step, place))
        elif header is not None and mapped.setdefault(header, fact) != fact:
            both = f"`{mapped[header]}`, `{fact}`"
            troubles.append(make_trouble("mapped twice", place, header=f"`{header}`", facts=both))
    return mapped


def _unknown_fact(fact: str, machine: Machine, step: str | None, place: Place | None) -> Trouble:
    if fact in machine.declared.facts and isinstance(machine.declared.facts[fact].kind, Text):
        return make_trouble("evidence", place, fact=f"`{fact}`")
    if fact in machine.declared.facts or (step is not None and fact in find_decided_facts(step)):
        return make_trouble("decided", place, fact=f"`{fact}`")
    facts = find_readable_facts(machine, step)
    short = [name.removeprefix(f"{step}.") for name in facts]
    return make_trouble("no fact", place, _suggest(fact, [*facts, *short]), fact=f"`{fact}`")


def _suggest(word: str, known: Iterable[str]) -> Words:
    """Help for an unknown word: the nearest known word, else the list of known words if there are at most twelve."""
    choices = list(dict.fromkeys(known))
    if near := find_nearest(word, choices):
        return make_hint("did you mean", near=f"`{near}`")
    return (
        make_hint("known here", known=", ".join(f"`{choice}`" for choice in choices)) if len(choices) <= 12 else Words()
    )


def find_near_header(fact: Fact, headers: Iterable[str]) -> str | None:
    """The header that resembles the name, the end of the name or the label of a fact; None where none does."""
    short = fact.name.rpartition(".")[2]
    texts = dict.fromkeys((fact.name, short, fact.label.nl or "", fact.label.en or ""))
    by_text = {_normalise(header): header for header in headers}
    near = [found for text in texts if text and (found := find_nearest(_normalise(text), by_text)) is not None]
    if near:
        return by_text[near[0]]
    said = [text for text in (as_words(short), fact.label.nl, fact.label.en) if text]
    like = {header for header in by_text for text in said if len(header) >= _SHORTEST and find_by_words(text, [header])}
    return by_text[min(like)] if len(like) == 1 else None


def _find_duplicates(uses: Sequence[ColumnUse], place: Place | None) -> list[Trouble]:
    headers: dict[str, list[str]] = {}
    for use in uses:
        headers.setdefault(use.fact, []).append(f"`{use.header}`")
    return [
        make_trouble(
            "two columns", place, make_hint("two columns", fact=fact), fact=f"`{fact}`", headers=", ".join(found)
        )
        for fact, found in headers.items()
        if len(found) > 1
    ]
