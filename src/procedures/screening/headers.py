"""Which column of a table holds which fact: by its name, by its label, or because somebody said so."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, TypeAlias

from attrs import frozen

from procedures.kernel.machine import Machine
from procedures.kernel.names import DECIDED
from procedures.screening.problems import TableError, Trouble, hint, trouble
from rules.facts import Fact
from rules.kinds import Text
from rules.problems import Place, nearest
from rules.words import Words, as_words

How: TypeAlias = Literal["name", "label", "map"]


@frozen
class Use:
    """A column that holds a fact, and how that was known: by the name, the label, or a mapping."""

    header: str
    fact: str
    how: How


@frozen
class Matched:
    """
    What became of the columns of a table.

    `ignored` are passed through as they came. `unclear` are those among them whose label several facts have. `absent`
    are facts that are asked for and have no column: they are not known.
    """

    uses: tuple[Use, ...]
    ignored: tuple[str, ...]
    unclear: Mapping[str, tuple[str, ...]]
    absent: tuple[str, ...]


def match(
    headers: Sequence[str],
    machine: Machine,
    step: str | None,
    mapping: Sequence[tuple[str, str]] = (),
    asked: Iterable[str] = (),
    place: Place | None = None,
) -> Matched:
    """
    Match the headers of a table to the facts that may be known when `step` is taken; its own go by short names too.

    With no step it is matched to all that applications and steps bring.

    Raises:
        TableError: a mapping names what is not there, or two columns are found for one fact.
    """
    facts = readable(machine, step)
    troubles: list[Trouble] = []
    mapped = _mapped(headers, machine, step, mapping, place, troubles)
    uses = [Use(header, fact, "map") for header, fact in mapped.items()]
    unclear: dict[str, tuple[str, ...]] = {}
    for header in headers:
        if header in mapped:
            continue
        how, found = _found(header.strip(), step, facts, machine)
        found = tuple(fact for fact in found if fact not in mapped.values())
        if len(found) == 1:
            uses.append(Use(header, found[0], how))
        elif found:
            unclear[header] = found
    troubles += _doubles(uses, place)
    if troubles:
        raise TableError(troubles)
    uses.sort(key=lambda use: headers.index(use.header))
    used = {use.header for use in uses}
    known = {use.fact for use in uses}
    ignored = tuple(header for header in headers if header not in used)
    return Matched(tuple(uses), ignored, unclear, tuple(fact for fact in asked if fact not in known))


def readable(machine: Machine, step: str | None) -> dict[str, Fact]:
    """The facts that a column may hold: not what the step itself decides, and no evidence, on which nothing hangs."""
    own = decided_by(step) if step is not None else machine.declared.facts.keys() - machine.correctable
    return {
        name: fact
        for name, fact in machine.declared.facts.items()
        if name not in own and not isinstance(fact.kind, Text)
    }


def decided_by(step: str) -> frozenset[str]:
    """What the machine records of a step itself."""
    return frozenset((step, *(f"{step}.{word}" for word in DECIDED)))


def _found(header: str, step: str | None, facts: Mapping[str, Fact], machine: Machine) -> tuple[How, tuple[str, ...]]:
    """The facts that a header may mean: those of that name, else those of that label.

    A column that is called after a round holds its marks as a rule, not how the round went: by its label it is not
    taken for that.
    """
    for name in (f"{step}.{header}", header):
        if name in facts:
            return "name", (name,)
    plain = _plain(header)
    declared = (fact for name, fact in facts.items() if name not in machine.steps)
    return "label", tuple(fact.name for fact in declared if plain in _labels(fact, step))


def _labels(fact: Fact, step: str | None) -> set[str]:
    names = (fact.name, fact.name.removeprefix(f"{step}."))
    words = (fact.label.nl or "", fact.label.en or "", *names, *map(as_words, names))
    return {_plain(text) for text in words} - {""}


def _plain(text: str) -> str:
    """A text for which capitals and the number of spaces do not count."""
    return " ".join(text.split()).casefold()


def _mapped(
    headers: Sequence[str],
    machine: Machine,
    step: str | None,
    mapping: Sequence[tuple[str, str]],
    place: Place | None,
    troubles: list[Trouble],
) -> dict[str, str]:
    """What somebody said that columns hold: headers to full names of facts."""
    facts, mapped = readable(machine, step), dict[str, str]()
    by_text = {header.strip(): header for header in headers}
    for text, name in mapping:
        header = by_text.get(text.strip())
        fact = f"{step}.{name}" if f"{step}.{name}" in facts else name
        if header is None:
            troubles.append(trouble("no column", place, _near(text, headers), header=f"`{text}`"))
        if fact not in facts:
            troubles.append(_no_fact(fact, machine, step, place))
        elif header is not None and mapped.setdefault(header, fact) != fact:
            both = f"`{mapped[header]}`, `{fact}`"
            troubles.append(trouble("mapped twice", place, header=f"`{header}`", facts=both))
    return mapped


def _no_fact(fact: str, machine: Machine, step: str | None, place: Place | None) -> Trouble:
    if fact in machine.declared.facts and isinstance(machine.declared.facts[fact].kind, Text):
        return trouble("evidence", place, fact=f"`{fact}`")
    if fact in machine.declared.facts or (step is not None and fact in decided_by(step)):
        return trouble("decided", place, fact=f"`{fact}`")
    facts = readable(machine, step)
    short = [name.removeprefix(f"{step}.") for name in facts]
    return trouble("no fact", place, _near(fact, [*facts, *short]), fact=f"`{fact}`")


def _near(word: str, known: Iterable[str]) -> Words:
    """Help for an unknown word: the one that is most like it, else the list where it is short enough to read."""
    choices = list(dict.fromkeys(known))
    if near := nearest(word, choices):
        return hint("did you mean", near=f"`{near}`")
    return hint("known here", known=", ".join(f"`{choice}`" for choice in choices)) if len(choices) <= 12 else Words()


def _doubles(uses: Sequence[Use], place: Place | None) -> list[Trouble]:
    headers: dict[str, list[str]] = {}
    for use in uses:
        headers.setdefault(use.fact, []).append(f"`{use.header}`")
    return [
        trouble("two columns", place, hint("two columns", fact=fact), fact=f"`{fact}`", headers=", ".join(found))
        for fact, found in headers.items()
        if len(found) > 1
    ]
