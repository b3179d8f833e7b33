"""Problems in an input: the place, one sentence, and help.

Problems are collected and not raised one by one, so that an author sees all of them at once.
"""

from collections.abc import Iterable, Iterator

from attrs import Factory, field, frozen


@frozen(order=True)
class Place:
    """A position in a file; `line` and `column` count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@frozen
class Problem:
    """One thing that is wrong: a lower-case sentence, its place (None for data without a file) and help."""

    sentence: str
    place: Place | None = None
    help: str | None = None

    def __str__(self) -> str:
        head = f"{self.place}: {self.sentence}" if self.place else self.sentence
        return f"{head}\n  help: {self.help}" if self.help else head


@frozen
class Problems:
    """The problems found while an input is read; the reader continues after each problem."""

    entries: list[Problem] = field(factory=list)
    _told: set[Problem] = field(
        init=False, eq=False, repr=False, default=Factory(lambda self: set(self.entries), takes_self=True)
    )

    def add(self, sentence: str, place: Place | None = None, help: str | None = None) -> None:  # noqa: A002 - the word users see
        problem = Problem(sentence, place, help)
        if problem not in self._told:  # a mistake that is found twice is reported once
            self._told.add(problem)
            self.entries.append(problem)

    def __bool__(self) -> bool:
        return bool(self.entries)

    def __iter__(self) -> Iterator[Problem]:
        """In the order of the files, those without a place last."""
        nowhere = Place("\uffff", 0, 0)
        return iter(sorted(self.entries, key=lambda problem: problem.place or nowhere))


class RuleError(Exception):
    """A rule or a declaration of facts could not be read; `problems` lists everything wrong with it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def report_null_character(place: Place | None, problems: Problems) -> None:
    """Report a path that holds a null character, as the path of no file does."""
    problems.add("a path cannot hold a null character", place, "write the path of a file")
