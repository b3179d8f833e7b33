"""The exceptions that this package raises on purpose: one class for each way in which a caller may react."""

from collections.abc import Iterable

from rules.problems import Problem


class ProcedureError(Exception):
    """The base class of all exceptions that this library raises on purpose."""


class DefinitionError(ProcedureError):
    """A definition cannot be used; `problems` lists everything wrong with it, in the order of its files."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class EventsError(ProcedureError):
    """Events cannot be read; `problems` lists every broken line, and nothing was run."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class ScenarioError(ProcedureError):
    """A scenario cannot be used; `problems` lists everything wrong with it, and nothing was simulated."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class UsageError(ProcedureError, ValueError):
    """A call is wrong: it names an unknown step, reading, candidate or language."""
