"""The generated definitions and stories of the laws are proved and refuted too, and small changes are compared."""

import sys
from pathlib import Path

for beside in ("laws", "testing"):
    sys.path.insert(0, str(Path(__file__).parents[1] / beside))

# Each is wrong on purpose, and a test is about it.
collect_ignore_glob = ["wrong/*"]
