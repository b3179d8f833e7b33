"""Plain data to rules and back; and everything that can be wrong, beside the exact sentence it earns."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings

from rules.algebra import ALWAYS, NEVER, All, AnyOf, Compare, CompareScore, Elapsed, Named, Not, OneOf, Order, Rule
from rules.calendar import Duration, Unit
from rules.facts import Declared, Fact, Part, Score
from rules.kinds import Choice, Date, Flag, Level, Moment, Number, Text
from rules.kinds import Duration as DurationKind
from rules.nodes import Scalar, Table
from rules.problems import Place, RuleError
from rules.reader import plain_rule, read_rule
from strategies import cases

KINDS = {
    "candidate_type": Choice(("external", "internal")),
    "diploma_level": Level(("none", "C", "B", "A")),
    "experience": DurationKind(Unit.MONTHS),
    "service_since": Date(),
    "licence": Flag(),
    "score": Number(Decimal(0), Decimal(100)),
    "applied_at": Moment(),
    "remarks": Text(),
}
FINAL = Score("final", "mean", (Part("score", Fraction(1), Fraction(1, 100)),))
DECLARED = Declared({name: Fact(name, kind) for name, kind in KINDS.items()}, {"final": FINAL})
REFERENCES = {"applications.until": date(2026, 1, 31), "interview.on": date(2026, 2, 20)}
CONDITIONS = {"direct_access": {"diploma_level": {"at_least": "B"}}}
DIRECT = Named("direct_access", Compare("diploma_level", Order.AT_LEAST, 2))
YEAR, DAY = Duration(12, "months"), date(2026, 1, 31)

READ = [  # written, rule
    ({"candidate_type": "internal"}, OneOf("candidate_type", ("internal",))),
    ({"candidate_type": {"is": "internal"}}, OneOf("candidate_type", ("internal",))),
    ({"candidate_type": {"is_not": "internal"}}, Not(OneOf("candidate_type", ("internal",)))),
    ({"candidate_type": {"one_of": ["external", "internal"]}}, OneOf("candidate_type", ("external", "internal"))),
    ({"diploma_level": {"none_of": ["none", "C"]}}, Not(OneOf("diploma_level", (0, 1)))),
    ({"licence": True}, OneOf("licence", (True,))),
    ({"diploma_level": {"at_least": "B"}}, Compare("diploma_level", Order.AT_LEAST, 2)),
    ({"experience": {"at_least": 24}}, Compare("experience", Order.AT_LEAST, 24)),
    ({"experience": {"at_most": "2 years"}}, Compare("experience", Order.AT_MOST, 24)),
    ({"experience": {"more_than": "P2Y"}}, Compare("experience", Order.MORE_THAN, 24)),
    ({"score": {"less_than": 59.99}}, Compare("score", Order.LESS_THAN, 5999)),
    (
        {"score": {"at_least": 50, "less_than": 60}},
        All((Compare("score", Order.AT_LEAST, 5000), Compare("score", Order.LESS_THAN, 6000))),
    ),
    ({"service_since": {"before": "2026-01-31"}}, Compare("service_since", Order.LESS_THAN, DAY.toordinal())),
    ({"service_since": {"after": "applications.until"}}, Compare("service_since", Order.MORE_THAN, DAY.toordinal())),
    ({"service_since": {"at_most": "2026-01-31"}}, Compare("service_since", Order.AT_MOST, DAY.toordinal())),
    (
        {"service_since": {"at_least": "12 months", "as_of": "applications.until"}},
        Elapsed("service_since", Order.AT_LEAST, YEAR, DAY),
    ),
    (
        {"service_since": {"less_than": "P1Y", "as_of": "2026-01-31"}},
        Elapsed("service_since", Order.LESS_THAN, YEAR, DAY),
    ),
    ({"applied_at": {"after": "1970-01-01T00:00:01Z"}}, Compare("applied_at", Order.MORE_THAN, 1_000_000)),
    ({"final": {"at_least": 60}}, CompareScore(FINAL, Order.AT_LEAST, Fraction(60))),
    ({"final": {"at_least": 10**14}}, CompareScore(FINAL, Order.AT_LEAST, Fraction(10**14))),
    ({"final": {"more_than": 59.995}}, CompareScore(FINAL, Order.MORE_THAN, Fraction(59995, 1000))),
    (
        {"final": 60},
        All((CompareScore(FINAL, Order.AT_LEAST, Fraction(60)), CompareScore(FINAL, Order.AT_MOST, Fraction(60)))),
    ),
    (
        {"final": {"is_not": 60}},
        Not(All((CompareScore(FINAL, Order.AT_LEAST, Fraction(60)), CompareScore(FINAL, Order.AT_MOST, Fraction(60))))),
    ),
    ("direct_access", DIRECT),
    ({"not": "direct_access"}, Not(DIRECT)),
    ({"not": {"not": "direct_access"}}, DIRECT),
    ({"all": ["direct_access", {"licence": True}]}, All((DIRECT, OneOf("licence", (True,))))),
    ({"any": ["direct_access", {"any": [{"licence": True}]}]}, AnyOf((DIRECT, OneOf("licence", (True,))))),
    ({"all": []}, ALWAYS),
    ({"any": []}, NEVER),
]


def read(data: object) -> Rule:
    return read_rule(data, DECLARED, conditions=CONDITIONS, references=REFERENCES)


@pytest.mark.parametrize(("written", "rule"), READ)
def test_every_word_of_the_language_is_read(written, rule):
    assert read(written) == rule


@pytest.mark.parametrize("rule", [rule for _, rule in READ])
def test_a_rule_is_written_as_it_is_read(rule):
    assert read(plain_rule(rule, DECLARED)) == rule


KNOWN_OPERATORS = "`is`, `is_not`, `one_of` or `none_of`"
AS_OF = "`as_of` goes with a duration asked of a date"
BAD = [  # written, sentence, help
    ("direct_acces", "unknown condition `direct_acces`", "did you mean `direct_access`?"),
    ("licence", "`licence` is a fact, not a condition", "say what it must be, as in `{licence: …}`"),
    ("final", "`final` is a fact, not a condition", "say what it must be, as in `{final: …}`"),
    (None, "unknown condition nothing", "known here: `direct_access`"),
    ([], "a list is not a rule", "put it under `all:` (every one) or `any:` (at least one)"),
    ({}, "a rule has one key, this mapping has 0", "put several rules in a list under `all:` or `any:`"),
    (
        {"licence": True, "experience": 3},
        "a rule has one key, this mapping has 2",
        "put several rules in a list under `all:` or `any:`",
    ),
    (
        {"all": "direct_access"},
        "`all` takes a list of rules, not `direct_access`",
        "put it in brackets: `all: [direct_access]`",
    ),
    (
        {"any": {"licence": True}},
        "`any` takes a list of rules, not a mapping",
        "make each an item of a list: `any: [{licence: …}]`",
    ),
    ({"licens": True}, "unknown fact `licens`", "did you mean `licence`?"),
    ({"al": []}, "unknown fact `al`", "did you mean `all`?"),
    (
        {"remarks": "fine"},
        "`remarks` is text: it is kept as evidence and never decided on",
        "declare a flag or a choice",
    ),
    ({"licence": "yes"}, "`licence`: `yes` is not a flag", "write `true`"),
    ({"licence": []}, "`licence`: a list is not a flag", "write `true` or `false`"),
    (
        {"candidate_type": {"one_of": ["external", "intern"]}},
        "`candidate_type`: `intern` is not one of the choices",
        "one of `external`, `internal`",
    ),
    (
        {"candidate_type": {"one_of": "external"}},
        "`one_of` takes a list, not `external`",
        "put it in brackets: `[external]`",
    ),
    (
        {"candidate_type": {}},
        "nothing is asked of `candidate_type`",
        "write a value, or an operator such as `at_least`",
    ),
    ({"experience": {"atleast": 3}}, "unknown operator `atleast`", "did you mean `at_least`?"),
    (
        {"candidate_type": {"at_least": "external"}},
        "a choice has no order, so `at_least` cannot be asked of `candidate_type`",
        f"use {KNOWN_OPERATORS}",
    ),
    (
        {"licence": {"more_than": False}},
        "a flag has no order, so `more_than` cannot be asked of `licence`",
        f"use {KNOWN_OPERATORS}",
    ),
    (
        {"experience": {"before": "2 years"}},
        "`before` compares dates and moments; `experience` is a duration",
        "use `less_than` or `more_than`",
    ),
    (
        {"experience": {"at_least": "2 weeks"}},
        "`experience`: 2 weeks and months do not compare",
        "write the duration in months or years",
    ),
    ({"score": {"at_least": 59.999}}, "`score`: `59.999` is not a multiple of 0.01", "round it to steps of 0.01"),
    ({"score": {"at_least": 101}}, "`score`: `101` is not a number from 0 to 100", None),
    (
        {"service_since": {"at_least": "1 year"}},
        "`service_since` is a date: a duration must have passed by some day",
        "add `as_of:` with a date, `applications.until` or a step's `on`",
    ),
    (
        {"service_since": {"at_least": "1 year", "as_of": "application.until"}},
        "unknown day `application.until`",
        "did you mean `applications.until`?",
    ),
    (
        {"service_since": {"at_least": "1 year", "as_of": [2026]}},
        "as_of: a list is not a date",
        "write a day as `2026-02-13`",
    ),
    (
        {"service_since": {"at_least": "2026-01-31", "as_of": "2026-01-31"}},
        "`2026-01-31` is not a duration",
        "write `24 months`, `2 years` or `P2Y`",
    ),
    (
        {"service_since": {"at_least": "3 hours", "as_of": "2026-01-31"}},
        "3 hours is not a number of days or months",
        None,
    ),
    (
        {"service_since": {"at_least": "900 years", "as_of": "0800-01-31"}},
        "0800-01-31 and -10800 months leave the calendar",
        None,
    ),
    (
        {"service_since": {"more_than": "0 months", "as_of": "0001-01-01"}},
        "0001-01-01 and -1 days leave the calendar",
        None,
    ),
    (
        {"service_since": {"is": "2026-01-31", "as_of": "2026-02-01"}},
        f"{AS_OF}; no duration is asked of `service_since`",
        "leave it out",
    ),
    (
        {"service_since": {"before": "2026-01-31", "as_of": "2026-02-01"}},
        f"{AS_OF}; no duration is asked of `service_since`",
        "leave it out",
    ),
    ({"experience": {"at_least": 3, "as_of": "2026-02-01"}}, f"{AS_OF}; `experience` is a duration", "leave it out"),
    ({"final": {"at_least": 60, "as_of": "2026-02-01"}}, f"{AS_OF}; `final` is a score", "leave it out"),
    ({"final": {"at_least": "B"}}, "`final`: `B` is not a number", None),
    ({"final": [60]}, "`final`: a list is not a number", "write it without quotes"),
    ({"final": {}}, "nothing is asked of `final`", "write a value, or an operator such as `at_least`"),
    ({"final": {"before": 60}}, "`before` cannot be asked of a score", "use `at_least` or `less_than`"),
    ({"final": {"one_of": [60]}}, "`final`: a list is not a number", "write it without quotes"),
]


@pytest.mark.parametrize(("written", "sentence", "help_"), BAD)
def test_a_bad_rule_earns_its_exact_message(written, sentence, help_):
    with pytest.raises(RuleError) as error:
        read(written)
    (problem,) = error.value.problems
    assert (problem.sentence, problem.help) == (sentence, help_)


def test_all_problems_are_told_at_once_and_each_once():
    with pytest.raises(RuleError) as error:
        read({"all": [{"licens": True}, {"experience": {"at_least": "B"}}, "nobody", "nobody"]})
    assert [problem.sentence for problem in error.value.problems] == [
        "unknown fact `licens`",
        "`experience`: `B` is not a duration",
        "unknown condition `nobody`",
    ]


def test_a_condition_that_leads_back_to_itself_shows_the_road():
    conditions = {"a": {"not": "b"}, "b": {"all": ["c", {"licence": True}]}, "c": "a"}
    with pytest.raises(RuleError) as error:
        read_rule("a", DECLARED, conditions=conditions)
    assert str(error.value) == "condition `a` refers to itself: `a` → `b` → `c` → `a`"


def test_a_condition_nobody_names_is_read_too():
    with pytest.raises(RuleError, match="unknown fact `licens`"):
        read_rule({"licence": True}, DECLARED, conditions={"unused": {"licens": True}})


def test_a_problem_stands_where_the_author_wrote_it():
    key, value = Place("x.yaml", 3, 5), Place("x.yaml", 3, 14)
    node = Table({"licence": Scalar("yes", place=value)}, Place("x.yaml", 3, 4), {"licence": key})
    with pytest.raises(RuleError, match=r"^x\.yaml:3:14: `licence`: `yes` is not a flag\n  help: "):
        read_rule(node, DECLARED)
    node = Table({"licens": Scalar("true", place=value)}, Place("x.yaml", 3, 4), {"licens": key})
    with pytest.raises(RuleError, match=r"^x\.yaml:3:5: unknown fact `licens`\n"):
        read_rule(node, DECLARED)


def conditions_in(rule: Rule) -> dict[str, Rule]:
    match rule:
        case Named(name, inner):
            return {name: inner} | conditions_in(inner)
        case Not(inner):
            return conditions_in(inner)
        case All(parts) | AnyOf(parts):
            return {name: inner for part in parts for name, inner in conditions_in(part).items()}
        case _:
            return {}


@settings(max_examples=250)
@given(cases())
def test_a_rule_written_as_plain_data_reads_back_the_same(case):
    conditions = {name: plain_rule(rule, case.declared) for name, rule in conditions_in(case.rule).items()}
    assert read_rule(plain_rule(case.rule, case.declared), case.declared, conditions=conditions) == case.rule


def test_a_bound_too_fine_for_a_float_is_still_written_exactly():
    rule = CompareScore(FINAL, Order.AT_LEAST, Fraction(1234567890123456789, 10**9))
    assert read(plain_rule(rule, DECLARED)) == rule
