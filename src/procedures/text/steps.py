"""Describe steps in words: states, dates, rules, recorded facts, and the decisions at the closing."""

from collections.abc import Iterator

from attrs import frozen

from procedures.definition.model import Definition, Step, Window
from procedures.kernel.machine import Machine
from procedures.kernel.names import APPLY, STAYS
from procedures.kernel.outcomes import Count, Keeps, Take
from procedures.text.outline import Line
from procedures.text.values import and_list, fact_words, format_phrase, label_with_name, written_words
from procedures.text.values import day_words as day_in_words
from rules.algebra import ALWAYS, All, AnyOf, Not, Rule
from rules.explanation import rule_outline, rule_sentence
from rules.phrases import duration_words, label_of, order_words
from rules.words import Language, as_words


@frozen
class Describer:
    """What every part of a description needs: the definition, its machine and the language."""

    definition: Definition
    machine: Machine
    language: Language

    def say(self, phrase: str, **words: object) -> str:
        return format_phrase(phrase, self.language, **words)

    def state(self, name: str) -> str:
        """The label of a state."""
        state = self.machine.states.get(name)
        return state.label.in_language(self.language, as_words(name)) if state else as_words(name)

    def step_label(self, name: str) -> str:
        """A step in words, or the applications: closings are of both."""
        if name == APPLY:
            return format_phrase("the applications", self.language)
        return self.machine.steps[name].label.in_language(self.language, as_words(name))

    def fact(self, name: str) -> str:
        declared = self.machine.declared
        return label_of(declared.scores.get(name) or declared.facts[name], self.language)

    def rule(self, rule: Rule) -> str:
        return rule_sentence(rule, self.machine.declared, self.language)

    def rule_lines(self, rule: Rule, depth: int) -> Iterator[Line]:
        """The rule in full, one line for each part."""
        for level, text, sources in rule_outline(rule, self.machine.declared, self.language, depth=depth):
            yield Line(text, level, sources)

    def rule_lines_with_phrase(self, phrase: str, rule: Rule, depth: int, name: str, **words: object) -> Iterator[Line]:
        """A phrase that ends in a rule: on one line when the rule is short, else with the parts of the rule below."""
        if not isinstance(_without_negation(rule), All | AnyOf):
            yield Line(self.say(phrase, rule=self.rule(rule), **words), depth, name=name)
            return
        first, *parts = self.rule_lines(rule, depth)
        yield Line(self.say(phrase, rule=first.text, **words), depth, name=name)
        yield from parts

    def window(self, window: Window) -> str | None:
        """The window in words; None when it has no bounds."""
        language = self.language
        parts = [
            self.say(phrase, time=written_words(written, language))
            for phrase, written in (("from", window.opens), ("until", window.until), ("before", window.before))
            if written
        ]
        if window.on:
            parts.append(self.say("on", time=day_in_words(window.on, language)))
        if window.within:
            parts.append(self.say("within", time=duration_words(window.within, language)))
        return " ".join(parts) or None


def _without_negation(rule: Rule) -> Rule:
    return _without_negation(rule.rule) if isinstance(rule, Not) else rule


def step_lines(describer: Describer, number: int, step: Step) -> Iterator[Line]:
    """One step: its title, and below it every statement about the step."""
    label = describer.step_label(step.name)
    yield Line(f"{number}. {label_with_name(label, step.name)}", 0, step.sources, step.name)
    yield Line(_path(describer, step), 1, name="road")
    yield from _dates(describer, step)
    yield from _guards(describer, step)
    yield from _records(describer, step)
    if step.keeps:
        yield from _keeps(describer, step, step.keeps)
    yield from _described(describer, step)


def _path(describer: Describer, step: Step) -> str:
    origins = " / ".join(describer.state(origin) for origin in step.origins)
    targets = tuple(dict.fromkeys(outcome.to for outcome in step.outcomes))
    last = step.outcomes[-1].to
    if len(targets) == 2 and len(step.outcomes) == 2:
        words = {"to": describer.state(step.outcomes[0].to), "otherwise": describer.state(last)}
        return describer.say("road otherwise", origins=origins, **words)
    to = " / ".join(describer.state(target) for target in targets)
    return describer.say("road", origins=origins, to=to)


def _dates(describer: Describer, step: Step) -> Iterator[Line]:
    say, window = describer.say, describer.window(step.window)
    if window:
        yield Line(say("when", window=window), 1, name="when")
    if step.tentative:
        yield Line(say("tentative"), 1, name="tentative")
    if step.lapses == STAYS:
        yield Line(say("stays"), 1, name="lapses")
    elif step.lapses:
        yield Line(say("lapses", state=describer.state(step.lapses)), 1, name="lapses")


def _guards(describer: Describer, step: Step) -> Iterator[Line]:
    to = describer.state(step.to)
    yield from _held(describer, step, to)
    if step.exempt is not None:
        yield from describer.rule_lines_with_phrase("exempt", step.exempt, 1, "exempt", to=to)
    yield from _outcomes(describer, step)


def _outcomes(describer: Describer, step: Step) -> Iterator[Line]:
    first, *_, last = (*step.outcomes, step.outcomes[-1])
    if first.when == ALWAYS:
        if step.keeps is None:
            yield Line(describer.say("all pass"), 1, name="passes")
    elif len(step.outcomes) == 2 and (first.passed or first.to == last.to):
        yield from describer.rule_lines_with_phrase("passes", first.when, 1, "passes")
    else:
        for outcome in step.outcomes[:-1]:
            yield from describer.rule_lines_with_phrase(
                "outcome", outcome.when, 1, "outcome", to=describer.state(outcome.to)
            )
        yield Line(describer.say("everybody else", to=describer.state(last.to)), 1, name="outcome")


def _held(describer: Describer, step: Step, to: str) -> Iterator[Line]:
    match step.held:
        case None:
            return
        case Count(state, conditions):
            language = describer.language
            numbers = [order_words("number", order, str(number), language) for order, number in conditions]
            gate = describer.machine.steps[step.name].gate
            feeders = and_list([describer.step_label(name) for name in gate.feeders] if gate else [""], language)
            words = {"number": and_list(numbers, language), "state": describer.state(state)}
            yield Line(describer.say("held", **words, feeders=feeders, to=to), 1, name="held")
        case rule:
            yield from describer.rule_lines_with_phrase("held rule", rule, 1, "held", to=to)


def _records(describer: Describer, step: Step) -> Iterator[Line]:
    facts = describer.machine.declared.facts
    for key, names in (("records", step.records), ("closing", step.closing)):
        for full in names:
            words = fact_words(facts[full], describer.fact(full), full, describer.language)
            yield Line(describer.say(key, fact=words), 1, facts[full].sources, full)


def _keeps(describer: Describer, step: Step, keeps: Keeps) -> Iterator[Line]:
    language = describer.language
    by = and_list([describer.fact(name) for name in keeps.by], language)
    first, *others = keeps.takes
    words = {"best": _best(describer, first), "to": describer.state(first.to), "by": by}
    yield Line(describer.say("keeps", **words), 1, name="keeps")
    for take in others:
        text = describer.say("keeps next", best=_best(describer, take), to=describer.state(take.to))
        yield Line(text, 2, name="keeps")
    if keeps.tie_break:
        ranked = and_list([describer.fact(name) for name in keeps.tie_break], language)
        yield Line(describer.say("tie break", by=ranked), 2, name="ties")
    yield Line(describer.say(f"ties {keeps.ties}"), 2, name="ties")
    yield Line(describer.say("cut", otherwise=describer.state(step.otherwise)), 2, name="cut")


def _best(describer: Describer, take: Take) -> str:
    if isinstance(take.best, int):
        return str(take.best)
    return describer.say("best of closing", fact=describer.fact(take.best))


def _described(describer: Describer, step: Step) -> Iterator[Line]:
    """Statements that name no target state: order, length, channel, competencies, the notification date."""
    language, say = describer.language, describer.say
    competencies = [
        describer.definition.competency(name).label.in_language(language, as_words(name)) for name in step.measures
    ]
    described = (
        ("automatic", say("automatic") if step.automatic else None),
        ("in_order", say("in order") if step.in_order else None),
        ("slot", say("slot", time=duration_words(step.slot, language)) if step.slot else None),
        ("channel", say("channel", channel=step.channel.in_language(language)) if step.channel else None),
        ("measures", say("measures", competencies=and_list(competencies, language)) if competencies else None),
        ("notified", say("notified", time=written_words(step.notified, language)) if step.notified else None),
    )
    for name, text in described:
        if text:
            yield Line(text, 1, name=name)
