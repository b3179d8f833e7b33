"""Problems, the nodes they stand at, and words for people."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from rules.nodes import Listing, Scalar, Table, describe, node_of
from rules.problems import Place, Problem, Problems, RuleError
from rules.suggestions import did_you_mean
from rules.words import Words, as_words, language_of

HELPED = [  # word, known, help
    ("sortlisted", ["shortlisted", "rejected"], "did you mean `shortlisted`?"),
    ("xyz", ["b", "a", "b"], "known here: `a`, `b`"),
    ("xyz", [], None),
    ("xyz", [f"state {n}" for n in range(13)], None),
]


@pytest.mark.parametrize(("word", "known", "help_"), HELPED)
def test_help_names_the_nearest_word_or_a_short_list(word, known, help_):
    assert did_you_mean(word, known) == help_


def test_problems_come_in_the_order_of_the_file_and_once():
    problems = Problems()
    assert not problems
    problems.add("nowhere")
    problems.add("late", Place("x.yaml", 10, 1))
    problems.add("early", Place("x.yaml", 9, 2), "mend it")
    problems.add("early", Place("x.yaml", 9, 2), "mend it")
    assert [str(problem) for problem in problems] == [
        "x.yaml:9:2: early\n  help: mend it",
        "x.yaml:10:1: late",
        "nowhere",
    ]
    assert str(RuleError(problems)) == "\n".join(str(problem) for problem in problems)
    assert Problem("nowhere") in RuleError(problems).problems


NODES = [  # plain data, as described
    (None, "nothing"),
    ("", "``"),
    ("null", "`null`"),
    (True, "`true`"),
    (59.99, "`59.99`"),
    (Decimal("1.10"), "`1.10`"),
    (date(2026, 2, 13), "`2026-02-13`"),
    (datetime(2026, 2, 13, 9), "`2026-02-13T09:00:00`"),
    ("x" * 41, f"`{'x' * 39}…`"),
    ([], "a list"),
    ({}, "a mapping"),
]


@pytest.mark.parametrize(("data", "shown"), NODES)
def test_plain_data_becomes_nodes_that_can_be_shown(data, shown):
    assert describe(node_of(data)) == shown


def test_nodes_keep_their_shape():
    node = node_of({"all": [{"licence": True}, "direct"]})
    assert isinstance(node, Table)
    assert isinstance(node.get("all"), Listing)
    assert [type(item) for item in node.entries["all"].items] == [Table, Scalar]
    assert node.get("any") is None


def test_what_is_no_plain_data_is_refused():
    with pytest.raises(TypeError, match="cannot read a object as plain data"):
        node_of(object())


def test_a_missing_language_borrows_from_the_other():
    assert Words(nl="ervaring").in_language("en") == "ervaring"
    assert Words(en="experience").in_language("nl", "x") == "experience"
    assert Words().in_language("nl", "x") == "x"
    assert Words("a", "b").in_language("nl") + Words("a", "b").in_language("en") == "ab"
    assert not Words()


def test_names_as_words():
    assert as_words("interview.oral_score") == "interview: oral score"
    assert language_of("nl") == "nl"
    with pytest.raises(ValueError, match=r"^unknown language `fr`: choose nl or en$"):
        language_of("fr")
