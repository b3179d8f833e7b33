"""Apply patches to nodes: `extends` and the options of readings, as JSON Merge Patch (RFC 7396) with positions.

What holds a rule is replaced whole, because merging two rules would make a rule that nobody wrote. Whether a key holds
a rule is told by its place in the file, and never by its name alone: a state may be called `held`.
"""

from collections.abc import Iterator
from os.path import normpath
from pathlib import Path
from typing import Final

from procedures.definition.documents import read_file
from procedures.kernel.names import REJECTED
from rules.nodes import Listing, Node, Scalar, Table, describe
from rules.problems import Place, Problems, report_null_character

RULE_KEYS: Final = frozenset({"passes", "exempt", "held", "keeps", "outcomes", "rule"})
"""The keys of a step or a condition that hold a rule."""
# Places that are replaced whole, or removed by null; `*` is any name.
_WHOLE: Final = (
    *(("steps", "*", key) for key in sorted(RULE_KEYS - {"rule"})),
    ("conditions", "*", "rule"),
    ("properties", "*", "never"),
    ("properties", "*", "always"),
    ("reserve", "kinds", "*"),
    ("readings", "*", "options", "*"),
)
_MAX_CHAIN_LENGTH: Final = 16


def merge(base: Node | None, patch: Node, path: tuple[str, ...] = ()) -> Node:
    """`base` with `patch` applied, both standing at `path` of the file; neither is changed. Null removes a key."""
    if not isinstance(patch, Table) or _is_whole(path):
        return patch
    start = base if isinstance(base, Table) else Table({}, patch.place)
    entries, keys = dict(start.entries), dict(start.keys)
    for name, value in patch:
        if isinstance(value, Scalar) and value.is_null:
            entries.pop(name, None)
            keys.pop(name, None)
        else:
            entries[name] = merge(entries.get(name), value, (*path, name))
            keys[name] = patch.place_of(name)
    return Table(entries, start.place or patch.place, keys)


def patch_paths(patch: Node, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The paths that a patch sets or removes, as deep as merging goes."""
    if isinstance(patch, Table) and patch.entries and not _is_whole(above):
        for name, value in patch:
            yield from patch_paths(value, (*above, name))
    elif above:
        yield above


def _is_whole(path: tuple[str, ...]) -> bool:
    """Whether what stands at this path is replaced whole."""
    return any(
        len(path) == len(place) and all(part in ("*", name) for part, name in zip(place, path, strict=True))
        for place in _WHOLE
    )


def check_unsuccessful(base: Table, patch: Node, problems: Problems) -> None:
    """Report a patch that would take `unsuccessful` from a state: moves into it would need no person any more."""
    declared = base.get("states")
    states = declared.entries if isinstance(declared, Table) else {}
    adverse = {name for name, state in states.items() if _is_unsuccessful(state)}
    rejected = states.get(REJECTED)
    if not isinstance(rejected, Table) or "unsuccessful" not in rejected.entries:
        adverse.add(REJECTED)  # by default
    patched = patch.get("states") if isinstance(patch, Table) else None
    if isinstance(patched, Scalar) and patched.is_null:
        for name in sorted(adverse - {REJECTED}):
            _report_lost(name, patched.place, problems)
    if not isinstance(patched, Table):
        return
    for name, state in patched:
        if name not in adverse:
            continue
        if isinstance(state, Scalar) and state.is_null and name != REJECTED:
            _report_lost(name, patched.place_of(name), problems)
        stated = state.get("unsuccessful") if isinstance(state, Table) else None
        if isinstance(stated, Scalar) and stated.text != "true" and not (stated.is_null and name == REJECTED):
            _report_lost(name, stated.place, problems)


def _is_unsuccessful(state: Node) -> bool:
    stated = state.get("unsuccessful") if isinstance(state, Table) else None
    return isinstance(stated, Scalar) and stated.text == "true"


def _report_lost(name: str, place: Place | None, problems: Problems) -> None:
    problems.add(
        f"a patch cannot take `unsuccessful` from state `{name}`: moves into it would need no person any more",
        place,
        "leave it out here, or change the file that declares the state",
    )


def with_origins(layer: Table, base: Table | None) -> Table:
    """The layer with `from` written out in each step that it adds: the `to` of the step above in this layer.

    This is done before merging, so that a patch which removes or adds a step does not change the `from` of others.
    """
    steps = layer.get("steps")
    if not isinstance(steps, Table):
        return layer
    inherited = base.get("steps") if base else None
    known = inherited.entries if isinstance(inherited, Table) else {}
    entries: dict[str, Node] = {}
    above: Node = Scalar("applied", place=steps.place)
    for name, step in steps:
        entries[name] = step
        if not isinstance(step, Table):
            continue
        origin = step.get("from")
        is_omitted = origin is None and name not in known
        if is_omitted or (isinstance(origin, Scalar) and origin.is_null):
            entries[name] = Table(
                {**step.entries, "from": above}, step.place, {**step.keys, "from": steps.place_of(name)}
            )
        whole = merge(known.get(name), step, ("steps", name))
        above = _target_of(whole) or above
    filled = Table(entries, steps.place, steps.keys)
    return Table({**layer.entries, "steps": filled}, layer.place, layer.keys)


def _target_of(step: Node) -> Node | None:
    """The target of a step: its `to`, or the `to` of its first outcome or of the first list of its cut."""
    if not isinstance(step, Table):
        return None
    keeps = step.get("keeps")
    takes = keeps.get("takes") if isinstance(keeps, Table) else None
    for listed in (step.get("outcomes"), takes):
        if "to" not in step.entries and isinstance(listed, Listing) and listed.items:
            first = listed.items[0]
            return first.get("to") if isinstance(first, Table) else None
    return step.get("to")


def read_extended(path: Path, problems: Problems, chain: tuple[Path, ...] = ()) -> Table | None:
    """The root of a file, merged over the files that it extends; None when one of them cannot be read."""
    root = read_file(path, problems)
    if root is None:
        return None
    if not isinstance(root, Table):
        problems.add("a definition is a mapping of keys", root.place, "start with `procedure:` and `title:`")
        return None
    return merge_extended(root, path, problems, (*chain, path.resolve()))


def merge_extended(root: Table, path: Path, problems: Problems, chain: tuple[Path, ...]) -> Table | None:
    """`root`, read from `path`, merged over the files that it extends; each file is a patch on those before."""
    extends = root.get("extends")
    nothing = extends is None or (isinstance(extends, Scalar) and extends.is_null)
    base_names = extends.items if isinstance(extends, Listing) else () if nothing or extends is None else (extends,)
    base: Table | None = None
    layers = [_read_base(name, path, problems, chain) for name in base_names]
    for layer in layers:
        if layer is None:
            return None
        # `template` and `extends` of an extended file do not apply to the file that extends it.
        own = {key: node for key, node in layer if key not in ("extends", "template")}
        base = _merge_layer(base, Table(own, layer.place, layer.keys), problems)
    return _merge_layer(base, with_origins(root, base), problems)


def _merge_layer(base: Table | None, layer: Table, problems: Problems) -> Table:
    if base is None:
        return layer
    check_unsuccessful(base, layer, problems)
    whole = merge(base, layer)
    assert isinstance(whole, Table)
    return whole


def _read_base(name: Node, path: Path, problems: Problems, chain: tuple[Path, ...]) -> Table | None:
    if not isinstance(name, Scalar) or name.is_null:
        problems.add(f"`extends` takes paths of files, not {describe(name)}", name.place)
        return None
    if "\0" in name.text:
        report_null_character(name.place, problems)
        return None
    target = Path(normpath(path.parent / name.text))
    if target.resolve() in chain:
        cycle = " → ".join(f"`{step.name}`" for step in (*chain[chain.index(target.resolve()) :], target))
        problems.add(f"the definition extends itself: {cycle}", name.place)
        return None
    if len(chain) >= _MAX_CHAIN_LENGTH:
        problems.add(f"extends more than {_MAX_CHAIN_LENGTH} files in a row", name.place)
        return None
    if not target.is_file():
        problems.add(f"there is no file `{name.text}` to extend", name.place, f"paths start at {path.parent}/")
        return None
    return read_extended(target, problems, chain)
