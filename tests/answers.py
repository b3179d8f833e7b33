"""What tests say of answers: that an event was accepted, or refused with a code."""

from procedures import Moved, Refused


def accepted(answer: Moved | Refused) -> Moved:
    """The answer, which must not be a refusal."""
    assert isinstance(answer, Moved), answer.message()
    return answer


def refused(answer: Moved | Refused, code: str) -> Refused:
    """The answer, which must be a refusal with that code."""
    assert isinstance(answer, Refused), answer.moves
    assert answer.code == code, answer.message()
    return answer
