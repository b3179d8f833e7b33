"""The obligations of a definition as checks: each answers as `procedures prove` does, and fails where it is written."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache

from attrs import frozen

from procedures.procedure import Procedure
from procedures.proofs.verdicts import Obligation, Proved, Refuted, Undecided, Verdict
from procedures.testing.files.check import Check, Checks, NotTold
from procedures.text.outline import cited
from procedures.text.proofs import needed_for_proofs, place_of, unproved_lines
from rules.problems import Problem


@frozen
class Refutation(Problem):
    """An obligation that does not hold, with the history that shows it below."""

    story: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "\n  ".join((f"{self.place}: {self.sentence}" if self.place else self.sentence, *self.story))


def proof_checks(procedure: Procedure, budget: float | None) -> Checks:
    """
    A check for each obligation of a definition that states a procedure; one that tells what to install without `prove`.

    Nothing is proved before the first of them runs; then all are, in `budget` seconds (None: as long as it takes).
    """
    if not procedure.machine.steps:
        return
    if lacking := needed_for_proofs():
        yield Check("obligations", lambda: _not_told(lacking))
        return
    from procedures.proofs import obligations, prove

    # Once for all of a file: what can be reached is most of the work.
    @cache
    def verdicts() -> Mapping[str, Verdict]:
        return {obligation.id: verdict for obligation, verdict in prove(procedure, budget)}

    for obligation in obligations(procedure):
        yield Check(obligation.id, _holds(procedure, obligation, verdicts), place_of(procedure.definition, obligation))


def _not_told(reason: str) -> Iterable[Problem]:
    raise NotTold(reason)


def _holds(
    procedure: Procedure, obligation: Obligation, verdicts: Callable[[], Mapping[str, Verdict]]
) -> Callable[[], Iterable[Problem]]:
    def problems() -> Iterable[Problem]:
        match verdicts()[obligation.id]:
            case Proved():
                return ()
            case Undecided(reason):
                raise NotTold(f"undecided: {reason.in_language('en')}")
            case Refuted() as verdict:
                return (_refutation(procedure, obligation, verdict),)

    return problems


def _refutation(procedure: Procedure, obligation: Obligation, verdict: Refuted) -> Refutation:
    lines = unproved_lines(procedure.machine, obligation, verdict, "en")
    story = tuple(f"{'  ' * line.depth}{line.marked}{cited(line.sources)}" for line in lines)
    place = place_of(procedure.definition, obligation)
    return Refutation(obligation.sentence.in_language("en"), place, story=story)
