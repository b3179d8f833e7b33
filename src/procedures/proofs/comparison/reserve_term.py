"""Whether the reserve of two machines ends on the same day after the same closings."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from attrs import evolve

from procedures.kernel.machine import CompiledReserve, Machine
from procedures.proofs.comparison.replay import Player
from procedures.proofs.reachability.histories import DAY, MINUTE
from rules.calendar import Moment

# A term in months and one in days, or a fixed day, may agree by chance; not in two years and across a leap day.
_LATER: Final = (0, 1, 366, 731, 1097)


def lasts_otherwise(a: Machine, b: Machine) -> bool:
    """Whether the terms of two reserves are others: how long they are valid, and whether that is extended."""
    return _term(a.reserve) != _term(b.reserve)


def _term(reserve: CompiledReserve | None) -> tuple[object, ...]:
    return (None, None, False) if reserve is None else (reserve.valid, reserve.last_day, reserve.extendable)


def ending(players: Sequence[Player]) -> list[Player] | None:
    """The same players with the reserve closed, and perhaps extended, so that it ends on another day; or None."""
    for days in _LATER:
        at = Moment(max(player.now for player in players) + days * DAY)
        for extended in (False, True):
            fresh = [_closed(player, at, extended) for player in players]
            if len({player.selection.expires for player in fresh}) > 1:
                return fresh
    return None


def _closed(player: Player, at: Moment, extended: bool) -> Player:
    fresh = evolve(player)
    fresh.play()
    fresh.close_reserve(at)
    expires = fresh.selection.expires
    if extended and expires is not None:
        fresh.extend_reserve(Moment(at + MINUTE), expires + timedelta(days=1))
    return fresh
