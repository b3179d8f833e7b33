"""Read the scores of a definition: numbers that are computed from recorded numbers."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Final

from procedures.definition.reader.facts import RESULT_WORDS
from procedures.definition.reader.fields import Fields
from procedures.definition.reader.scope import Scope
from procedures.kernel.names import RESULTS
from rules.facts import Declared, Fact, Part, Score
from rules.kinds import Choice, FactError, Number
from rules.nodes import Listing, Node, Scalar, Table, describe
from rules.suggestions import did_you_mean

# After these results a recorded number does not come; a score with `missing: left_out` leaves it out.
_ABSENT_RESULTS: Final = frozenset({"exempt", "not_held", "lapsed"})


def read_scores(top: Fields, facts: dict[str, Fact], unread: frozenset[str]) -> Declared:
    """The facts together with the scores computed from them; problems of the `unread` facts are already reported."""
    scores: dict[str, Score] = {}
    for name, node in top.members("scores", "score"):
        if name in facts:
            other = "step" if facts[name].kind == Choice(RESULTS, RESULT_WORDS) else "fact"
            top.problems.add(f"`{name}` is both a {other} and a score", node.place, "rename one of them")
        elif score := _score(name, node, top.scope, facts, unread):
            scores[name] = score
    return Declared(facts, scores)


def _score(name: str, node: Node, scope: Scope, facts: dict[str, Fact], unread: frozenset[str]) -> Score | None:
    fields = Fields.read(node, f"score `{name}`", "score", scope)
    given = [how for how in ("mean", "sum", "best") if fields.get(how) is not None]
    if len(given) != 1:
        sentence = f"{fields.subject} has " + (
            " and ".join(f"`{how}`" for how in given) or "no `mean`, `sum` or `best`"
        )
        if not fields.is_unreadable:
            fields.problems.add(sentence, fields.table.place, "it is computed in one of these ways")
        return None
    how = given[0]
    missing = fields.text("missing")
    if missing not in (None, "left_out"):
        fields.problems.add(
            f"`missing` can only be `left_out`, not `{missing}`",
            fields.place("missing"),
            "without it the score is unknown while a part is",
        )
    parts = [
        part
        for fact, weight, at in _parts(fields, how)
        if fact not in unread
        if (part := _part(fact, weight, at, fields, facts, left_out=missing == "left_out"))
    ]
    if not parts:  # the problem of each part is already reported
        return None
    return Score(name, how, tuple(parts), fields.words("label"), fields.table.place)


def _parts(fields: Fields, how: str) -> Iterator[tuple[str, Node | None, Node]]:
    node = fields.get(how)
    assert node is not None, "it was given"
    if not isinstance(node, Scalar) and not (node.items if isinstance(node, Listing) else node.entries):
        fields.problems.add(f"{fields.subject} has no parts", node.place, "name the facts it is computed from")
    elif isinstance(node, Table) and how != "best":
        for fact, weight in sorted(node, key=lambda member: member[0]):  # the order of a mapping means nothing
            yield fact, weight, Scalar(fact, place=node.place_of(fact))
    elif isinstance(node, Listing):
        for item in node.items:
            if isinstance(item, Scalar):
                yield item.text, None, item
            else:
                fields.problems.add(f"a part is the name of a fact, not {describe(item)}", item.place)
    else:
        takes = "a list of facts" + (", or facts with weights" if how != "best" else "")
        fields.problems.add(f"`{how}` takes {takes}, not {describe(node)}", node.place)


def _part(
    name: str, weight: Node | None, at: Node, fields: Fields, facts: dict[str, Fact], *, left_out: bool
) -> Part | None:
    fact = facts.get(name)
    if fact is None or not isinstance(fact.kind, Number):
        sentence = f"unknown fact `{name}`" if fact is None else f"`{name}` is a {fact.kind.word}, not a number"
        fields.problems.add(sentence, at.place, did_you_mean(name, facts) if fact is None else None)
        return None
    number = Decimal(1)
    if weight is not None:
        try:
            grid = Number(step=Decimal("0.000001"))
            number = int(grid.encode(weight)) * grid.step
        except FactError as error:
            fields.problems.add(f"the weight of `{name}`: {error}", weight.place, error.help)
            return None
        if number <= 0:
            fields.problems.add(f"the weight of `{name}` must be more than 0, not {describe(weight)}", weight.place)
            return None
    step = name.partition(".")[0] if "." in name else None
    if left_out and step is None:
        fields.problems.add(
            f"`{name}` is recorded by no step, so nothing tells that it will not come",
            at.place,
            "`missing: left_out` is for the facts of steps that may be exempt, not held or lapsed",
        )
    settled = (step, _ABSENT_RESULTS) if left_out and step else (None, frozenset())
    return Part(name, Fraction(number), Fraction(fact.kind.step), *settled)
