"""xstate on node, where `node` is there and the npm package lies in a folder that the caller names."""

import json
import shutil
import subprocess
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from candidate_path import CLOSED, EVENTS, FLOW, STATES, WINDOWS
from measurement import Job, NotMeasured

SCRIPT = Path(__file__).with_name("xstate.mjs")


def xstate(modules: str | None) -> Callable[[int], Job | NotMeasured]:
    """Makes jobs for the xstate package under `modules`, a folder that holds `node_modules`."""

    def make(cases: int) -> Job | NotMeasured:
        if shutil.which("node") is None:
            return NotMeasured("node is not installed")
        if modules is None or not (Path(modules) / "node_modules" / "xstate").is_dir():
            return NotMeasured("no xstate package; `npm install xstate` somewhere and name that folder by --node")
        ends: set[str] = set()

        def play() -> float:
            told = _asked(modules, cases)
            ends.update(told["ends"])
            return float(told["seconds"])

        return Job(cases * len(EVENTS), play, lambda: ends)

    return make


def _asked(modules: str, cases: int) -> dict[str, Any]:
    asked = {
        "modules": str(Path(modules).resolve()),
        "cases": cases,
        "flow": FLOW,
        "states": [*STATES, "rejected"],
        "events": [(name, facts, _millis(at), by) for name, facts, at, by in EVENTS],
        "windows": {name: [_millis(opens), _millis(ends)] for name, (opens, ends) in WINDOWS.items()},
        "closed": _millis(CLOSED),
    }
    done = subprocess.run(["node", str(SCRIPT)], input=json.dumps(asked), capture_output=True, text=True, check=True)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def _millis(at: datetime) -> float:
    return at.timestamp() * 1000
