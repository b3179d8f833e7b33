"""The live machine of an asynchronous service: triggers and callbacks are awaited, decisions are those of `live`."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from transitions.extensions import asyncio as core_async

from procedures.kernel.cases import Event, Moved, Refused
from procedures.live.machine_base import LiveBase
from procedures.live.transition_table import Calls, Result
from procedures.selection import MomentInput


class AsyncLiveEvent(core_async.AsyncEvent):
    """An awaitable trigger: True when the event was accepted, False when it was refused."""

    async def trigger(  # type: ignore[override]  # as in transitions
        self, model: object, *args: Any, **kwargs: Any
    ) -> bool:
        machine: AsyncLiveMachine = self.machine  # type: ignore[assignment]  # which made this event
        return isinstance(await machine.record(model, self.name, *args, **kwargs), Moved)

    def method(self) -> Callable[..., Awaitable[bool]]:
        """The trigger as a method of a class of models."""

        async def trigger(model: object, *args: Any, **kwargs: Any) -> bool:
            return await self.trigger(model, *args, **kwargs)

        trigger.__name__, trigger.__doc__ = self.name, f"`{self.name}` happened to the case: True when it was taken."
        return trigger


class AsyncLiveMachine(LiveBase, core_async.AsyncMachine):
    """
    The machine of a service that awaits triggers; LiveBase describes its arguments and decisions.

    Nothing is awaited between the decision and the update of the model, so two tasks cannot decide on the same state.
    Callbacks are plain functions or coroutines, awaited one after the other. A selection cannot await callbacks:
    await `follow` with its answers to closings and to other events that move models without this machine.
    """

    event_cls = AsyncLiveEvent

    async def record(
        self,
        model: object,
        name: str,
        facts: Mapping[str, object] | None = None,
        *,
        at: MomentInput,
        by: str | None = None,
        why: str | None = None,
    ) -> Moved | Refused:
        """Record the event of a trigger and return the answer; raises ListenersError when callbacks failed."""
        return await self.handle(model, self.event(model, name, facts, at=at, by=by, why=why))

    async def handle(self, model: object, event: Event) -> Moved | Refused:
        """Record an existing event; otherwise the same as `record`."""
        return await self._run_callbacks(self._take_event(model, event))

    async def follow(self, answer: Moved | Refused) -> None:
        """Update the models of the cases in an answer of the selection, and run their callbacks."""
        await self._run_callbacks(self._follow_answer(answer))

    async def _run_callbacks(self, calls: Calls[Result]) -> Result:
        failed: Exception | None = None
        while True:
            try:
                callback, data = calls.send(failed) if failed is not None else next(calls)
            except StopIteration as done:
                result: Result = done.value
                return result
            try:
                await self.callback(callback, data)  # type: ignore[arg-type]  # plain functions are accepted too
            except Exception as error:
                failed = error
            else:
                failed = None

    async def _can_trigger(self, model: object, trigger: str, *args: Any, **kwargs: Any) -> bool:
        return self.may(model, trigger, *args, **kwargs)
