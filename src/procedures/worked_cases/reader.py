"""Read the worked cases beside a definition: facts and events, with the outcome that each case must have."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from attrs import frozen

from procedures.definition.documents import read_file
from procedures.definition.reader.fields import Fields
from procedures.definition.reader.scope import Scope
from procedures.errors import DefinitionError
from procedures.kernel.refusals import REFUSALS
from procedures.procedure import Procedure, load
from procedures.worked_cases.expectations import entries
from rules.calendar import quote
from rules.nodes import Listing, Node, Scalar, Table, describe
from rules.problems import Problems, report_null_character
from rules.suggestions import did_you_mean

# The node types that the keys of a case accept; the tables of the language describe the other keys.
_SHAPES: Final[Mapping[str, tuple[type[Node], ...]]] = {
    "readings": (Table,),
    "events": (Listing,),
    "outcome": (Scalar, Table),
    "refused": (Listing,),
    "gates": (Table,),
    "kinds": (Table,),
    "facts": (Scalar, Table),
    "conditions": (Table,),
}
_SHAPE_NAMES: Final[Mapping[type[Node], str]] = {Scalar: "a name", Listing: "a list", Table: "a mapping"}
_EXPECTATION_KEYS: Final = ("outcome", "refused", "gates", "kinds", "expires", "conditions")


@frozen
class WorkedCases:
    """The cases of one file, with their procedure; `people` are the named sets of facts."""

    path: Path
    procedure: Procedure
    cases: tuple[Fields, ...]
    people: Mapping[str, Mapping[str, Node]]
    by: str | None

    def __len__(self) -> int:
        return len(self.cases)


def read_cases(path: str | Path) -> WorkedCases:
    """
    Read the worked cases of a file.

    Raises:
        DefinitionError: the file or its definition has problems.
    """
    path = Path(path)
    problems = Problems()
    root = read_file(path, problems)
    if root is None:
        raise DefinitionError(problems)
    file = Fields.read(root, "the file", "worked cases", Scope(problems))
    if file.is_unreadable:
        raise DefinitionError(problems)
    name = file.text("procedure") or path.name.removesuffix(".cases.yaml") + ".yaml"
    if "\0" in name:
        report_null_character(file.table.entries["procedure"].place, problems)
        raise DefinitionError(problems)
    procedure = load(path.parent / name)
    scope = Scope(problems, frozenset(procedure.definition.sources))
    listed = file.get("cases")
    if listed is not None and not isinstance(listed, Listing):
        problems.add(f"`cases` is a list, not {describe(listed)}", listed.place)
    items = listed.items if isinstance(listed, Listing) else ()
    cases = tuple(Fields.read(item, "the case", "worked case", scope) for item in items)
    people = {name: node.entries for name, node in _people(file, problems)}
    for case in cases:
        _check_case(case)
    by = file.text("by")
    if problems:
        raise DefinitionError(problems)
    return WorkedCases(path, procedure, cases, people, by)


def _people(file: Fields, problems: Problems) -> Iterator[tuple[str, Table]]:
    node = file.get("people")
    if node is not None and not isinstance(node, Table):
        problems.add(f"`people` is a mapping of names to facts, not {describe(node)}", node.place)
    for name, facts in entries(node):
        if isinstance(facts, Table):
            yield name, facts
        else:
            problems.add(f"person {quote(name)} is a mapping of facts, not {describe(facts)}", facts.place)


def _check_case(case: Fields) -> None:
    """Report every problem in the form of a case, before the case is replayed."""
    case.text("case")
    case.citations()
    for key, shapes in _SHAPES.items():
        node = case.get(key)
        if node is not None and not isinstance(node, shapes):
            called = " or ".join(_SHAPE_NAMES[shape] for shape in shapes)
            as_list = isinstance(node, Scalar) and shapes == (Listing,) and key == "refused"
            help_ = f"put it in brackets: `[{node.text}]`" if as_list and isinstance(node, Scalar) else None
            case.problems.add(f"`{key}` is {called}, not {describe(node)}", node.place, help_)
    if all(case.is_missing(key) for key in _EXPECTATION_KEYS):
        case.problems.add("the case expects nothing", case.table.place, "add `outcome:`, `refused:` or `conditions:`")
    if case.get("conditions") is not None and case.get("events") is not None:
        case.problems.add(
            "the case has `conditions` and `events`", case.place("events"), "`conditions` are asked of `facts` alone"
        )
    for name, node in entries(case.get("gates")):
        if not isinstance(node, Table):
            case.problems.add(f"gate {quote(name)} is `held` and `count`, not {describe(node)}", node.place)
    refused = case.get("refused")
    for item in refused.items if isinstance(refused, Listing) else ():
        code = item.text if isinstance(item, Scalar) else ""
        if code not in REFUSALS:
            case.problems.add(f"unknown code {describe(item)}", item.place, did_you_mean(code, REFUSALS))
