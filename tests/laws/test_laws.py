"""The laws of the design, each one a test, on definitions and stories that are generated."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from string import Formatter
from typing import Any

import attrs
from generated import NAMES, Plain, Story, cutting, definitions, law, load, reserving, stories, taken
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from oracle import (
    DECISIONS,
    Spec,
    Way,
    expected,
    known_earlier,
    later,
    plain,
    ranking_names,
    spec_value,
    tie_break_names,
    wrong_in,
)

from procedures import Event, Move, Moved, Refused, Selection, loads, run
from procedures.kernel.automatic_moves import make_automatic_moves
from procedures.kernel.cases import MOVES, Case, is_selection_event
from procedures.kernel.cohort.ranking import lot, rank
from procedures.kernel.decision import decide
from procedures.kernel.refusals import REFUSALS
from procedures.kernel.step import step
from rules.calendar import Moment
from rules.words import Words

DECIDED = ("passed", "failed", "exempt", "kept", "cut", "lapsed")
MONTH = 30 * 24 * 3600 * 1_000_000


CUTTING = stories(cutting(), actions=("round", "round", "march", "close", "single", "reopen"), candidates=(4, 6))
RESERVING = stories(
    reserving(), actions=("round", "round", "march", "close", "extend", "advance", "single", "correct", "reopen")
)
ALL = st.one_of(stories(), CUTTING, RESERVING)


def picture(value: Any) -> Any:
    """Everything that a value holds, all the way down, and nothing of its identity."""
    if attrs.has(type(value)):
        return {each.name: picture(getattr(value, each.name)) for each in attrs.fields(type(value))}
    if isinstance(value, Mapping):
        return {key: picture(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [picture(each) for each in value]
    return None if callable(value) else value


def whole(selection: Selection) -> Any:
    """All there is to a selection."""
    return picture(({name: selection[name] for name in selection}, selection.cohort, selection.events))


def histories(selection: Selection) -> dict[str, tuple[Move, ...]]:
    return {name: selection[name].history for name in selection}


def last_events(story: Story) -> Moment:
    return Moment(max(event.at for event in story.events))


# -- events and moves -------------------------------------------------------------------------------------------


@law(definitions())
def test_a_generated_definition_loads(data: Plain) -> None:
    """A definition that follows the language compiles, and gives the same machine each time."""
    assert load(data).digest == loads(json.dumps(data)).digest


@law(ALL, share=2)
def test_every_move_is_one_that_the_definition_has(story: Story) -> None:
    """No history holds a move that the plain data of the definition does not allow where the case stood."""
    selection, _ = taken(story)
    assert list(wrong_in(Spec(story.data), selection)) == []


@law(ALL, share=2)
def test_an_event_is_answered_by_the_first_code_that_applies(story: Story) -> None:
    """An event of a candidate is refused with the first code of the design's order that applies, or else taken."""
    spec, selection = Spec(story.data), Selection(story.procedure)
    for event in story.events:
        foreseen = None if is_selection_event(event) else expected(spec, selection, event)
        answer = selection.handle(event)
        if not is_selection_event(event):
            code = answer.code if isinstance(answer, Refused) else None
            if foreseen is None and code == "needs_person" and "keeps" in spec.steps.get(event.name, {}):
                continue  # a result that joins a closing may be cut, which is adverse
            assert (event, code) == (event, foreseen)


@law(ALL)
def test_refused_changes_nothing(story: Story) -> None:
    """After a refused event the selection is what it was, down to the last fact."""
    selection = Selection(story.procedure)
    for event in story.events:
        before = whole(selection)
        if isinstance(selection.handle(event), Refused):
            assert whole(selection) == before


@law(stories())
def test_step_changes_nothing_it_is_given(story: Story) -> None:
    """`step` and the fold leave the case, the event and the cohort as they were."""
    selection = Selection(story.procedure)
    for event in story.events:
        cases = {name: selection[name] for name in selection}
        given_ = (cases, event, selection.cohort, story.procedure.machine.digest)
        before = picture(given_)
        if not is_selection_event(event):
            step(selection.machine, cases.get(event.candidate or ""), event, selection.cohort)
        selection.handle(event)
        assert picture(given_) == before


@law(stories())
def test_an_answer_has_a_code_and_a_sentence_in_both_languages(story: Story) -> None:
    """Every event is answered by Moved or Refused; a refusal has a code of the table and fills its sentence."""
    _, answers = taken(story)
    for answer in answers:
        if isinstance(answer, Refused):
            sentence = answer.values.get("sentence", REFUSALS[answer.code].sentence)
            assert isinstance(sentence, Words)
            wanted = {name for _, name, _, _ in Formatter().parse(sentence.en) if name}
            assert wanted <= {"event", *answer.values}, answer
            for language in ("nl", "en"):
                sentence = answer.message(language)  # type: ignore[arg-type]
                assert sentence
                assert not any(mark in sentence for mark in ("{", "}", "None", "Words("))
        else:
            assert all(move.at >= 0 or move.at == answer.event.at for move in answer.moves)
            assert {case.candidate for case in answer.cases} >= {move.candidate for move in answer.moves}


@law(ALL, st.data())
def test_more_facts_never_overturn_a_decision(story: Story, data: st.DataObject) -> None:
    """What a step decides on some of the facts it decides on all of them."""
    selection, _ = taken(story)
    steps = selection.machine.steps
    assume(len(selection))
    name = data.draw(st.sampled_from(sorted(selection)))
    known = dict(selection.cohort.known_facts(selection[name].facts))
    for absent in [each for each in steps if known.get(each) in ("exempt", "not_held", "lapsed")]:
        known = {fact: value for fact, value in known.items() if not fact.startswith(f"{absent}.")}
    # A step's result comes with its facts: a part that is left out is known to be, or waits.
    hidden = data.draw(st.sets(st.sampled_from(sorted(known)))) if known else set()
    fewer = {
        fact: value for fact, value in known.items() if fact not in hidden and fact.partition(".")[0] not in hidden
    }
    for each in steps.values():
        first, then = decide(each, fewer), decide(each, known)
        if not isinstance(first, tuple):
            assert then == first
        else:
            assert first, "an undecided step says which facts are missing"
            assert not set(first) & fewer.keys()


@law(ALL)
def test_automatic_moves_run_to_rest(story: Story) -> None:
    """After every event nobody stands where an exemption is TRUE or a gate is decided against the step."""
    spec, selection = Spec(story.data), Selection(story.procedure)
    for event in story.events:
        if isinstance(selection.handle(event), Refused):
            continue
        for case in (selection[name] for name in selection):
            assert make_automatic_moves(selection.machine, case, case.at, selection.cohort) is case
            for way in spec.ways.values():
                if case.state not in way.origins:
                    continue
                gate = selection.gates.get(way.name)
                assert gate is None or gate.held
                if "exempt" in way.data and ("held" not in way.data or gate):
                    known = plain(selection, selection.cohort.known_facts(case.facts))
                    assert spec.truth(way.data["exempt"], known, way.name) is not True


@law(stories())
def test_an_unknown_exemption_moves_nobody(story: Story) -> None:
    """While an exemption is UNKNOWN the step's event is refused with the missing facts, and no lapse is due."""
    spec, (selection, _) = Spec(story.data), taken(story)
    far = Moment(last_events(story) + 100 * MONTH)
    for case in [selection[name] for name in selection]:
        for way in [way for way in spec.ways.values() if case.state in way.origins and "exempt" in way.data]:
            known = plain(selection, selection.cohort.known_facts(case.facts))
            own = {f"{way.name}.{name}" for name in way.data.get("records") or {}}
            if spec.truth(way.data["exempt"], {n: v for n, v in known.items() if n not in own}, way.name) is not None:
                continue
            answer = selection.handle(Event(way.name, case.at, case.candidate, {}, "jury"))
            assert isinstance(answer, Refused)
            if answer.code == "missing_facts":
                assert answer.missing
            if (
                spec.truth(way.data["exempt"], known, way.name) is None
                and len(selection.machine.steps_from[case.state]) == 1
            ):
                selection.handle(Event("advance", far))
                moved = selection[case.candidate].history[len(case.history) :]
                assert all(move.kind == "expired" for move in moved)


@law(stories())
def test_nothing_lapses_by_itself(story: Story) -> None:
    """Only an advance or a closing makes a lapse; besides these, who comes back after the end expires at once."""
    selection = Selection(story.procedure)
    for event in story.events:
        answer = selection.handle(event)
        if isinstance(answer, Moved) and event.name not in ("advance", "close"):
            assert not any(move.kind == "lapsed" for move in answer.moves)
            for move in answer.moves:
                if move.kind == "expired":
                    assert move.at == event.at >= (selection.cohort.ends or 0)
                    assert any(other.to_state == selection.machine.reserve.state for other in answer.moves)  # type: ignore[union-attr]


# -- replay and order -------------------------------------------------------------------------------------------


@law(ALL)
def test_replay_gives_the_same_histories(story: Story) -> None:
    """The events that were kept, folded again, give the same selection, and none of them is refused."""
    selection, _ = taken(story)
    again, refused = run(story.procedure, selection.events)
    assert refused == []
    assert whole(again) == whole(selection)


@law(stories(), st.randoms(use_true_random=False))
def test_the_order_of_candidates_changes_nothing(story: Story, random: Any) -> None:
    """Between closings, candidates may come in any order: everybody's history is the same."""
    assume(not any(each.get("in_order") for each in story.data["steps"].values()))
    shuffled: list[Event] = []
    block: dict[str, list[Event]] = {}
    for event in (*story.events, Event("advance", Moment(0))):
        if not is_selection_event(event):
            block.setdefault(event.candidate or "", []).append(event)
            continue
        turns = [name for name, theirs in block.items() for _ in theirs]
        random.shuffle(turns)
        shuffled += [block[name].pop(0) for name in turns]
        shuffled.append(event)
        block = {}
    one, _ = taken(story)
    other, _ = run(story.procedure, shuffled)
    assert histories(other) == histories(one)
    assert picture(other.cohort) == picture(one.cohort)


@law(stories(), st.permutations(NAMES))
def test_the_names_of_candidates_change_nothing(story: Story, names: list[str]) -> None:
    """Who is called otherwise fares the same, where no lot is drawn."""
    assume('"lot"' not in str(story.data).replace("'", '"'))
    renamed = dict(zip(NAMES, names, strict=True))
    one, _ = taken(story)
    other, _ = run(
        story.procedure, [attrs.evolve(e, candidate=renamed.get(e.candidate or "", e.candidate)) for e in story.events]
    )
    for name in one:
        twin = other[renamed.get(name, name)]
        assert [(m.event, m.kind, m.at, m.to_state) for m in twin.history] == [
            (m.event, m.kind, m.at, m.to_state) for m in one[name].history
        ]


@law(stories(), st.integers(0, 40 * MONTH))
def test_advancing_twice_changes_nothing(story: Story, after: int) -> None:
    """A second advance to the same moment moves nobody and is not kept."""
    selection, _ = taken(story)
    event = Event("advance", Moment(last_events(story) + after))
    selection.handle(event)
    before = whole(selection)
    answer = selection.handle(event)
    assert isinstance(answer, Moved)
    assert answer.moves == ()
    assert whole(selection) == before


@law(stories(), st.lists(st.integers(0, 6 * MONTH), min_size=1, max_size=4))
def test_advancing_in_pieces_is_advancing_at_once(story: Story, pieces: list[int]) -> None:
    """However often time is told, what is due happens as if it were told once."""
    once, _ = taken(story)
    often, _ = taken(story)
    start = last_events(story)
    for piece in sorted(pieces):
        often.handle(Event("advance", Moment(start + piece)))
    answer = once.handle(Event("advance", Moment(start + max(pieces))))
    assert histories(often) == histories(once)
    assert isinstance(answer, Moved)
    assert [(m.at, m.candidate) for m in answer.moves] == sorted((m.at, m.candidate) for m in answer.moves)


# -- cohorts ----------------------------------------------------------------------------------------------------


def _grows(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    return all(after.get(name) == value for name, value in before.items())


@law(stories())
def test_what_a_closing_decided_is_never_computed_again(story: Story) -> None:
    """Gates, closings and what they recorded stand, and so does every history, whatever follows."""
    selection = Selection(story.procedure)
    for event in story.events:
        cohort, before = selection.cohort, histories(selection)
        cases = {name: selection[name] for name in selection}
        answer = selection.handle(event)
        if isinstance(answer, Moved) and event.name == "reopen" and event.candidate is None:
            continue  # a closing that was taken back decided nothing
        after = selection.cohort
        assert _grows(cohort.gates, after.gates)
        assert _grows(cohort.closings, after.closings)
        assert _grows(cohort.facts, after.facts)
        for name, history in before.items():
            assert selection[name].history[: len(history)] == history
        for name, case in cases.items():
            moved = selection[name].history[len(case.history) :]
            by = {fact for fact in case.facts if fact.endswith((".kept", ".rank"))}
            if not any(
                move.kind in ("reopened", "lapsed") or move.event == each.partition(".")[0]
                for move in moved
                for each in by
            ):
                assert all(selection[name].facts[fact] == case.facts[fact] for fact in by)


def _awaited(spec: Spec, way: Way) -> set[str]:
    """The closings for which the gate of a step waits."""
    held = way.data["held"]
    found = {"apply"} if "applied" in way.origins else _feeding(spec, way.origins)
    if "count" in held:
        found |= {"apply"} if held["count"] == "applied" else _feeding(spec, [held["count"]])
    else:
        found |= {fact.partition(".")[0] for fact in held}
    return found - {way.name}


def _feeding(spec: Spec, states: Iterable[str]) -> set[str]:
    """The steps that bring cases to these states for the first time, by the ordinary road where there is one."""
    wanted = set(states)
    for barred in (wanted | spec.unsuccessful, wanted):
        there, before = {"applied"} - barred, set[str]()
        while there - before:
            before |= there
            for way in spec.ways.values():
                if before & set(way.origins):
                    there |= way.targets - barred
        if found := {way.name for way in spec.ways.values() if way.targets & wanted and before & set(way.origins)}:
            return found
    return set()


@law(stories())
def test_a_gate_is_decided_with_the_last_closing_before_it(story: Story) -> None:
    """A gate is decided with the last step that leads to it, on the count at that moment; not held closes the step."""
    spec, selection = Spec(story.data), Selection(story.procedure)
    for event in story.events:
        was = dict(selection.gates)
        answer = selection.handle(event)
        for way in (way for way in spec.ways.values() if "held" in way.data):
            decided = _awaited(spec, way) <= selection.cohort.closings.keys()
            assert (way.name in selection.gates) == decided
            if not decided:
                continue
            gate, held = selection.gates[way.name], way.data["held"]
            if way.name in was:
                continue
            assert gate.at == event.at
            assert selection.cohort.facts[f"{way.name}.held"] is gate.held
            if "count" not in held:
                assert gate.held is spec.truth(held, plain(selection, selection.cohort.facts))
                continue
            bounds = [(op, bound) for op, bound in held.items() if op != "count"]
            assert gate.held is all(spec._holds("", op, gate.count, bound, {}) for op, bound in bounds)
            assert isinstance(answer, Moved)
            if not any(move.kind in ("not_held", "exempt", "expired") for move in answer.moves):
                assert gate.count == sum(selection[name].state == held["count"] for name in selection)
            if not gate.held:
                assert not selection.cohort.closings[way.name].held


@law(CUTTING)
def test_a_cut_keeps_the_best_and_ties_matter_only_astride_it(story: Story) -> None:
    """Each list takes the best that are left, of all who waited; equals fare alike but for a lot astride the cut."""
    spec, selection = Spec(story.data), Selection(story.procedure)
    for event in story.events:
        waiting = {name for name in selection if (event.step or "") in selection[name].pending}
        answer = selection.handle(event)
        if event.name != "close" or isinstance(answer, Refused) or "keeps" not in spec.steps[event.step or ""]:
            continue
        way = spec.ways[event.step or ""]
        placed = {m.candidate: m for m in answer.moves if m.event == way.name and m.kind in ("kept", "cut")}
        failed = {m.candidate for m in answer.moves if m.event == way.name and m.kind == "failed"}
        assert placed.keys() | failed == waiting
        keys = {name: _key(spec, way, selection, move) for name, move in placed.items()}
        lists = _fills(spec, way, keys, plain(selection, selection.cohort.facts), event.seed)
        for name, move in placed.items():
            known = plain(selection, move.known)
            assert (move.kind, move.to_state) == (("kept", lists[name]) if lists[name] else ("cut", way.otherwise))
            # Whoever is equal by what ranks shares a rank, also where a tie was broken.
            by = len(ranking_names(spec, way)) - len(tie_break_names(spec, way))
            assert known[f"{way.name}.rank"] == 1 + sum(key[:by] > keys[name][:by] for key in keys.values())
            assert known[f"{way.name}.kept"] is (move.kind == "kept")
            assert known[way.name] == ("passed" if move.kind == "kept" else "failed")
            assert move.by == event.by


@law(CUTTING)
def test_who_comes_later_stands_where_they_would_have_stood(story: Story) -> None:
    """An addition to a closed cut is placed against those who stood then, and moves none of them."""
    spec, selection = Spec(story.data), Selection(story.procedure)
    closed: dict[str, tuple[dict[str, tuple[Any, ...]], Event]] = {}
    for event in story.events:
        answer = selection.handle(event)
        if isinstance(answer, Refused):
            continue
        if event.name == "close":
            way = spec.ways[event.step or ""]
            placed = [move for move in answer.moves if move.event == way.name and move.kind in ("kept", "cut")]
            closed[way.name] = ({move.candidate: _key(spec, way, selection, move) for move in placed}, event)
        for move in answer.moves:
            if event.name == "close" or move.kind not in ("kept", "cut"):
                continue
            way, (keys, closing) = spec.ways[move.event], closed[move.event]
            stood = {**keys, move.candidate: _key(spec, way, selection, move)}
            to = _fills(spec, way, stood, plain(selection, selection.cohort.facts), closing.seed)[move.candidate]
            assert (move.kind, move.to_state) == (("kept", to) if to else ("cut", way.otherwise))
            assert len(answer.cases) == 1


def _key(spec: Spec, way: Way, selection: Selection, move: Move) -> tuple[Any, ...]:
    """What somebody was ranked by."""
    known = plain(selection, move.known)
    return tuple(spec_value(spec, fact, known) for fact in ranking_names(spec, way))


def _fills(
    spec: Spec, way: Way, keys: Mapping[str, tuple[Any, ...]], facts: Mapping[str, Any], seed: str | int | None
) -> dict[str, str | None]:
    """Who goes to which list, as the design says it; None for those cut."""
    ties = way.data["keeps"].get("ties", "keep")
    policy = ties["then"] if isinstance(ties, dict) else ties
    found: dict[str, str | None] = dict.fromkeys(keys)
    left = set(keys)
    for best, to in way.takes:
        size = facts[f"{way.name}.{best}"] if isinstance(best, str) else best
        order = sorted((keys[name] for name in left), reverse=True)
        goes = set(left)
        if size == 0:
            goes = set()
        elif size < len(order):
            edge = order[size - 1]
            above, equal = {n for n in left if keys[n] > edge}, {n for n in left if keys[n] == edge}
            drawn = sorted(equal, key=lambda name: lot(seed, name))[: size - len(above)]
            astride = {"keep": equal, "none": set[str](), "lot": set(drawn)}[policy]
            goes = above | (astride if order[size] == edge else equal)
        found.update(dict.fromkeys(goes, to))
        left -= goes
    return found


@given(st.sets(st.text(min_size=1, max_size=3), min_size=2), st.integers() | st.text(max_size=3))
def test_a_lot_depends_on_the_seed_and_the_candidate_alone(names: set[str], seed: str | int) -> None:
    """Nobody's lot hangs on who else draws; another seed draws anew."""
    lots = {name: lot(seed, name) for name in names}
    assert len(set(lots.values())) == len(names)
    assert lots == {name: lot(seed, name) for name in sorted(names, reverse=True)}
    assert all(lot(f"{seed}!", name) != drawn for name, drawn in lots.items())


@law(ALL)
def test_a_closing_waits_for_everybody_who_may_still_come(story: Story) -> None:
    """A step is closed by a person, once, and not while somebody may still come to it; they are named."""
    spec, selection = Spec(story.data), Selection(story.procedure)
    for event in story.events:
        if event.name != "close" or event.step not in spec.ways:
            selection.handle(event)
            continue
        again = event.step in selection.cohort.closings
        then = Selection(story.procedure)
        for earlier in selection.events:
            then.handle(earlier)
        waiting = _may_still_come(spec, then, event)
        answer = selection.handle(event)
        if isinstance(answer, Moved):
            assert event.by is not None
            assert not again
            assert waiting == set()
        elif answer.code == "undecided":
            assert set(answer.values["candidates"]) == waiting  # type: ignore[call-overload]


def _may_still_come(spec: Spec, selection: Selection, event: Event) -> set[str]:
    """Who stands at the step or before it after what is due by then, and is not left by every step on."""
    way = spec.ways[event.step or ""]
    selection.handle(Event("advance", event.at))
    barred = (spec.unsuccessful | _beyond(spec, way)) - set(way.origins)
    before = set(way.origins)
    while True:
        more = {o for w in spec.ways.values() for o in w.origins if (w.targets - barred) & before and o not in barred}
        if more <= before:
            break
        before |= more
    found = set()
    for case in (selection[name] for name in selection):
        if case.state not in before:
            continue
        if case.state in way.origins and way.name in case.pending:
            # A correction may have left what waits without a result.
            known = plain(selection, selection.cohort.known_facts(case.facts))
            recorded = next(m for m in reversed(case.path) if m.kind == "recorded" and m.event == way.name)
            earlier = known_earlier(selection, case.path, recorded)
            going = spec.goes(way, {k: v for k, v in known.items() if k != way.name}, earlier)
            names = ranking_names(spec, way) if going and going[0] == "passed" else []
            if going is None or any(spec_value(spec, name, known) is None for name in names):
                found.add(case.candidate)
            continue
        onwards = [w for w in spec.ways.values() if case.state in w.origins and (w is way or w.targets & before)]
        if not all(_leaves(spec, each, case, selection, event.at) for each in onwards):
            found.add(case.candidate)
    return found


def _leaves(spec: Spec, way: Way, case: Case, selection: Selection, at: Moment) -> bool:
    """Whether a step was closed over a case, or stays and its window has passed."""
    stays = way.data.get("lapses") == "stays"
    if closing := selection.cohort.closings.get(way.name):
        return not case.reopened and (stays or case.entered < closing.at)
    known = plain(selection, selection.cohort.known_facts(case.facts))
    if "exempt" in way.data and spec.truth(way.data["exempt"], known, way.name) is None:
        return False
    _, ends = spec.window(way.data, case.entered)
    return stays and ends is not None and ends <= at and not (case.reopened and ends <= case.entered)


def _beyond(spec: Spec, way: Way) -> set[str]:
    """The reserve and what only follows it, for a step that is taken before."""
    reserve = spec.reserve.get("state")
    if reserve is None:
        return set()
    before = _from(spec, {"applied"} - {reserve}, {reserve})
    return _from(spec, {reserve}, set()) - before if before & set(way.origins) else set()


def _from(spec: Spec, states: set[str], barred: set[str]) -> set[str]:
    reached = set(states)
    while True:
        more = {to for way in spec.ways.values() if set(way.origins) & reached for to in way.targets - barred}
        if more <= reached:
            return reached
        reached |= more


# -- corrections ------------------------------------------------------------------------------------------------


@law(stories())
def test_a_correction_recomputes_nothing_and_lists_what_would_differ(story: Story) -> None:
    """A corrected case stands where it stood, or where automatic moves lead; decisions that differ are named."""
    spec, selection = Spec(story.data), Selection(story.procedure)
    for event in story.events:
        there = (event.candidate or "") in selection
        before = selection[event.candidate or ""] if there else None
        answer = selection.handle(event)
        if event.name != "correct" or isinstance(answer, Refused) or before is None:
            continue
        corrected, *automatic = answer.moves
        assert corrected.kind == "corrected"
        assert {move.kind for move in automatic} <= {"exempt", "not_held", "expired"}
        assert answer.case.path[: len(before.path)] == before.path
        assert {
            k: v for k, v in answer.case.facts.items() if k in before.facts and k not in corrected.facts
        }.items() >= {
            (k, v)
            for k, v in before.facts.items()
            if k not in corrected.facts and not any(m.event == k.partition(".")[0] for m in automatic)
        }
        assert set(corrected.differs) == _differing(spec, selection, before, corrected)


def _differing(spec: Spec, selection: Selection, before: Case, corrected: Move) -> set[str]:
    """The decided steps that would go otherwise on the facts as corrected."""
    found = set()
    standing = {m.event: m for m in before.path if m.kind in DECIDED}
    for name, move in standing.items():
        way = spec.ways[name]
        known = dict(move.known)
        for each in (*before.history[before.history.index(move) :], corrected):
            known.update(each.facts if each.kind == "corrected" else {})
        earlier = known_earlier(selection, before.path, move)
        if move.kind == "lapsed":  # whoever was exempt had no deadline to meet
            exempt = way.data.get("exempt")
            seen = {**plain(selection, known), **{n: v for n, v in earlier.items() if n in spec.own_facts(way)}}
            binds = exempt is None or spec.truth(exempt, seen, name) is False
            found |= set() if binds else {name}
            continue
        going = spec.goes(way, plain(selection, {k: v for k, v in known.items() if k != name}), earlier)
        if going is None:
            found.add(name)
        elif "keeps" in way.data and going[0] == "passed":
            found |= {name} if _placed_otherwise(spec, selection, before, move, known) else set()
        elif going[1] != move.to_state or (going[0] == "exempt" and move.kind != "exempt"):
            found.add(name)
    return found


def _placed_otherwise(spec: Spec, selection: Selection, before: Case, move: Move, known: Mapping[str, Any]) -> bool:
    """Whether somebody with these facts would have come elsewhere in a closing, the others as they stood."""
    way, closing = spec.ways[move.event], selection.cohort.closings.get(move.event)
    facts, names = plain(selection, known), ranking_names(spec, way)
    mine = [spec_value(spec, fact, facts) for fact in names]
    if closing is None or None in mine:
        return True
    key = tuple(known[name] if name in spec.facts else value for name, value in zip(names, mine, strict=True))
    keeps = selection.machine.steps[way.name].keeps
    assert keeps is not None
    placed = rank({**closing.ranking_keys, before.candidate: key}, keeps, closing.sizes, closing.seed)
    return (placed[before.candidate][1] or way.otherwise) != move.to_state


@law(stories(actions=("round", "single", "close", "correct", "advance", "withdraw"), most=8), st.data())
def test_reopening_returns_to_before_the_last_decision(story: Story, data: st.DataObject) -> None:
    """Whoever is reopened stands where the last decision found them, with what held then and the whole history."""
    selection, _ = taken(story)
    decided = [name for name in selection if any(move.kind in DECISIONS for move in selection[name].path)]
    assume(decided)
    name = data.draw(st.sampled_from(decided))
    case = selection[name]
    last = max(i for i, move in enumerate(case.path) if move.kind in DECISIONS)
    answer = selection.handle(Event("reopen", case.at, name, {}, "hr", "appeal"))
    assert isinstance(answer, Moved)
    first, *automatic = answer.moves
    assert (first.kind, first.from_state, first.to_state, first.by) == (
        "reopened",
        case.state,
        case.path[last].from_state,
        "hr",
    )
    closed = selection.cohort.closings.keys()
    joined = [move for move in automatic if move.kind in ("kept", "cut", "failed")]
    assert {move.kind for move in automatic if move not in joined} <= {"exempt", "not_held", "expired"}
    assert all(move.event in closed and move.by == "hr" for move in joined)
    after = answer.case
    assert after.history[: len(case.history)] == case.history
    before = after.path[: len(after.path) - len(automatic)]
    assert before == case.path[: len(before)]
    if automatic:
        return
    earlier = _as_it_was(story, selection, name, before)
    expected = dict(earlier.facts)
    for each in case.history[len(earlier.history) :]:
        for fact, value in each.facts.items():
            if fact in story.procedure.machine.declared_facts or (each.kind == "corrected" and fact in expected):
                expected[fact] = value
    unranked = {step for step in _waiting(before) if step in closed}
    assert {fact: after.facts.get(fact) for fact in expected if fact.partition(".")[0] not in unranked} == {
        fact: value for fact, value in expected.items() if fact.partition(".")[0] not in unranked
    }
    assert after.pending == _waiting(before) - closed


def _as_it_was(story: Story, selection: Selection, name: str, path: tuple[Move, ...]) -> Case:
    """The case when it had come just so far: folded from the first events alone."""
    for count in range(len(selection.events), 0, -1):
        earlier, _ = run(story.procedure, selection.events[:count])
        if name in earlier and earlier[name].path == path:
            return earlier[name]
    raise AssertionError(path)


def _waiting(path: tuple[Move, ...]) -> set[str]:
    """The steps whose results wait at the end of a path."""
    found = set()
    for move in reversed(path):
        if move.kind not in ("recorded", "corrected"):
            break
        found |= {move.event} if move.kind == "recorded" else set()
    return found


# -- the reserve ------------------------------------------------------------------------------------------------


@law(RESERVING)
def test_the_reserve_has_one_expiry_through_its_whole_last_day(story: Story) -> None:
    """The last day is counted once, when what leads to the reserve is closed, and only an extension changes it."""
    spec, selection = Spec(story.data), Selection(story.procedure)
    valid = str(spec.reserve.get("valid", ""))
    fixed = date.fromisoformat(valid) if valid[:1] == "2" and len(valid) == 10 else None
    assert selection.expires == fixed
    for event in story.events:
        was, closed = selection.expires, set(selection.cohort.closings)
        ended = any(move.kind == "expired" for name in selection for move in selection[name].path)
        answer = selection.handle(event)
        day = selection.expires
        if day != was and event.name == "extend":
            assert event.until == day
            assert was is not None
            assert day is not None
            assert day > was
            assert event.at < spec.day_end(was)
            assert not ended
        elif day != was:
            assert event.name == "close"
            feeding = _feeding(spec, [spec.reserve["state"]])
            assert feeding <= selection.cohort.closings.keys()
            assert not feeding <= closed
            assert day == later(spec.day_of(event.at), valid)
        if day is not None:
            assert selection.cohort.ends == spec.day_end(day)
        for move in answer.moves if isinstance(answer, Moved) else ():
            if move.kind == "expired":
                entered = max(
                    m.at
                    for m in selection[move.candidate].history[:-1]
                    if m.to_state == move.from_state and m.kind != "corrected"
                )
                assert move.at == max(selection.cohort.ends or 0, entered) or event.name not in ("advance", "close")
                assert move.at >= spec.day_end(was or day)  # type: ignore[arg-type]


def test_the_stories_come_to_every_move_and_every_code() -> None:
    """Whatever a case can do or be refused for happens in these stories; else the laws above would say little."""
    moves: set[str] = set()
    codes: set[str] = set()

    def play(story: Story) -> None:
        selection, answers = taken(story)
        moves.update(move.kind for name in selection for move in selection[name].history)
        codes.update(answer.code for answer in answers if isinstance(answer, Refused))

    for of in (stories(), CUTTING, RESERVING):
        settings(max_examples=100, derandomize=True, database=None)(given(of)(play))()
    assert REFUSALS.keys() - codes <= {"conflict", "not_next"}
    assert MOVES.keys() == moves
