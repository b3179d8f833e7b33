"""`procedures new` and `procedures schema`: a starter that passes `check` as it is, and never over another file."""

import shutil
from pathlib import Path

import pytest
from command import ROOT, Command, Write
from jsonschema import Draft202012Validator

from procedures import load


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, procedures: Command) -> Path:
    """A folder with the project's templates, in which the command is run."""
    shutil.copytree(ROOT / "definitions/templates", tmp_path / "definitions/templates")
    (tmp_path / "definitions/example").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", ["clerk", "example/clerk-2027", "a/b/c_d", "9"])
def test_a_starter_passes_check_as_it_is_and_carries_its_name(procedures: Command, write: Write, name: str) -> None:
    started = procedures("new", name)
    assert (started.status, started.err) == (0, "")
    path = write("starter.yaml", started.out)
    assert procedures("check", path).status == 0
    assert load(path).name == name


def test_a_starter_teaches_every_section_with_a_comment(procedures: Command) -> None:
    lines = procedures("new", "example/clerk").out.splitlines()
    sections = [n for n, line in enumerate(lines) if line.endswith(":") and not line.startswith((" ", "#"))]
    assert {lines[n].rstrip(":") for n in sections} == {
        "sources", "facts", "conditions", "states", "steps", "reserve", "readings",
    }  # fmt: skip
    assert all(lines[n - 1].startswith("# ") for n in sections)


def test_a_starter_is_written_where_it_belongs(procedures: Command, project: Path) -> None:
    answered = procedures("new", "example/clerk", "-o", "definitions/example/clerk.yaml")
    assert (answered.status, answered.out, answered.err) == (0, "", "")
    assert procedures("check", "definitions").status == 0


def test_a_starter_on_a_template_extends_it_from_where_it_stands(procedures: Command, project: Path) -> None:
    options = ["--template", "flemish-local-government", "-o", "definitions/example/clerk.yaml"]
    assert procedures("new", "example/clerk", *options).status == 0
    text = (project / "definitions/example/clerk.yaml").read_text(encoding="utf-8")
    assert "\nextends: ../templates/flemish-local-government.yaml\n" in text
    assert "#   steps: screening, capacity_test, speed_interview, combined, offer, hire" in text
    checked = procedures("check", "definitions")
    assert checked.status == 0
    assert "definitions/example/clerk.yaml: 10 states, 6 steps, 3 readings" in checked.out


def test_on_stdout_the_template_is_extended_from_the_place_that_the_name_means(
    procedures: Command, project: Path
) -> None:
    text = procedures("new", "example/deep/clerk", "--template", "flemish-local-government").out
    assert "\nextends: ../../templates/flemish-local-government.yaml\n" in text


def test_a_template_may_be_a_path(procedures: Command, project: Path) -> None:
    template = "definitions/templates/flemish-local-government.yaml"
    assert procedures("new", "clerk", "--template", template, "-o", "clerk.yaml").status == 0
    assert f"\nextends: {template}\n" in (project / "clerk.yaml").read_text(encoding="utf-8")
    assert procedures("check", "clerk.yaml").status == 0


def test_a_template_that_is_almost_right_is_hinted_at(procedures: Command, project: Path) -> None:
    answered = procedures("new", "clerk", "--template", "flemish-local-goverment")
    assert "did you mean `flemish-local-government`?" in answered.err


def test_a_broken_template_is_told_with_its_problems(procedures: Command, write: Write) -> None:
    answered = procedures("new", "clerk", "--template", write("base.yaml", "title: x\n"))
    assert (answered.status, answered.out) == (2, "")
    assert "base.yaml:1:1: the definition has no `procedure`" in answered.err


def test_another_file_is_never_written_over(procedures: Command, write: Write) -> None:
    path = write("mine.yaml", "mine\n")
    answered = procedures("new", "clerk", "-o", path)
    assert answered.status == 2
    assert f"{path}:1:1: something of that name is there already" in answered.err
    assert answered.err.splitlines()[-1] == "1 problem; nothing was written"
    assert path.read_text(encoding="utf-8") == "mine\n"


def test_nor_over_one_that_somebody_else_makes_in_the_meantime(
    procedures: Command, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write("theirs.yaml", "theirs\n")
    monkeypatch.setattr(Path, "exists", lambda self: False)
    assert procedures("new", "clerk", "-o", path).status == 2
    assert path.read_text(encoding="utf-8") == "theirs\n"


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("nowhere/clerk.yaml", "no such file or directory\n  help: make the folder"),
        ("definitions/example", "something of that name is there already"),
        ("definitions/example/other.yaml", "`example/other`, not `example/clerk`"),
    ],
)
def test_a_place_that_does_not_suit_is_told_and_nothing_is_written(
    procedures: Command, project: Path, target: str, told: str
) -> None:
    before = sorted(project.rglob("*"))
    answered = procedures("new", "example/clerk", "-o", target)
    assert (answered.status, answered.out) == (2, "")
    assert told in answered.err
    assert sorted(project.rglob("*")) == before


def test_the_schema_is_one_document_and_a_schema(procedures: Command) -> None:
    schema = procedures("schema").data
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
