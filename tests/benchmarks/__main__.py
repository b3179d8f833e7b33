"""Every row of the pace that the design asks for, measured side by side: `python tests/benchmarks --help`.

Nothing here is asserted but that engines in one row end in the same states; a busy machine is slow.
"""

import argparse
import json
import os
from collections.abc import Callable, Iterator, Mapping

import columnar
import node
import ours
import peers
from cohorts import closing, everybody, few, lapsing, offering
from measurement import Row, growth, side_by_side
from refused_cells import refusing
from simulations import simulating
from start_up import importing, loading

from proofs import proving


def main() -> None:
    parser = argparse.ArgumentParser(prog="python tests/benchmarks", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print the figures as one JSON document")
    parser.add_argument("--cases", type=int, default=2000, help="cases, or cohorts, in one turn of the quick engines")
    parser.add_argument("--slow", type=int, default=200, help="cases in one turn of the slow engines")
    parser.add_argument("--cohort", type=int, default=20_000, help="cases in the largest selection")
    parser.add_argument("--longest", type=int, default=20, help="rounds of the longest procedure that is proved")
    parser.add_argument("--rounds", type=int, default=7, help="turns that each engine takes; medians are told")
    parser.add_argument("--only", action="append", choices=list(GROUPS), help="these groups of rows; may be repeated")
    parser.add_argument(
        "--node",
        metavar="FOLDER",
        default=os.environ.get("BENCHMARK_NODE"),
        help="folder whose `node_modules` holds xstate; also the environment variable BENCHMARK_NODE",
    )
    options = parser.parse_args()
    rows = [row for name in options.only or GROUPS for row in GROUPS[name](options)]
    print(json.dumps([row.data() for row in rows], indent=2) if options.json else table(rows))


def live(options: argparse.Namespace) -> Iterator[Row]:
    engines = {
        "procedures": (ours.live, options.cases),
        **{name: (make, options.slow) for name, make in peers.PEERS.items()},
        "xstate on node": (node.xstate(options.node), options.cases),
    }
    yield side_by_side(
        "live: events of one case, rules evaluated, history kept",
        engines,
        options.rounds,
        "3 × transitions, 1.3 × xstate",
    )


def stock(options: argparse.Namespace) -> Iterator[Row]:
    """Rows beside a trigger of stock `transitions`."""
    trigger = {"transitions": (peers.stock, options.slow)}
    for name, make, wanted in (
        ("finding: why a step goes as it does, whole tree", ours.findings, "2 ×"),
        ("replay: events folded by `run`", ours.replay, "12 ×"),
    ):
        yield side_by_side(name, {"procedures": (make, options.cases), **trigger}, options.rounds, wanted)


def starting(options: argparse.Namespace) -> Iterator[Row]:
    yield importing(options.rounds)
    yield loading(options.rounds)


def cohorts(options: argparse.Namespace) -> Iterator[Row]:
    sizes = [options.cohort // 4, options.cohort // 2, options.cohort]
    for name, make in (
        ("closing a cut that moves everybody", closing(everybody)),
        ("closing a cut that moves twenty", closing(few)),
        ("advance that lapses everybody", lapsing(everybody)),
        ("advance that lapses twenty", lapsing(few)),
        ("twenty offers in order", offering),
    ):
        wanted = "as the cases moved" if "twenty" not in name else "hardly"
        yield growth(f"growth: {name}", make, sizes, min(options.rounds, 3), wanted)


def columns(options: argparse.Namespace) -> Iterator[Row]:
    yield columnar.screening(1_000 * options.cases, options.rounds)
    yield refusing(100 * options.cases, min(options.rounds, 3))


def simulation(options: argparse.Namespace) -> Iterator[Row]:
    yield from simulating(options.cases, max(1, options.slow // 10), options.rounds)


def proofs(options: argparse.Namespace) -> Iterator[Row]:
    yield from proving(options.longest, min(options.rounds, 3))


GROUPS: Mapping[str, Callable[[argparse.Namespace], Iterator[Row]]] = {
    "live": live,
    "stock": stock,
    "starting": starting,
    "cohorts": cohorts,
    "columns": columns,
    "simulation": simulation,
    "proofs": proofs,
}


def table(rows: list[Row]) -> str:
    """The rows for people: figures, then ratios, then what was not measured and why."""
    lines = []
    for row in rows:
        lines.append(f"{row.name}  ({row.unit}; wanted: {row.wanted})")
        for engine, figure in row.figures.items():
            ratio = f"  {row.ratios[engine]:8.2f} ×" if engine in row.ratios else ""
            lines.append(f"    {engine:36} {figure:14,.{0 if figure >= 1000 else 2}f}{ratio}")
        lines += [
            f"    {name:36} {'':14}  {ratio:8.2f} ×" for name, ratio in row.ratios.items() if name not in row.figures
        ]
        lines += [f"    {engine:36} not measured: {reason}" for engine, reason in row.not_measured.items()]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
