"""The definition language as tables: the keys of each mapping, with their value types and meanings.

The reader refuses other keys. The JSON Schema and the reference page are made from these tables.
"""

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

from attrs import frozen

ValueType: TypeAlias = Literal[
    "applications", "choice list", "citations", "competencies", "conditions", "date", "duration", "fact kind",
    "fact names", "facts", "flag", "held", "integer", "keeps", "kinds", "labels", "languages", "list",
    "local time", "mapping", "name", "names", "number", "options", "origins", "outcomes", "parts", "pay",
    "position", "properties", "ranked", "readings", "reserve", "rule", "scalar", "scores", "sources", "state",
    "states", "steps", "takes", "text", "texts", "ties", "unit", "valid", "words",
]  # fmt: skip


@frozen
class Key:
    """A key of the language: its value type, its meaning, and whether it is required."""

    name: str
    value_type: ValueType
    meaning: str
    required: bool = False


def _table(*keys: Key) -> Mapping[str, Key]:
    return {key.name: key for key in keys}


TOP: Final = _table(
    Key("procedure", "text", "the identifier: under `definitions/` the path without `.yaml`", required=True),
    Key("version", "integer", "the version of this definition, counting from 1"),
    Key("title", "words", "what the vacancy is called", required=True),
    Key("organisation", "words", "who employs"),
    Key("timezone", "text", "IANA name of the zone in which local times are meant; Europe/Brussels when left out"),
    Key("languages", "languages", "the languages in which the definition has its words: nl, en"),
    Key("sources", "sources", "the documents that statements cite, by a short name"),
    Key("extends", "texts", "the path of a definition on which this one is a patch; or a list, each on those before"),
    Key("template", "flag", "true for a file that others extend and nobody runs"),
    Key("position", "position", "the job: grade, contract, hours, competencies, pay"),
    Key("competencies", "competencies", "what is measured, each with a meaning in our own words"),
    Key("applications", "applications", "when one may apply"),
    Key("facts", "facts", "what may be known of a candidate"),
    Key("scores", "scores", "numbers computed from recorded numbers, exactly"),
    Key("conditions", "conditions", "named rules, to be used by their names"),
    Key("states", "states", "words for states, and which are final or unsuccessful"),
    Key("steps", "steps", "the rounds, offers and other steps that move a case"),
    Key("reserve", "reserve", "the list of those who were selected, and how long it holds"),
    Key("readings", "readings", "what the source leaves open, the ways to read it, and the one chosen"),
    Key("retention", "mapping", "how long what is kept: described, not enforced"),
    Key(
        "properties",
        "properties",
        "what the author wants proved of whoever stands in a state",
    ),
)

STEP: Final = _table(
    Key("kind", "text", "a label for people and pictures (eligibility, test, interview, offer, …), never a meaning"),
    Key("label", "words", "what the step is called"),
    Key("source", "citations", "where the document says so"),
    Key("from", "origins", "the state, or list of states, where the step is taken; the `to` of the step above"),
    Key("to", "state", "where TRUE leads; required unless `outcomes` are given"),
    Key("otherwise", "state", "where FALSE leads; `rejected` when left out"),
    Key("passes", "rule", "who passes; the one flag recorded, or `pass_mark`, when left out"),
    Key("pass_mark", "number", "short for a recorded `score` that must be reached"),
    Key("outcomes", "outcomes", "more than two ways on: a list of `when` and `to`, the last without `when`"),
    Key("records", "facts", "the facts that the event of this step brings"),
    Key("exempt", "rule", "who passes on without the step"),
    Key("held", "held", "a gate: whether the step is held at all, by a count or by what a closing recorded"),
    Key("keeps", "keeps", "a cut: how many of the best go on, decided when the step is closed"),
    Key("opens", "local time", "the first moment at which the event may happen"),
    Key("until", "local time", "the last moment, inclusive at the precision written"),
    Key("before", "local time", "the first moment that is too late"),
    Key("on", "date", "the one day on which the event may happen"),
    Key("within", "duration", "how long after entry the event may happen"),
    Key("lapses", "state", "where a case goes when the window has passed without a result; `stays` leaves it"),
    Key("automatic", "flag", "true: an adverse outcome needs no person"),
    Key("in_order", "flag", "true: only the best-ranked of those waiting who were asked least often may take it"),
    Key("tentative", "flag", "true: the dates were announced with a reservation; shown, not enforced"),
    Key("slot", "duration", "how long the step takes one candidate"),
    Key("channel", "words", "how the step takes place"),
    Key("measures", "names", "the competencies that the step measures"),
    Key("notified", "local time", "when candidates hear the result: shown, not enforced"),
    Key("closing", "facts", "the facts that closing the step records"),
)

FACT: Final = _table(
    Key("kind", "fact kind", "choice, level, flag, number, duration, date, moment or text", required=True),
    Key("label", "words", "what the fact is called"),
    Key("labels", "labels", "words for the values of a choice or level"),
    Key("source", "citations", "where the document names it"),
    Key("of", "choice list", "the values of a choice; those of a level, low to high"),
    Key("from", "number", "the least value of a number"),
    Key("to", "number", "the greatest value of a number"),
    Key("step", "number", "the grid on which a number lies; 0.01 when left out"),
    Key("unit", "unit", "the unit of a duration: minutes, hours, days, weeks, months or years"),
)

DEFINITION_SECTIONS: Final[Mapping[str, Mapping[str, Key]]] = {
    "definition": TOP,
    "step": STEP,
    "fact": FACT,
    "source": _table(
        Key("document", "text", "the file or title that is cited", required=True),
        Key("title", "words", "what the document is called"),
        Key("url", "text", "where it may be found"),
    ),
    "position": _table(
        Key("grade", "text", "the salary grade"),
        Key("contract", "words", "permanent or temporary"),
        Key("hours", "words", "the hours of work"),
        Key("competencies", "names", "the competencies asked for"),
        Key("pay", "pay", "recognised seniority and the amounts printed"),
        Key("source", "citations", "where the document says so"),
    ),
    "competency": _table(
        Key("label", "words", "what it is called"),
        Key("meaning", "words", "what it means, in our own words", required=True),
        Key("source", "citations", "where the document names it"),
    ),
    "applications": _table(
        Key("opens", "local time", "the first moment to apply"),
        Key("until", "local time", "the last moment, inclusive at the precision written"),
        Key("before", "local time", "the first moment that is too late"),
        Key("channel", "words", "how one applies"),
        Key("source", "citations", "where the document says so"),
    ),
    "condition": _table(
        Key("rule", "rule", "what must hold", required=True),
        Key("label", "words", "what it is called"),
        Key("source", "citations", "where the document says so"),
    ),
    "score": _table(
        Key("mean", "parts", "the weighted mean of these facts: names to weights, or a list"),
        Key("sum", "parts", "the weighted sum of these facts: names to weights, or a list"),
        Key("best", "names", "the greatest of these facts"),
        Key("missing", "text", "`left_out`: a part whose step was exempt, not held or lapsed does not count"),
        Key("label", "words", "what it is called"),
        Key("source", "citations", "where the document says so"),
    ),
    "state": _table(
        Key("label", "words", "what the state is called"),
        Key("final", "flag", "true: nothing follows"),
        Key("unsuccessful", "flag", "true: reaching it is adverse; `rejected` is so by itself"),
    ),
    "reserve": _table(
        Key("state", "state", "the state of those on the reserve", required=True),
        Key("label", "words", "what it is called"),
        Key("kinds", "kinds", "the kinds of reserve, each with the rule that says whose it is"),
        Key("ranked", "ranked", "the facts by which those on the reserve are ranked, `{by: [facts]}`"),
        Key("valid", "valid", "how long it holds, from the closing; or the last day"),
        Key("extendable", "flag", "true: it may be extended before it ends"),
        Key("source", "citations", "where the document says so"),
    ),
    "property": _table(
        Key("never", "rule", "holds of nobody who stands in the state"),
        Key("always", "rule", "holds of everybody who stands in the state"),
        Key("before", "state", "a state in which everybody stood before"),
        Key("in", "names", "the state, or list of states, it is about", required=True),
        Key("label", "words", "what it says, in words"),
        Key("source", "citations", "where the document says so"),
    ),
    "ranked": _table(Key("by", "fact names", "the facts, the most important first; more is better", required=True)),
    "reading": _table(
        Key("question", "words", "what the source leaves open", required=True),
        Key("source", "citations", "the lines that leave it open"),
        Key("chosen", "name", "the option that holds", required=True),
        Key("options", "options", "each way to read it, as a patch on the definition", required=True),
    ),
    "outcome": _table(
        Key("when", "rule", "who goes there; the last outcome has none"),
        Key("to", "state", "where it leads", required=True),
    ),
    "held": _table(
        Key("count", "state", "the state whose cases are counted when the step before is closed", required=True),
        Key("at_least", "integer", "held at this number or more"),
        Key("at_most", "integer", "held at this number or less"),
        Key("more_than", "integer", "held above this number"),
        Key("less_than", "integer", "held below this number"),
    ),
    "keeps": _table(
        Key("best", "scalar", "how many go on: a number, or a fact that the closing records"),
        Key("takes", "takes", "several lists in turn: `best` and `to` of each"),
        Key("by", "fact names", "the facts that rank, the most important first; more is better", required=True),
        Key("ties", "ties", "those equal astride the cut: keep (all), none, lot, or `{by: [facts], then: …}`"),
    ),
    "take": _table(
        Key("best", "scalar", "how many go there: a number, or a fact that the closing records", required=True),
        Key("to", "state", "where they go", required=True),
    ),
    "ties": _table(
        Key("by", "fact names", "further facts that rank those who are equal", required=True),
        Key("then", "text", "what if they are still equal: keep, none or lot"),
    ),
}

WORKED_CASE_SECTIONS: Final[Mapping[str, Mapping[str, Key]]] = {
    "worked cases": _table(
        Key("procedure", "text", "the path of the definition; the file of the same name when left out"),
        Key("by", "text", "who did what no event says otherwise of"),
        Key("people", "mapping", "sets of facts, by a name"),
        Key("cases", "list", "the cases", required=True),
    ),
    "worked case": _table(
        Key("case", "text", "what the case shows, as a sentence", required=True),
        Key("source", "citations", "the line that decides it"),
        Key("readings", "mapping", "other options than the chosen ones"),
        Key("events", "list", "what happens, as in an events file; `at` may be a local time"),
        Key("outcome", "mapping", "the state of each candidate, or of the only one"),
        Key("refused", "names", "the codes of the events that are refused, in order"),
        Key("gates", "mapping", "for each gate `held` and `count`"),
        Key("kinds", "mapping", "the kind of reserve of candidates; null for none"),
        Key("expires", "date", "the last day of the reserve"),
        Key("facts", "mapping", "in place of events: what is known of one person"),
        Key("conditions", "mapping", "what named conditions say of those facts: true, false or unknown"),
    ),
    "worked event": _table(
        Key("event", "text", "a step, or apply, withdraw, correct, reopen, close, advance, extend", required=True),
        Key("candidate", "text", "a candidate, a span such as `c01..c16`, or a list; `candidate` when left out"),
        Key("facts", "mapping", "the facts, a name from `people`, or `{like: NAME, …}`"),
        Key("at", "text", "when: a local time such as `2025-10-20 09:00`, or ISO 8601 with an offset", required=True),
        Key("by", "text", "who; null for nobody"),
        Key("why", "text", "the reason of a correction or reopening"),
        Key("step", "text", "the step that is closed"),
        Key("seed", "scalar", "the seed of a lot"),
        Key("until", "date", "the day to which the reserve is extended"),
    ),
}

SCENARIO_SECTIONS: Final[Mapping[str, Mapping[str, Key]]] = {
    "scenario": _table(
        Key("scenario", "text", "what the scenario is called", required=True),
        Key("procedure", "text", "the path of the definition, where the command names none"),
        Key(
            "candidates", "scalar", "how many apply: a number, `{poisson: 80}` or `{between: [40, 120]}`", required=True
        ),
        Key("facts", "mapping", "how the facts of candidates arise; one that is left out is unknown"),
        Key("measures", "mapping", "jointly normal measures: what steps record, and criteria that nobody records"),
        Key("correlations", "list", "how measures go together: `[first, second, r]`"),
        Key("groups", "list", "groups of candidates, each with its share, and its shift of measures"),
        Key("success", "rule", "who would do well in the job"),
        Key("selected", "state", "the state that counts as selected; the reserve, where there is one"),
        Key("behaviour", "mapping", "what candidates do of themselves: no_show, withdraw, lapse, decline"),
        Key("resources", "mapping", "for each step its juries and their hours"),
        Key("wanted", "integer", "how many are wanted on the list of those selected"),
        Key("vacancies", "mapping", "how fast those selected are needed: `{per_year: 3}`"),
    ),
    "measure": _table(
        Key("mean", "number", "the mean over candidates of the first group; 0 when left out"),
        Key("sd", "number", "the standard deviation within a group; 1 when left out"),
    ),
    "group": _table(
        Key("name", "text", "what the group is called", required=True),
        Key("share", "number", "the part of the candidates that belong to it", required=True),
        Key("shift", "mapping", "how far its means lie from those stated, in standard deviations"),
    ),
    "behaviour": _table(
        Key("no_show", "mapping", "for a step the chance that a candidate does not come"),
        Key("withdraw", "mapping", "for a state the chance that a candidate who reached it gives up"),
        Key("lapse", "mapping", "for a step the chance that a candidate lets its window pass"),
        Key("decline", "mapping", "for a step the chance that the flag it records is false"),
    ),
    "resource": _table(
        Key("juries", "integer", "how many juries sit at once; 1 when left out"),
        Key("slot", "duration", "how long a candidate takes; that of the step when left out"),
        Key("day", "list", 'the hours of a day: `["09:00-12:00", "13:00-17:00"]`'),
    ),
    "vacancies": _table(Key("per_year", "number", "how many there are in a year, on average", required=True)),
}

SECTIONS: Final[Mapping[str, Mapping[str, Key]]] = {**DEFINITION_SECTIONS, **WORKED_CASE_SECTIONS, **SCENARIO_SECTIONS}

TIE_POLICIES: Final[Mapping[str, str]] = {
    "keep": "all who are equal at the cut go on, so that more than `best` may",
    "none": "none of those who are equal at the cut goes on, so that fewer than `best` may",
    "lot": "those who are equal at the cut draw lots, by the seed of the closing",
}

DEFAULT_ZONE: Final = "Europe/Brussels"
