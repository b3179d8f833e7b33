"""The language as a JSON Schema (draft 2020-12), made from its tables: editors complete and check by it.

It knows shapes and words, not names: that a step leads to a state that exists is for `check`. What `check` takes,
the schema takes. A file that extends another is a patch, and so is an option of a reading: nothing is required
there, and null removes a key.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from procedures.definition.language import DEFINITION_SECTIONS, TIES, Key
from rules.calendar import UNITS
from rules.kinds import KINDS
from rules.pay import BOUNDS
from rules.reader import MEMBERSHIPS, OPERATORS
from rules.words import LANGUAGES

Schema: TypeAlias = dict[str, Any]

_NAME: Final = "[a-z][a-z0-9_]*"
_FACT: Final = rf"{_NAME}(\.{_NAME})?"
_COMBINATIONS: Final[Mapping[str, str]] = {
    "all": "every one of these rules holds; of none at all, always",
    "any": "at least one of these rules holds; of none at all, never",
}
# Text stays text whatever it looks like: `1` and `true` are words too where words are asked.
_TEXT: Final[Schema] = {"type": ["string", "number", "boolean"]}
# A loader may turn a date into something that is no string; only what is surely no date is refused.
_NO_DATE: Final[Schema] = {"type": ["array", "object", "boolean", "null"]}
# What a fact is compared with.
_VALUE: Final[Schema] = {"not": {"type": ["array", "object", "null"]}}


def definition_schema() -> Schema:
    """The schema of a definition file."""
    definitions: Schema = {"rule": _rule(), "words": _words(), "citation": _citation()}
    for section in DEFINITION_SECTIONS:
        for patch in (False, True):
            definitions[_called(section, patch=patch)] = _section(section, patch=patch)
    for name, schema in _pay().items():
        definitions[name] = schema
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Selection procedure",
        "description": "A selection procedure: facts, conditions, steps, dates and reserve, as one declared file.",
        "type": "object",
        "if": {"required": ["extends"]},
        "then": _ref(_called("definition", patch=True)),
        "else": _ref(_called("definition", patch=False)),
        "$defs": definitions,
    }


def _called(section: str, *, patch: bool) -> str:
    return f"patch of {section}" if patch else section


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name.replace(' ', '%20')}"}


def _section(section: str, *, patch: bool) -> Schema:
    keys = DEFINITION_SECTIONS[section]
    schema: Schema = {
        "type": "object",
        "additionalProperties": False,
        "properties": {key.name: _key(key, patch=patch) for key in keys.values()},
    }
    required = [key.name for key in keys.values() if key.required]
    return schema if patch or not required else schema | {"required": required}


def _key(key: Key, *, patch: bool) -> Schema:
    schema = _TAKES[key.takes](patch)
    if patch or not key.required:
        schema = {"anyOf": [schema, {"type": "null"}]}
    return {"description": key.meaning, **schema}


# -- what keys take -------------------------------------------------------------------------------------------------

_Taken: TypeAlias = Callable[[bool], Schema]


def _always(schema: Schema) -> _Taken:
    return lambda patch: schema


def _inside(section: str) -> _Taken:
    return lambda patch: _ref(_called(section, patch=patch))


def _named(member: _Taken) -> _Taken:
    """A mapping whose keys the author chooses; in a patch null removes a member."""

    def schema(patch: bool) -> Schema:
        each = {"anyOf": [member(patch), {"type": "null"}]} if patch else member(patch)
        return {"type": "object", "propertyNames": {"pattern": f"^{_NAME}$"}, "additionalProperties": each}

    return schema


def _list_of(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


def _one_or_more(schema: Schema) -> Schema:
    return {"anyOf": [schema, _list_of(schema)]}


def _word(pattern: str) -> Schema:
    return {"type": "string", "pattern": f"^{pattern}$"}


_DURATION: Final = rf"(\d+ *({'|'.join(UNITS)})|P\d.*|PT\d.*)"
_DAY: Final = r"\d{4}-\d\d-\d\d"
_DATE: Final[Schema] = {"not": _NO_DATE, "pattern": f"^{_DAY}$"}
_LOCAL_TIME: Final[Schema] = {"not": _NO_DATE, "pattern": rf"^{_DAY}([ T]\d\d:\d\d(:\d\d)?)?$"}
_NUMBER: Final[Schema] = {"anyOf": [{"type": "number"}, _word(r"-?\d+(\.\d+)?")]}
_PARTS: Final[Schema] = {"anyOf": [{"type": "object", "additionalProperties": _NUMBER}, _list_of(_word(_FACT))]}
_HELD: Final[_Taken] = lambda patch: {  # noqa: E731 - one of a table
    "if": {"type": "object", "required": ["count"]},
    "then": _ref("held"),
    "else": _ref("rule"),
}

_TAKES: Final[Mapping[str, _Taken]] = {
    "name": _always(_word(_FACT)),
    "names": _always(_one_or_more(_word(_FACT))),
    "fact names": _always(_one_or_more(_word(_FACT))),
    "text": _always(_TEXT),
    "texts": _always(_one_or_more(_TEXT)),
    "scalar": _always({"anyOf": [{"type": "integer", "minimum": 1}, _word(_FACT)]}),
    "words": _always(_ref("words")),
    "citations": _always(_one_or_more(_ref("citation"))),
    "integer": _always({"type": "integer", "minimum": 0}),
    "flag": _always({"type": "boolean"}),
    "date": _always(_DATE),
    "local time": _always(_LOCAL_TIME),
    "duration": _always(_word(_DURATION)),
    "valid": _always({"anyOf": [_DATE, _word(_DURATION)]}),
    "number": _always(_NUMBER),
    "mapping": _always({"type": "object"}),
    "properties": _named(_inside("property")),
    "rule": _always(_ref("rule")),
    "state": _always(_word(_NAME)),
    "origins": _always(_one_or_more(_word(_NAME))),
    "states": _named(_inside("state")),
    "parts": _always(_PARTS),
    "held": _HELD,
    "keeps": _always(_ref("keeps")),
    "takes": _always(_list_of(_ref("take"))),
    "ties": _always({"anyOf": [{"enum": list(TIES)}, _ref("ties")]}),
    "outcomes": _always(_list_of(_ref("outcome"))),
    "unit": _always({"enum": list(UNITS)}),
    "fact kind": _always({"enum": list(KINDS)}),
    "choice list": _always(_list_of(_TEXT) | {"minItems": 1}),
    "labels": _always({"type": "object", "additionalProperties": _ref("words")}),
    "languages": _always(_list_of({"enum": list(LANGUAGES)})),
    "ranked": _inside("ranked"),
    "position": _inside("position"),
    "pay": _inside("pay"),
    "applications": _inside("applications"),
    "reserve": _inside("reserve"),
    "facts": _named(_inside("fact")),
    "scores": _named(_inside("score")),
    "conditions": _named(_inside("condition")),
    "steps": _named(_inside("step")),
    "sources": _named(_inside("source")),
    "competencies": _named(_inside("competency")),
    "kinds": _named(_always(_ref("rule"))),
    "readings": _named(_inside("reading")),
    "options": _named(_always(_ref(_called("definition", patch=True)))),
}


# -- rules, words, citations ----------------------------------------------------------------------------------------


def _rule() -> Schema:
    """A condition's name, a combination of rules, or one fact with what is asked of it."""
    rules = _list_of(_ref("rule"))
    combinations: Schema = {word: {"description": meaning, **rules} for word, meaning in _COMBINATIONS.items()}
    combinations["not"] = {"description": "this rule does not hold", **_ref("rule")}
    return {
        "description": "the name of a condition; `all`, `any` or `not`; or a fact and what is asked of it",
        "anyOf": [
            _word(_NAME),
            {
                "type": "object",
                "minProperties": 1,
                "maxProperties": 1,
                "properties": combinations,
                "patternProperties": {f"^(?!(all|any|not)$){_FACT}$": {"anyOf": [_VALUE, _asked()]}},
                "additionalProperties": False,
            },
        ],
    }


def _asked() -> Schema:
    """Operators and their bounds."""
    several = [word for word in MEMBERSHIPS if word in ("one_of", "none_of")]
    bounds = {
        word: _list_of(_TEXT) if word in several else {"not": {"type": ["array", "object"]}} for word in OPERATORS
    }
    return {
        "type": "object",
        "minProperties": 1,
        "additionalProperties": False,
        "properties": {word: {"description": OPERATORS[word], **bounds[word]} for word in OPERATORS},
    }


def _words() -> Schema:
    each: Schema = dict.fromkeys(LANGUAGES, _TEXT)
    return {
        "description": "words in one language for both, or `{nl: …, en: …}`",
        "anyOf": [_TEXT, {"type": "object", "properties": each, "additionalProperties": False}],
    }


def _citation() -> Schema:
    return {"description": "`source:line` or `source:first-last`", **_word(rf"{_NAME}(:\d+(-\d+)?)?")}


# -- pay ------------------------------------------------------------------------------------------------------------


def _pay() -> Schema:
    """The tables of pay are those of `rules.pay`; nothing in them is required before it is complete."""
    source: Schema = {"source": _one_or_more(_ref("citation"))}
    ceiling = {"type": "object", "properties": {"at_most": _TEXT}, "additionalProperties": False}
    counts = {"type": "object", "additionalProperties": {"anyOf": [ceiling, {"type": "null"}]}}
    amount: Schema = {
        "bound": {"enum": list(BOUNDS)},
        "amount": _NUMBER | {"description": "as printed, with its cents"},
        "seniority": _word(_DURATION) | {"description": "the seniority that the amount goes with"},
    }
    seniority: Schema = {"counts": counts | {"description": "the durations that count, each up to `at_most`"}}
    pay: Schema = {
        "scale": _TEXT | {"description": "what the source calls the scale"},
        "currency": _word("[A-Z]{3}") | {"description": "ISO 4217; EUR when left out"},
        "seniority": _closed(seniority | source) | {"description": "which experience counts as seniority"},
        "amounts": _list_of(_closed(amount | source, "bound", "amount")) | {"description": "the amounts printed"},
    }
    whole = _closed(pay | source)
    patched = _closed({key: {"anyOf": [schema, {"type": "null"}]} for key, schema in (pay | source).items()})
    return {_called("pay", patch=False): whole, _called("pay", patch=True): patched}


def _closed(properties: Schema, *required: str) -> Schema:
    schema: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return schema | {"required": list(required)} if required else schema
