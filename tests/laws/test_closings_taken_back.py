"""A closing that was a mistake can be taken back while nothing rests on it, and then it is as if it had not been."""

from collections.abc import Sequence

from generated import Story, cutting, law, stories
from hypothesis import assume
from hypothesis import strategies as st

from answers import accepted, refused
from procedures import Event, Moved, Refused, Selection, loads
from procedures.kernel.cases import Case

PREFIX = "procedure: p\ntitle: P\n"
RANKED = (
    PREFIX
    + """
steps:
  test: {to: tested, records: {score: {kind: number, from: 0, to: 100}}, keeps: {best: 1, by: score}}
  talk: {to: reserve, held: {count: tested, at_least: 1}, records: {passed: {kind: flag}}}
reserve: {state: reserve, valid: 1 year}
"""
)
AT = "2026-02-{}T09:00:00+01:00"
BACK = {"by": "chair", "why": "closed too early"}


def ranked() -> Selection:
    """A selection of the best one of two, closed on 3 February."""
    selection = Selection(loads(RANKED))
    for name, score in (("ada", 70), ("bo", 60)):
        accepted(selection.apply(name, at=AT.format("01")))
        accepted(selection.record(name, "test", {"score": score}, at=AT.format("02"), by="jury"))
    accepted(selection.close("test", at=AT.format("03"), by="chair"))
    return selection


def snapshot(selection: Selection) -> object:
    """Everything that decides what happens next."""
    cohort = selection.cohort
    decided = {name: (closing.at, closing.by, closing.sizes, closing.seed) for name, closing in cohort.closings.items()}
    return [_decisive(selection[name]) for name in selection], decided, cohort.gates, cohort.facts, cohort.ends


def _decisive(case: Case) -> object:
    path = [(move.event, move.kind, move.at, move.to_state, move.by) for move in case.path if move.kind != "corrected"]
    return case.candidate, case.state, case.at, case.entered, dict(case.facts), path, case.pending, case.reopened


def test_a_score_that_was_forgotten_is_recorded_after_all() -> None:
    selection = ranked()
    assert (selection["ada"].state, selection["bo"].state) == ("tested", "rejected")
    accepted(selection.reopen(step="test", at=AT.format("05"), **BACK))
    assert (selection["ada"].state, selection["bo"].state) == ("applied", "applied")
    assert selection["ada"].pending == {"test"}
    assert selection.gates == {}
    assert [move.kind for move in selection["bo"].history] == ["applied", "recorded", "cut", "reopened"]
    accepted(selection.apply("cy", at=AT.format("01")))  # the closing of the applications is taken back too
    accepted(selection.record("cy", "test", {"score": 80}, at=AT.format("02"), by="jury"))
    accepted(selection.close("test", at=AT.format("03"), by="chair"))
    assert [selection[name].state for name in ("ada", "bo", "cy")] == ["rejected", "rejected", "tested"]


def test_corrections_made_since_stay() -> None:
    selection = ranked()
    accepted(selection.correct("bo", {"test.score": 90}, at=AT.format("04"), why="typed wrongly", by="hr"))
    accepted(selection.reopen(step="test", at=AT.format("05"), **BACK))
    accepted(selection.close("test", at=AT.format("06"), by="chair"))
    assert [selection[name].state for name in ("ada", "bo")] == ["rejected", "tested"]


def test_a_result_that_rests_on_it_forbids_it() -> None:
    selection = ranked()
    accepted(selection.record("ada", "talk", {"passed": True}, at=AT.format("04"), by="jury"))
    refusal = refused(selection.reopen(step="test", at=AT.format("05"), **BACK), "built_upon")
    assert refusal.values["who"] == ("ada",)


def test_an_extension_rests_on_the_closing_before_it() -> None:
    selection = Selection(loads(RANKED.replace("valid: 1 year", "valid: 1 year, extendable: true")))
    accepted(selection.close("test", at=AT.format("03"), by="chair"))
    accepted(selection.extend("2028-01-01", at=AT.format("04"), by="chair"))
    refusal = refused(selection.reopen(step="test", at=AT.format("05"), **BACK), "built_upon")
    assert refusal.values["who"] == ("extend",)


def test_closings_are_taken_back_one_by_one() -> None:
    selection = ranked()
    accepted(selection.record("ada", "talk", {"passed": False}, at=AT.format("04"), by="jury"))
    accepted(selection.reopen("ada", at=AT.format("04"), by="chair", why="an appeal"))
    accepted(selection.withdraw("ada", at=AT.format("04")))
    accepted(selection.close("talk", at=AT.format("05"), by="chair"))
    assert refused(selection.reopen(step="test", at=AT.format("06"), **BACK), "built_upon").values["who"] == ("talk",)
    accepted(selection.reopen(step="talk", at=AT.format("06"), **BACK))
    assert refused(selection.reopen(step="test", at=AT.format("06"), **BACK), "built_upon").values["who"] == ("ada",)


def played(story: Story, events: Sequence[Event]) -> tuple[Selection, list[Moved | Refused]]:
    selection = Selection(story.procedure)
    return selection, [selection.handle(event) for event in events]


def taken_closings(story: Story) -> list[int]:
    """The positions of the closings that were taken in a story."""
    _, answers = played(story, story.events)
    return [
        number for number, answer in enumerate(answers) if isinstance(answer, Moved) and answer.event.name == "close"
    ]


def told(answers: Sequence[Moved | Refused]) -> list[object]:
    return [
        [(move.kind, move.at, move.to_state) for move in answer.moves] if isinstance(answer, Moved) else answer.code
        for answer in answers
    ]


@law(stories(), st.data())
def test_a_closing_taken_back_is_as_if_it_had_not_been(story: Story, data: st.DataObject) -> None:
    closings = taken_closings(story)
    assume(closings)
    number = data.draw(st.sampled_from(closings))
    later = data.draw(st.integers(0, len(story.events)))
    before, between, rest = _split(story.events, number, later)
    selection, _ = played(story, (*before, story.events[number]))
    kept = [event for event in between if _is_kept(selection.handle(event))]
    assume(not any(event.name == "reopen" and event.candidate is None for event in kept))
    latest = max([story.events[number].at, *(event.at for event in kept)])
    answer = selection.handle(Event("reopen", latest, by="chair", why="a mistake", step=story.events[number].step))
    if isinstance(answer, Refused):
        assert answer.code == "built_upon"
        assert kept  # nothing can rest on a closing after which nothing happened
        return
    without, answers = played(story, (*before, *kept))
    assert all(isinstance(each, Moved) for each in answers[len(before) :]), "something rested on the closing"
    assert snapshot(selection) == snapshot(without)
    assert told([selection.handle(event) for event in rest]) == told([without.handle(event) for event in rest])


def _is_kept(answer: Moved | Refused) -> bool:
    """Whether an event stays in the log: an advance that moves nobody does not."""
    return isinstance(answer, Moved) and (bool(answer.moves) or answer.event.name != "advance")


def _split(
    events: Sequence[Event], number: int, later: int
) -> tuple[Sequence[Event], Sequence[Event], Sequence[Event]]:
    end = number + 1 + min(later, len(events) - number - 1)
    return events[:number], events[number + 1 : end], events[end:]


@law(stories(cutting()), st.data())
def test_a_cut_taken_back_is_as_if_it_had_not_been(story: Story, data: st.DataObject) -> None:
    test_a_closing_taken_back_is_as_if_it_had_not_been.hypothesis.inner_test(story, data)


READS = (
    PREFIX
    + """
steps:
  first: {from: applied, to: one, closing: {line: {kind: number}}}
  other: {from: applied, to: two, passes: {first.line: {at_least: 1}}}
"""
)


def test_a_result_that_reads_what_it_recorded_rests_on_it() -> None:
    selection = Selection(loads(READS))
    for name in ("ada", "bo"):
        accepted(selection.apply(name, at=AT.format("01")))
    accepted(selection.record("ada", "first", at=AT.format("02"), by="jury"))
    accepted(selection.withdraw("bo", at=AT.format("02")))
    accepted(selection.close("first", at=AT.format("03"), by="chair", facts={"line": 5}))
    accepted(selection.reopen("bo", at=AT.format("04"), by="hr", why="withdrawn by mistake"))
    accepted(selection.record("bo", "other", at=AT.format("05"), by="jury"))
    assert refused(selection.reopen(step="first", at=AT.format("06"), **BACK), "built_upon").values["who"] == ("bo",)


EXEMPT = RANKED.replace("to: tested, records", "to: tested, exempt: {known: true}, records").replace(
    "steps:", "facts: {known: {kind: flag}}\nsteps:"
)


def test_a_correction_made_since_may_exempt_whoever_goes_back() -> None:
    selection = Selection(loads(EXEMPT))
    for name, score in (("ada", 70), ("bo", 60)):
        accepted(selection.apply(name, {"known": False}, at=AT.format("01")))
        accepted(selection.record(name, "test", {"score": score}, at=AT.format("02"), by="jury"))
    accepted(selection.close("test", at=AT.format("03"), by="chair"))
    accepted(selection.correct("bo", {"known": True}, at=AT.format("04"), why="typed wrongly", by="hr"))
    accepted(selection.reopen(step="test", at=AT.format("05"), **BACK))
    assert selection["bo"].state == "tested"


DATED = (
    PREFIX
    + """
steps:
  one: {from: applied, to: two, until: 2026-02-02, lapses: late}
  next: {from: two, to: three, until: 2026-02-05, lapses: late}
"""
)


def test_what_lapsed_at_the_closing_lapses_at_the_advance_after_it() -> None:
    selection = Selection(loads(DATED))
    for name in ("ada", "bo"):
        accepted(selection.apply(name, at=AT.format("01")))
    accepted(selection.record("bo", "one", at=AT.format("02"), by="jury"))
    accepted(selection.close("one", at=AT.format("03"), by="chair"))
    assert selection["ada"].state == "late"
    selection.advance(at=AT.format("06"))  # moves bo alone, for ada has lapsed
    accepted(selection.reopen(step="one", at=AT.format("07"), **BACK))
    assert (selection["ada"].state, selection["bo"].state) == ("late", "late")
    assert [move.kind for move in selection["ada"].history] == ["applied", "lapsed", "reopened", "lapsed"]
