"""Seniority that is recognised for pay, and the amounts a vacancy prints."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.calendar import Duration, Unit
from rules.facts import Declared, Fact
from rules.kinds import Duration as DurationKind
from rules.kinds import Flag
from rules.nodes import node_of
from rules.problems import Problems
from rules.seniority import (
    Amount,
    CountedFact,
    Pay,
    RecognisedSeniority,
    SeniorityRule,
    amount_applies,
    amount_words,
    pay_sentences,
    read_pay,
    recognise_seniority,
)

KINDS = {
    "private_experience": DurationKind(Unit.MONTHS),
    "public_experience": DurationKind(Unit.YEARS),
    "notice": DurationKind(Unit.DAYS),
    "licence": Flag(),
}
DECLARED = Declared({name: Fact(name, kind) for name, kind in KINDS.items()})
WRITTEN = {
    "scale": "B1-B3",
    "seniority": {
        "counts": {"private_experience": {"at_most": "18 years"}, "public_experience": {}},
        "source": "notice:138-140",
    },
    "amounts": [
        {"bound": "least", "amount": 3148.08, "seniority": "2 years", "source": "notice:140-142"},
        {"bound": "most", "amount": 5155.42, "seniority": "23 years", "source": "notice:142"},
    ],
}


def years(count: int) -> Duration:
    return Duration(count * 12, "months")


RULE = SeniorityRule(
    (CountedFact("private_experience", years(18)), CountedFact("public_experience")), ("notice:138-140",)
)
PAY = Pay(
    "B1-B3",
    "EUR",
    RULE,
    (
        Amount("least", Decimal("3148.08"), years(2), ("notice:140-142",)),
        Amount("most", Decimal("5155.42"), years(23), ("notice:142",)),
    ),
)


def read(written: object) -> tuple[Pay | None, list[tuple[str, str | None]]]:
    problems = Problems()
    pay = read_pay(node_of(written), DECLARED, problems, lambda node: (node.text,))
    return pay, [(problem.sentence, problem.help) for problem in problems]


def test_what_a_vacancy_says_of_pay_is_read():
    assert read(WRITTEN) == (PAY, [])


RECOGNISED = [  # known, total, months known and counted for each fact, missing
    ({"private_experience": 240, "public_experience": 3}, 252, [(240, 216), (36, 36)], ()),
    ({"private_experience": 216, "public_experience": 40}, 696, [(216, 216), (480, 480)], ()),
    ({"private_experience": 217, "public_experience": 0}, 216, [(217, 216), (0, 0)], ()),
    ({"private_experience": 240}, None, [(240, 216), (None, None)], ("public_experience",)),
    ({}, None, [(None, None), (None, None)], ("private_experience", "public_experience")),
]


@pytest.mark.parametrize(("known", "total", "months", "missing"), RECOGNISED)
def test_each_experience_counts_up_to_its_own_ceiling(known, total, months, missing):
    found = recognise_seniority(RULE, known, DECLARED)
    assert isinstance(found, RecognisedSeniority)
    assert (found.total, found.missing) == (total, missing)
    assert [(part.known, part.counted) for part in found.parts] == months


@given(st.integers(0, 600), st.integers(0, 50), st.integers(0, 60))
def test_more_experience_never_counts_for_less(private, public, more):
    less = recognise_seniority(RULE, {"private_experience": private, "public_experience": public}, DECLARED).total
    greater = recognise_seniority(
        RULE, {"private_experience": private + more, "public_experience": public}, DECLARED
    ).total
    assert less <= greater <= less + more


LEAST = "least: EUR 3148.08 with 2 years of seniority"
MOST = "most: EUR 5155.42 with 23 years of seniority [notice:142]"
SENTENCES = [  # known, language, sentences after the scale
    (
        {},
        "en",
        "private experience is missing, counts up to 18 years [notice:138-140]",
        "public experience is missing, counts in full [notice:138-140]",
        "recognised seniority: not yet known without private experience and public experience",
        f"{LEAST} [notice:140-142]",
        MOST,
    ),
    (
        {"private_experience": 240, "public_experience": 3},
        "en",
        "private experience: 20 years, counted up to the ceiling of 18 years; 2 years beyond it [notice:138-140]",
        "public experience: 3 years, counted in full [notice:138-140]",
        "recognised seniority: 21 years",
        f"{LEAST} [notice:140-142]",
        MOST,
        "21 years of seniority: between 2 years and 23 years; the scale between them is not stated",
    ),
    (
        {"private_experience": 24, "public_experience": 0},
        "en",
        "private experience: 2 years, counted in full [notice:138-140]",
        "public experience: 0 months, counted in full [notice:138-140]",
        "recognised seniority: 2 years",
        f"{LEAST}: applies [notice:140-142]",
        MOST,
    ),
    (
        {"private_experience": 23, "public_experience": 0},
        "en",
        "private experience: 23 months, counted in full [notice:138-140]",
        "public experience: 0 months, counted in full [notice:138-140]",
        "recognised seniority: 23 months",
        f"{LEAST} [notice:140-142]",
        MOST,
        "23 months of seniority: less than 2 years; the scale below that is not stated",
    ),
    (
        {"private_experience": 217, "public_experience": 8},
        "nl",
        "private experience: 217 maanden, meegeteld tot het maximum van 18 jaar; 1 maand valt erboven [notice:138-140]",
        "public experience: 8 jaar, volledig meegeteld [notice:138-140]",
        "erkende anciënniteit: 26 jaar",
        "minimum: 3148,08 EUR bij 2 jaar anciënniteit [notice:140-142]",
        "maximum: 5155,42 EUR bij 23 jaar anciënniteit [notice:142]",
        "26 jaar anciënniteit: meer dan 23 jaar; de schaal daarboven is niet vermeld",
    ),
]


@pytest.mark.parametrize("row", SENTENCES)
def test_pay_in_sentences(row):
    known, language, *sentences = row
    scale, *rest = pay_sentences(PAY, known, DECLARED, language)
    assert scale in ("scale: B1-B3", "schaal: B1-B3")
    assert rest == sentences


def test_an_amount_without_seniority_applies_to_everybody_whose_seniority_is_known():
    pay = Pay(seniority=RULE, amounts=(Amount("example", Decimal(3000)),))
    known = {"private_experience": 0, "public_experience": 1}
    assert pay_sentences(pay, known, DECLARED, "en")[-1] == "example: EUR 3000.00: applies"
    assert pay_sentences(pay, {}, DECLARED, "en")[-1] == "example: EUR 3000.00"


BOUNDS = (Amount("least", Decimal("3120.78"), None, ("notice:41",)), Amount("most", Decimal("5258.42")))
SCALES = [  # what the source says besides, known months, sentences about the amounts
    (
        {"gross": True},
        {"private_experience": 0, "public_experience": 0},
        "minimum: 3120,78 EUR bruto [notice:41]",
        "maximum: 5258,42 EUR bruto",
        "bij welke anciënniteit deze bedragen horen, is niet vermeld",
    ),
    (
        {"per": "month"},
        {"private_experience": 0},
        "minimum: 3120,78 EUR per maand [notice:41]",
        "maximum: 5258,42 EUR per maand",
    ),
    (
        {"gross": True, "per": "year"},
        {},
        "minimum: 3120,78 EUR bruto per jaar [notice:41]",
        "maximum: 5258,42 EUR bruto per jaar",
    ),
]


@pytest.mark.parametrize("row", SCALES)
def test_the_bounds_of_a_scale_are_the_amount_of_nobody(row):
    said, known, *sentences = row
    pay = Pay(seniority=RULE, amounts=BOUNDS, **said)
    assert list(pay_sentences(pay, known, DECLARED, "nl"))[3:] == sentences
    for amount in BOUNDS:
        assert amount_applies(amount, 0) is None


def test_gross_and_the_period_are_read_where_they_are_written():
    pay, problems = read({"gross": True, "per": "month"})
    assert (pay, problems) == (Pay(gross=True, per="month"), [])
    assert amount_words(Amount("example", Decimal(3796), years(5)), pay, "en") == (
        "example: EUR 3796.00 gross a month with 5 years of seniority"
    )


@given(st.integers(0, 500), st.integers(0, 50), st.sampled_from(["nl", "en"]))
def test_no_amount_is_ever_said_that_was_not_printed(private, public, language):
    known = {"private_experience": private, "public_experience": public}
    said = " ".join(pay_sentences(PAY, known, DECLARED, language)).replace(",", ".")
    amounts = {word for word in said.split() if "." in word and word.replace(".", "").isdigit()}
    assert amounts == {"3148.08", "5155.42"}


COUNTS = {"counts": {"private_experience": {}}}
BAD = [  # written, sentence, help
    ([], "`pay` is a mapping, not a list", None),
    ({"scal": "B1"}, "unknown key `scal` in `pay`", "did you mean `scale`?"),
    ({"scale": ["B1"]}, "`scale` is a word, not a list", None),
    ({"gross": "bruto"}, "`gross` is a flag, not `bruto`", "write `true` or `false`"),
    ({"per": "week"}, "unknown period `week`", "write `hour`, `month` or `year`"),
    ({"per": ["month"]}, "unknown period a list", "write `hour`, `month` or `year`"),
    ({"currency": "euro"}, "`euro` is not a currency", "write its three letters, as in `EUR`"),
    ({"seniority": 3}, "`seniority` is a mapping, not `3`", None),
    ({"seniority": {}}, "`seniority` counts nothing", "name durations under `counts:`"),
    ({"seniority": {"counts": {}}}, "`seniority` counts nothing", "name durations under `counts:`"),
    ({"seniority": {"counts": ["notice"]}}, "`counts` is a mapping of facts, not a list", None),
    (
        {"seniority": {"count": {}} | COUNTS},
        "unknown key `count` in `seniority`",
        "did you mean `counts`?",
    ),
    (
        {"seniority": {"counts": {"privat_experience": {}}}},
        "unknown fact `privat_experience`",
        "did you mean `private_experience`?",
    ),
    (
        {"seniority": {"counts": {"licence": {}}}},
        "`licence` is a flag, and only a duration counts as seniority",
        "declare it as `{kind: duration, unit: months}`",
    ),
    (
        {"seniority": {"counts": {"notice": {}}}},
        "`notice` is counted in days, which do not add up to months",
        "declare it in months or years",
    ),
    (
        {"seniority": {"counts": {"private_experience": {"at_mos": 3}}}},
        "unknown key `at_mos` in `private_experience`",
        "did you mean `at_most`?",
    ),
    (
        {"seniority": {"counts": {"private_experience": {"at_most": "3 weeks"}}}},
        "`at_most`: 3 weeks and months do not compare",
        "write the duration in months or years",
    ),
    (
        {"seniority": {"counts": {"private_experience": {"at_most": 0}}}},
        "`at_most`: a ceiling of nothing counts nothing",
        "leave the fact out",
    ),
    (
        {"seniority": {"counts": {"private_experience": {"at_most": 12001}}}},
        "`at_most`: 12001 months is longer than a thousand years",
        "give a shorter one",
    ),
    ({"amounts": {}}, "`amounts` is a list, not a mapping", None),
    ({"amounts": [3]}, "an amount is a mapping, not `3`", None),
    ({"amounts": [{"bound": "least"}]}, "an amount without its `amount`", "write it as printed, as in `3148.08`"),
    ({"amounts": [{"amount": 3}]}, "an amount without its `bound`", "write `least`, `most` or `example`"),
    ({"amounts": [{"amount": 3, "bound": "leas"}]}, "unknown bound `leas`", "write `least`, `most` or `example`"),
    (
        {"amounts": [{"amount": "3 euro", "bound": "least"}]},
        "`amount`: `3 euro` is not a number",
        "write the number alone: `3`",
    ),
    (
        {"amounts": [{"amount": 3.005, "bound": "least"}]},
        "`amount`: `3.005` is not a multiple of 0.01",
        "round it to steps of 0.01",
    ),
    (
        {"amounts": [{"amount": -3, "bound": "least"}]},
        "`amount`: `-3` is not a number of at least 0.01",
        None,
    ),
    (
        {"amounts": [{"amount": 3, "bound": "least", "seniority": 2}]},
        "`seniority`: `2` is not a duration",
        "write its unit too, as in `2 minutes`, `2 days` or `2 months`",
    ),
    (
        {"amounts": [{"amount": 3, "bound": "least", "seniority": "30 days"}]},
        "`seniority`: 30 days and months do not compare",
        "write the duration in months or years",
    ),
    (
        {"amounts": [{"amount": 9, "bound": "most"}, {"amount": 9.01, "bound": "least"}]},
        "the least amount 9.01 is more than the most, 9.00",
        "exchange `least` and `most`, or mend the amounts",
    ),
]


@pytest.mark.parametrize(("written", "sentence", "help_"), BAD)
def test_bad_pay_earns_its_exact_message(written, sentence, help_):
    _, problems = read(written)
    assert problems == [(sentence, help_)]
