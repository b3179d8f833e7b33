"""`pytest definitions/`: what is collected, and what a failure says."""

import subprocess
import sys
from pathlib import Path

import pytest

from procedures.testing import coverage
from procedures.testing.files.file_checks import checks_of

# An inner run forgets what it imported first; the library must be loaded before, or it would be there twice.
assert coverage
pytest_plugins = ["pytester"]

CLERK = """\
procedure: clerk
title: {nl: Bediende, en: Clerk}
facts: {experience: {kind: duration, unit: months, label: {nl: ervaring, en: experience}}}
steps:
  screening: {from: applied, to: screened, passes: {experience: {at_least: 24}}}
readings:
  years:
    question: {nl: Hoeveel jaar?, en: How many years?}
    chosen: two
    options: {two: {}, three: {steps: {screening: {passes: {experience: {at_least: 36}}}}}}
"""
CASES = """\
by: hr
cases:
  - case: two years are enough
    events:
      - {event: apply, facts: {experience: 24}, at: 2026-01-05 09:00}
      - {event: screening, at: 2026-01-06 09:00}
    outcome: screened
  - case: 23 months are not
    events:
      - {event: apply, facts: {experience: 23}, at: 2026-01-05 09:00}
      - {event: screening, at: 2026-01-06 09:00}
    outcome: rejected
"""
SCENARIO = "scenario: few\nprocedure: clerk.yaml\ncandidates: 3\nfacts: {experience: {uniform: {from: 0, to: 60}}}\n"


@pytest.fixture
def folder(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.path.joinpath("clerk.yaml").write_text(CLERK, encoding="utf-8")
    pytester.path.joinpath("clerk.cases.yaml").write_text(CASES, encoding="utf-8")
    pytester.makeini("[pytest]\ndefinition_proofs = false")
    return pytester


@pytest.fixture
def proved(folder: pytest.Pytester) -> pytest.Pytester:
    """The same, where obligations are tests too, as they are unless it is said otherwise."""
    folder.path.joinpath("tox.ini").unlink()
    return folder


def test_the_checks_of_a_file_can_be_had_without_pytest(folder: pytest.Pytester) -> None:
    checks = checks_of(folder.path / "clerk.yaml")
    assert [check.name for check in checks][:3] == ["loads", "round-trip", "translation"]
    assert [problem for check in checks for problem in check.run()] == []


def test_a_definition_and_its_cases_are_tests(folder: pytest.Pytester) -> None:
    result = folder.runpytest_inprocess("-v", "-p", "no:cacheprovider")
    result.assert_outcomes(passed=8)
    for name in (
        "clerk.yaml::loads",
        "clerk.yaml::round-trip",
        "clerk.yaml::translation",
        "clerk.yaml::reading years=two",
        "clerk.yaml::reading years=three",
        "clerk.cases.yaml::reads",
        "clerk.cases.yaml::two years are enough",
        "clerk.cases.yaml::23 months are not",
    ):
        result.stdout.fnmatch_lines([f"*{name}*PASSED*"])


WRONG = [  # file, what stands there, what stands there instead, what is told
    (
        "clerk.yaml",
        "to: screened, passes",
        "too: screened, passes",
        ["clerk.yaml:5:30: unknown key `too` in step `screening`", "  help: did you mean `to`?"],
    ),
    (
        "clerk.yaml",
        "at_least: 36",
        "at_leest: 36",
        ["clerk.yaml:10:*: with option `three` of reading `years`: *at_leest*", "  help: did you mean `at_least`?"],
    ),
    (
        "clerk.yaml",
        ", en: experience}",
        "}",
        ["clerk.yaml:3:59: `en` is missing beside `nl`", "  help: the definition speaks both languages"],
    ),
    (
        "clerk.yaml",
        ", en: How many years?}",
        "}",
        ["clerk.yaml:8:15: `en` is missing beside `nl`"],
    ),
    (
        "clerk.cases.yaml",
        "outcome: rejected",
        "outcome: screened",
        ["clerk.cases.yaml:12:14: 23 months are not: `candidate` ends in `rejected`, not in `screened`"],
    ),
    ("clerk.cases.yaml", "outcome: rejected", "outcom: rejected", ["clerk.cases.yaml:12:5: unknown key `outcom`*"]),
    ("clerk.cases.yaml", "by: hr", "by: [", ["clerk.cases.yaml:*"]),
]


@pytest.mark.parametrize(("file", "before", "after", "told"), WRONG, ids=[each[2] for each in WRONG])
def test_a_failure_says_where_and_what(
    folder: pytest.Pytester, file: str, before: str, after: str, told: list[str]
) -> None:
    path = folder.path / file
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")
    result = folder.runpytest_inprocess(file, "-p", "no:cacheprovider")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines_random(told)
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*DefinitionProblems*")


def test_each_obligation_is_a_test(proved: pytest.Pytester) -> None:
    result = proved.runpytest_inprocess("clerk.yaml", "-v", "-p", "no:cacheprovider")
    for name in ("reached:screened", "outcome:screening:1", "round:screening", "final:rejected", "ends"):
        result.stdout.fnmatch_lines([f"*clerk.yaml::{name} PASSED*"])
    result = proved.runpytest_inprocess("clerk.yaml::reached:screened", "-p", "no:cacheprovider")
    result.assert_outcomes(passed=1)


def test_an_obligation_that_fails_tells_for_whom_and_where(proved: pytest.Pytester) -> None:
    path = proved.path / "clerk.yaml"
    again = "  again: {from: waiting, to: screened, passes: {experience: {at_least: 24}}, otherwise: waiting}\n"
    path.write_text(CLERK.replace("24}}}", "24}}, otherwise: waiting}").replace("readings", again + "readings"))
    result = proved.runpytest_inprocess(path.name, "-p", "no:cacheprovider")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(
        [
            "clerk.yaml:1:1: every case can end without anybody giving up",
            "  refuted (ends)",
            "  for whom: experience: 23 months",
            "    ????-??-?? ??:?? applied (jury)",
            "    ????-??-?? ??:?? screening: failed → waiting (jury)",
        ]
    )
    result.stdout.no_fnmatch_line("*Traceback*")


LEFT_OPEN = [  # how pytest is started, what stands in its ini file, what is told of an obligation
    (["--definition-budget", "0"], "", "undecided: the time of 0 seconds was up, with 13 of 13 left to prove"),
    ([], "definition_budget = 0", "undecided: the time of 0 seconds was up, with 13 of 13 left to prove"),
    (["--definition-budget", "60"], "definition_budget = 0", None),
    (["--no-definition-proofs", "--definition-budget", "0"], "", None),
    (["--definition-budget", "0"], "definition_proofs = false", None),
]


@pytest.mark.parametrize(("arguments", "ini", "told"), LEFT_OPEN)
def test_what_is_left_open_is_skipped_with_its_reason(
    folder: pytest.Pytester, arguments: list[str], ini: str, told: str | None
) -> None:
    folder.makeini(f"[pytest]\n{ini}")
    result = folder.runpytest_inprocess("clerk.yaml", "-rs", "-p", "no:cacheprovider", *arguments)
    if told is None:
        assert "skipped" not in result.parseoutcomes()
    else:
        result.assert_outcomes(passed=5, skipped=13)
        result.stdout.fnmatch_lines([f"SKIPPED*{told}"])


@pytest.mark.parametrize("budget", ["soon", "-1", "nan"])
def test_a_budget_is_a_number_of_seconds(folder: pytest.Pytester, budget: str) -> None:
    result = folder.runpytest_inprocess(f"--definition-budget={budget}", "-p", "no:cacheprovider")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: definition budget: `{budget}` is no number of seconds"])


def test_where_nothing_proves_one_test_says_what_to_install(proved: pytest.Pytester) -> None:
    proved.makeconftest("import sys; sys.modules['dd'] = None")
    result = proved.runpytest_subprocess("clerk.yaml", "-v", "-rs", "-p", "no:cacheprovider")
    result.assert_outcomes(passed=5, skipped=1)
    result.stdout.fnmatch_lines(
        ["*clerk.yaml::obligations SKIPPED*", "*proofs need dd: pip install 'selection-procedures?prove?'"]
    )


def test_a_position_profile_owes_nothing(pytester: pytest.Pytester) -> None:
    pytester.path.joinpath("profile.yaml").write_text("procedure: profile\ntitle: Profile\n", encoding="utf-8")
    pytester.runpytest_inprocess("-p", "no:cacheprovider").assert_outcomes(passed=3)


LEFT_ALONE = [  # name, text
    ("compose.yaml", "services: {web: {image: web}}\n"),
    ("workflow.yaml", "steps:\n  - procedure: not at the top\n"),
    (".hidden.yaml", CLERK),
    ("notes.yml", CLERK),
    ("binary.yaml", "\x00\x01"),
    ("about.scenario.yaml", "scenario: of something else\n"),
    ("of.cases.yaml", "cases: of something else\n"),
]


@pytest.mark.parametrize(("name", "text"), LEFT_ALONE, ids=[each[0] for each in LEFT_ALONE])
def test_other_files_are_left_alone(pytester: pytest.Pytester, name: str, text: str) -> None:
    pytester.path.joinpath(name).write_text(text, encoding="utf-8")
    assert pytester.runpytest_inprocess("-p", "no:cacheprovider").ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_a_scenario_beside_a_definition_is_read(folder: pytest.Pytester) -> None:
    scenario = folder.path / "clerk.few.scenario.yaml"
    scenario.write_text(SCENARIO, encoding="utf-8")
    folder.runpytest_subprocess(scenario.name, "-p", "no:cacheprovider").assert_outcomes(passed=1)
    scenario.write_text(SCENARIO.replace("candidates: 3", "candidates: many"), encoding="utf-8")
    result = folder.runpytest_subprocess(scenario.name, "-p", "no:cacheprovider")
    result.stdout.fnmatch_lines(["clerk.few.scenario.yaml:3:13: *"])


def test_a_scenario_is_skipped_where_nothing_simulates(folder: pytest.Pytester) -> None:
    folder.path.joinpath("clerk.few.scenario.yaml").write_text(SCENARIO, encoding="utf-8")
    folder.makeconftest("import sys; sys.modules['procedures.simulation.scenario.reader'] = None")
    result = folder.runpytest_subprocess("clerk.few.scenario.yaml", "-rs", "-p", "no:cacheprovider")
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(["*SKIPPED*`procedures.simulation.scenario.reader` is not installed*"])


def test_cases_of_one_name_are_told_apart(folder: pytest.Pytester) -> None:
    path = folder.path / "clerk.cases.yaml"
    path.write_text(CASES.replace("23 months are not", "two years are enough"), encoding="utf-8")
    result = folder.runpytest_inprocess("-v", path.name, "-p", "no:cacheprovider")
    result.stdout.fnmatch_lines(["*::two years are enough PASSED*", "*::two years are enough (2) PASSED*"])


def test_coverage_is_printed_when_it_is_asked_for(folder: pytest.Pytester) -> None:
    result = folder.runpytest_inprocess("--definition-coverage", "-p", "no:cacheprovider")
    result.stdout.fnmatch_lines(
        [
            "*coverage of definitions*",
            "coverage of clerk",
            "  arcs         3 of 3    100%",
            "  branches     2 of 2    100%",
            "  readings     1 of 2     50%",
            "  clerk.yaml:10:24: no case reads `years` as `three`",
        ]
    )
    result = folder.runpytest_inprocess("-p", "no:cacheprovider")
    result.stdout.no_fnmatch_line("*coverage of*")


def test_coverage_is_printed_once_where_workers_share_the_tests(folder: pytest.Pytester) -> None:
    pytest.importorskip("xdist", reason="pytest-xdist is not installed")
    whole = folder.runpytest_subprocess("--definition-coverage", "-p", "no:cacheprovider")
    shared = folder.runpytest_subprocess("--definition-coverage", "-n", "2", "-p", "no:cacheprovider")
    shared.assert_outcomes(passed=8)
    tables = [
        [line for line in result.outlines if "=====" not in line and (": no case" in line or " of " in line)]
        for result in (whole, shared)
    ]
    assert "coverage of clerk" in tables[0]
    assert tables[0] == tables[1]


def test_coverage_says_nothing_of_cases_that_cannot_be_read(folder: pytest.Pytester) -> None:
    folder.path.joinpath("clerk.cases.yaml").write_text("cases: 1", encoding="utf-8")
    result = folder.runpytest_inprocess("--definition-coverage", "-p", "no:cacheprovider")
    result.assert_outcomes(passed=5, failed=1)


def test_it_is_quiet_under_strict_warnings(proved: pytest.Pytester) -> None:
    proved.makepyfile(test_other="def test_other(): pass")
    result = proved.runpytest_subprocess("-W", "error", "--strict-config", "--strict-markers", "-p", "no:cacheprovider")
    result.assert_outcomes(passed=22)


def test_the_library_may_be_imported_before_pytest_starts(folder: pytest.Pytester) -> None:
    """pytest warns of modules that it comes too late to rewrite, and a warning may be an error."""
    code = "import procedures, rules, pytest; pytest.main(['-q', '-W', 'error', '-p', 'no:cacheprovider'])"
    done = subprocess.run([sys.executable, "-c", code], cwd=folder.path, capture_output=True, text=True, check=False)
    assert "8 passed" in done.stdout, done.stdout + done.stderr


def test_a_run_without_definitions_loads_nothing(tmp_path: Path) -> None:
    (tmp_path / "test_other.py").write_text("def test_other(): pass\n", encoding="utf-8")
    (tmp_path / "other.yaml").write_text("a: 1\n", encoding="utf-8")
    code = (
        "import sys, pytest; pytest.main(['-q', '-p', 'no:cacheprovider', '-p', 'no:hypothesispytest']);"
        "names = {'pendulum', 'yaml', 'attrs', 'transitions', 'rules', 'procedures.kernel.machine'};"
        "print(sorted(names & set(sys.modules)),"
        " 'procedures.testing.plugin' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[] True"
