"""The time budget of a proof: obligations that are not answered in time are undecided."""

from time import monotonic

from attrs import field, frozen


class OutOfTimeError(Exception):
    """The budget is spent."""


@frozen
class Budget:
    """A number of seconds from its creation; None is no limit."""

    seconds: float | None = None
    _began: float = field(factory=monotonic)

    def check(self) -> None:
        """Raises OutOfTimeError when the budget is spent."""
        if self.seconds is not None and monotonic() - self._began >= self.seconds:
            raise OutOfTimeError
