"""Three-valued logic of Kleene: a rule is TRUE, FALSE or, while facts are missing, UNKNOWN."""

from enum import IntEnum


class Truth(IntEnum):
    """FALSE < UNKNOWN < TRUE, so "and" is min, "or" is max and "not" is 2 − x."""

    FALSE = 0
    UNKNOWN = 1
    TRUE = 2

    @classmethod
    def of(cls, value: bool | None) -> "Truth":
        """The truth of True, False, or None (not known)."""
        if value is None:
            return cls.UNKNOWN
        return cls.TRUE if value else cls.FALSE

    @property
    def as_bool(self) -> bool | None:
        """True, False, or None for UNKNOWN."""
        return None if self is Truth.UNKNOWN else self is Truth.TRUE

    @property
    def word(self) -> str:
        return self.name.lower()

    def __and__(self, other: int) -> "Truth":
        return Truth(min(self, other))

    def __or__(self, other: int) -> "Truth":
        return Truth(max(self, other))

    def __invert__(self) -> "Truth":
        return Truth(2 - self)

    def __bool__(self) -> bool:
        # `if finding.value:` would silently read UNKNOWN as yes.
        raise TypeError("a truth has three values; compare it with Truth.TRUE, Truth.FALSE or Truth.UNKNOWN")
