"""Findings in sentences, in both languages."""

import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procedures import loads
from rules.algebra import (
    ALWAYS,
    NEVER,
    All,
    AnyOf,
    Compare,
    Constant,
    Elapsed,
    Named,
    Not,
    OneOf,
    Order,
    all_of,
    any_of,
    not_,
)
from rules.calendar import Duration
from rules.evaluation import find
from rules.explanation import explain, motivation, outline, plain_explanation, rule_outline, rule_sentence
from rules.phrases import label_of
from rules.reader import read_rule
from rules.truth import Truth
from rules.words import LANGUAGES, Words
from strategies import CLERK as DECLARED
from strategies import cases

F, U, T = Truth.FALSE, Truth.UNKNOWN, Truth.TRUE

CONDITIONS = {
    "direct": Named("direct_access", Compare("level", Order.AT_LEAST, 3), Words(nl="niveau B"), ("notice:12",))
}
ADMISSION = all_of(
    CONDITIONS["direct"],
    any_of(
        all_of(OneOf("candidate_type", ("external",)), Compare("experience", Order.AT_LEAST, 12)),
        Elapsed("since", Order.AT_LEAST, Duration(12, "months"), date(2025, 11, 1)),
    ),
    not_(OneOf("licence", (False,))),
)
REJECTED = {"level": 2, "candidate_type": "internal", "experience": 8, "licence": True}
REJECTED_OUTLINE = """\
✗ all of these hold:
  ✗ niveau B [notice:12]
    ✗ level: C, at least B is asked [notice:3]
  ? at least one of these holds:
    ✗ all of these hold:
      ✗ kind of candidate: internal, external is asked
      ✗ experience: 8 months, at least 1 year is asked; 4 months short
    ? service is missing, at least 1 year by 2025-11-01 is asked
  ✓ licence: yes, as asked"""


def test_an_outline_shows_every_part_with_its_mark_and_sources():
    explanation = explain(find(ADMISSION, REJECTED), REJECTED, DECLARED, "en")
    assert outline(explanation) == REJECTED_OUTLINE


LATE = date(2025, 3, 1).toordinal()
MOTIVATIONS = [  # known, Dutch, English
    (
        REJECTED,
        "Niet voldaan. Niveau: C, gevraagd is minstens B [notice:12].",
        "Not met. Level: C, at least B is asked [notice:12].",
    ),
    (
        REJECTED | {"level": 3, "since": LATE},
        "Niet voldaan. Geen enkel alternatief geldt. Soort kandidaat: intern, gevraagd is external. "
        "Ervaring: 8 maanden, gevraagd is minstens 1 jaar; 4 maanden te kort. Dienst: 2025-03-01 (8 maanden), "
        "gevraagd is minstens 1 jaar op 2025-11-01; genoeg vanaf 2026-03-01.",
        "Not met. No alternative holds. Kind of candidate: internal, external is asked. "
        "Experience: 8 months, at least 1 year is asked; 4 months short. Service: 2025-03-01 (8 months), "
        "at least 1 year by 2025-11-01 is asked; would be enough from 2026-03-01.",
    ),
    (
        REJECTED | {"level": 3},
        "Nog niet beslist: dienst ontbreekt, gevraagd is minstens 1 jaar op 2025-11-01.",
        "Not yet decided: service is missing, at least 1 year by 2025-11-01 is asked.",
    ),
    (
        {"level": 4, "candidate_type": "external", "experience": 12, "since": LATE, "licence": True},
        "Voldaan. Niveau: A, gevraagd is minstens B [notice:12]. Soort kandidaat: external, zoals gevraagd. "
        "Ervaring: 1 jaar, gevraagd is minstens 1 jaar. Rijbewijs: ja, zoals gevraagd.",
        "Met. Level: A, at least B is asked [notice:12]. Kind of candidate: external, as asked. "
        "Experience: 1 year, at least 1 year is asked. Licence: yes, as asked.",
    ),
]


@pytest.mark.parametrize(("known", "dutch", "english"), MOTIVATIONS)
def test_a_motivation_gives_the_deciding_reasons_only(known, dutch, english):
    finding = find(ADMISSION, known)
    assert motivation(explain(finding, known, DECLARED, "nl"), "nl") == dutch
    assert motivation(explain(finding, known, DECLARED, "en"), "en") == english


LICENCE, TYPE = OneOf("licence", (True,)), OneOf("candidate_type", ("internal", "other"))
SENTENCES = [  # rule, Dutch, English
    (CONDITIONS["direct"].rule, "niveau: minstens B", "level: at least B"),
    (CONDITIONS["direct"], "niveau B", "niveau B"),
    (not_(CONDITIONS["direct"]), "niet: niveau B", "not: niveau B"),
    (LICENCE, "rijbewijs: ja", "licence: yes"),
    (not_(LICENCE), "rijbewijs: nee", "licence: no"),
    (
        not_(TYPE),
        "soort kandidaat: iets anders dan intern of other",
        "kind of candidate: anything but internal or other",
    ),
    (
        all_of(LICENCE, any_of(TYPE, CONDITIONS["direct"])),
        "rijbewijs: ja en (soort kandidaat: intern of other of niveau B)",
        "licence: yes and (kind of candidate: internal or other or niveau B)",
    ),
    (not_(all_of(LICENCE, CONDITIONS["direct"])), "rijbewijs: nee of niet: niveau B", "licence: no or not: niveau B"),
    (ALWAYS, "geldt altijd", "always holds"),
    (NEVER, "geldt nooit", "never holds"),
    (Constant(U), "niet te beslissen", "cannot be decided"),
]


@pytest.mark.parametrize(("rule", "dutch", "english"), SENTENCES)
def test_a_rule_is_a_sentence_without_anybodys_facts(rule, dutch, english):
    assert rule_sentence(rule, DECLARED, "nl") == dutch
    assert rule_sentence(rule, DECLARED, "en") == english


def test_a_rule_is_outlined_line_by_line():
    assert rule_outline(not_(all_of(CONDITIONS["direct"], LICENCE)), DECLARED, "en") == [
        (0, "at least one of these holds:", ()),
        (1, "not: niveau B", ("notice:12",)),
        (2, "level: lower than B", ("notice:3",)),
        (1, "licence: no", ()),
    ]


def test_what_always_holds_never_holds_once_denied():
    assert rule_outline(Not(Named("always", ALWAYS)), DECLARED, "en") == [
        (0, "not: always", ()),
        (1, "never holds", ()),
    ]


def test_an_explanation_as_json():
    explanation = explain(find(ADMISSION, REJECTED), REJECTED, DECLARED, "en")
    plain = json.loads(json.dumps(plain_explanation(explanation)))
    assert set(plain) == {"value", "sentence", "sources", "enough", "missing", "parts"}
    assert plain["parts"][1]["value"] == "unknown"
    assert plain["parts"][1]["missing"] == ["since"]
    assert plain["parts"][0]["parts"][0] == {
        "value": "false",
        "sentence": "level: C, at least B is asked",
        "sources": ["notice:3"],
        "enough": "B",
        "missing": [],
        "parts": [],
    }


def leaves_of(explanation):
    if not explanation.parts:
        return [explanation]
    return [leaf for part in explanation.parts for leaf in leaves_of(part)]


def labels_of_failing(finding, denied, declared, language):
    """The labels of the facts and scores in leaves that fail, by another road than explaining takes."""
    match finding.rule:
        case Not():
            yield from labels_of_failing(finding.parts[0], not denied, declared, language)
        case All() | AnyOf() | Named():
            for part in finding.parts:
                yield from labels_of_failing(part, denied, declared, language)
        case Constant():
            pass
        case rule:
            if finding.value is (T if denied else F):
                named = getattr(rule, "score", None) or declared.facts[rule.fact]
                yield label_of(named, language)


@settings(max_examples=150)
@given(cases(), st.sampled_from(LANGUAGES))
def test_every_failing_leaf_is_mentioned_and_the_value_kept(case, language):
    finding = find(case.rule, case.known)
    explanation = explain(finding, case.known, case.declared, language)
    assert explanation.value is finding.value
    assert explanation.missing == finding.missing
    text = outline(explanation)
    for label in labels_of_failing(finding, False, case.declared, language):
        assert f"✗ {label}: " in text
    for leaf in leaves_of(explanation):
        assert (leaf.enough is None) or leaf.value is F


def deciding_leaves(explanation):
    deciding = [part for part in explanation.parts if part.value is explanation.value]
    return [leaf for part in deciding for leaf in deciding_leaves(part)] or [explanation]


def joined_rightly(explanation):
    """A whole is its parts joined: by "or" where they are alternatives, else by "and"."""
    if explanation.parts:
        joined = (max if explanation.alternatives else min)(part.value for part in explanation.parts)
        assert joined is explanation.value
    for part in explanation.parts:
        joined_rightly(part)


@settings(max_examples=150)
@given(cases(), st.sampled_from(LANGUAGES))
def test_every_reason_has_the_value_it_explains(case, language):
    explanation = explain(find(case.rule, case.known), case.known, case.declared, language)
    joined_rightly(explanation)
    paragraph = motivation(explanation, language)
    for leaf in deciding_leaves(explanation):
        assert leaf.value is explanation.value
        matters = leaf.value is not Truth.UNKNOWN or not set(leaf.missing).isdisjoint(explanation.missing)
        assert not matters or leaf.sentence[1:] in paragraph


@settings(max_examples=100)
@given(cases(), st.sampled_from(LANGUAGES))
def test_any_rule_can_be_shown_without_facts(case, language):
    assert rule_sentence(case.rule, case.declared, language)
    lines = rule_outline(case.rule, case.declared, language)
    shown = explain(find(case.rule, case.known), case.known, case.declared, language)
    assert len(lines) == outline(shown).count("\n") + 1
    assert [depth for depth, _, _ in lines] == [
        (len(line) - len(line.lstrip())) // 2 for line in outline(shown).split("\n")
    ]


BOUNDS = loads(
    "procedure: p\ntitle: P\nfacts: {x: {kind: number, from: 0, to: 20, step: 1}, ok: {kind: flag}}"
).machine.declared
ENOUGH = [  # rule, given, what the leaf that fails says is enough
    ({"x": {"more_than": 10, "is_not": 11}}, 5, "12"),
    ({"all": [{"x": {"more_than": 10}}, {"not": {"x": {"one_of": [11, 12]}}}]}, 5, "13"),
    ({"all": [{"x": {"at_least": 10}}, {"any": [{"ok": True}, {"x": {"at_least": 12}}]}]}, 5, "10"),
    ({"x": {"at_least": 10, "less_than": 10}}, 5, None),
    ({"x": {"at_most": 3, "none_of": [3, 2]}}, 5, "1"),
    ({"x": {"at_least": 20, "is_not": 20}}, 5, None),
    ({"x": {"at_least": 10}}, 5, "10"),
]


@pytest.mark.parametrize(("data", "given", "enough"), ENOUGH)
def test_what_is_told_to_be_enough_is_so_beside_the_other_requirements(data, given, enough):
    known = {"x": BOUNDS.encode("x", given), "ok": False}
    explanation = explain(find(read_rule(data, BOUNDS), known), known, BOUNDS, "en")
    failing = [part for part in leaves(explanation) if part.value is Truth.FALSE and part.sentence.startswith("x")]
    assert failing[0].enough == enough


def leaves(explanation):
    if not explanation.parts:
        yield explanation
    for part in explanation.parts:
        yield from leaves(part)


@pytest.mark.parametrize("value", ["B1.1", "niv_1.2", "2.4_GHz"])
def test_a_value_without_a_label_is_told_as_it_is(value):
    declared = loads(
        f"procedure: p\ntitle: P\nfacts: {{grade: {{kind: choice, of: ['{value}', other]}}}}"
    ).machine.declared
    known = {"grade": declared.encode("grade", value)}
    assert value in explain(find(read_rule({"grade": "other"}, declared), known), known, declared, "en").sentence


def test_a_value_of_letters_alone_is_told_as_words():
    declared = loads("procedure: p\ntitle: P\nfacts: {work: {kind: choice, of: [social_work, other]}}").machine.declared
    known = {"work": declared.encode("work", "social_work")}
    assert "social work" in explain(find(read_rule({"work": "other"}, declared), known), known, declared, "en").sentence
