"""What both mutation runs print: progress on a terminal, a table, the survivors; and the arguments for some of them."""

import json
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import yaml
from attrs import define, field, frozen


@frozen
class Argument:
    """Why mutants whose names match a pattern may live: they are equivalent, or what they change is no promise."""

    pattern: str
    because: str

    def covers(self, name: str) -> bool:
        """A `*` in the pattern stands for anything; all else, brackets too, for itself."""
        return re.fullmatch(".*".join(re.escape(part) for part in self.pattern.split("*")), name) is not None


def read_arguments(path: Path) -> tuple[Argument, ...]:
    """The arguments of a file: a list of `{mutant: pattern, because: reason}`."""
    listed = yaml.safe_load(path.read_text(encoding="utf-8")) or []
    return tuple(Argument(each["mutant"], each["because"]) for each in listed)


@define
class Tally:
    """What became of the mutants of one definition or module; `more` are further figures, by what they count."""

    name: str
    killed: int = 0
    survivors: list[str] = field(factory=list)
    more: dict[str, int] = field(factory=dict)

    @property
    def total(self) -> int:
        return self.killed + len(self.survivors)


@define
class Report:
    """All tallies, with the arguments that excuse some survivors."""

    arguments: Sequence[Argument]
    tallies: list[Tally] = field(factory=list)

    def argued(self, tally: Tally) -> list[str]:
        return [name for name in tally.survivors if any(each.covers(name) for each in self.arguments)]

    def unargued(self) -> list[str]:
        return [name for tally in self.tallies for name in tally.survivors if name not in self.argued(tally)]

    def idle(self) -> list[str]:
        """Arguments that excuse nobody; to be asked only when everything was run."""
        names = [name for tally in self.tallies for name in tally.survivors]
        return [each.pattern for each in self.arguments if not any(each.covers(name) for name in names)]

    def lines(self) -> Iterable[str]:
        """The table, and after it every survivor that nobody argued away."""
        words = list(dict.fromkeys(word for tally in self.tallies for word in tally.more))
        rows = [["", "killed", "total", "argued", "left", *words], *(self._row(tally, words) for tally in self.tallies)]
        rows.append(self._row(self._whole(), words))
        widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
        for name, *figures in rows:
            padded = [each.rjust(width) for each, width in zip(figures, widths[1:], strict=True)]
            yield "  ".join([name.ljust(widths[0]), *padded]).rstrip()
        yield from (f"survives: {name}" for name in self.unargued())

    def data(self) -> dict[str, Any]:
        """The same for programs."""
        return {
            "killed": self._whole().killed,
            "total": self._whole().total,
            "argued": sum(len(self.argued(tally)) for tally in self.tallies),
            "survivors": self.unargued(),
            "parts": {
                tally.name: {
                    "killed": tally.killed,
                    "total": tally.total,
                    "argued": self.argued(tally),
                    "more": tally.more,
                }
                for tally in self.tallies
            },
        }

    def _row(self, tally: Tally, words: Sequence[str]) -> list[str]:
        argued = len(self.argued(tally))
        figures = (tally.killed, tally.total, argued, len(tally.survivors) - argued)
        return [tally.name, *(str(n) for n in (*figures, *(tally.more.get(word, 0) for word in words)))]

    def _whole(self) -> Tally:
        whole = Tally("together")
        for tally in self.tallies:
            whole.killed += tally.killed
            whole.survivors += tally.survivors
            for word, number in tally.more.items():
                whole.more[word] = whole.more.get(word, 0) + number
        return whole


def conclude(report: Report, *, everything: bool, as_json: bool) -> int:
    """Print a report; 1 where a survivor is left without an argument, or an argument without a survivor."""
    idle = report.idle() if everything else []
    if as_json:
        print(json.dumps({**report.data(), "idle_arguments": idle}, indent=2, ensure_ascii=False))
    else:
        for line in (*report.lines(), *(f"argued, but nothing of the kind survives: {pattern}" for pattern in idle)):
            print(line)
    return 1 if report.unargued() or idle else 0


def progress(text: str) -> None:
    """One line that is written over, on a terminal only."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)
