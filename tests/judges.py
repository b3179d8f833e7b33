"""Programs that nobody here wrote and that judge what the library does: where they are found, and who needs them.

A test names its judges with `@pytest.mark.judge("spin", "gcc")`. Where one of them is absent, the test is skipped with
the reason; under `CI=true` it fails, so that a step that `.ci/install` lacks is seen.
"""

import os
import shutil
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = (Path(sys.executable).parent, ROOT / ".judges" / "python" / "bin", ROOT / ".judges" / "node_modules" / ".bin")
"""Where judges are installed besides the PATH: the environment of the tests, and what `.ci/install` makes."""


def find_judge(name: str) -> Path | None:
    """The program of that name; None where it is not installed."""
    found = shutil.which(name, path=os.pathsep.join(map(str, FOLDERS))) or shutil.which(name)
    return Path(found) if found else None


def require_judges(item: pytest.Item) -> None:
    """Skip a test whose judges are not all installed; under `CI=true`, fail it."""
    marked = item.get_closest_marker("judge")
    missing = [name for name in marked.args if find_judge(name) is None] if marked else []
    if not missing:
        return
    reason = f"not installed: {', '.join(missing)}; `.ci/install` installs it"
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
