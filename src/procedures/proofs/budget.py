"""How long a proof may take: what is not answered by then is left open."""

from time import monotonic

from attrs import field, frozen


class OutOfTimeError(Exception):
    """The budget is spent."""


@frozen
class Budget:
    """So many seconds from now; None is as long as it takes."""

    seconds: float | None = None
    _began: float = field(factory=monotonic)

    def check(self) -> None:
        """Raises OutOfTimeError when the budget is spent."""
        if self.seconds is not None and monotonic() - self._began >= self.seconds:
            raise OutOfTimeError
