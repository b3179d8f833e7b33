"""Proofs of a procedure: that its obligations hold, or a candidate for whom one fails.

    for obligation, verdict in prove(procedure):
        ...

Exact for machines with loops and for facts that may be unknown: for every reachable state, the set of all that can be
known of a candidate, as a decision diagram. Needs the extra `prove`.
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
