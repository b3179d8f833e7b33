"""Proofs of a procedure: that it cannot go wrong, or the candidate for whom it does.

    for obligation, verdict in prove(procedure):
        ...

Exact for machines with loops and for facts that may be unknown: sets of everything that can be known of a person, as
decision diagrams, at every place where a case can stand. Needs the extra `prove`.
"""

from procedures.proving.comparing import Comparison, compare
from procedures.proving.obligations import obligations
from procedures.proving.prover import Prover, prove
from procedures.proving.showing import Difference

__all__ = ["Comparison", "Difference", "Prover", "compare", "obligations", "prove"]
