"""Live cases inside a service: a `transitions` machine that the kernel decides, and a model of one case.

    from procedures.live import AsyncLiveMachine, CaseModel, LiveMachine

`procedure.transitions_machine()` makes a LiveMachine; AsyncLiveMachine is the one whose triggers are awaited.
"""

from typing import TYPE_CHECKING

from procedures.lazy_names import lazy_names

if TYPE_CHECKING:
    from procedures.live.async_machine import AsyncLiveEvent, AsyncLiveMachine
    from procedures.live.machine import CaseModel, LiveEvent, LiveMachine
    from procedures.live.transition_table import NOT_APPLIED, LiveData

__all__ = ["NOT_APPLIED", "AsyncLiveEvent", "AsyncLiveMachine", "CaseModel", "LiveData", "LiveEvent", "LiveMachine"]

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "procedures.live.async_machine": ("AsyncLiveEvent", "AsyncLiveMachine"),
            "procedures.live.machine": ("CaseModel", "LiveEvent", "LiveMachine"),
            "procedures.live.transition_table": ("NOT_APPLIED", "LiveData"),
        },
    )
