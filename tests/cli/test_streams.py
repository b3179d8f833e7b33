"""Real processes: pipes, terminals, closed and full outputs, Ctrl-C, and a command line that is not installed."""

import fcntl
import io
import json
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path
from threading import Thread

import pytest
from command import CLERK, ROOT

from procedures.__main__ import main
from procedures.cli.app import run
from procedures.cli.printer import Printer

MODULE = [sys.executable, "-m", "procedures"]
COORDINATOR = "definitions/kortrijk/coordinator-ontmoetingscentra.yaml"
RUN = ["run", COORDINATOR, "--events", "docs/examples/coordinator.events.jsonl"]


def piped(*arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
    """The command with pipes at both ends."""
    environment = {**os.environ, **changes}
    return subprocess.run(
        [*MODULE, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60
    )


def on_terminal(*arguments: str, columns: int = 60, **changes: str) -> tuple[int, str]:
    """The command on a terminal of that width: its exit status and all that is drawn."""
    environment = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "COLUMNS")}
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    process = subprocess.Popen(
        [*MODULE, *arguments],
        cwd=ROOT,
        env={**environment, "TERM": "xterm-256color", **changes},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    drawn = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # how Linux tells that the other side is closed
            break
        if not part:
            break
        drawn += part
    os.close(ours)
    return process.wait(timeout=60), drawn.decode().replace("\r\n", "\n")


def test_into_a_pipe_nothing_is_coloured_wrapped_or_boxed() -> None:
    done = piped(*RUN, COLUMNS="40", FORCE_COLOR="1", TERM="xterm-256color")
    assert (done.returncode, done.stderr) == (0, "")
    assert "\x1b" not in done.stdout
    assert not set("│┃─━┏╭") & set(done.stdout)
    assert max(map(len, done.stdout.splitlines())) > 200
    assert not any(line != line.rstrip() for line in done.stdout.splitlines())


def test_on_a_terminal_it_is_coloured_and_wrapped_to_its_width_and_no_name_is_lost() -> None:
    status, drawn = on_terminal(*RUN)
    assert status == 0
    assert "\x1b[1m" in drawn
    assert max(len(line) for line in _bare(drawn).splitlines()) <= 60
    assert "…" not in drawn
    for number in range(1, 21):
        assert f"\nc{number:02}" in _bare(drawn)


def _bare(drawn: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", drawn)


def test_no_color_is_respected_on_a_terminal() -> None:
    status, drawn = on_terminal("show", COORDINATOR, NO_COLOR="1")
    assert (status, "\x1b" in drawn) == (0, False)
    assert max(map(len, drawn.splitlines())) <= 60


def test_problems_are_coloured_on_a_terminal_and_keep_their_place() -> None:
    status, drawn = on_terminal("show", "nowhere.yaml", columns=200)
    assert status == 2
    assert _bare(drawn).startswith("nowhere.yaml:1:1: cannot read the file")
    assert "\x1b[31m1 problem; nothing was compiled" in drawn


class Screen(io.StringIO):
    """A terminal that only remembers."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("steps", "terminal"), [(19_999, True), (20_000, False), (20_000, True)])
def test_progress_is_for_long_work_on_a_terminal_only(
    monkeypatch: pytest.MonkeyPatch, steps: int, *, terminal: bool
) -> None:
    screen = Screen() if terminal else io.StringIO()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm-256color")
    with Printer().progress("events", steps) as advance:
        for _ in range(steps):
            advance()
    assert ("100%" in screen.getvalue()) is (terminal and steps == 20_000)


def test_progress_moves_also_where_nobody_knows_how_much_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm-256color")
    with Printer().progress("rows", 0) as advance:
        advance(65_536)
    assert "rows" in screen.getvalue()
    assert "%" not in _bare(screen.getvalue())


def test_json_is_one_document_whatever_the_letters_of_the_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    def with_letters_of(encoding: str, *arguments: str) -> tuple[int, bytes]:
        stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
        monkeypatch.setattr(sys, "stdout", stream)
        status = run(["show", str(ROOT / COORDINATOR), "--lang", "nl", *arguments])
        return status, stream.buffer.getvalue()  # type: ignore[attr-defined]  # it is a BytesIO

    for encoding in ("ascii", "latin-1", "utf-8"):
        status, text = with_letters_of(encoding, "--json")
        assert (status, json.loads(text)["title"]) == (0, "Coördinator ontmoetingscentra")
    assert with_letters_of("ascii")[1].startswith(b"Co\\xf6rdinator")
    assert with_letters_of("utf-8")[1].startswith("Coördinator".encode())


def test_a_reader_that_goes_away_is_no_mistake() -> None:
    process = subprocess.Popen([*MODULE, "schema"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(1)
    process.stdout.close()
    assert process.wait(timeout=60) == 141
    assert process.stderr.read() == b""
    process.stderr.close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a full disk, as Linux has it")
@pytest.mark.parametrize("arguments", [["show", COORDINATOR], ["--help"]])
def test_an_output_that_cannot_be_written_is_told_in_a_sentence(arguments: list[str]) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            [*MODULE, *arguments], cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (done.returncode, done.stderr) == (2, "cannot write the output: no space left on device\n")


@pytest.mark.parametrize("closed", ["<&-", ">&- 2>&-"])
def test_a_stream_that_is_closed_is_no_crash(closed: str) -> None:
    command = f"{sys.executable} -m procedures show nowhere.yaml {closed}"
    done = subprocess.run(["sh", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_ctrl_c_ends_it_quietly(tmp_path: Path) -> None:
    marker = tmp_path / "pipe"
    os.mkfifo(marker)
    process = subprocess.Popen(
        [*MODULE, "run", COORDINATOR, "--events", str(marker)], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    with marker.open("wb"):  # opens when the command has come so far as to read it
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, b"", b"")


@pytest.mark.parametrize("missing", ["typer", "rich"])
def test_without_the_extra_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], missing: str
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    assert main() == 2
    assert capsys.readouterr() == (
        "",
        "the command line needs typer and rich: pip install 'selection-procedures[cli]'\n",
    )


def test_a_mistake_of_our_own_is_told_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("bone")

    monkeypatch.setattr("procedures.cli.commands.show.describe", broken)
    assert run(["show", str(ROOT / COORDINATOR)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("a mistake in the program, not in your files: RuntimeError: bone\n  help: ")
    assert len(err.splitlines()) == 2


def test_rich_is_imported_before_a_terminal_only_and_through_one_door() -> None:
    importing = "import sys; from procedures.cli.app import run; run(['show', %r]); " % COORDINATOR  # noqa: UP031
    code = (
        importing + "print(sorted(name for name in sys.modules if name.partition('.')[0] == 'rich'), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
    sources = (ROOT / "src").rglob("*.py")
    doors = [path.name for path in sources if "from rich" in path.read_text(encoding="utf-8")]
    assert doors == ["terminal.py"]


# Commands that read a pipe, what is written into it, and the exit status.
READERS = [
    (("check", "PIPE.yaml"), CLERK, 0),
    (("check", "definitions/PIPE.yaml"), CLERK, 0),
    (("explain", "CLERK", "--step", "screening", "--facts", "PIPE.json"), '{"no_such_fact": 1}', 2),
    (("screen", "CLERK", "PIPE.csv"), "experience\n30\n", 0),
]


@pytest.mark.parametrize(("arguments", "text", "status"), READERS, ids=[" ".join(row[0]) for row in READERS])
def test_a_pipe_is_read_once(arguments: tuple[str, ...], text: str, status: int, clerk: Path, tmp_path: Path) -> None:
    (tmp_path / "definitions").mkdir()
    (pipe,) = (tmp_path / each for each in arguments if "PIPE" in each)
    os.mkfifo(pipe)
    Thread(target=pipe.write_text, args=(text, "utf-8"), daemon=True).start()
    # A pipe that is opened a second time waits for ever, so that the command does not end.
    done = piped(*(str(pipe if "PIPE" in each else clerk if each == "CLERK" else each) for each in arguments))
    assert done.returncode == status, done.stdout + done.stderr
