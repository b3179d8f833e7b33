"""The generated definitions and stories of the laws are proved and refuted too."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "laws"))

# Each is wrong on purpose, and a test is about it.
collect_ignore_glob = ["wrong/*"]
