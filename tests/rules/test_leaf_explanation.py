"""One leaf in words: what was asked, what was given, and what would have been enough."""

import pytest

from rules.evaluation import find
from rules.explanation import explain
from rules.reader import read_rule
from rules.truth import Truth
from strategies import CLERK as DECLARED

F, T = Truth.FALSE, Truth.TRUE

EXPERIENCED = {"experience": {"at_least": "1 year"}}
SERVED = {"since": {"at_least": "12 months", "as_of": "2025-11-01"}}
FINAL = {"final": {"at_least": 60}}

LEAVES = [  # rule, known, sentence in Dutch, in English, what would be enough in English
    (
        EXPERIENCED,
        {"experience": 8},
        "ervaring: 8 maanden, gevraagd is minstens 1 jaar; 4 maanden te kort",
        "experience: 8 months, at least 1 year is asked; 4 months short",
        "1 year",
    ),
    (
        EXPERIENCED,
        {"experience": 11},
        "ervaring: 11 maanden, gevraagd is minstens 1 jaar; 1 maand te kort",
        "experience: 11 months, at least 1 year is asked; 1 month short",
        "1 year",
    ),
    (
        EXPERIENCED,
        {"experience": 24},
        "ervaring: 2 jaar, gevraagd is minstens 1 jaar",
        "experience: 2 years, at least 1 year is asked",
        None,
    ),
    (
        EXPERIENCED,
        {},
        "ervaring ontbreekt, gevraagd is minstens 1 jaar",
        "experience is missing, at least 1 year is asked",
        None,
    ),
    (
        {"experience": {"more_than": "1 year"}},
        {"experience": 12},
        "ervaring: 1 jaar, gevraagd is meer dan 1 jaar; 1 maand te kort",
        "experience: 1 year, more than 1 year is asked; 1 month short",
        "13 months",
    ),
    (
        {"experience": {"at_most": 20}},
        {"experience": 44},
        "ervaring: 44 maanden, gevraagd is hoogstens 20 maanden; 2 jaar te lang",
        "experience: 44 months, at most 20 months is asked; 2 years over",
        "20 months",
    ),
    (
        {"experience": {"less_than": 0}},
        {"experience": 0},
        "ervaring: 0 maanden, gevraagd is minder dan 0 maanden",
        "experience: 0 months, less than 0 months is asked",
        None,
    ),
    (
        {"notice_period": {"at_most": "2 weeks"}},
        {"notice_period": 3},
        "notice period: 3 weken, gevraagd is hoogstens 2 weken; 1 week te lang",
        "notice period: 3 weeks, at most 2 weeks is asked; 1 week over",
        "2 weeks",
    ),
    (
        {"score": {"at_least": 60}},
        {"score": 59.99},
        "punten: 59,99, gevraagd is minstens 60; 0,01 te weinig",
        "punten: 59.99, at least 60 is asked; 0.01 short",
        "60",
    ),
    (
        {"score": {"more_than": 60}},
        {"score": 60},
        "punten: 60, gevraagd is meer dan 60; 0,01 te weinig",
        "punten: 60, more than 60 is asked; 0.01 short",
        "60.01",
    ),
    (
        {"score": {"less_than": 60.5}},
        {"score": 70},
        "punten: 70, gevraagd is minder dan 60,5; 9,51 te veel",
        "punten: 70, less than 60.5 is asked; 9.51 over",
        "60.49",
    ),
    (
        {"score": {"more_than": 100}},
        {"score": 100},
        "punten: 100, gevraagd is meer dan 100",
        "punten: 100, more than 100 is asked",
        None,
    ),
    (
        {"level": {"at_least": "B"}},
        {"level": "C"},
        "niveau: C, gevraagd is minstens B",
        "level: C, at least B is asked",
        "B",
    ),
    (
        {"level": {"more_than": "C"}},
        {"level": "C"},
        "niveau: C, gevraagd is hoger dan C",
        "level: C, higher than C is asked",
        "B",
    ),
    (
        {"level": {"more_than": "A"}},
        {"level": "C"},
        "niveau: C, gevraagd is hoger dan A",
        "level: C, higher than A is asked",
        None,
    ),
    (
        {"level": {"one_of": ["D", "C", "B"]}},
        {"level": "A"},
        "niveau: A, gevraagd is D, C of B",
        "level: A, D, C or B is asked",
        "D, C or B",
    ),
    (
        {"candidate_type": {"one_of": ["internal", "other"]}},
        {"candidate_type": "external"},
        "soort kandidaat: external, gevraagd is intern of other",
        "kind of candidate: external, internal or other is asked",
        "internal or other",
    ),
    (
        {"candidate_type": "internal"},
        {"candidate_type": "internal"},
        "soort kandidaat: intern, zoals gevraagd",
        "kind of candidate: internal, as asked",
        None,
    ),
    (
        {"candidate_type": {"is_not": "internal"}},
        {"candidate_type": "internal"},
        "soort kandidaat: intern, gevraagd is iets anders dan intern",
        "kind of candidate: internal, anything but internal is asked",
        "anything but internal",
    ),
    ({"licence": True}, {"licence": False}, "rijbewijs: nee, gevraagd is ja", "licence: no, yes is asked", "yes"),
    (
        {"not": {"licence": True}},
        {"licence": True},
        "rijbewijs: ja, gevraagd is nee",
        "licence: yes, no is asked",
        "no",
    ),
    (
        {"not": EXPERIENCED},
        {"experience": 12},
        "ervaring: 1 jaar, gevraagd is minder dan 1 jaar; 1 maand te lang",
        "experience: 1 year, less than 1 year is asked; 1 month over",
        "11 months",
    ),
    (
        {"not": {"experience": {"at_most": 20}}},
        {"experience": 20},
        "ervaring: 20 maanden, gevraagd is meer dan 20 maanden; 1 maand te kort",
        "experience: 20 months, more than 20 months is asked; 1 month short",
        "21 months",
    ),
    (
        {"not": EXPERIENCED},
        {"experience": 8},
        "ervaring: 8 maanden, gevraagd is minder dan 1 jaar",
        "experience: 8 months, less than 1 year is asked",
        None,
    ),
    (
        {"interview": "passed"},
        {"interview": "failed"},
        "interview: failed, gevraagd is passed",
        "interview: failed, passed is asked",
        "passed",
    ),
    (
        SERVED,
        {"since": "2025-03-01"},
        "dienst: 2025-03-01 (8 maanden), gevraagd is minstens 1 jaar op 2025-11-01; genoeg vanaf 2026-03-01",
        "service: 2025-03-01 (8 months), at least 1 year by 2025-11-01 is asked; would be enough from 2026-03-01",
        "would be enough from 2026-03-01",
    ),
    (
        SERVED,
        {"since": "2024-02-29"},
        "dienst: 2024-02-29 (20 maanden), gevraagd is minstens 1 jaar op 2025-11-01",
        "service: 2024-02-29 (20 months), at least 1 year by 2025-11-01 is asked",
        None,
    ),
    (
        SERVED,
        {"since": "2025-11-02"},
        "dienst: 2025-11-02 (na 2025-11-01), gevraagd is minstens 1 jaar op 2025-11-01; genoeg vanaf 2026-11-02",
        "service: 2025-11-02 (after 2025-11-01), at least 1 year by 2025-11-01 is asked"
        "; would be enough from 2026-11-02",
        "would be enough from 2026-11-02",
    ),
    (
        {"since": {"more_than": "1 year", "as_of": "2025-11-01"}},
        {"since": "2024-11-01"},
        "dienst: 2024-11-01 (1 jaar), gevraagd is meer dan 1 jaar op 2025-11-01; genoeg vanaf 2025-11-02",
        "service: 2024-11-01 (1 year), more than 1 year by 2025-11-01 is asked; would be enough from 2025-11-02",
        "would be enough from 2025-11-02",
    ),
    (
        {"since": {"less_than": "10 days", "as_of": "2025-11-11"}},
        {"since": "2025-11-01"},
        "dienst: 2025-11-01 (10 dagen), gevraagd is minder dan 10 dagen op 2025-11-11"
        "; genoeg bij een begin op 2025-11-02 of later",
        "service: 2025-11-01 (10 days), less than 10 days by 2025-11-11 is asked"
        "; would be enough with a start on 2025-11-02 or later",
        "would be enough with a start on 2025-11-02 or later",
    ),
    (
        {"since": {"before": "2025-01-01"}},
        {"since": "2025-01-01"},
        "dienst: 2025-01-01, gevraagd is vóór 2025-01-01",
        "service: 2025-01-01, before 2025-01-01 is asked",
        "2024-12-31",
    ),
    (
        {"applied_at": {"after": "1970-01-01T00:00:00Z"}},
        {"applied_at": "1970-01-01T00:00:00Z"},
        "applied at: 1970-01-01T00:00:00+00:00, gevraagd is na 1970-01-01T00:00:00+00:00",
        "applied at: 1970-01-01T00:00:00+00:00, after 1970-01-01T00:00:00+00:00 is asked",
        "after 1970-01-01T00:00:00+00:00",
    ),
    (
        FINAL,
        {"score": 59.99, "interview.score": 60},
        "eindscore: ongeveer 59,99, gevraagd is minstens 60; ongeveer 0,01 te weinig",
        "final score: about 59.99, at least 60 is asked; about 0.01 short",
        "at least 60",
    ),
    (
        FINAL,
        {"score": 70, "interview": "exempt"},
        "eindscore: 70 (zonder interview: score), gevraagd is minstens 60",
        "final score: 70 (without interview: score), at least 60 is asked",
        None,
    ),
    (
        FINAL,
        {"score": 70},
        "eindscore is nog niet bekend, interview: score ontbreekt; gevraagd is minstens 60",
        "final score is not yet known, interview: score is missing; at least 60 is asked",
        None,
    ),
    (
        FINAL,
        {},
        "eindscore is nog niet bekend, punten en interview: score ontbreken; gevraagd is minstens 60",
        "final score is not yet known, punten and interview: score are missing; at least 60 is asked",
        None,
    ),
    ({"all": []}, {}, "geldt altijd", "always holds", None),
    ({"any": []}, {}, "geldt nooit", "never holds", None),
]


def told(written, known, language):
    rule = read_rule(written, DECLARED)
    encoded = {name: DECLARED.encode(name, value) for name, value in known.items()}
    return explain(find(rule, encoded), encoded, DECLARED, language)


@pytest.mark.parametrize(("written", "known", "dutch", "english", "enough"), LEAVES)
def test_a_leaf_says_what_was_asked_what_was_given_and_how_far_off_it_is(written, known, dutch, english, enough):
    assert told(written, known, "nl").sentence == dutch
    assert told(written, known, "en").sentence == english
    assert told(written, known, "en").enough == enough
