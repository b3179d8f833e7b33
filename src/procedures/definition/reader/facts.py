"""Read the facts of a definition: declared facts, facts that steps record, and facts that the machine decides."""

from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from typing import Final

from attrs import evolve

from procedures.definition.reader.fields import Fields, correct_keys, named_members, read_words
from procedures.definition.reader.scope import Scope
from procedures.kernel.names import DECIDED_FACTS, RESULTS
from rules.calendar import UNITS
from rules.facts import Fact
from rules.kinds import KINDS, Choice, Duration, FactError, Flag, Kind, Level, Number, Text
from rules.nodes import Listing, Node, Scalar, Table, describe
from rules.suggestions import did_you_mean
from rules.words import LANGUAGES, Words, as_words

_OWN_KEYS: Final = {
    "choice": {"of", "labels"},
    "level": {"of", "labels"},
    "number": {"from", "to", "step"},
    "duration": {"unit"},
}
_COMMON_KEYS: Final = {"kind", "label", "source"}
RESULT_WORDS: Final = {
    "passed": Words("geslaagd", "passed"),
    "failed": Words("niet geslaagd", "failed"),
    "exempt": Words("vrijgesteld", "exempt"),
    "not_held": Words("niet gehouden", "not held"),
    "lapsed": Words("vervallen", "lapsed"),
}
# Facts that many steps record: they have labels in both languages when the author gives none.
_COMMON_FACTS: Final = {"passed": Words("geslaagd", "passed"), "accepted": Words("aanvaard", "accepted")}


def read_fact(name: str, node: Node, scope: Scope) -> Fact | None:
    """A declared fact, or None when its kind could not be read."""
    return scope.memoize(f"fact {name}", node, partial(_fact, name, scope))


def _fact(name: str, scope: Scope, node: Node) -> Fact | None:
    fields = Fields.read(node, f"fact `{name}`", "fact", scope)
    kind = _kind(fields)
    if kind is None:
        return None
    return Fact(name, kind, fields.words("label"), fields.citations(), fields.table.place)


def _kind(fields: Fields) -> Kind | None:
    word = fields.text("kind")
    if word is None:
        return None
    if word not in KINDS:
        node = fields.table.get("kind")
        fields.problems.add(f"unknown kind of fact `{word}`", node.place if node else None, did_you_mean(word, KINDS))
        return None
    for key in fields.table.entries:
        if key in set().union(*_OWN_KEYS.values()) - _OWN_KEYS.get(word, set()):
            fields.problems.add(f"a {word} has no `{key}`", fields.place(key))
    match word:
        case "choice" | "level":
            return _choice_kind(fields, Choice if word == "choice" else Level)
        case "number":
            return _number(fields)
        case "duration":
            return _duration(fields)
        case _:
            return KINDS[word]()  # type: ignore[call-arg]  # the kinds with fields are handled above


def _choice_kind(fields: Fields, kind: type[Choice] | type[Level]) -> Kind | None:
    node = fields.get("of")
    if not isinstance(node, Listing) or not node.items:
        fields.problems.add(
            f"{fields.subject} needs `of`, a list of its values", node.place if node else fields.table.place
        )
        return None
    values = [item.text for item in node.items if isinstance(item, Scalar) and item.text]
    for item in node.items:
        if not isinstance(item, Scalar) or not item.text:
            fields.problems.add(f"a value of {fields.subject} is a word, not {describe(item)}", item.place)
        elif values.count(item.text) > 1:
            fields.problems.add(f"{fields.subject} has the value {describe(item)} more than once", node.place)
    labels: dict[str, Words] = {}
    written = fields.get("labels")
    if written is not None and not isinstance(written, Table):
        fields.problems.add(f"`labels` is a mapping of values to words, not {describe(written)}", written.place)
    for value, text in _entries(written):
        if value not in values:
            fields.problems.add(f"`{value}` is no value of {fields.subject}", text.place, did_you_mean(value, values))
        labels[value] = read_words(text, f"the label of `{value}`", fields.problems)
    return kind(tuple(dict.fromkeys(values)), labels)


def _entries(node: Node | None) -> Iterator[tuple[str, Node]]:
    if isinstance(node, Table):
        yield from node


def _number(fields: Fields) -> Kind | None:
    step = _decimal(fields, "step")
    if step is not None and step <= 0:
        fields.problems.add(f"the `step` of {fields.subject} must be more than 0", fields.place("step"))
        step = None
    least, most = _decimal(fields, "from"), _decimal(fields, "to")
    if least is not None and most is not None and least > most:
        fields.problems.add(f"`from` is more than `to` in {fields.subject}", fields.place("from"))
    return Number(least, most, step or Number().step)


def _decimal(fields: Fields, key: str) -> Decimal | None:
    node = fields.get(key)
    if node is None:
        return None
    try:
        grid = Number(step=Decimal("0.000001"))
        return (int(grid.encode(node)) * grid.step).normalize()
    except FactError as error:
        fields.problems.add(f"`{key}`: {error}", node.place, error.help)
        return None


def _duration(fields: Fields) -> Kind | None:
    word = fields.text("unit")
    if word in UNITS:
        return Duration(UNITS[word])
    if word is None:
        fields.problems.add(f"{fields.subject} needs a `unit`", fields.table.place, "as in `unit: months`")
    else:
        fields.problems.add(f"unknown unit `{word}`", fields.place("unit"), did_you_mean(word, UNITS))
    return None


def read_facts(top: Fields) -> dict[str, Fact]:
    """Every fact that rules may name: declared, recorded by steps or closings, and decided by the machine."""
    facts: dict[str, Fact] = {}
    for name, node in top.members("facts", "fact"):
        if fact := read_fact(name, node, top.scope):
            facts[name] = fact
    for step, written in top.members("steps", "step"):
        if not isinstance(written, Table):
            continue
        node = correct_keys(written, "step")
        if step in facts:
            top.problems.add(f"`{step}` is both a fact and a step", node.place, "rename one of them")
        facts[step] = Fact(step, Choice(RESULTS, RESULT_WORDS), _label_of(node, step, top), place=node.place)
        for name, fact in _step_facts(step, node, top, facts):
            facts[name] = fact
    return facts


def _label_of(node: Table, step: str, top: Fields) -> Words:
    label = node.get("label")
    return read_words(label, "`label`", top.problems) if label is not None else Words()


def _default_label(step: str, node: Table, name: str, top: Fields) -> Words:
    """The label of a fact of a step without its own label: the label of the step and the name of the fact."""
    label, known = _label_of(node, step, top), _COMMON_FACTS.get(name, Words())
    texts = {
        language: f"{label.in_language(language, as_words(step))}: {known.in_language(language, as_words(name))}"
        for language in LANGUAGES
    }
    return Words(**texts)


def _step_facts(step: str, node: Table, top: Fields, declared: dict[str, Fact]) -> Iterator[tuple[str, Fact]]:
    for key in ("records", "closing"):
        members = node.get(key)
        if members is None or (isinstance(members, Scalar) and members.is_null):
            continue
        for name, member in named_members(members, f"`{key}`", "fact", top.problems):
            full = f"{step}.{name}"
            if name in DECIDED_FACTS:
                top.problems.add(f"`{name}` is decided by the machine: step `{step}` cannot record it", member.place)
            elif key == "closing" and full in declared:
                top.problems.add(
                    f"`{name}` is recorded twice in step `{step}`: by its event and by its closing",
                    member.place,
                    "rename one of them",
                )
            elif name in declared and "." not in name:
                top.problems.add(
                    f"`{name}` is recorded by step `{step}` and declared as a fact",
                    member.place,
                    "rename one: inside the step the short name would mean both",
                )
            elif fact := read_fact(full, member, top.scope):
                yield full, fact if fact.label else evolve(fact, label=_default_label(step, node, name, top))
    if node.get("held") is not None:
        yield f"{step}.held", Fact(f"{step}.held", Flag(), place=node.place)
    if node.get("keeps") is not None:
        yield f"{step}.kept", Fact(f"{step}.kept", Flag(), place=node.place)
        yield f"{step}.rank", Fact(f"{step}.rank", Number(Decimal(1), None, Decimal(1)), place=node.place)


def declared_fact_names(top: Fields) -> frozenset[str]:
    """The names of the facts that the author declares, including facts that could not be read."""
    found = {name for name, _ in _entries(top.get("facts"))}
    for step, node in _entries(top.get("steps")):
        for key in ("records", "closing"):
            members = correct_keys(node, "step").get(key) if isinstance(node, Table) else None
            found |= {f"{step}.{name}" for name, _ in _entries(members)}
    return frozenset(found)


def decisive_facts(facts: dict[str, Fact], records: tuple[str, ...]) -> tuple[Fact, ...]:
    """The recorded facts on which a step can be decided: all but text."""
    return tuple(facts[name] for name in records if name in facts and not isinstance(facts[name].kind, Text))
