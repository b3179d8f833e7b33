"""Whether the reserves of two machines end on the same day after the same closings."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from attrs import evolve

from procedures.kernel.machine import CompiledReserve, Machine
from procedures.proofs.comparison.replay import Player
from procedures.proofs.reachability.histories import DAY, MINUTE
from rules.calendar import Moment

# A term in months may equal one in days, or a fixed day, by chance, but not over two years and across a leap day.
_DAYS_LATER: Final = (0, 1, 366, 731, 1097)


def has_other_term(a: Machine, b: Machine) -> bool:
    """Whether two reserves have other terms: how long they are valid, and whether they can be extended."""
    return _term(a.reserve) != _term(b.reserve)


def _term(reserve: CompiledReserve | None) -> tuple[object, ...]:
    return (None, None, False) if reserve is None else (reserve.valid, reserve.last_day, reserve.extendable)


def find_term_difference(players: Sequence[Player]) -> list[Player] | None:
    """The players replayed, with the reserve closed and perhaps extended so that it ends on different days; or None."""
    for days in _DAYS_LATER:
        at = Moment(max(player.now for player in players) + days * DAY)
        for extended in (False, True):
            replayed = [_replay_and_close(player, at, extended) for player in players]
            if len({player.selection.expires for player in replayed}) > 1:
                return replayed
    return None


def _replay_and_close(player: Player, at: Moment, extended: bool) -> Player:
    replayed = evolve(player)
    replayed.play()
    replayed.close_reserve(at)
    expires = replayed.selection.expires
    if extended and expires is not None:
        replayed.extend_reserve(Moment(at + MINUTE), expires + timedelta(days=1))
    return replayed
