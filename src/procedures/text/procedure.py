"""Describe a procedure for people: every statement with its source, in Dutch or English, as neutral lines.

The description contains the statements of the definition and their consequences. This module prints nothing.
"""

from collections.abc import Iterator
from decimal import Decimal

from procedures.definition.model import Reading, Reserve
from procedures.definition.patches import patch_paths
from procedures.procedure import Procedure
from procedures.text.outline import Line, Outline, Section, indent, plain_outline
from procedures.text.phrases import RESERVE_KINDS
from procedures.text.steps import Describer, step_lines
from procedures.text.values import and_list, day_words, fact_words, label_with_name
from rules.algebra import ALWAYS, Named, Not, Rule
from rules.calendar import Duration
from rules.nodes import Table
from rules.pay import Pay
from rules.phrases import duration_words, format_phrase, number_words
from rules.seniority import amount_words
from rules.words import Language, Words, as_words

__all__ = ["Line", "Outline", "Section", "describe", "plain_outline"]


def describe(procedure: Procedure, language: Language) -> Outline:
    """Describe the whole procedure; a section without statements is left out."""
    definition = procedure.definition
    describer = Describer(definition, procedure.machine, language)
    parts = {
        "sources": _sources(describer),
        "position": _position(describer),
        "competencies": _competencies(describer),
        "applications": _applications(describer),
        "facts": _facts(describer),
        "scores": _scores(describer),
        "conditions": _conditions(describer),
        "steps": (line for n, step in enumerate(definition.steps, 1) for line in step_lines(describer, n, step)),
        "reserve": _reserve(describer),
        "states": _states(describer),
        "readings": (line for reading in definition.readings.values() for line in _reading(describer, reading)),
    }
    found = {name: tuple(lines) for name, lines in parts.items()}
    cited = {
        "position": definition.position.sources if definition.position else (),
        "applications": definition.application_sources,
        "reserve": definition.reserve.sources if definition.reserve else (),
    }
    sections = [
        Section(name, describer.say(name), lines, cited.get(name, ())) for name, lines in found.items() if lines
    ]
    title = definition.title.in_language(language, as_words(definition.name))
    return Outline(title, tuple(_head(describer, procedure.digest)), tuple(sections))


def _head(describer: Describer, digest: str) -> Iterator[Line]:
    definition, say_phrase = describer.definition, describer.say
    if definition.organisation:
        yield Line(definition.organisation.in_language(describer.language), name="organisation")
    version = say_phrase("version", number=definition.version)
    yield Line(f"{definition.name}, {version}", name="procedure")
    if definition.template:
        yield Line(say_phrase("template"), name="template")
    elif not definition.has_steps:
        yield Line(say_phrase("no procedure"), name="no_procedure")
    else:
        yield Line(say_phrase("zone", zone=definition.zone.name), name="timezone")
        yield Line(say_phrase("fingerprint", digest=digest), name="digest")


def _sources(describer: Describer) -> Iterator[Line]:
    for source in describer.definition.sources.values():
        title = source.title.in_language(describer.language, source.document)
        document = f" ({source.document})" if source.document != title else ""
        url = f" — {source.url}" if source.url else ""
        yield Line(f"{source.name}: {title}{document}{url}", name=source.name)


# -- the job --------------------------------------------------------------------------------------------------------


def _position(describer: Describer) -> Iterator[Line]:
    position = describer.definition.position
    if position is None:
        return
    contract, hours = (words.in_language(describer.language) for words in (position.contract, position.hours))
    for name, text in (("grade", position.grade), ("contract", contract), ("hours", hours)):
        if text:
            yield Line(describer.say(name, text=text), name=name)
    if position.pay:
        yield Line(describer.say("pay"), name="pay", sources=position.pay.sources)
        yield from indent(_pay(describer, position.pay))


def _pay(describer: Describer, pay: Pay) -> Iterator[Line]:
    """The seniority that counts and the printed amounts; `explain --pay` shows which of them apply to a person."""
    language = describer.language
    if pay.scale:
        yield Line(format_phrase("scale", language, scale=pay.scale), name="scale")
    for counted in pay.seniority.counts if pay.seniority else ():
        what, ceiling = describer.fact(counted.fact), counted.at_most
        words = {"what": what} | ({"ceiling": duration_words(ceiling, language)} if ceiling else {})
        cited = pay.seniority.sources if pay.seniority else ()
        yield Line(describer.say("counts up to" if ceiling else "counts", **words), 0, cited, counted.fact)
    for amount in pay.amounts:
        yield Line(amount_words(amount, pay, language), 0, amount.sources, amount.bound)
    if not pay.amounts:
        yield Line(describer.say("no amounts"), name="amounts")


def _competencies(describer: Describer) -> Iterator[Line]:
    """The competencies of the position, in its order; all described competencies when the position names none."""
    definition, language = describer.definition, describer.language
    position_competencies = definition.position.competencies if definition.position else ()
    for name in position_competencies or definition.competencies:
        competency = definition.competency(name)
        label, meaning = (
            competency.label.in_language(language, as_words(name)),
            competency.meaning.in_language(language),
        )
        text = describer.say("meaning", label=label, meaning=meaning) if meaning else label
        yield Line(text, 0, competency.sources, name)


def _applications(describer: Describer) -> Iterator[Line]:
    definition = describer.definition
    window = describer.window(definition.applications)
    if window:
        yield Line(describer.say("when", window=window), name="when")
    elif definition.steps and not definition.template:
        yield Line(describer.say("open window"), name="when")
    if definition.application_channel:
        channel = definition.application_channel.in_language(describer.language)
        yield Line(describer.say("channel", channel=channel), name="channel")


# -- facts and rules ------------------------------------------------------------------------------------------------


def _facts(describer: Describer) -> Iterator[Line]:
    """The declared facts; recorded facts are described with their step."""
    machine = describer.machine
    for name, fact in machine.declared.facts.items():
        if name in machine.declared_facts:
            text = fact_words(fact, describer.fact(name), name, describer.language)
            yield Line(text, 0, fact.sources, name)


def _scores(describer: Describer) -> Iterator[Line]:
    language = describer.language
    for name, score in describer.machine.declared.scores.items():
        weights = {part.weight for part in score.parts}
        parts = []
        for part in score.parts:
            label = describer.fact(part.fact)
            weight = number_words(Decimal(part.weight.numerator) / part.weight.denominator, language)
            parts.append(describer.say("weighed", part=label, weight=weight) if len(weights) > 1 else label)
        words = {"label": describer.fact(name), "name": name, "parts": and_list(parts, language)}
        yield Line(describer.say(score.how, **words), name=name)


def _conditions(describer: Describer) -> Iterator[Line]:
    """Every condition once; a condition that is part of another one is described there."""
    conditions = describer.definition.conditions
    inside = {name for rule in conditions.values() if isinstance(rule, Named) for name in _names_in(rule.rule)}
    for name, rule in conditions.items():
        if name in inside:
            continue
        first, *parts = describer.rule_lines(rule, 0)
        yield Line(label_with_name(first.text, name), 0, first.sources, name)
        yield from parts


def _names_in(rule: Rule) -> Iterator[str]:
    match rule:
        case Named(name):
            yield name
        case Not(inner):
            yield from _names_in(inner)
        case _:
            for part in getattr(rule, "rules", ()):
                yield from _names_in(part)


# -- states, reserve, readings --------------------------------------------------------------------------------------


def _states(describer: Describer) -> Iterator[Line]:
    for name, state in describer.machine.states.items() if describer.definition.steps else ():
        text = label_with_name(describer.state(name), name)
        marks = [describer.say(mark) for mark in ("final", "unsuccessful") if getattr(state, mark)]
        yield Line(f"{text}: {', '.join(marks)}" if marks else text, name=name)


def _reserve(describer: Describer) -> Iterator[Line]:
    reserve, machine = describer.definition.reserve, describer.machine
    if reserve is None or machine.reserve is None or not describer.definition.steps:
        return
    language = describer.language
    if reserve.label:
        yield Line(reserve.label.in_language(language), name="label")
    yield Line(describer.say("stands in", state=describer.state(reserve.state)), name="state")
    for name, rule in reserve.kinds.items():
        kind = RESERVE_KINDS.get(name, Words()).in_language(language, as_words(name))
        if rule == ALWAYS:
            yield Line(describer.say("reserve kind", kind=kind, rule=describer.say("everybody")), name=name)
        else:
            yield from describer.rule_lines_with_phrase("reserve kind", rule, 0, name, kind=kind)
    if reserve.ranked:
        by = and_list([describer.fact(name) for name in reserve.ranked], language)
        yield Line(describer.say("ranked", by=by), name="ranked")
    yield Line(_validity(describer, reserve, machine.reserve.feeders), name="valid")
    if reserve.extendable:
        yield Line(describer.say("extendable"), name="extendable")


def _validity(describer: Describer, reserve: Reserve, feeders: tuple[str, ...]) -> str:
    match reserve.valid:
        case None:
            return describer.say("no end")
        case Duration():
            steps = and_list([describer.step_label(name) for name in feeders], describer.language)
            return describer.say("valid for", time=duration_words(reserve.valid, describer.language), feeders=steps)
        case day:
            return describer.say("valid until", time=day_words(day, describer.language))


def _reading(describer: Describer, reading: Reading) -> Iterator[Line]:
    question = reading.question.in_language(describer.language, as_words(reading.name))
    yield Line(label_with_name(question, reading.name), 0, reading.sources, reading.name)
    for option, patch in reading.options.items():
        chosen = option == reading.chosen
        shown = describer.say("chosen", option=option) if chosen else option
        changed = ", ".join(dict.fromkeys(".".join(path) for path in patch_paths(patch)))
        phrase = "changes" if isinstance(patch, Table) and changed else "as it stands"
        yield Line(describer.say(phrase, option=shown, paths=changed), 1, (), option, chosen)
