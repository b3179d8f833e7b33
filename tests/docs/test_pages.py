"""Every example in the README and the documentation runs, and prints what the page shows.

On a page, `<!-- file: NAME -->` above a block makes it a file; a `console` block holds `$ commands` with what they
print; a `python` block is run, and a `text` block right below it is what it prints. The blocks of one page share a
folder, into which the definitions and the examples of the project are copied, and one Python namespace.
"""

import contextlib
import io
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"(?:<!-- (?P<mark>[^>]*?) -->\n)?```(?P<language>\w*)\n(?P<text>.*?)```", re.DOTALL)


def blocks(page: Path) -> list[tuple[str, str, str]]:
    """The mark, language and text of each fenced block of a page."""
    found = BLOCK.finditer(page.read_text(encoding="utf-8"))
    return [(match["mark"] or "", match["language"], match["text"]) for match in found]


def run_console(text: str, folder: Path) -> str:
    """Run the commands of a console block; what it gives is what the block should have shown."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "NO_COLOR": "1", "COLUMNS": "120"}
    shown = []
    for command in re.findall(r"^\$ ((?:.*\\\n)*.*)", text, re.MULTILINE):
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=120,
        )
        shown.append(f"$ {command}\n{done.stdout}")
    return "".join(shown)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_examples_of_a_page_do_what_it_shows(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "definitions", tmp_path / "definitions")
    shutil.copytree(ROOT / "docs" / "examples", tmp_path / "docs" / "examples")
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, object] = {"__name__": "example"}
    printed: str | None = None
    for mark, language, text in blocks(page):
        if mark.startswith("file: "):
            target = tmp_path / mark.removeprefix("file: ")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        elif language == "console":
            assert run_console(text, tmp_path) == text
        elif language == "python":
            with contextlib.redirect_stdout(io.StringIO()) as out:
                exec(compile(text, f"{page.name}", "exec"), namespace)
            printed = out.getvalue()
            continue
        elif language == "text" and printed is not None:
            assert printed == text
        printed = None


def test_there_are_examples_to_run() -> None:
    languages = [language for page in PAGES for _, language, _ in blocks(page)]
    assert languages.count("console") >= 5
    assert languages.count("python") >= 2


def test_the_reference_is_printed_from_the_tables() -> None:
    printed = subprocess.run(
        [sys.executable, str(REFERENCE / "make_reference.py")], capture_output=True, text=True, check=True
    )
    assert (REFERENCE / "reference.md").read_text(encoding="utf-8") == printed.stdout
