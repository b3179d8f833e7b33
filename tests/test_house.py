"""The habits of the house, as commands: style, types, and which room may know which."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
HABITS = {
    "style": [BIN / "ruff", "check", "."],
    "layout": [BIN / "ruff", "format", "--check", "."],
    "types": [BIN / "mypy"],
    "layers": [BIN / "lint-imports"],
}


@pytest.mark.parametrize("habit", HABITS)
def test_the_house_keeps_its_habits(habit: str) -> None:
    done = subprocess.run(HABITS[habit], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_importing_the_library_brings_no_command_line_with_it() -> None:
    code = "import sys, procedures; print(sorted({'typer', 'rich', 'click'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_ci_runs_the_test_command_of_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    command = re.search(r"<!-- test command -->\n```sh\n(.*?)```", readme, re.DOTALL)
    assert command is not None
    assert "pytest" in command[1]
    assert "<!-- test command -->" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
