"""The generated definitions and stories of the laws are played by every engine, each beside `run`."""

import sys
from pathlib import Path

for beside in ("laws", "live", "simulation", "columns"):
    sys.path.insert(0, str(Path(__file__).parents[1] / beside))
