"""The JSON Schema (draft 2020-12) of the language, made from its tables; editors complete and check with it.

The schema describes shapes and words, not names: `check` verifies that a step leads to an existing state. Every file
that `check` accepts, the schema accepts. A file that extends another is a patch, and so is an option of a reading:
no key is required in a patch, and null removes a key.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from procedures.definition.language import DEFINITION_SECTIONS, TIE_POLICIES, Key
from rules.calendar import UNITS
from rules.kinds import KINDS
from rules.pay import BOUNDS, PERIODS
from rules.reader import MEMBERSHIPS, OPERATORS, ORDERS
from rules.words import LANGUAGES

Schema: TypeAlias = dict[str, Any]

_NAME: Final = "[a-z][a-z0-9_]*"
_FACT: Final = rf"{_NAME}(\.{_NAME})?"
_COMBINATIONS: Final[Mapping[str, str]] = {
    "all": "every one of these rules holds; of none at all, always",
    "any": "at least one of these rules holds; of none at all, never",
}
# The reader takes any scalar as text, so `1` and `true` are valid too.
_TEXT: Final[Schema] = {"type": ["string", "number", "boolean"]}
# A loader may load a date as another type than a string; only types that are never dates are refused.
_NO_DATE: Final[Schema] = {"type": ["array", "object", "boolean", "null", "number"]}
# A value that a fact is compared with.
_VALUE: Final[Schema] = {"not": {"type": ["array", "object", "null"]}}


def definition_schema() -> Schema:
    """The schema of a definition file."""
    definitions: Schema = {"rule": _rule(), "words": _words(), "citation": _citation()}
    for section in DEFINITION_SECTIONS:
        for patch in (False, True):
            definitions[_schema_name(section, patch=patch)] = _section(section, patch=patch)
    for name, schema in _pay().items():
        definitions[name] = schema
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Selection procedure",
        "description": "A selection procedure: facts, conditions, steps, dates and reserve, as one declared file.",
        "type": "object",
        "if": {"required": ["extends"]},
        "then": _reference(_schema_name("definition", patch=True)),
        "else": _reference(_schema_name("definition", patch=False)),
        "$defs": definitions,
    }


def _schema_name(section: str, *, patch: bool) -> str:
    return f"patch of {section}" if patch else section


def _reference(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name.replace(' ', '%20')}"}


def _section(section: str, *, patch: bool) -> Schema:
    keys = DEFINITION_SECTIONS[section]
    schema: Schema = {
        "type": "object",
        "additionalProperties": False,
        "properties": {key.name: _key(key, patch=patch) for key in keys.values()},
    }
    if patch:
        return schema
    required = [key.name for key in keys.values() if key.required]
    return schema | ({"required": required} if required else {}) | (_LEADS_SOMEWHERE if section == "step" else {})


def _key(key: Key, *, patch: bool) -> Schema:
    schema = _VALUE_SCHEMAS[key.value_type](patch)
    if patch or not key.required:
        schema = {"anyOf": [schema, {"type": "null"}]}
    return {"description": key.meaning, **schema}


# -- value types of keys ---------------------------------------------------------------------------------------------

_SchemaFactory: TypeAlias = Callable[[bool], Schema]


def _fixed_schema(schema: Schema) -> _SchemaFactory:
    return lambda patch: schema


def _section_reference(section: str) -> _SchemaFactory:
    return lambda patch: _reference(_schema_name(section, patch=patch))


def _mapping_of(member: _SchemaFactory) -> _SchemaFactory:
    """The schema of a mapping whose keys the author chooses; in a patch null removes a member."""

    def schema(patch: bool) -> Schema:
        each = {"anyOf": [member(patch), {"type": "null"}]} if patch else member(patch)
        return {"type": "object", "propertyNames": {"pattern": f"^{_NAME}$"}, "additionalProperties": each}

    return schema


def _list_of(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


def _one_or_more(schema: Schema) -> Schema:
    return {"anyOf": [schema, _list_of(schema)]}


def _pattern(pattern: str) -> Schema:
    return {"type": "string", "pattern": f"^{pattern}$"}


_DURATION: Final = rf"(\d+ *({'|'.join(UNITS)})|P\d.*|PT\d.*)"
_DAY: Final = r"\d{4}-\d\d-\d\d"
_DATE: Final[Schema] = {"not": _NO_DATE, "pattern": f"^{_DAY}$"}
_LOCAL_TIME: Final[Schema] = {"not": _NO_DATE, "pattern": rf"^{_DAY}([ T]\d\d:\d\d(:\d\d)?)?$"}
_NUMBER: Final[Schema] = {"type": "number"}
# Whoever passes goes somewhere: to `to`, or where the outcomes or the lists of the best say.
_LEADS_SOMEWHERE: Final[Schema] = {
    "anyOf": [
        {"required": ["to"]},
        {"required": ["outcomes"]},
        {"required": ["keeps"], "properties": {"keeps": {"required": ["takes"]}}},
    ]
}
_PARTS: Final[Schema] = {"anyOf": [{"type": "object", "additionalProperties": _NUMBER}, _list_of(_pattern(_FACT))]}
_HELD: Final[_SchemaFactory] = lambda patch: {  # noqa: E731 - one of a table
    "if": {"type": "object", "required": ["count"]},
    "then": _reference("held"),
    "else": _reference("rule"),
}

_VALUE_SCHEMAS: Final[Mapping[str, _SchemaFactory]] = {
    "name": _fixed_schema(_pattern(_FACT)),
    "names": _fixed_schema(_one_or_more(_pattern(_FACT))),
    "fact names": _fixed_schema(_one_or_more(_pattern(_FACT))),
    "text": _fixed_schema(_TEXT),
    "texts": _fixed_schema(_one_or_more(_TEXT)),
    "scalar": _fixed_schema({"anyOf": [{"type": "integer", "minimum": 1}, _pattern(_FACT)]}),
    "words": _fixed_schema(_reference("words")),
    "citations": _fixed_schema(_one_or_more(_reference("citation"))),
    "integer": _fixed_schema({"type": "integer", "minimum": 0}),
    "flag": _fixed_schema({"type": "boolean"}),
    "date": _fixed_schema(_DATE),
    "local time": _fixed_schema(_LOCAL_TIME),
    "duration": _fixed_schema(_pattern(_DURATION)),
    "valid": _fixed_schema({"anyOf": [_DATE, _pattern(_DURATION)]}),
    "number": _fixed_schema(_NUMBER),
    "mapping": _fixed_schema({"type": "object"}),
    "properties": _mapping_of(_section_reference("property")),
    "rule": _fixed_schema(_reference("rule")),
    "state": _fixed_schema(_pattern(_NAME)),
    "origins": _fixed_schema(_one_or_more(_pattern(_NAME))),
    "states": _mapping_of(_section_reference("state")),
    "parts": _fixed_schema(_PARTS),
    "held": _HELD,
    "keeps": _fixed_schema(_reference("keeps")),
    "takes": _fixed_schema(_list_of(_reference("take"))),
    "ties": _fixed_schema({"anyOf": [{"enum": list(TIE_POLICIES)}, _reference("ties")]}),
    "outcomes": _fixed_schema(_list_of(_reference("outcome"))),
    "unit": _fixed_schema({"enum": list(UNITS)}),
    "fact kind": _fixed_schema({"enum": list(KINDS)}),
    "choice list": _fixed_schema(_list_of(_TEXT) | {"minItems": 1}),
    "labels": _fixed_schema({"type": "object", "additionalProperties": _reference("words")}),
    "languages": _fixed_schema(_list_of({"enum": list(LANGUAGES)})),
    "ranked": _section_reference("ranked"),
    "position": _section_reference("position"),
    "pay": _section_reference("pay"),
    "applications": _section_reference("applications"),
    "reserve": _section_reference("reserve"),
    "facts": _mapping_of(_section_reference("fact")),
    "scores": _mapping_of(_section_reference("score")),
    "conditions": _mapping_of(_section_reference("condition")),
    "steps": _mapping_of(_section_reference("step")),
    "sources": _mapping_of(_section_reference("source")),
    "competencies": _mapping_of(_section_reference("competency")),
    "kinds": _mapping_of(_fixed_schema(_reference("rule"))),
    "readings": _mapping_of(_section_reference("reading")),
    "options": _mapping_of(_fixed_schema(_reference(_schema_name("definition", patch=True)))),
}


# -- rules, words, citations ----------------------------------------------------------------------------------------


def _rule() -> Schema:
    """A name of a condition, a combination of rules, or one fact with its comparisons."""
    rules = _list_of(_reference("rule"))
    combinations: Schema = {word: {"description": meaning, **rules} for word, meaning in _COMBINATIONS.items()}
    combinations["not"] = {"description": "this rule does not hold", **_reference("rule")}
    return {
        "description": "the name of a condition; `all`, `any` or `not`; or a fact and what is asked of it",
        "anyOf": [
            _pattern(_NAME),
            {
                "type": "object",
                "minProperties": 1,
                "maxProperties": 1,
                "properties": combinations,
                "patternProperties": {f"^(?!(all|any|not)$){_FACT}$": {"anyOf": [_VALUE, _comparisons()]}},
                "additionalProperties": False,
            },
        ],
    }


def _comparisons() -> Schema:
    """Operators and their bounds."""
    several = [word for word in MEMBERSHIPS if word in ("one_of", "none_of")]
    bounds = {
        word: _list_of(_TEXT) if word in several else {"not": {"type": ["array", "object"]}} for word in OPERATORS
    }
    for word in ORDERS:  # a number and a word is a duration, in the units that there are
        bounds[word] = bounds[word] | {"if": _pattern(r"\d+ +\D+"), "then": _pattern(_DURATION)}
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
    return {"description": "`source:line` or `source:first-last`", **_pattern(rf"{_NAME}(:\d+(-\d+)?)?")}


# -- pay ------------------------------------------------------------------------------------------------------------


def _pay() -> Schema:
    """The schemas of pay, after the tables of `rules.pay`; pay requires no key, and in a patch null removes one."""
    source: Schema = {"source": _one_or_more(_reference("citation"))}
    ceiling = {"type": "object", "properties": {"at_most": _TEXT}, "additionalProperties": False}
    counts = {"type": "object", "additionalProperties": {"anyOf": [ceiling, {"type": "null"}]}}
    amount: Schema = {
        "bound": {"enum": list(BOUNDS)},
        "amount": _NUMBER | {"description": "as printed, with its cents"},
        "seniority": _pattern(_DURATION) | {"description": "the seniority that the amount goes with"},
    }
    seniority: Schema = {"counts": counts | {"description": "the durations that count, each up to `at_most`"}}
    pay: Schema = {
        "scale": _TEXT | {"description": "what the source calls the scale"},
        "currency": _pattern("[A-Z]{3}") | {"description": "ISO 4217; EUR when left out"},
        "gross": {"type": "boolean", "description": "true where the source says that the amounts are gross"},
        "per": {"enum": list(PERIODS), "description": "the period of the amounts, where the source states it"},
        "seniority": _closed_object(seniority | source) | {"description": "which experience counts as seniority"},
        "amounts": _list_of(_closed_object(amount | source, "bound", "amount"))
        | {"description": "the amounts printed"},
    }
    whole = _closed_object(pay | source)
    patched = _closed_object({key: {"anyOf": [schema, {"type": "null"}]} for key, schema in (pay | source).items()})
    return {_schema_name("pay", patch=False): whole, _schema_name("pay", patch=True): patched}


def _closed_object(properties: Schema, *required: str) -> Schema:
    schema: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return schema | {"required": list(required)} if required else schema
