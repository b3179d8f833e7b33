"""What is drawn from the generated definitions of the laws is played too."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "laws"))
