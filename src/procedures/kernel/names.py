"""The names that the kernel defines: states of every procedure, results of steps, facts of closings, and events."""

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

INITIAL: Final = "applied"
REJECTED: Final = "rejected"
WITHDRAWN: Final = "withdrawn"
EXPIRED: Final = "expired"
STAYS: Final = "stays"
APPLY: Final = "apply"
"""The event of applying; closing it, under the same name, ends the applications."""

StepResult: TypeAlias = Literal["passed", "failed", "exempt", "not_held", "lapsed"]
"""How a step went for a candidate: the names below, for type checkers and editors. A test compares the two."""
RESULTS: Final[tuple[StepResult, ...]] = ("passed", "failed", "exempt", "not_held", "lapsed")
DECIDED_FACTS: Final = ("held", "kept", "rank")
CANDIDATE_EVENTS: Final = ("apply", "withdraw", "correct", "reopen")
SELECTION_EVENTS: Final = ("close", "advance", "extend")
EVENTS: Final[Mapping[str, str]] = {
    "apply": "the candidate applies, with the facts known by then",
    "withdraw": "the candidate gives up; taken in every state that is not final",
    "correct": "known facts were wrong: `facts` and `why`; no decision is recomputed",
    "reopen": "the last decision about a candidate, or the last closing (`step`), is taken back: `by` and `why`",
    "close": "`step`, or `apply`, is closed, `by` a person: counts and ranks are decided",
    "advance": "time has come to `at`: lapses and expiries that are due happen",
    "extend": "the reserve is extended `until` a later day",
}
