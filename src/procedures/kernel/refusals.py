"""Every reason for which an event can be refused: a stable code, its meaning, and its sentence in nl and en."""

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

from attrs import frozen

from rules.words import Language, Words


@frozen
class Refusal:
    """The meaning of a code, and its sentence: a template over the values of the refusal."""

    meaning: str
    sentence: Words


Code: TypeAlias = Literal[
    "unknown_candidate", "duplicate", "unknown_event", "out_of_order", "wrong_state", "already_closed",
    "gate_undecided", "too_early", "too_late", "invalid_fact", "missing_facts", "not_next", "needs_person",
    "undecided", "built_upon", "conflict",
]  # fmt: skip
"""The codes of the table below, for type checkers and editors. A test compares the two."""

# In the order in which they are tested: a case in another state is `wrong_state`, even if more is wrong.
REFUSALS: Final[Mapping[Code, Refusal]] = {
    "unknown_candidate": Refusal(
        "nobody of that name applied",
        Words("`{candidate}` heeft zich niet kandidaat gesteld", "`{candidate}` has not applied"),
    ),
    "duplicate": Refusal(
        "applied already, or a result of the step already waits for its closing",
        Words("`{event}` is al geregistreerd voor `{candidate}`", "`{event}` is already recorded for `{candidate}`"),
    ),
    "unknown_event": Refusal(
        "the procedure has no such step or event",
        Words("deze procedure kent geen `{name}`{hint}", "this procedure knows no `{name}`{hint}"),
    ),
    "out_of_order": Refusal(
        "earlier than the last event of the case, or than what a closing counts",
        Words(
            "`{event}` is gedateerd op {at}, maar er gebeurde al iets op {last}",
            "`{event}` is dated {at}, but something already happened on {last}",
        ),
    ),
    "wrong_state": Refusal(
        "the step is not taken from the state where the case stands",
        Words(
            "`{event}` kan niet vanuit de toestand `{state}`; wel mogelijk: {possible}",
            "`{event}` cannot be taken from state `{state}`; possible there: {possible}",
        ),
    ),
    "already_closed": Refusal(
        "the step was closed; for an application: a step was",
        Words("`{closed}` is afgesloten op {at}", "`{closed}` was closed on {at}"),
    ),
    "gate_undecided": Refusal(
        "whether the step is held is not decided yet",
        Words(
            "of `{event}` wordt gehouden, is nog niet beslist: eerst afsluiten: {waits_for}",
            "whether `{event}` is held is not decided yet: to be closed first: {waits_for}",
        ),
    ),
    "too_early": Refusal(
        "before the window opens",
        Words("`{event}` kan pas vanaf {opens}, niet op {at}", "`{event}` opens on {opens}, not on {at}"),
    ),
    "too_late": Refusal(
        "after the window has ended",
        Words(
            "`{event}` kon tot {ends}; {at} is te laat{help}",
            "`{event}` was possible until {ends}; {at} is too late{help}",
        ),
    ),
    "invalid_fact": Refusal(
        "a fact is unknown to the procedure, outside its kind, or known already and different",
        Words("{reason}", "{reason}"),
    ),
    "missing_facts": Refusal(
        "nothing can be decided while these facts are missing",
        Words(
            "`{event}` kan niet beslist worden: er ontbreekt {missing}",
            "`{event}` cannot be decided: {missing} missing",
        ),
    ),
    "not_next": Refusal(
        "another waiting candidate is ranked before",
        Words("`{next}` is eerst aan de beurt voor `{event}`", "`{next}` comes first for `{event}`"),
    ),
    "needs_person": Refusal(
        "an adverse outcome, a closing or a reopening needs a named person",
        Words(
            "{reason}: wie (`by`)?",
            "{reason}: who (`by`)?",
        ),
    ),
    "undecided": Refusal(
        "the step cannot be closed while these candidates may still take it",
        Words(
            "`{step}` kan nog niet afgesloten worden; nog onderweg: {candidates}",
            "`{step}` cannot be closed yet; still on the way: {candidates}",
        ),
    ),
    "built_upon": Refusal(
        "a closing cannot be taken back: a later closing, an extension or a result rests on it",
        Words(
            "de afsluiting van `{step}` kan niet teruggenomen worden; daarop steunt al: {who}",
            "the closing of `{step}` cannot be taken back; already resting on it: {who}",
        ),
    ),
    "conflict": Refusal(
        "the store was changed by somebody else in the meantime",
        Words("de selectie werd intussen door iemand anders gewijzigd", "the selection was changed in the meantime"),
    ),
}

_NOTHING: Final = Words("niets", "nothing")
_MORE: Final = Words("en nog {count}", "and {count} more")
_LOTS: Final = Words(
    "(een getal of tekst waarmee geloot wordt en waarmee de loting te herhalen is)",
    "(a number or text by which lots are drawn, and can be drawn again)",
)
_SHOWN: Final = 5


def message(code: Code, values: Mapping[str, object], language: Language) -> str:
    """The sentence of a refusal; long lists are shortened to their first members."""
    shown = {name: _format_value(value, language) for name, value in values.items()}
    own = values.get("sentence")
    template = own if isinstance(own, Words) else REFUSALS[code].sentence
    sentence = template.in_language(language).format_map(_TemplateValues(shown))
    missing = values.get("missing")
    lots = code == "missing_facts" and isinstance(missing, tuple) and "seed" in missing
    return f"{sentence} {_LOTS.in_language(language)}" if lots else sentence


class _TemplateValues(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


def _format_value(value: object, language: Language) -> str:
    if isinstance(value, Words):
        return value.in_language(language)
    if not isinstance(value, tuple):
        return str(value)
    names = [f"`{name}`" for name in value[:_SHOWN]]
    if len(value) > _SHOWN:
        names.append(_MORE.in_language(language).format(count=len(value) - _SHOWN))
    return ", ".join(names) or _NOTHING.in_language(language)
