"""Proofs of a procedure: that it cannot go wrong, or the candidate for whom it does.

    for obligation, verdict in prove(procedure):
        ...

Exact for machines with loops and for facts that may be unknown: sets of everything that can be known of a person, as
decision diagrams, at every place where a case can stand. Needs the extra `prove`.
"""

from typing import TYPE_CHECKING

from procedures.lazy_names import lazy_names

if TYPE_CHECKING:
    from procedures.proofs.catalogue.obligations import obligations
    from procedures.proofs.comparison.compare import Comparison, compare
    from procedures.proofs.comparison.witnesses import Difference
    from procedures.proofs.prover import Prover, prove
    from procedures.proofs.verdicts import Obligation, Proved, Refuted, Undecided, Verdict, Witness

__all__ = [
    "Comparison",
    "Difference",
    "Obligation",
    "Proved",
    "Prover",
    "Refuted",
    "Undecided",
    "Verdict",
    "Witness",
    "compare",
    "obligations",
    "prove",
]

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "procedures.proofs.catalogue.obligations": ("obligations",),
            "procedures.proofs.comparison.compare": ("Comparison", "compare"),
            "procedures.proofs.comparison.witnesses": ("Difference",),
            "procedures.proofs.prover": ("Prover", "prove"),
            "procedures.proofs.verdicts": ("Obligation", "Proved", "Refuted", "Undecided", "Verdict", "Witness"),
        },
    )
