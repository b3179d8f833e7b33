"""`procedures explain`: one person's case, with what is missing, all that was asked, and where the source says so."""

from pathlib import Path

import pytest
from command import ROOT, Command, Write

from rules.truth import Truth

COORDINATOR = ROOT / "definitions/kortrijk/coordinator-ontmoetingscentra.yaml"
PROFILE = ROOT / "definitions/kenniscentrum/stafmedewerker.yaml"

STEPS = [  # step, facts, value, result, to, missing
    ("screening", {"degree": "bachelor"}, "true", "passed", "screened", []),
    ("screening", {"degree": "none", "experience": 23}, "false", "failed", "rejected", []),
    ("screening", {"degree": "none", "experience": "P2Y"}, "true", "passed", "screened", []),
    ("screening", {"degree": "none"}, "unknown", None, None, ["experience"]),
    ("screening", {}, "unknown", None, None, ["degree", "experience"]),
    ("test", {"degree": "master"}, "true", "exempt", "tested", []),
    ("test", {"degree": "none", "passed": True}, "true", "passed", "tested", []),
    ("test", {"degree": "none", "test.passed": False}, "false", "failed", "rejected", []),
    ("test", {"passed": True}, "unknown", None, None, ["degree"]),
    ("test", {"degree": "none"}, "unknown", None, None, ["test.passed"]),
    ("interview", {"score": 60}, "true", "passed", "reserve", []),
    ("interview", {"score": 59.99}, "false", "failed", "rejected", []),
    ("interview", {"score": 60, "test": "exempt"}, "true", "passed", "reserve", []),
]


@pytest.mark.parametrize(("step", "facts", "value", "result", "to", "missing"), STEPS)
def test_a_step_is_answered_as_data(
    procedures: Command, clerk: Path, write: Write, step: str, facts: object, value: str, result: str | None,
    to: str | None, missing: list[str],
) -> None:  # fmt: skip
    answered = procedures("explain", clerk, "--step", step, "--facts", write("facts.json", facts), "--json")
    assert (answered.status, answered.err) == (0, "")
    data = answered.data
    assert list(data) == [
        "procedure", "digest", "step", "value", "result", "to", "missing", "tree", "sources", "sentence",
    ]  # fmt: skip
    assert (data["step"], data["value"], data["result"], data["to"]) == (step, value, result, to)
    assert data["missing"] == missing
    assert data["tree"]["value"] == value


def test_the_tree_holds_the_exemption_and_the_rule_each_under_its_heading(
    procedures: Command, clerk: Path, write: Write
) -> None:
    facts = write("facts.json", {"degree": "none", "passed": False})
    tree = procedures("explain", clerk, "--step", "test", "--facts", facts, "--json").data["tree"]
    assert list(tree) == ["value", "sentence", "sources", "enough", "missing", "parts"]
    assert [(part["sentence"], part["value"]) for part in tree["parts"]] == [
        ("exemption", "false"),
        ("who passes", "false"),
    ]
    assert tree["parts"][0]["parts"][0]["sentence"] == "degree: none, master is asked"
    assert tree["sources"] == ["notice:6"]


def test_whoever_is_exempt_is_asked_nothing_more(procedures: Command, clerk: Path, write: Write) -> None:
    facts = write("facts.json", {"degree": "master", "passed": False})
    tree = procedures("explain", clerk, "--step", "test", "--facts", facts, "--json").data["tree"]
    assert [part["sentence"] for part in tree["parts"]] == ["exemption"]


def test_the_sources_are_those_of_the_step_and_of_everything_asked(
    procedures: Command, clerk: Path, write: Write
) -> None:
    facts = write("facts.json", {"degree": "none", "experience": 30})
    data = procedures("explain", clerk, "--step", "screening", "--facts", facts, "--json").data
    assert data["sources"] == ["notice:5", "notice:4", "notice:3"]
    assert data["sentence"] == "Met. Experience: 30 months, at least 2 years is asked [notice:4]."


SPOKEN = [  # language, facts, first line, sentence
    (
        "en",
        {"degree": "none", "experience": 20},
        "Screening: failed → rejected [notice:5]",
        "Not met. No alternative holds. Degree: none, at least bachelor is asked [notice:4]. "
        "Experience: 20 months, at least 2 years is asked; 4 months short [notice:4].",
    ),
    (
        "nl",
        {"degree": "none", "experience": 20},
        "Screening: niet geslaagd → afgewezen [notice:5]",
        "Niet voldaan. Geen enkel alternatief geldt. Diploma: none, gevraagd is minstens bachelor [notice:4]. "
        "Experience: 20 maanden, gevraagd is minstens 2 jaar; 4 maanden te kort [notice:4].",
    ),
    (
        "en",
        {"degree": "none"},
        "Screening: cannot be told yet [notice:5]",
        "Not yet decided: experience is missing, at least 2 years is asked [notice:4].",
    ),
]


@pytest.mark.parametrize(("language", "facts", "first", "sentence"), SPOKEN)
def test_for_people_it_is_an_answer_a_tree_and_a_sentence(
    procedures: Command, clerk: Path, write: Write, language: str, facts: object, first: str, sentence: str
) -> None:
    path = write("facts.json", facts)
    lines = procedures("explain", clerk, "--step", "screening", "--facts", path, "--lang", language).out.splitlines()
    assert lines[0] == first
    assert sentence in lines
    marks = {"✗", "?"} if "experience" not in facts else {"✗"}  # type: ignore[operator]
    assert {line.split()[0] for line in lines[1 : lines.index("")]} == marks


def test_what_is_missing_is_named_as_a_facts_file_would(procedures: Command, clerk: Path, write: Write) -> None:
    answered = procedures("explain", clerk, "--step", "test", "--facts", write("facts.json", {"degree": "none"}))
    assert answered.out.splitlines()[-1] == "missing: test.passed"


def test_another_option_of_a_reading_is_explained(procedures: Command, clerk: Path, write: Write) -> None:
    facts = write("facts.json", {"degree": "master"})
    usual = procedures("explain", clerk, "--step", "test", "--facts", facts, "--json").data
    other = procedures(
        "explain", clerk, "--step", "test", "--facts", facts, "--json", "--reading", "who_sits=everyone"
    ).data
    assert (usual["result"], other["result"]) == ("exempt", None)


# -- where the best go on -------------------------------------------------------------------------------------------

RANKED = [  # facts, value, result, to, missing, sentence
    ({}, "unknown", None, None, ["prescreening.score"], "Cannot be ranked without score for education"),
    ({"score": 70}, "unknown", None, None, ["prescreening.kept"], "Waits for the closing, which ranks"),
    ({"score": 70, "kept": True, "rank": 3}, "true", "passed", "prescreened", [], "Rank 3, among the best"),
    ({"score": 7, "kept": False, "rank": 16}, "false", "failed", "rejected", [], "Rank 16, not among the best"),
]


@pytest.mark.parametrize(("facts", "value", "result", "to", "missing", "sentence"), RANKED)
def test_where_the_best_go_on_the_closing_decides(
    procedures: Command, write: Write, facts: object, value: str, result: str | None, to: str | None,
    missing: list[str], sentence: str,
) -> None:  # fmt: skip
    path = write("facts.json", facts)
    data = procedures("explain", COORDINATOR, "--step", "prescreening", "--facts", path, "--json").data
    assert (data["value"], data["result"], data["to"], data["missing"]) == (value, result, to, missing)
    assert data["tree"]["value"] == value
    assert data["sentence"].startswith(sentence)
    assert "notice:206-208" in data["sources"]


# -- conditions and pay ---------------------------------------------------------------------------------------------

CONDITIONS = [  # facts, value, missing
    ({"diploma_level": "A"}, Truth.TRUE, []),
    ({"diploma_level": "B", "relevant_experience": 60}, Truth.TRUE, []),
    ({"diploma_level": "B", "relevant_experience": 59}, Truth.FALSE, []),
    ({"diploma_level": "B"}, Truth.UNKNOWN, ["relevant_experience"]),
    ({}, Truth.UNKNOWN, ["diploma_level", "relevant_experience"]),
]


@pytest.mark.parametrize(("facts", "value", "missing"), CONDITIONS)
def test_a_condition_of_a_profile_is_explained(
    procedures: Command, write: Write, facts: object, value: Truth, missing: list[str]
) -> None:
    path = write("facts.json", facts)
    data = procedures("explain", PROFILE, "--condition", "admission", "--facts", path, "--json").data
    assert (data["condition"], data["value"], data["missing"]) == ("admission", value.word, missing)
    assert "step" not in data
    assert data["tree"]["sentence"] == "master's degree or five years of relevant experience"
    assert data["sources"][0] == "notice:149-151"


def test_a_condition_is_explained_for_people(procedures: Command, write: Write) -> None:
    path = write("facts.json", {"diploma_level": "B", "relevant_experience": 59})
    out = procedures("explain", PROFILE, "--condition", "admission", "--facts", path, "--lang", "nl").out
    first = "masterdiploma of vijf jaar relevante ervaring: nee [notice:149-151]"
    assert out.splitlines()[0] == first
    assert "59 maanden, gevraagd is minstens 5 jaar; 1 maand te kort" in out


def test_pay_is_told_as_far_as_it_is_printed(procedures: Command, write: Write) -> None:
    path = write("facts.json", {"private_experience": 300, "public_experience": 12})
    pay = procedures("explain", COORDINATOR, "--pay", "--facts", path, "--json").data["pay"]
    assert (pay["scale"], pay["currency"]) == ("B1-B3", "EUR")
    assert pay["seniority"]["recognised_months"] == 18 * 12 + 12
    assert [part["counted_months"] for part in pay["seniority"]["parts"]] == [216, 12]
    assert [(each["bound"], each["amount"], each["applies"]) for each in pay["amounts"]] == [
        ("least", "3148.08", False),
        ("most", "5155.42", False),
    ]
    out = procedures("explain", COORDINATOR, "--pay", "--facts", path, "--lang", "nl").out.splitlines()
    assert out[0] == "Verloning"
    assert "  erkende anciënniteit: 19 jaar" in out


@pytest.mark.parametrize(("months", "applies"), [(0, [True, False]), (60, [False, True]), (24, [False, False])])
def test_a_printed_amount_applies_to_its_own_seniority_only(
    procedures: Command, write: Write, months: int, applies: list[bool]
) -> None:
    path = write("facts.json", {"relevant_experience": months})
    pay = procedures("explain", PROFILE, "--pay", "--facts", path, "--json").data["pay"]
    assert [amount["applies"] for amount in pay["amounts"]] == applies


def test_pay_without_the_facts_says_what_is_missing(procedures: Command, write: Write) -> None:
    pay = procedures("explain", PROFILE, "--pay", "--facts", write("facts.json", {}), "--json").data["pay"]
    assert pay["missing"] == ["relevant_experience"]
    assert [amount["applies"] for amount in pay["amounts"]] == [None, None]


@pytest.mark.parametrize(("facts", "stdin"), [('{"degree": "bachelor"}', None), ("-", b'{"degree": "bachelor"}')])
def test_facts_need_no_file(procedures: Command, clerk: Path, facts: str, stdin: bytes | None) -> None:
    answered = procedures("explain", clerk, "--step", "screening", "--facts", facts, "--json", stdin=stdin)
    assert (answered.status, answered.data["value"]) == (0, "true")


def test_a_wrong_fact_is_placed_where_it_was_written(procedures: Command, clerk: Path) -> None:
    answered = procedures("explain", clerk, "--step", "screening", "--facts", '{"degre": "bachelor"}')
    assert answered.status == 2
    assert answered.err.startswith("<facts>:1:2: unknown fact `degre`\n  help: did you mean `degree`?")
