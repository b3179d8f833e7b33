"""`procedures simulate`: arguments to status and text, variants and sweeps in tables, one candidate, wrong usage."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from command import ROOT, Command, Write

from procedures import load
from procedures.simulation import Plan, changed_file, read_scenario, read_setting, simulate

KORTRIJK = "definitions/kortrijk"
COORDINATOR = f"{KORTRIJK}/coordinator-ontmoetingscentra.yaml"
EXAMPLE = f"{KORTRIJK}/coordinator-ontmoetingscentra.example.scenario.yaml"
SHORT = ("--scenario", EXAMPLE, "--replications", 60, "--seed", 7)
BEST = "steps.prescreening.keeps.best"

# -- one simulation ---------------------------------------------------------------------------------------------------


def test_a_definition_is_enough_and_what_is_assumed_is_told(procedures: Command) -> None:
    answered = procedures("simulate", COORDINATOR, "--replications", 20)
    assert (answered.status, answered.err) == (0, "")
    assert answered.out.startswith("Coordinator of community centres\n")
    assert "leadership_experience: gamma, 48 months on average" in answered.out
    data = procedures("simulate", COORDINATOR, "--replications", 20, "--json", "--lang", "nl").data
    assert "50 kandidaten" in data["assumed"]


@pytest.mark.parametrize("language", ["en", "nl"])
def test_every_shipped_procedure_is_simulated_without_a_scenario(procedures: Command, language: str) -> None:
    for file in sorted((ROOT / KORTRIJK).glob("*.yaml")):
        if "." not in file.stem and file.stem != "organisation":
            assert procedures("simulate", file, "--replications", 3, "--lang", language).status == 0


def test_as_data_it_is_the_results_of_the_library(procedures: Command) -> None:
    data = procedures("simulate", COORDINATOR, *SHORT, "--json").data
    file = read_scenario(ROOT / EXAMPLE, load(ROOT / COORDINATOR))
    results = simulate(file.procedure.machine, file.scenario, Plan(60, 7)).plain()
    assert data == json.loads(json.dumps(results))
    assert {
        "seed", "digest", "replications", "candidates", "reached", "ended", "gates", "selected", "groups",
        "adverse_impact", "workload",
    } <= data.keys()  # fmt: skip
    assert "assumed" not in data


def test_what_was_assumed_can_be_written_down_and_says_the_same(procedures: Command, tmp_path: Path) -> None:
    for number, changes in enumerate(([], ["--set", "scenario.candidates=60", "--set", f"{BEST}=20"])):
        target = tmp_path / f"{number}.scenario.yaml"
        answered = procedures("simulate", COORDINATOR, *changes, "--write-scenario", target)
        assert (answered.status, answered.err) == (0, "")
        again = f" --set {BEST}=20" if changes else ""  # no scenario says it
        assert answered.out == f"{target}: procedures simulate {COORDINATOR} --scenario {target}{again}\n"
        asked = ["--replications", 20, "--json"]
        assumed = procedures("simulate", COORDINATOR, *asked, *(["--candidates", 60] if changes else [])).data
        del assumed["assumed"]
        assert procedures("simulate", COORDINATOR, *asked, "--scenario", target).data == assumed


def test_a_scenario_that_was_changed_can_be_written_down_too(procedures: Command, tmp_path: Path) -> None:
    target = tmp_path / "changed.scenario.yaml"
    change = "scenario.measures.prescreening.score.mean=55"
    assert procedures("simulate", COORDINATOR, *SHORT, "--set", change, "--write-scenario", target).status == 0
    changed, written = (read_scenario(path, load(ROOT / COORDINATOR)) for path in (ROOT / EXAMPLE, target))
    assert changed_file(changed, [read_setting(change)]).scenario == written.scenario


def test_what_was_changed_is_told_above_a_sweep_and_on_its_page(procedures: Command, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    asked = [*SHORT, "--set", "scenario.wanted=7", "--sweep", f"{BEST}=10,20"]
    assert "\nWith scenario.wanted=7\n" in procedures("simulate", COORDINATOR, *asked, "-o", page).out
    assert "<dt>Otherwise than written</dt><dd>scenario.wanted=7</dd>" in page.read_text(encoding="utf-8")
    assert procedures("simulate", COORDINATOR, *asked, "--json").data["settings"] == ["scenario.wanted=7"]


def test_what_a_variant_assumes_besides_is_told(procedures: Command) -> None:
    changes = ["facts.licence={kind: flag}", "steps.offer.passes={licence: true}"]
    asked = ["--replications", 20, *(part for each in changes for part in ("--set", each))]
    assert "Assumed besides\n  licence: yes for 50%\n" in procedures("simulate", COORDINATOR, *asked).out


SAME = [("--workers", 2), ("--workers", 2, "--chunk", 100), ("--chunk", 5000), ()]


@pytest.mark.parametrize("arguments", SAME, ids=str)
def test_the_same_seed_gives_the_same_text_whoever_works(procedures: Command, arguments: tuple[Any, ...]) -> None:
    plan = ("--scenario", EXAMPLE, "--replications", 1100, "--seed", 7, "--json", "--set", f"{BEST}=20")
    usual = procedures("simulate", COORDINATOR, *plan)
    assert procedures("simulate", COORDINATOR, *plan, *arguments) == usual
    assert procedures("simulate", COORDINATOR, *plan, "--seed", 8).out != usual.out


def test_candidates_are_those_of_the_argument(procedures: Command) -> None:
    for scenario in (("--scenario", EXAMPLE), ()):
        data = procedures("simulate", COORDINATOR, *scenario, "--candidates", 31, "--replications", 5, "--json").data
        assert data["candidates"]["mean"] == 31


def test_it_stops_at_a_precision_or_says_that_it_was_not_reached(procedures: Command) -> None:
    reached = procedures("simulate", COORDINATOR, "--scenario", EXAMPLE, "--until", 0.11, "--json")
    assert (reached.status, reached.err, reached.data["replications"]) == (0, "", 1000)
    short = procedures("simulate", COORDINATOR, *SHORT, "--until", 0.01, "--json")
    assert (short.status, short.data["replications"]) == (0, 60)
    assert short.err.startswith("after 60 replications the number of those selected is known within 0.")
    assert short.err.endswith("\n  help: ask for more with --replications\n")


def test_a_row_for_every_replication_is_written(procedures: Command, tmp_path: Path) -> None:
    target = tmp_path / "rows.parquet"
    answered = procedures("simulate", COORDINATOR, *SHORT, "--set", f"{BEST}=20", "--parquet", target, "--json")
    table = pl.read_parquet(target)
    means = table.group_by("variant", maintain_order=True).agg(pl.col("selected").mean())
    assert means.rows() == [
        ("", pytest.approx(answered.data["selected"]["mean"])),
        (f"{BEST}=20", pytest.approx(answered.data["variants"][0]["results"]["selected"]["mean"])),
    ]


# -- what if ----------------------------------------------------------------------------------------------------------


def test_a_variant_stands_beside_what_is_written(procedures: Command) -> None:
    answered = procedures("simulate", COORDINATOR, *SHORT, "--set", f"{BEST}=20")
    assert (answered.status, answered.err) == (0, "")
    lines = answered.out.splitlines()
    assert lines[:2] == ["Coordinator of community centres", "scenario example: 60 replications, seed 7"]
    assert f"If {BEST}=20" in lines
    rows = {line.partition("  ")[0]: line.split("  ") for line in lines}
    assert [cell.strip() for cell in rows["reached: through the prescreening"] if cell] == [
        "reached: through the prescreening", "15.02", "20.02", "+5.00", "+4.95 to +5.05",
    ]  # fmt: skip
    assert any("pp" in cell for cell in rows["selected, of those who applied"])
    assert lines[-1].startswith("The same candidates with the same luck in both: with others, the variance of the diff")


def test_differences_are_data_too(procedures: Command) -> None:
    data = procedures("simulate", COORDINATOR, *SHORT, "--set", f"{BEST}=20", "--json").data
    (variant,) = data["variants"]
    selected = variant["differences"]["selected.mean"]
    assert variant["settings"] == {BEST: "20"}
    assert selected["base"] == data["selected"]["mean"]
    assert selected["variant"] == variant["results"]["selected"]["mean"]
    assert selected["difference"] == pytest.approx(selected["variant"] - selected["base"])
    assert selected["ci95"][0] < selected["difference"] < selected["ci95"][1]
    assert selected["variance_gain"] > 3
    assert data["digest"] != variant["results"]["digest"]


def test_a_reading_and_values_make_one_variant_together(procedures: Command) -> None:
    arguments = ("--reading", "missed_test=stays", "--set", "scenario.candidates=70")
    data = procedures("simulate", COORDINATOR, *SHORT, *arguments, "--json").data
    assert [each["settings"] for each in data["variants"]] == [
        {"scenario.candidates": "70", "readings.missed_test": "stays"}
    ]
    dutch = procedures("simulate", COORDINATOR, *SHORT, *arguments, "--lang", "nl").out
    assert "Als scenario.candidates=70, readings.missed_test=stays" in dutch
    assert "blijft staan op: door de prescreening" in dutch
    assert " 80,00 " in dutch


def test_where_nothing_differs_it_says_so(procedures: Command) -> None:
    answered = procedures("simulate", COORDINATOR, *SHORT, "--set", f"{BEST}=15")
    assert answered.out.splitlines()[-1] == "Nothing differs, in no replication."


def test_a_sweep_is_a_table_with_the_front_marked(procedures: Command) -> None:
    arguments = ("simulate", COORDINATOR, *SHORT, "--sweep", f"{BEST}=10,20", "--sweep", "scenario.candidates=60,80")
    answered = procedures(*arguments)
    assert (answered.status, answered.err) == (0, "")
    lines = answered.out.splitlines()
    header = next(line for line in lines if line.startswith(BEST))
    assert header.split()[:3] == [BEST, "scenario.candidates", "selected"]
    rows = [line for line in lines if line[:2] in ("10", "20")]
    assert [row.split()[:2] for row in rows] == [["10", "60"], ["10", "80"], ["20", "60"], ["20", "80"]]
    data = procedures(*arguments, "--json").data
    assert [each["front"] for each in data["variants"]] == [row.endswith("●") for row in rows]
    assert data["quality_is"] == "selected.measures.performance.mean"
    assert all(each["quality"] is not None and 0 < each["impact"] < 1 for each in data["variants"])


def test_a_sweep_is_a_page_too(procedures: Command, tmp_path: Path) -> None:
    target = tmp_path / "report.html"
    answered = procedures("simulate", COORDINATOR, *SHORT, "--sweep", f"{BEST}=10,20", "-o", target)
    assert (answered.status, answered.err) == (0, "")
    page = target.read_text(encoding="utf-8")
    assert 'id="part-sweep"' in page
    assert "as it is" in page
    row = next(line for line in answered.out.splitlines() if line.startswith("20 "))
    assert all(f">{cell.strip()}<" in page for cell in row.split("  ") if cell.strip())


def test_values_hold_for_all_of_a_sweep(procedures: Command) -> None:
    data = procedures(
        "simulate", COORDINATOR, *SHORT, "--set", "scenario.candidates=70",
        "--sweep", "readings.prescreening_keeps=best_15,best_20", "--json",
    ).data  # fmt: skip
    assert data["candidates"]["mean"] == 70
    assert [each["results"]["reached"]["prescreened"]["mean"] for each in data["variants"]] == [
        pytest.approx(15, abs=0.1), pytest.approx(20, abs=0.1),
    ]  # fmt: skip


# -- one candidate ----------------------------------------------------------------------------------------------------


def test_a_candidate_is_explained_as_run_explains(procedures: Command) -> None:
    answered = procedures("simulate", COORDINATOR, *SHORT, "--trace", "17:3")
    assert (answered.status, answered.err) == (0, "")
    lines = answered.out.splitlines()
    assert lines[0] == "candidate 3 of replication 17, seed 7: not selected"
    assert "  kind of candidate: internal" in lines
    assert "    Rank 36, not among the best [notice:206-208, notice:210]." in lines
    data = procedures("simulate", COORDINATOR, *SHORT, "--trace", "17:3", "--json").data
    assert (data["replication"], data["candidate"], data["case"]["state"]) == (17, 3, "rejected")
    assert data["case"]["history"][-1]["kind"] == "cut"


def test_the_same_candidate_is_traced_in_a_variant(procedures: Command) -> None:
    usual, other = (
        procedures("simulate", COORDINATOR, *SHORT, "--trace", "17:3", "--json", *more).data
        for more in ((), ("--set", f"{BEST}=40"))
    )
    assert usual["measures"] == other["measures"]
    assert (usual["case"]["history"][-1]["kind"], other["case"]["history"][3]["kind"]) == ("cut", "kept")


# -- wrong usage ------------------------------------------------------------------------------------------------------

WRONG = [  # arguments, what stderr says
    (["nowhere.yaml"], "nowhere.yaml:1:1: cannot read the file: no such file or directory"),
    ([EXAMPLE], ":1:1: this is a scenario\n  help: name the definition, and this file after `--scenario`"),
    (["definitions/kenniscentrum/stafmedewerker.yaml"], "states no procedure, so there is nothing to simulate"),
    (["definitions/templates/flemish-local-government.yaml"], "this is a template"),
    ([COORDINATOR, "--scenario", "nowhere.yaml"], "nowhere.yaml:1:1: cannot read the file"),
    (
        [f"{KORTRIJK}/communicatiemedewerker-wsw.yaml", "--scenario", EXAMPLE],
        f"{EXAMPLE}:4:1: the scenario is about kortrijk/coordinator-ontmoetingscentra, "
        "not about kortrijk/communicatiemedewerker-wsw",
    ),
    ([COORDINATOR, "--candidates", "0"], "'--candidates'"),
    ([COORDINATOR, "--replications", "0"], "'--replications'"),
    ([COORDINATOR, "--replications", "ten"], "'--replications'"),
    ([COORDINATOR, "--workers", "0"], "'--workers'"),
    ([COORDINATOR, "--chunk", "0"], "'--chunk'"),
    ([COORDINATOR, "--seed", "-1"], "'--seed'"),
    ([COORDINATOR, "--until", "0"], "0 is no precision: a number above 0"),
    ([COORDINATOR, "--until", "nan"], "`nan` is not a number"),
    ([COORDINATOR, "--until", "0,5"], "a decimal has a point: `0.5`"),
    ([COORDINATOR, "--until", "1.000"], "a thousand or a decimal? write `1000` or `1`"),
    *(
        ([COORDINATOR, option, "1.000"], f"'{option}': `1.000` is not a whole number")
        for option in ("--candidates", "--replications", "--seed", "--workers", "--chunk")
    ),
    ([COORDINATOR, "--candidates", "1_000"], "`1_000` is not a whole number of 1 or more"),
    ([COORDINATOR, "--candidates", "100.0"], "`100.0` is not a whole number of 1 or more"),
    ([COORDINATOR, "--set", "scenario.candidates=1.000"], "a thousand or a decimal? write `1000` or `1`"),
    ([COORDINATOR, "--lang", "fr"], "unknown language `fr`"),
    ([COORDINATOR, "--reading", "missed_tst=stays"], "did you mean `missed_test`?"),
    ([COORDINATOR, "--reading", "missed_test=never"], "its options are eliminates, stays"),
    ([COORDINATOR, "--set", BEST], "write PATH=VALUE"),
    ([COORDINATOR, "--set", f"{BEST}=20", "--set", f"{BEST}=25"], f"`{BEST}` is given twice"),
    ([COORDINATOR, "--set", f"{BEST}=20", "--sweep", f"{BEST}=25,30"], f"`{BEST}` is given twice"),
    ([COORDINATOR, "--set", "steps.prescrening.keeps.best=20"], "did you mean `prescreening`?"),
    ([COORDINATOR, "--set", "scenario.facts.licence={flag: 0.5}"], "`licence` is no fact that a candidate has"),
    ([COORDINATOR, "--write-scenario", "first.yaml"], "first.yaml:1:1: the file ends in `.scenario.yaml`"),
    ([COORDINATOR, "--write-scenario", EXAMPLE], "the file is there already\n  help: take another name"),
    ([COORDINATOR, "--write-scenario", "a.scenario.yaml", "-o", "a.html"], "a scenario is written, and nothing"),
    ([COORDINATOR, "--sweep", f"{BEST}=20"], "write two values or more"),
    ([COORDINATOR, "--sweep", f"{BEST}={','.join(map(str, range(1, 402)))}"], "401 combinations are more than 400"),
    ([COORDINATOR, *(f"--sweep={name}=1,2" for name in ("a", "b", "c"))], "a table has two directions at most"),
    ([COORDINATOR, "--trace", "17"], "write REPLICATION:CANDIDATE"),
    ([COORDINATOR, "--trace", "0:99"], "its candidates are numbered from 0 to 49"),
    ([COORDINATOR, "--trace", "0:1", "--sweep", f"{BEST}=20,25"], "one candidate goes with no --sweep"),
    ([COORDINATOR, "-o", "nowhere/report.html"], "the folder is not there\n  help: make the folder nowhere first"),
    ([COORDINATOR, "-o", "report.pdf"], "report.pdf:1:1: the file ends in `.html`"),
    ([COORDINATOR, "--parquet", "rows.csv"], "the file ends in `.parquet`"),
]


@pytest.mark.parametrize(("arguments", "told"), WRONG, ids=lambda value: " ".join(value)[-60:])
def test_wrong_usage_is_told_and_nothing_is_simulated(
    procedures: Command, monkeypatch: pytest.MonkeyPatch, arguments: list[str], told: str
) -> None:
    monkeypatch.setattr(
        "procedures.simulation.engine.runner.simulate_blocks", lambda *_: pytest.fail("it was simulated")
    )
    answered = procedures("simulate", *arguments)
    assert (answered.status, answered.out) == (2, "")
    assert told in answered.err
    assert "Traceback" not in answered.err


def test_every_problem_of_a_variant_is_told_where_it_stands(procedures: Command) -> None:
    answered = procedures("simulate", COORDINATOR, *SHORT, "--set", "steps.screening=null")
    assert (answered.status, answered.out) == (2, "")
    assert f"{COORDINATOR}:87:3: with `steps.screening=null`: no step leads to state `screened`" in answered.err
    assert answered.err.splitlines()[-1] == "2 problems; nothing was simulated"


def test_what_a_scenario_leaves_open_is_told_once_somebody_needs_it(procedures: Command, write: Write) -> None:
    text = (ROOT / EXAMPLE).read_text(encoding="utf-8").replace("procedure: ", f"procedure: {ROOT / KORTRIJK}/")
    without = "".join(line for line in text.splitlines(True) if "leadership_experience" not in line)
    answered = procedures("simulate", COORDINATOR, "--scenario", write("open.scenario.yaml", without))
    assert (answered.status, answered.out) == (2, "")
    assert answered.err.startswith("`screening` cannot be decided for everybody: of candidate 0:")
    assert answered.err.endswith("1 problem; nothing was simulated\n")


def test_more_than_fits_in_memory_is_refused(procedures: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("procedures.simulation.engine.memory.free_bytes", lambda: 2**30)
    answered = procedures("simulate", COORDINATOR, "--candidates", 1_000_000)
    assert (answered.status, answered.out) == (2, "")
    assert "500 replications are played at once, which takes about" in answered.err
    assert answered.err.endswith("GiB are free\n  help: simulate fewer candidates, or fewer than 500 replications\n"
                                 "1 problem; nothing was simulated\n")  # fmt: skip


@pytest.mark.parametrize("missing", ["numpy", "scipy", "polars"])
def test_without_the_extra_it_says_what_to_install(
    procedures: Command, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    answered = procedures("simulate", COORDINATOR)
    assert (answered.status, answered.out) == (2, "")
    assert answered.err == f"simulation needs {missing}: pip install 'selection-procedures[simulate]'\n"


# -- real processes ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("workers", ["1", "2"])
def test_ctrl_c_gives_what_was_done_told_to_be_partial(workers: str, tmp_path: Path) -> None:
    """As on a terminal, where every process of the group is interrupted."""
    out, told = _interrupted(tmp_path, "--replications", "10000000", "--workers", workers)
    if out:  # on a machine so slow that nothing was done yet, nothing is told
        data = json.loads(out)
        assert data["partial"] is True
        assert told == (
            f"interrupted after {data['replications']} of 10000000 replications: the numbers are about what was done\n"
        )
    assert "Traceback" not in told


def test_ctrl_c_in_a_sweep_gives_the_variants_that_were_done(tmp_path: Path) -> None:
    values = ",".join(str(number) for number in range(1, 61))
    sweep = f"steps.prescreening.keeps.best={values}"
    out, told = _interrupted(tmp_path, "--replications", "60000", "--sweep", sweep)
    if out:
        data = json.loads(out)
        assert data["partial"] is True
        if not data["variants"]:  # on a machine so slow that no variant was begun
            assert told.startswith("interrupted")
            return
        done, last = len(data["variants"]), data["variants"][-1]["results"]["replications"]
        assert done < 60
        sentence = (
            f"interrupted in variant {done}, after {last} of 60000 replications of it; later ones are not there\n"
        )
        assert told == sentence
    assert "Traceback" not in told


def _interrupted(folder: Path, *options: str) -> tuple[bytes, str]:
    """What a simulation tells after Ctrl-C; asked again where it was so early that the interpreter did not hear it."""
    command = [sys.executable, "-m", "procedures", "simulate", COORDINATOR, "--scenario", EXAMPLE, "--json", *options]
    errors = folder / "errors"
    with errors.open("wb") as stderr:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=stderr,
            start_new_session=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        out = _after_ctrl_c(process)
    assert process.returncode == 130
    return out, errors.read_text(encoding="utf-8")


def _after_ctrl_c(process: "subprocess.Popen[bytes]") -> bytes:
    try:
        for wait in (5, 20, 60):
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.communicate(timeout=wait)
            os.killpg(process.pid, signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                return process.communicate(timeout=20)[0]
        raise AssertionError("nobody listens to Ctrl-C")
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def test_a_reader_that_goes_away_is_no_mistake() -> None:
    command = f"{sys.executable} -m procedures simulate {COORDINATOR} --replications 20 | head -1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout == "Coordinator of community centres\n"
    assert done.stderr == ""
