"""`procedures screen --cohort`: a file as one selection, its ranked lists, and who took no part."""

from pathlib import Path

import pytest
from command import Command, Write

HALL = """\
procedure: example/hall
title: {nl: Zaalwachter, en: Hall keeper}
facts: {licence: {kind: flag}}
steps:
  screening: {label: {nl: Screening, en: Screening}, to: screened, passes: {licence: true}}
  exam:
    label: {nl: Examen, en: Examination}
    to: reserve
    records: {score: {kind: number, from: 0, to: 20, step: 1}}
    closing: {places: {kind: number, from: 0, to: 100, step: 1}}
    keeps: {best: places, by: score, ties: lot}
    passes: {score: {at_least: 10}}
reserve: {state: reserve}
"""

RESULTS = """\
who,licence,exam.score
ann,true,14
bob,true,18
cas,false,20
dee,true,9
eli,perhaps,15
fay,true,14
"""

# who: state, how each step went, rank. Of ann and fay, who are equal at the cut, one is drawn.
BEST_ONE = {
    "ann": ("rejected", "passed", "failed", 2),
    "bob": ("reserve", "passed", "passed", 1),
    "cas": ("rejected", "failed", None, None),
    "dee": ("rejected", "passed", "failed", None),
    "eli": ("refused", None, None, None),
    "fay": ("rejected", "passed", "failed", 2),
}


@pytest.fixture
def hall(write: Write) -> Path:
    return write("hall.yaml", HALL)


def test_a_cohort_is_ranked_and_closed(procedures: Command, hall: Path, write: Write) -> None:
    file = write("results.csv", RESULTS)
    answered = procedures("screen", hall, file, "--cohort", "--closing", "exam.places=1", "--json")
    assert answered.status == 1  # a row was refused
    found = [(row["state"], row["screening"], row["exam"], row["exam.rank"]) for row in answered.data["candidates"]]
    assert dict(zip(BEST_ONE, found, strict=True)) == BEST_ONE
    assert answered.data["steps"] == {
        "screening": {"taken": 5, "closed": True},
        "exam": {"taken": 4, "closed": True},
    }
    assert "results.csv:6:5: `licence`: `perhaps` is neither yes nor no" in answered.err
    reasons = {row["line"]: row["reason"] for row in answered.data["candidates"]}
    assert reasons[2] == "Rank 2, not among the best."
    assert reasons[4] == "Not met. Licence: no, yes is asked."
    assert reasons[6] == (
        "`licence`: `perhaps` is neither yes nor no (say what it means: `--yes perhaps` or `--no perhaps`)"
    )


def test_a_lot_is_drawn_by_the_seed(procedures: Command, hall: Path, write: Write) -> None:
    file = write("results.csv", RESULTS)

    def kept(seed: int) -> list[str]:
        answered = procedures("screen", hall, file, "--cohort", "--closing", "exam.places=2", "--seed", seed, "--json")
        return [row["line"] for row in answered.data["candidates"] if row["state"] == "reserve"]

    drawn = [kept(seed) for seed in range(8)]
    assert drawn == [kept(seed) for seed in range(8)]
    assert {tuple(each) for each in drawn} == {(2, 3), (3, 7)}


def test_the_ranked_list_is_shown_to_people(procedures: Command, hall: Path, write: Write, tmp_path: Path) -> None:
    file, out = write("results.csv", RESULTS), tmp_path / "lists.csv"
    answered = procedures("screen", hall, file, "--cohort", "--closing", "exam.places=1", "-o", out, "--lang", "nl")
    assert answered.out.splitlines() == [
        "Zaalwachter",
        "",
        "Kolommen",
        "kolom       feit        gekend door",
        "licence     licence     de naam",
        "exam.score  exam.score  de naam",
        "niet gebruikt: `who`",
        "",
        "Stappen",
        "  Screening: 5 legden ze af; afgesloten",
        "  Examen: 4 legden ze af; afgesloten",
        "",
        "Rangschikking: Examen",
        "rang  regel  who  toestand",
        "1     3      bob  reserve",
        "2     2      ann  afgewezen",
        "2     7      fay  afgewezen",
        "",
        "6 rijen: 4 afgewezen, 1 reserve, 1 geweigerd",
        f"geschreven naar {out}",
    ]
    assert out.read_text(encoding="utf-8").splitlines()[2].startswith("bob,true,18,reserve,geslaagd,geslaagd,1,")


def test_a_step_that_cannot_be_closed_ends_the_road(procedures: Command, hall: Path, write: Write) -> None:
    file = write("results.csv", "who,licence,exam.score\nann,true,14\nbob,true,\n")
    answered = procedures("screen", hall, file, "--cohort", "--closing", "exam.places=1")
    assert "Examination: 1 took it; not closed (undecided)" in answered.out
    assert answered.status == 0


WRONG = [  # arguments, what is said
    (["--cohort", "--step", "exam"], "--cohort goes through all steps; leave --step out"),
    (["--closing", "exam.places=1"], "only --cohort closes steps"),
    (["--cohort"], "closing the steps takes `--closing exam.places=…`"),
    (["--cohort", "--closing", "exam.place=1"], "write STEP.FACT=VALUE; did you mean `exam.places`?"),
    (["--cohort", "--closing", "exam.places=many"], "`exam.places`: `many` is not a number"),
]


@pytest.mark.parametrize(("arguments", "said"), WRONG, ids=[said for _, said in WRONG])
def test_wrong_usage_is_told(procedures: Command, hall: Path, write: Write, arguments: list[str], said: str) -> None:
    answered = procedures("screen", hall, write("results.csv", RESULTS), *arguments)
    assert answered.status == 2
    assert said in " ".join(answered.err.split())


def test_a_template_and_a_profile_are_screened_by_nobody(procedures: Command, write: Write) -> None:
    file = write("results.csv", RESULTS)
    answered = procedures("screen", "definitions/kenniscentrum/stafmedewerker.yaml", file, "--cohort")
    assert answered.status == 2
    assert "states no procedure: there are no steps to go through" in answered.err


def test_blank_rows_do_not_stop_the_ranking(procedures: Command, hall: Path, write: Write) -> None:
    file = write("results.csv", "who,licence,exam.score\nann,true,14\n,,\n, ,\nbob,true,18\n,,\n")
    answered = procedures("screen", hall, file, "--cohort", "--closing", "exam.places=1", "--json")
    assert answered.status == 0
    assert answered.data["steps"]["exam"] == {"taken": 2, "closed": True}
    assert [(row["line"], row["exam.rank"]) for row in answered.data["candidates"]] == [(2, 2), (5, 1)]


def test_the_columns_that_were_not_used_are_listed(procedures: Command, hall: Path, write: Write) -> None:
    file = write("results.csv", "who,licence,score\nann,true,14\n")
    arguments = ("screen", hall, file, "--cohort", "--closing", "exam.places=1")
    found = procedures(*arguments, "--json").data
    assert (found["ignored"], found["absent"]) == (["who", "score"], ["exam.score"])
    assert found["columns"] == {"licence": {"fact": "licence", "by": "name"}}
    out = procedures(*arguments).out
    assert "not used: `who`, `score`" in out
    assert 'did you mean `score`? say so with `--map "score=exam.score"`' in out
    assert "bedoelde u `score`?" in procedures(*arguments, "--lang", "nl").out
