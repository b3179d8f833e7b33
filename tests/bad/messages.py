"""What each wrong file earns: the files beside this one, and the message that the library must tell of each.

A file `NAME.yaml`, `.jsonl` or `.json` stands beside `NAME.txt`: every problem, in order, with the paths as seen from
the folder. How events are refused stands in `refusals.txt`, and the Dutch of what definitions earn in `dutch.txt`.
After a change that is meant, write all messages anew, and read each one as a selection officer would:

    python tests/bad/messages.py && git diff tests/bad
"""

from collections.abc import Callable, Iterable
from contextlib import chdir
from pathlib import Path

from refusal_cases import HISTORIES, refused

from procedures import DefinitionError, EventsError, Problem, load
from procedures.errors import ScenarioError
from procedures.records.events import read_events, read_facts
from procedures.simulation import read_scenario
from procedures.text.problems import in_dutch
from procedures.worked_cases.reader import read_cases
from procedures.worked_cases.replay import find_failures

HERE = Path(__file__).parent


def _cases(path: Path) -> Iterable[Problem]:
    return find_failures(read_cases(path))


READERS: dict[str, Callable[[Path], object]] = {
    "definitions": load,
    "events": read_events,
    "facts": read_facts,
    "cases": _cases,
    "scenarios": read_scenario,
}
# What the wrong files need beside them, and is itself no wrong file.
NEEDED = {"cases/clerk.yaml", *(f"scenarios/{name}.yaml" for name in ("clerk", "profile", "template"))}


def wrong_files() -> list[str]:
    """Every wrong file, as `folder/name`."""
    files = [path.relative_to(HERE).as_posix() for folder in READERS for path in sorted((HERE / folder).iterdir())]
    return [name for name in files if (HERE / name).is_file() and not name.endswith(".txt") and name not in NEEDED]


def problems(name: str) -> tuple[Problem, ...]:
    """The problems of a wrong file; none where nothing is wrong with it."""
    folder, _, file = name.partition("/")
    with chdir(HERE / folder):
        try:
            found = READERS[folder](Path(file))
        except (DefinitionError, EventsError, ScenarioError) as error:
            return error.problems
    return tuple(found) if folder == "cases" and isinstance(found, tuple) else ()


def beside(name: str) -> Path:
    """The file that holds the message."""
    return (HERE / name).with_suffix("").with_suffix(".txt")


def told(name: str) -> str:
    return "".join(f"{problem}\n" for problem in problems(name))


def refusal(name: str) -> str:
    """How the last event of a history is refused, under the history's name."""
    answer = refused(name)
    return f"{name}\n  {answer.code}\n  nl: {answer.message('nl')}\n  en: {answer.message('en')}\n"


def dutch() -> str:
    """Every sentence and help of the wrong definitions, with its Dutch under it."""
    found = [text for name in wrong_files() if name.startswith("definitions/") for text in _texts(name)]
    return "".join(f"{text}\n  {in_dutch(text)}\n" for text in sorted(dict.fromkeys(found)))


def _texts(name: str) -> Iterable[str]:
    for problem in problems(name):
        yield problem.sentence
        if problem.help is not None:
            yield problem.help


if __name__ == "__main__":
    (HERE / "dutch.txt").write_text(dutch(), encoding="utf-8")
    (HERE / "refusals.txt").write_text("\n".join(map(refusal, HISTORIES)), encoding="utf-8")
    for each in wrong_files():
        beside(each).write_text(told(each), encoding="utf-8")
