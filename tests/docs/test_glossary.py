"""The glossary has every term once, its files are there, and the public names are made of its words."""

import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if line.startswith("|") and not line.startswith(("|---", "| term"))
]
TERMS = [row[0] for row in ROWS]
PUBLIC = (
    "procedures",
    "procedures.columns",
    "procedures.live",
    "procedures.proofs",
    "procedures.records",
    "procedures.screening",
    "procedures.simulation",
    "procedures.testing",
)
# Ordinary English around the terms: verbs, prepositions, forms of files.
PLAIN = set(
    """
    all any applied apply assumed as at assume async base before changed compare data error events file find from html
    if in is language line load loads match name names no not of open option options parquet parse play prepare preset
    prove proved read refuted run screen screened send simple simulate step string take taken to trace undecided usage
    value with write writer
    """.split()  # noqa: SIM905 - it reads as the sentence it nearly is
)


def words_of(name: str) -> list[str]:
    """`ListenersError` → listener, error."""
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)
    return [part.lower() for part in parts]


def singular(word: str) -> set[str]:
    return {word, word.removesuffix("s"), word.removesuffix("es"), re.sub(r"ies$", "y", word)}


KNOWN = {form for term in TERMS for word in re.findall(r"[a-z]+", term.lower()) for form in singular(word)} | PLAIN


def test_every_term_stands_once() -> None:
    assert len(TERMS) == len(set(TERMS))
    assert len(ROWS) > 100
    for row in ROWS:
        assert len(row) == 4, row
        assert all(row), row


@pytest.mark.parametrize("row", ROWS, ids=TERMS)
def test_a_term_stands_in_the_file_that_the_glossary_names(row: list[str]) -> None:
    file = row[3].strip("`")
    path = ROOT / file if (ROOT / file).exists() else ROOT / "src" / file
    assert path.is_file(), file
    text = re.sub(r"[_\-\s]+", " ", str(path) + " " + path.read_text(encoding="utf-8")).lower()
    stem = re.sub(r"(y|e|al|ion|ing|s)$", "", row[0].lower().replace("-", " "))
    assert stem in text, f"{row[0]} is not in {file}"


@pytest.mark.parametrize("package", PUBLIC)
def test_public_names_are_made_of_the_words_of_the_glossary(package: str) -> None:
    names = importlib.import_module(package).__all__
    strange = {name: word for name in names for word in words_of(name) if not singular(word) & KNOWN}
    assert not strange


def test_no_module_is_named_by_a_gerund_that_is_no_standard_term() -> None:
    standard = {"closing", "encoding", "missing", "ranking", "reading", "rounding", "screening", "testing"}
    stems = {word for path in (ROOT / "src").rglob("*.py") for word in path.stem.split("_")}
    folders = {word for path in (ROOT / "src").rglob("*") if path.is_dir() for word in path.name.split("_")}
    assert {word for word in stems | folders if word.endswith("ing")} <= standard
