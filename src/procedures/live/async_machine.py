"""Live cases inside an asynchronous service: triggers and callbacks are awaited, and decided as in `live`."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from transitions.extensions import asyncio as core_async

from procedures.kernel.cases import Event, Moved, Refused
from procedures.live.machine_base import LiveBase
from procedures.live.transition_table import Calls, Result
from procedures.selection import When


class AsyncLiveEvent(core_async.AsyncEvent):
    """A trigger to be awaited: True when the event was taken, False when it was refused."""

    async def trigger(  # type: ignore[override]  # as transitions does it
        self, model: object, *args: Any, **kwargs: Any
    ) -> bool:
        machine: AsyncLiveMachine = self.machine  # type: ignore[assignment]  # which made this event
        return isinstance(await machine.record(model, self.name, *args, **kwargs), Moved)

    def method(self) -> Callable[..., Awaitable[bool]]:
        """The trigger as a method that a class of models can have."""

        async def trigger(model: object, *args: Any, **kwargs: Any) -> bool:
            return await self.trigger(model, *args, **kwargs)

        trigger.__name__, trigger.__doc__ = self.name, f"`{self.name}` happened to the case: True when it was taken."
        return trigger


class AsyncLiveMachine(LiveBase, core_async.AsyncMachine):
    """
    The machine of a service that awaits; what it takes and how it is decided stands at LiveBase.

    Between deciding and putting the case nothing is awaited, so that two tasks cannot decide on the same state.
    Callbacks may be plain functions or coroutines; they are awaited one after the other. A selection cannot wait for
    them: await `follow` with the answers to its closings and whatever else moves models without this machine.
    """

    event_cls = AsyncLiveEvent

    async def record(
        self,
        model: object,
        name: str,
        facts: Mapping[str, object] | None = None,
        *,
        at: When,
        by: str | None = None,
        why: str | None = None,
    ) -> Moved | Refused:
        """What a trigger does, with the answer; raises ListenersError where callbacks failed."""
        return await self.take(model, self.event(model, name, facts, at=at, by=by, why=why))

    async def take(self, model: object, event: Event) -> Moved | Refused:
        """The same for an event that was made already."""
        return await self._called(self._taking(model, event))

    async def follow(self, answer: Moved | Refused) -> None:
        """Put and tell the models that an answer of the selection is about."""
        await self._called(self._following(answer))

    async def _called(self, calls: Calls[Result]) -> Result:
        failed: Exception | None = None
        while True:
            try:
                callback, data = calls.send(failed) if failed is not None else next(calls)
            except StopIteration as done:
                result: Result = done.value
                return result
            try:
                await self.callback(callback, data)  # type: ignore[arg-type]  # plain functions are taken too
            except Exception as error:
                failed = error
            else:
                failed = None

    async def _can_trigger(self, model: object, trigger: str, *args: Any, **kwargs: Any) -> bool:
        return self.may(model, trigger, *args, **kwargs)
