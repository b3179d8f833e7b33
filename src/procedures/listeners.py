"""Those who are told what happened, and what becomes of their failures: never of the case, which has moved by then."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from procedures.errors import ProcedureError
from procedures.kernel.cases import Moved, Refused

Listener: TypeAlias = Callable[[Moved], object]
"""Called with the answer to an event after it was folded in; what it returns is not looked at."""


class ListenersError(ProcedureError, ExceptionGroup[Exception]):
    """
    Listeners or callbacks raised; `exceptions` holds what, and `except*` finds them by their own classes.

    `answer` is the answer to the event. Where it is Moved the case has moved, and everybody else who listens was
    told; do not record the event again. None: a callback failed before the event was decided, and nothing happened.
    """

    answer: Moved | Refused | None

    def __new__(cls, answer: Moved | Refused | None, exceptions: Sequence[Exception]) -> "ListenersError":
        told = "before the event was decided; nothing happened" if answer is None else "the answer stands"
        self = super().__new__(cls, f"who listens failed: {told}", exceptions)
        self.answer = answer
        return self

    def derive(self, exceptions: Sequence[Exception]) -> "ListenersError":  # type: ignore[override]  # no BaseException
        return ListenersError(self.answer, exceptions)


def notify(listeners: Iterable[Listener], answer: Moved) -> None:
    """Call every listener, whichever of them fail; then raise their errors together as ListenersError."""
    failed: list[Exception] = []
    for listener in tuple(listeners):
        try:
            listener(answer)
        except Exception as error:
            failed.append(error)
    if failed:
        raise ListenersError(answer, failed)
