"""The obligations of a definition as checks: the same verdicts as `procedures prove`, with the place of each step."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache

from attrs import frozen

from procedures.procedure import Procedure
from procedures.proofs.verdicts import Obligation, Proved, Refuted, Undecided, Verdict
from procedures.testing.files.check import Check, Checks, UndecidedCheckError
from procedures.text.outline import format_sources
from procedures.text.proofs import missing_packages_message, place_of, unproved_lines
from rules.problems import Problem


@frozen
class Refutation(Problem):
    """An obligation that does not hold, followed by the history that shows it."""

    history_lines: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "\n  ".join((f"{self.place}: {self.sentence}" if self.place else self.sentence, *self.history_lines))


def proof_checks(procedure: Procedure, budget: float | None) -> Checks:
    """
    A check for each obligation of a definition with steps; without `prove`, one check that says what to install.

    The first check that runs proves all obligations, in `budget` seconds (None: no limit).
    """
    if not procedure.machine.steps:
        return
    if reason := missing_packages_message():
        yield Check("obligations", lambda: _raise_undecided(reason))
        return
    from procedures.proofs import obligations, prove

    # Once for all checks of a file, because computing the reachable states is most of the work.
    @cache
    def verdicts() -> Mapping[str, Verdict]:
        return {obligation.id: verdict for obligation, verdict in prove(procedure, budget)}

    for obligation in obligations(procedure):
        yield Check(
            obligation.id,
            _verdict_problems(procedure, obligation, verdicts),
            place_of(procedure.definition, obligation),
        )


def _raise_undecided(reason: str) -> Iterable[Problem]:
    raise UndecidedCheckError(reason)


def _verdict_problems(
    procedure: Procedure, obligation: Obligation, verdicts: Callable[[], Mapping[str, Verdict]]
) -> Callable[[], Iterable[Problem]]:
    def problems() -> Iterable[Problem]:
        match verdicts()[obligation.id]:
            case Proved():
                return ()
            case Undecided(reason):
                raise UndecidedCheckError(f"undecided: {reason.in_language('en')}")
            case Refuted() as verdict:
                return (_refutation(procedure, obligation, verdict),)

    return problems


def _refutation(procedure: Procedure, obligation: Obligation, verdict: Refuted) -> Refutation:
    lines = unproved_lines(procedure.machine, obligation, verdict, "en")
    history_lines = tuple(f"{'  ' * line.depth}{line.marked_text}{format_sources(line.sources)}" for line in lines)
    place = place_of(procedure.definition, obligation)
    return Refutation(obligation.sentence.in_language("en"), place, history_lines=history_lines)
