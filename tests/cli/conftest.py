"""The command line inside this process: arguments in, and what it answered on either stream."""

import io
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from command import CLERK, ROOT, Answered, Command, Write

from procedures.cli.app import run


@pytest.fixture
def procedures(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run the command from the root of the repository; `stdin` is what is piped in."""
    monkeypatch.chdir(ROOT)

    def command(*arguments: object, stdin: bytes | None = None) -> Answered:
        if stdin is not None:
            monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(stdin)))
        capsys.readouterr()
        status = run([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return Answered(status, out, err)

    return command


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """A file in a folder of the test's own: text, bytes, or data as JSON; a list is one JSON object a line."""

    def writing(name: str, content: object) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        match content:
            case bytes():
                path.write_bytes(content)
            case str():
                path.write_text(content, encoding="utf-8")
            case list():
                path.write_text("".join(f"{json.dumps(each)}\n" for each in content), encoding="utf-8")
            case _:
                path.write_text(json.dumps(content), encoding="utf-8")
        return path

    return writing


@pytest.fixture
def clerk(write: Write) -> Path:
    """A small definition: a rule, an exemption, a window, tentative dates, a reserve and a reading."""
    return write("clerk.yaml", CLERK)
