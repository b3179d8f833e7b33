"""Listeners, which are called after an event, and the error that reports their failures; a failure undoes no move."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from procedures.errors import ProcedureError
from procedures.kernel.cases import Moved, Refused

Listener: TypeAlias = Callable[[Moved], object]
"""Called with the answer to an event after the event was applied; its return value is ignored."""


class ListenersError(ProcedureError, ExceptionGroup[Exception]):
    """
    Listeners or callbacks raised errors. `exceptions` holds the errors; `except*` finds them by their own classes.

    `answer` is the answer to the event. If it is Moved, the case has moved and all other listeners were called; do not
    record the event again. If it is None, a callback failed before the event was decided, and nothing happened.
    """

    answer: Moved | Refused | None

    def __new__(cls, answer: Moved | Refused | None, exceptions: Sequence[Exception]) -> "ListenersError":
        effect = "before the event was decided; nothing happened" if answer is None else "the answer stands"
        self = super().__new__(cls, f"who listens failed: {effect}", exceptions)
        self.answer = answer
        return self

    def derive(self, exceptions: Sequence[Exception]) -> "ListenersError":  # type: ignore[override]  # no BaseException
        return ListenersError(self.answer, exceptions)


def notify(listeners: Iterable[Listener], answer: Moved) -> None:
    """Call every listener, also after one fails; then raise all their errors together as ListenersError."""
    failed: list[Exception] = []
    for listener in tuple(listeners):
        try:
            listener(answer)
        except Exception as error:
            failed.append(error)
    if failed:
        raise ListenersError(answer, failed)
