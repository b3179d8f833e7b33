"""Strict type checkers know what the library answers, and the literals they know are those of the tables."""

import json
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from judges import find_judge
from procedures import Code, MoveName, StepResult
from procedures.kernel.cases import MOVES
from procedures.kernel.names import RESULTS
from procedures.kernel.refusals import REFUSALS

ROOT = Path(__file__).parents[2]
USER_CODE = Path(__file__).with_name("user_code.py")
BIN = Path(sys.executable).parent
SLIPS = {
    'answer.code == "wrong_stat"': "a code that is misspelt",
    "answer.event.name.code": "an attribute that is not there",
}


@pytest.mark.parametrize(
    ("literal", "table"),
    [(Code, REFUSALS), (MoveName, MOVES), (StepResult, RESULTS)],
    ids=["codes", "moves", "results"],
)
def test_a_literal_has_the_names_of_its_table(literal: object, table: object) -> None:
    assert list(get_args(literal)) == list(table)  # type: ignore[call-overload]


def mypy(file: Path) -> subprocess.CompletedProcess[str]:
    command = [BIN / "mypy", "--config-file=", "--strict", "--strict-equality", str(file)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_mypy_knows_what_the_library_answers() -> None:
    done = mypy(USER_CODE)
    assert done.returncode == 0, done.stdout + done.stderr


def test_mypy_has_nothing_to_say_about_the_service_of_the_documentation(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "how-to" / "embed.md").read_text(encoding="utf-8")
    file = tmp_path / "service.py"
    file.write_text(page.split("```python\n")[1].split("```")[0], encoding="utf-8")
    done = mypy(file)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("slip", SLIPS, ids=SLIPS.values())
def test_mypy_finds_slips(slip: str, tmp_path: Path) -> None:
    file = tmp_path / "slip.py"
    file.write_text(f"from procedures import Refused\n\n\ndef told(answer: Refused) -> bool:\n    return {slip}\n")
    done = mypy(file)
    assert done.returncode == 1, done.stdout


@pytest.mark.judge("basedpyright")
def test_pyright_knows_what_the_library_answers() -> None:
    """By basedpyright, which carries its own node: nothing is fetched when it runs."""
    pyright = find_judge("basedpyright")
    assert pyright is not None
    command = [pyright, "--outputjson", "--level", "error", "--pythonpath", sys.executable, str(USER_CODE)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    told = json.loads(done.stdout)["generalDiagnostics"]
    assert not told, told
