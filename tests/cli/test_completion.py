"""What a shell completes: commands, languages, and the readings, steps and conditions of the file on the line."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = [  # the line so far, and what is offered for its last word
    ("procedures sh", {"show"}),
    ("procedures show clerk.yaml --lang n", {"nl"}),
    ("procedures show clerk.yaml --reading ", {"missed_test=eliminates", "missed_test=stays"}),
    ("procedures show clerk.yaml --reading missed_test=s", {"missed_test=stays"}),
    ("procedures explain clerk.yaml --step ", {"screening", "test"}),
    ("procedures explain clerk.yaml --condition adm", {"admission"}),
    ("procedures screen clerk.yaml --step te", {"test"}),
    ("procedures explain missing.yaml --step ", set()),
    ("procedures explain wrong.yaml --step ", set()),
    ("procedures explain --step ", set()),
]
CLERK = """
procedure: clerk
title: Clerk
facts: {degree: {kind: flag}}
conditions: {admission: {rule: {degree: true}}}
steps:
  screening: {from: applied, to: screened, passes: admission}
  test: {to: tested, until: 2027-02-12, lapses: rejected}
readings:
  missed_test:
    question: Is somebody who misses the test out?
    chosen: eliminates
    options: {eliminates: {}, stays: {steps: {test: {lapses: stays}}}}
"""


@pytest.mark.parametrize(("line", "offered"), EXAMPLES, ids=[line for line, _ in EXAMPLES])
def test_a_line_is_completed(line: str, offered: set[str], tmp_path: Path) -> None:
    (tmp_path / "clerk.yaml").write_text(CLERK, encoding="utf-8")
    (tmp_path / "wrong.yaml").write_text("steps: [", encoding="utf-8")
    words = line.split(" ")
    asked = {
        "_PROCEDURES_COMPLETE": "complete_bash",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(words) - 1),
    }
    command = [Path(sys.executable).parent / "procedures"]
    done = subprocess.run(
        command, cwd=tmp_path, env={**os.environ, **asked}, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert {*done.stdout.split()} == offered
