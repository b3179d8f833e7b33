"""Finds the definition files of paths, and checks that a definition has the name of its path."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from procedures.definition.documents import read_file
from rules.nodes import Scalar, Table
from rules.problems import Place, Problems, report_null_character

CASES_SUFFIX: Final = ".cases.yaml"
_COMPANION_SUFFIXES: Final = (CASES_SUFFIX, ".scenario.yaml")
_ROOT: Final = "definitions"


def definition_files(paths: Iterable[Path], problems: Problems) -> tuple[Path, ...]:
    """Every definition under these paths, each once; paths without a definition are reported in `problems`."""
    found: dict[Path, Path] = {}
    for path in paths:
        if path.is_dir():
            inside = sorted(file for file in path.rglob("*.yaml") if is_definition(file, path))
            if not inside:
                problems.add("the folder holds no definitions", Place(str(path), 1, 1), "they end in `.yaml`")
            found.update((file.resolve(), file) for file in inside)
        elif not _can_be_read(path, problems):
            continue
        elif not path.name.endswith(_COMPANION_SUFFIXES):
            found[path.resolve()] = path
        elif (beside := _definition_beside(path)) is not None:
            found[beside.resolve()] = beside  # a file of cases stands for the definition that it tests
        else:
            sentence = "this is no definition: it stands beside one"
            problems.add(sentence, Place(str(path), 1, 1), "check the definition, and its cases are replayed")
    return tuple(found.values())


def is_definition(file: Path, folder: Path) -> bool:
    """Whether a file in a folder is a definition, and not a file of cases, a scenario or a hidden file."""
    hidden = any(part.startswith(".") for part in file.relative_to(folder).parts)
    return file.is_file() and not hidden and not file.name.endswith(_COMPANION_SUFFIXES)


def _can_be_read(path: Path, problems: Problems) -> bool:
    """Whether a file can be opened; a pipe is not tried, because it can be opened and read once only."""
    if path.is_fifo():
        return True
    try:
        with path.open("rb"):
            return True
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        problems.add(f"cannot read the file: {reason}", Place(str(path), 1, 1))
        return False
    except ValueError:
        report_null_character(Place(str(path), 1, 1), problems)
        return False


def _definition_beside(path: Path) -> Path | None:
    """The definition in the same folder as a file of worked cases or a scenario; None where there is none."""
    definition = path.with_name(path.name.partition(".")[0] + ".yaml")
    return definition if definition.is_file() else None


def find_cases(path: Path) -> Path | None:
    """The file of worked cases of a definition; None where there is none."""
    beside = path.with_name(path.name.removesuffix(".yaml") + CASES_SUFFIX)
    return beside if beside.is_file() else None


def expected_name(path: Path) -> str | None:
    """The required value of `procedure:` in a file under a folder `definitions`; None for a file elsewhere."""
    parts = path.absolute().parts[:-1]
    if _ROOT not in parts:
        return None
    below = parts[len(parts) - parts[::-1].index(_ROOT) :]
    return "/".join((*below, path.name.removesuffix(".yaml")))


def check_name(path: Path, problems: Problems) -> None:
    """Report a definition under `definitions` whose name is not its path; a pipe has no name of its own."""
    expected = None if path.is_fifo() else expected_name(path)
    root = read_file(path, Problems()) if expected is not None else None
    if not isinstance(root, Table):
        return
    node = root.get("procedure")
    if (node is None and "extends" not in root.entries) or (isinstance(node, Scalar) and node.text == expected):
        return  # the reader reports a missing key
    sentence = f"under `{_ROOT}` the procedure is called by its path: `{expected}`"
    problems.add(sentence, root.place_of("procedure"), f"write `procedure: {expected}`, or move the file")
