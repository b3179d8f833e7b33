"""Some of the scripts told in full: every field of every move, case and closing, so that none is kept untested.

After a change that is meant, write `histories.txt` anew, and read what became of it:

    python tests/laws/test_histories.py && git diff tests/laws
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from test_examples import DEFINITIONS, SCRIPTS, _definition, _events, _lines

from procedures import Move, Moved, Selection
from rules.calendar import Moment

TOLD = Path(__file__).with_name("histories.txt")
STORIES = (
    "each list takes the best that the lists before it left",
    "a tie broken by another fact",
    "another seed draws another lot",
    "nothing can be ranked without the parts of that score, nor without what breaks ties",
    "half a place is no place",
    "a result that waits waits on, when a withdrawal is taken back",
    "a score corrected before the closing counts as corrected",
    "a score corrected before the closing so that it does not pass is not ranked, and decided by whoever closes",
    "an addition draws its lot with the seed of the closing",
    "reopened after the closing, somebody joins as an addition and moves nobody",
    "an addition that would have been cut is cut, by a person",
    "whoever is reopened may take a closed step after its window",
    "a closing first does what is due",
    "rejected is not final where one may appeal",
    "a retake of the same step counts anew",
    "an extension is to a later day, and in time",
    "whoever comes back after the end expires at once",
    "an exemption passes on by itself, and so on to rest",
    "an exemption that comes to be known passes on",
    "a result that waits gives way to an exemption that comes later",
    "every bound of a gate counts, from above",
    "between its bounds a gate is held",
    "what a closing recorded is known of everybody",
    "reopening needs a reason, then a person, and a decision",
    "a reopening may bring what was not known, and changes nothing that was",
    "who takes back a withdrawal stands where they stood, and what waited waits, corrected or not",
    "a second reopening goes one decision further back",
    "a fact has one value in one event, under whichever name",
    "what is not of this procedure is refused, in the order of the codes",
    "a closing needs a person, once",
    "a closing names those who may still come",
    "a closing never predates what it counts",
    "a gate waits for every step that leads to it",
    "nor is a step closed before every step that leads to its gate is",
    "what the closing records may be named in full, and has one value",
    "what the closing records is a fact of its kind",
    "nobody extends a reserve from which somebody expired",
    "of two ends the first one comes",
    "whoever came after the end lapses on the day they came",
    "offers go by rank",
)


def told() -> Iterator[str]:
    """Every story: what each event was answered, and all that the selection holds at the end."""
    scripts = {name: (definition, script) for name, definition, script in SCRIPTS}
    for name in STORIES:
        definition, script = scripts[name]
        selection = Selection(_definition(DEFINITIONS[definition]))
        events = {*selection.machine.steps, "apply", "withdraw", "correct", "reopen", "nothing"}
        yield f"# {name}"
        for line in _lines(script):
            for event in _events(line.partition(" -> ")[0], events):
                answer = selection.handle(event)
                if isinstance(answer, Moved):
                    moves = ", ".join(f"{move.candidate} {move.kind}" for move in answer.moves) or "nobody moved"
                    yield f"{event.candidate or 'all'} {event.name}: {moves}"
                else:
                    yield f"{event.candidate or 'all'} {event.name}: {answer.code} {_facts(answer.values)}"
        yield from _held(selection)
        yield ""


def _held(selection: Selection) -> Iterator[str]:
    cohort = selection.cohort
    for candidate in selection:
        case = selection[candidate]
        more = (("waits", " ".join(sorted(case.pending))), ("reopened", "yes" if case.reopened else None))
        extra = "".join(f", {word} {value}" for word, value in more if value)
        yield f"{candidate}: {case.state} since {_at(case.entered)}, last {_at(case.at)}{extra} {_facts(case.facts)}"
        for move in case.history:
            yield f"  {' ' if move in case.path else '~'} {_move(move)}"
    for closing in cohort.closings.values():
        held = "" if closing.held is True else f" held {closing.held}"
        drawn = f" seed {closing.seed}" if closing.seed is not None else ""
        standing = f" {_facts(closing.ranking_keys)} of {closing.sizes}" if closing.sizes else ""
        yield f"closed: {closing.step} {_at(closing.at)} by {closing.by}{held}{standing}{drawn}"
    for gate, decision in cohort.gates.items():
        yield f"gate: {gate} held {decision.held}, count {decision.count}, {_at(decision.at)}"
    if cohort.facts:
        yield f"closings recorded: {_facts(cohort.facts)}"
    if cohort.ends is not None:
        yield f"reserve: through {cohort.last_day}, ends {_at(cohort.ends)}"


def _move(move: Move) -> str:
    parts = [
        f"{_at(move.at)} {move.event}: {move.kind}, {move.from_state} → {move.to_state} by {move.by}",
        f"brought {_facts(move.facts)}" if move.facts else "",
        f"because {move.why}" if move.why else "",
        f"differs {' '.join(move.differs)}" if move.differs else "",
        f"known {_facts(move.known)}" if move.known else "",
    ]
    return ", ".join(part for part in parts if part)


def _facts(facts: Mapping[str, object]) -> str:
    # In the order of their names: in which order they came to be known, nobody promises.
    return "{" + ", ".join(f"{name}: {value}" for name, value in sorted(facts.items())) + "}"


def _at(moment: Moment) -> str:
    return str(moment).removesuffix("+00:00")


def test_histories_hold_all_that_happened_and_nothing_else() -> None:
    assert "\n".join(told()) + "\n" == TOLD.read_text(encoding="utf-8")


if __name__ == "__main__":
    TOLD.write_text("\n".join(told()) + "\n", encoding="utf-8")
