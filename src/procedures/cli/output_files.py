"""Checks the files that a command writes before the work starts, and reports errors of writing."""

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from procedures.cli.exit_status import UnusableInputError
from rules.problems import Place, Problem


def check_target(path: Path, endings: Sequence[str]) -> None:
    """Refuse a path with a wrong ending, without an existing folder, or that is a folder itself."""
    if path.suffix.lower() not in endings:
        raise _unusable(path, f"the file ends in `{endings[0]}`")
    if not path.parent.is_dir():
        raise _unusable(path, "the folder is not there", f"make the folder {path.parent} first")
    if path.is_dir():
        raise _unusable(path, "this is a folder")


def check_new(path: Path, endings: Sequence[str]) -> None:
    """Check as `check_target` does, and refuse a file that exists, because it may contain work of a person."""
    if not any(path.name.lower().endswith(ending) for ending in endings):
        raise _unusable(path, f"the file ends in `{endings[0]}`")
    check_target(path, (path.suffix.lower(),))
    if path.exists():
        raise _unusable(path, "the file is there already", "take another name, or remove it first")


class Target:
    """A path to write to; errors of writing are reported with its name."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> Path:
        return self.path

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if isinstance(error, OSError):
            reason = (error.strerror or str(error)).lower()
            raise _unusable(self.path, f"cannot write the file: {reason}") from None


def _unusable(path: Path, sentence: str, hint: str | None = None) -> UnusableInputError:
    return UnusableInputError([Problem(sentence, Place(str(path), 1, 1), hint)], "nothing was written")
