"""Statements about one person: facts, three-valued rules, findings and their explanation.

    declared = Declared({"experience": Fact("experience", kinds.Duration(Unit.MONTHS))})
    rule = read_rule({"experience": {"at_least": "1 year"}}, declared)
    known = {"experience": declared.encode("experience", 8)}
    print(outline(explain(find(rule, known), known, declared, "en")))
    # ✗ experience: 8 months, at least 1 year is asked; 4 months short

The kinds of facts are in `rules.kinds`, the nodes of rules in `rules.algebra`, pay in `rules.seniority`.
Not the Django library of the same import name on PyPI; this package is part of `selection-procedures`.

PYTEST_DONT_REWRITE: otherwise pytest warns that the plugin of this project imported the library already.
"""

from rules.algebra import ALWAYS, NEVER, Order, Rule, all_of, any_of, facts_of, not_, one_of
from rules.calendar import CalendarError, Duration, Moment, Unit, Zone
from rules.evaluation import Finding, find
from rules.explanation import Explanation, explain, motivation, outline, plain_explanation, rule_outline, rule_sentence
from rules.facts import Declared, Fact, Known, Part, Score
from rules.kinds import FactError, Value
from rules.problems import Place, Problem, RuleError
from rules.reader import plain_rule, read_rule
from rules.truth import Truth
from rules.words import LANGUAGES, Language, Words

__all__ = [
    "ALWAYS",
    "LANGUAGES",
    "NEVER",
    "CalendarError",
    "Declared",
    "Duration",
    "Explanation",
    "Fact",
    "FactError",
    "Finding",
    "Known",
    "Language",
    "Moment",
    "Order",
    "Part",
    "Place",
    "Problem",
    "Rule",
    "RuleError",
    "Score",
    "Truth",
    "Unit",
    "Value",
    "Words",
    "Zone",
    "all_of",
    "any_of",
    "explain",
    "facts_of",
    "find",
    "motivation",
    "not_",
    "one_of",
    "outline",
    "plain_explanation",
    "plain_rule",
    "read_rule",
    "rule_outline",
    "rule_sentence",
]
