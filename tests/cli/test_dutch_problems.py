"""Problems of definitions in Dutch: every sentence of the program has one, and `--lang nl` tells it."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from procedures.text.dutch_problems import NAMED, SENTENCES
from procedures.text.problems import in_dutch

ROOT = Path(__file__).parents[2]
BAD = ROOT / "tests" / "bad"
sys.path.insert(0, str(BAD))
import messages  # noqa: E402 - it stands beside the wrong files

READERS = [*(ROOT / "src/procedures/definition").rglob("*.py"), *(ROOT / "src/rules").rglob("*.py")]
CALLS = {"CalendarError", "Problem"}
# Built of parts that are translated by themselves, or of what Python or the parser says.
COMPOSED = {
    "{}", "`amount`: {}", "`at_most`: {}", "`seniority`: {}", "property `{}` {}", "{} is not a name for {} {}",
    "{} {} before opening",
}  # fmt: skip


def test_the_dutch_of_every_problem_is_as_it_was_approved() -> None:
    assert messages.dutch() == (BAD / "dutch.txt").read_text(encoding="utf-8")


def test_no_wrong_definition_earns_a_sentence_without_dutch() -> None:
    english, dutch = zip(*re.findall(r"^(\S.*)\n  (.*)$", messages.dutch(), re.MULTILINE), strict=True)
    assert [text for text, other in zip(english, dutch, strict=True) if text == other] == []


def templates(node: ast.expr) -> Iterator[str]:
    """The texts that an expression may be, with `{}` for what is put into them."""
    match node:
        case ast.Constant(value=str() as text):
            yield text
        case ast.JoinedStr(values=values):
            yield "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in values)
        case ast.IfExp(body=body, orelse=orelse):
            yield from templates(body)
            yield from templates(orelse)
        case ast.BoolOp(values=values):
            for value in values:
                yield from templates(value)


def written() -> Iterator[tuple[str, str]]:
    for path in READERS:
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            reports = (
                name == "add" and isinstance(call.func, ast.Attribute) and "problems" in ast.unparse(call.func.value)
            )
            if reports or name in CALLS:
                arguments = [*call.args[:1], *(call.args[2:] if reports else call.args[1:])]
                arguments += [keyword.value for keyword in call.keywords if keyword.arg == "help"]
                for argument in arguments:
                    yield from ((path.name, text) for text in templates(argument) if re.search("[a-z]{3}", text))


def test_every_sentence_in_the_program_has_its_dutch() -> None:
    missing = {
        (file, text)
        for file, text in written()
        if text not in COMPOSED and in_dutch(text.replace("{}", "`x`")) == text.replace("{}", "`x`")
    }
    assert missing == set()


@pytest.mark.parametrize("english", sorted(NAMED))
def test_dutch_names_what_english_names(english: str) -> None:
    assert len(re.findall(r"\{\d*\}", NAMED[english].replace("{{}}", "{}"))) == english.count("{}")


def test_the_table_holds_each_text_once() -> None:
    assert SENTENCES.keys() <= NAMED.keys()


WRONG = "procedure: p\ntitle: P\nsteps: {a: {from: applied, to: done, passes: admision}}\n"


def test_check_tells_problems_in_dutch(procedures, write) -> None:  # type: ignore[no-untyped-def]
    ran = procedures("check", write("wrong.yaml", WRONG), "--lang", "nl")
    assert ran.status == 1
    assert "onbekende voorwaarde `admision`" in ran.err
    assert "1 probleem; er werd niets verwerkt" in ran.err


def test_other_commands_tell_them_in_dutch_too(procedures, write) -> None:  # type: ignore[no-untyped-def]
    ran = procedures("show", write("wrong.yaml", WRONG), "--lang", "nl")
    assert ran.status == 2
    assert "onbekende voorwaarde `admision`" in ran.err
