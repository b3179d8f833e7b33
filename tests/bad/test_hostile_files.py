"""Files that are too large, too deep or not to be read: each is told, and none brings the interpreter down."""

import subprocess
import sys
from pathlib import Path

import pytest

from procedures import DefinitionError, EventsError, load, loads
from procedures.records.events import read_events, read_facts

MIB = 1024 * 1024
HEAD = "procedure: example/clerk\ntitle: Clerk\n"

DEEP = {
    "open brackets": "[" * 30_000,
    "brackets": HEAD + "retention: " + "[" * 30_000 + "]" * 30_000,
    "braces": "{a: " * 30_000 + "}" * 30_000,
    "dashes": "- " * 30_000,
    "questions": "? " * 30_000,
    "anchors": "".join(f"&a{n} " for n in range(30_000)),
}


@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP)
def test_nesting_without_end_is_a_problem_and_no_crash(text: str, tmp_path: Path) -> None:
    file = tmp_path / "deep.yaml"
    file.write_text(text)
    code = "import sys, procedures\ntry: procedures.load(sys.argv[1])\nexcept procedures.DefinitionError as e: print(e)"
    done = subprocess.run([sys.executable, "-c", code, file], capture_output=True, text=True, check=False, timeout=20)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{file}:")


def test_one_byte_more_than_a_mebibyte_is_too_large(tmp_path: Path) -> None:
    file = tmp_path / "large.yaml"
    file.write_text(HEAD + "#" * (MIB - len(HEAD)))
    load(file)
    file.write_text(HEAD + "#" * (MIB - len(HEAD) + 1))
    with pytest.raises(DefinitionError) as raised:
        load(file)
    assert str(raised.value) == (
        f"{file}:1:1: the file is larger than 1 MiB\n  help: a definition is a text of some hundred lines"
    )


def test_a_line_of_events_may_be_a_mebibyte_and_no_more(tmp_path: Path) -> None:
    file = tmp_path / "long.jsonl"
    line = '{"candidate": "c1", "event": "apply", "at": "2026-01-10T09:00:00Z", "facts": {"remark": "%s"}}'
    file.write_text(line % ("x" * (MIB - len(line) + 2)))
    assert len(read_events(file)) == 1
    file.write_text("\n" + line % ("x" * (MIB - len(line) + 3)) + "\nnothing")
    with pytest.raises(EventsError) as raised:
        read_events(file)
    first, second = raised.value.problems
    assert str(first) == f"{file}:2:1: the line is longer than 1 MiB"
    assert second.place is not None
    assert second.place.line == 3


@pytest.mark.parametrize("data", [b"", b"\n", b"\r\n\r\n", b"   \n", b"\xef\xbb\xbf"])
def test_an_events_file_without_events_has_none(data: bytes, tmp_path: Path) -> None:
    file = tmp_path / "empty.jsonl"
    file.write_bytes(data)
    assert read_events(file) == []


def test_a_byte_order_mark_and_old_line_ends_are_no_part_of_events(tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    line = b'{"candidate": "c1", "event": "apply", "at": "2026-01-10T09:00:00Z"}'
    file.write_bytes(b"\xef\xbb\xbf" + line + b"\r\n\r\n" + line.replace(b"c1", b"c2") + b"\r\n")
    assert [(each.number, each.event.candidate) for each in read_events(file)] == [(1, "c1"), (3, "c2")]


@pytest.mark.parametrize("read", [load, read_events, read_facts])
def test_what_cannot_be_read_is_told_at_its_first_character(read: object, tmp_path: Path) -> None:
    assert callable(read)
    for path, why in ((tmp_path / "nowhere", "no such file or directory"), (tmp_path, "is a directory")):
        with pytest.raises((DefinitionError, EventsError)) as raised:
            read(path)
        assert str(raised.value) == f"{path}:1:1: cannot read the file: {why}"


def test_a_text_is_read_as_a_file_is() -> None:
    with pytest.raises(DefinitionError) as raised:
        loads(HEAD + "verzion: 2\n", "clerk.yaml")
    assert str(raised.value) == (
        "clerk.yaml:3:1: unknown key `verzion` in the definition\n  help: did you mean `version`?"
    )
