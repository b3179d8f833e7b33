"""Problems of tables: sentences in Dutch and English, and `Trouble`, which has one of them with its place."""

from collections.abc import Iterable, Mapping
from typing import Final

from attrs import field, frozen

from procedures.errors import ProcedureError
from rules.problems import Place, Problem
from rules.words import Language, Words


@frozen
class Trouble:
    """One problem of a table in both languages: the sentence, the place and the help."""

    words: Words
    place: Place | None = None
    hint: Words = field(factory=Words)

    def problem(self, language: Language) -> Problem:
        """The trouble as a problem in one language."""
        return Problem(self.words.in_language(language), self.place, self.hint.in_language(language) or None)


class TableError(ProcedureError):
    """A table cannot be read, matched or written, for the reasons in `troubles`."""

    def __init__(self, troubles: Iterable[Trouble]) -> None:
        self.troubles = tuple(troubles)
        super().__init__("\n".join(str(problem) for problem in self.problems("en")))

    def problems(self, language: Language = "en") -> tuple[Problem, ...]:
        return tuple(make_trouble.problem(language) for make_trouble in self.troubles)


_SENTENCES: Final[Mapping[str, Words]] = {
    # files
    "ending": Words("{file} eindigt niet op {known}", "{file} does not end in {known}"),
    "null character": Words("een pad kan geen nulteken bevatten", "a path cannot hold a null character"),
    "unreadable": Words("het bestand kan niet gelezen worden: {why}", "cannot read the file: {why}"),
    "empty": Words("het bestand is leeg: er is geen rij met kolomkoppen",
                   "the file is empty: it has no row of headers"),
    "no header": Words("kolom {n} heeft geen kop", "column {n} has no header"),
    "twice": Words("twee kolommen heten {header}", "two columns are called {header}"),
    "title": Words("regel {n} lijkt een titel, geen rij met kolomkoppen",
                   "line {n} looks like a title, not like a row of headers"),
    "trailing": Words("de rij met kolomkoppen eindigt met {separator}: kolom {n} heeft geen kop",
                      "the row of headers ends with {separator}: column {n} has no header"),
    "header row": Words("op regel {n} staan geen kolomkoppen", "line {n} holds no headers"),
    "headers of": Words("een {ending}-bestand heeft geen rij met kolomkoppen", "a {ending} file has no row of headers"),
    "total": Words("deze rij lijkt een totaal, geen kandidaat", "this row looks like a total, not like a candidate"),
    "nested": Words("kolom {header} bevat lijsten of structuren, geen waarden",
                    "column {header} holds lists or structures, not values"),
    # csv
    "separator line": Words("de eerste regel zegt dat {sign} de cellen scheidt",
                            "the first line says that {sign} separates the cells"),
    "one column": Words("de kop is één kolom: {header}", "the header is one column: {header}"),
    "not text": Words("dit is geen {encoding}-tekst", "this is not {encoding} text"),
    "binary": Words("dit is een {what}-bestand, geen csv", "this is {what}, not csv"),
    "csv": Words("dit is geen csv: {why}", "this is not csv: {why}"),
    "encoding": Words("onbekende tekencodering {encoding}", "unknown encoding {encoding}"),
    "ragged": Words("aantal cellen in deze rij: {n}, in de kop: {columns}",
                    "number of cells in this row: {n}, in the header: {columns}"),
    # xlsx and parquet
    "password": Words("het werkboek is beveiligd met een wachtwoord", "the workbook is protected with a password"),
    "not xlsx": Words("dit is geen xlsx-werkboek", "this is not an xlsx workbook"),
    "not parquet": Words("dit is geen parquet-bestand", "this is not a parquet file"),
    "sheets": Words("het werkboek heeft {n} bladen: {sheets}", "the workbook has {n} sheets: {sheets}"),
    "no sheet": Words("er is geen blad {sheet}", "there is no sheet {sheet}"),
    "sheet of": Words("een {ending}-bestand heeft geen bladen", "a {ending} file has no sheets"),
    "formula": Words("de formule gaf een fout", "the formula gave an error"),
    "no result": Words("de formule heeft geen bewaard resultaat", "the formula has no stored result"),
    "too many bytes": Words("uitgepakt is het werkboek te groot: {size}, en hoogstens {most} wordt gelezen",
                            "the workbook is too large when unpacked: {size}, and at most {most} are read"),
    "too many cells": Words("het blad loopt tot cel {cell}: {n} cellen, en hoogstens {most} worden gelezen",
                            "the sheet reaches to cell {cell}: {n} cells, and at most {most} are read"),
    # headers
    "no column": Words("er is geen kolom {header}", "there is no column {header}"),
    "no fact": Words("onbekend feit {fact}", "unknown fact {fact}"),
    "decided": Words("{fact} is wat de stap zelf beslist", "{fact} is what the step itself decides"),
    "evidence": Words("{fact} is tekst: geen regel beslist erop", "{fact} is text: no rule decides on it"),
    "two columns": Words("twee kolommen voor {fact}: {headers}", "two columns for {fact}: {headers}"),
    "mapped twice": Words("kolom {header} krijgt twee feiten: {facts}", "column {header} is given two facts: {facts}"),
    "taken": Words("er is al een kolom {header}, en die naam krijgt een toegevoegde kolom",
                   "there is a column {header} already, and a column that is added has that name"),
    # steps
    "too wide": Words("stap {step} kan niet in kolommen beslist worden: {why}",
                      "step {step} cannot be decided in columns: {why}"),
    # writing
    "same file": Words("het resultaat zou over {file} heen geschreven worden", "the result would overwrite {file}"),
    "unwritable": Words("{file} kan niet geschreven worden: {why}", "cannot write {file}: {why}"),
    "rows": Words("een blad van xlsx heeft hoogstens {most} rijen", "a sheet of xlsx has at most {most} rows"),
    "long": Words("een cel van xlsx heeft hoogstens {most} tekens", "a cell of xlsx has at most {most} characters"),
    "in csv": Words("kolom {header} bevat lijsten of structuren: die passen niet in {ending}",
                    "column {header} holds lists or structures, which do not fit in {ending}"),
    # cells
    "cell": Words("{cell}: {what}", "{cell}: {what}"),
    "equal": Words("{what} ({n} keer; regels {lines})", "{what} ({n} times; lines {lines})"),
    "untold": Words("niet te lezen, zoals {n} andere waarden in deze kolom",
                    "cannot be read, as {n} other values in this column"),
    "no number": Words("{value} is geen getal", "{value} is not a number"),
    "no date": Words("{value} is geen dag", "{value} is not a date"),
    "not in calendar": Words("{value} staat niet op de kalender", "{value} is not in the calendar"),
    "no flag": Words("{value} is geen ja of nee", "{value} is neither yes nor no"),
}  # fmt: skip

_HINTS: Final[Mapping[str, Words]] = {
    "ending": Words("bewaar het als csv, xlsx of parquet", "save it as csv, xlsx or parquet"),
    "no header": Words("geef de kolom een kop, of verwijder ze", "give the column a header, or remove it"),
    "title": Words("staan de koppen op regel {row}: `{options}` leest {headers}",
                   "if the headers are on line {row}: `{options}` reads {headers}"),
    "trailing": Words("verwijder de lege laatste kolom in het werkblad, of die {separator} in de koppen en de rijen",
                      "delete the empty last column in the sheet, or that {separator} in the headers and in the rows"),
    "ends with": Words("de rij eindigt met {separator}: verwijder die, of de lege kolom in het werkblad",
                       "the row ends with {separator}: delete it, or the empty column in the sheet"),
    "total": Words("verwijder de rij", "delete the row"),
    "separator line": Words("{option} leest het", "{option} reads it"),
    "twice": Words("geef één van beide een andere kop", "give one of them another header"),
    "one column": Words("{options} leest {n} kolommen", "{options} reads {n} columns"),
    "not text": Words("wat een spreadsheet als csv bewaarde, is vaak te lezen met `--encoding {guess}`",
                      "what a spreadsheet saved as csv can often be read with `--encoding {guess}`"),
    "binary": Words("geef het bestand de ending `{ending}`", "let the name of the file end in `{ending}`"),
    "unclosed": Words("zet een cel waarin {quote} staat tussen aanhalingstekens, en verdubbel die in de cel",
                      "put a cell that holds {quote} in quotes, and double those inside it"),
    "encoding": Words("bekend zijn onder meer `utf-8`, `utf-16` en `cp1252`",
                      "known are `utf-8`, `utf-16`, `cp1252`, …"),
    "ragged": Words("een cel waarin {separator} staat, hoort tussen aanhalingstekens",
                    "a cell that holds {separator} belongs in quotes"),
    "password": Words("bewaar het zonder wachtwoord", "save it without a password"),
    "not xlsx": Words("open het in een spreadsheet en bewaar het als xlsx",
                      "open it in a spreadsheet and save it as xlsx"),
    "sheets": Words("kies er een met `--sheet NAAM`", "choose one with `--sheet NAME`"),
    "formula": Words("verbeter de formule, of maak de cel leeg als het niet bekend is",
                     "mend the formula, or empty the cell where it is not known"),
    "no result": Words("open het werkboek in een spreadsheet en bewaar het",
                       "open and save the workbook in a spreadsheet program"),
    "too many bytes": Words("bewaar alleen het blad met de kandidaten, als csv",
                            "save only the sheet of the candidates, as csv"),
    "too many cells": Words("verwijder de rijen en kolommen voorbij de kandidaten, en bewaar het werkboek",
                            "delete the rows and columns beyond the candidates, and save the workbook"),
    "two columns": Words("zeg met `--map \"KOP={fact}\"` welke", "say which with `--map \"HEADER={fact}\"`"),
    "taken": Words("kies een ander begin voor de toegevoegde kolommen: `--prefix NAAM`",
                   "choose another beginning for the columns that are added: `--prefix NAME`"),
    "same file": Words("schrijf naar een ander bestand", "write to another file"),
    "rows": Words("schrijf `-o NAAM.csv` of `-o NAAM.parquet`", "write `-o NAME.csv` or `-o NAME.parquet`"),
    "long": Words("schrijf `-o NAAM.csv` of `-o NAAM.parquet`", "write `-o NAME.csv` or `-o NAME.parquet`"),
    "in csv": Words("schrijf `-o NAAM.parquet`", "write `-o NAME.parquet`"),
    "reads": Words("{options} leest het", "{options} reads it"),
    "serial": Words("geef de cel in de spreadsheet de opmaak van een datum",
                    "give the cell the format of a date in the spreadsheet"),
    "meaning": Words("zeg wat het betekent: `--yes {value}` of `--no {value}`",
                     "say what it means: `--yes {value}` or `--no {value}`"),
    "unknown": Words("laat de cel leeg als het niet bekend is, of zeg het met `--unknown {value}`",
                     "leave the cell empty where it is not known, or say so with `--unknown {value}`"),
    "did you mean": Words("bedoelde u {near}?", "did you mean {near}?"),
    "near column": Words("bedoelde u `{header}`? zeg het met `--map \"{header}={fact}\"`",
                         "did you mean `{header}`? say so with `--map \"{header}={fact}\"`"),
    "one of": Words("een van {words}", "one of {words}"),
    "known here": Words("hier zijn bekend: {known}", "known here: {known}"),
}  # fmt: skip


def make_sentence(name: str, **gaps: object) -> Words:
    """A sentence of the table above with its gaps filled; a gap may be Words."""
    return _fill(_SENTENCES[name], gaps)


def make_hint(name: str, **gaps: object) -> Words:
    """A help of the table above with its gaps filled."""
    return _fill(_HINTS[name], gaps)


def make_trouble(name: str, place: Place | None = None, help: Words | None = None, **gaps: object) -> Trouble:  # noqa: A002 - the word users see
    """A trouble with a sentence of the table above, and the help of the same name unless another is given."""
    if help is None:
        help = make_hint(name, **gaps) if name in _HINTS else Words()  # noqa: A001
    return Trouble(make_sentence(name, **gaps), place, help)


def _fill(words: Words, gaps: Mapping[str, object]) -> Words:
    if not any(isinstance(value, Words) for value in gaps.values()):
        return Words((words.nl or "").format_map(gaps), (words.en or "").format_map(gaps))

    def fill(language: Language) -> str:
        values = {
            key: value.in_language(language) if isinstance(value, Words) else value for key, value in gaps.items()
        }
        return words.in_language(language).format(**values)

    return Words(fill("nl"), fill("en"))
