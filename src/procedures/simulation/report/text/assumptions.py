"""The assumptions of a scenario as sentences: every distribution, and the behaviour of candidates."""

from collections.abc import Iterator
from datetime import date
from math import erf, sqrt
from typing import assert_never

from procedures.simulation.report.context import ReportContext, format_number
from procedures.simulation.report.text.sentences import ASSUMED
from procedures.simulation.scenario.model import (
    Chances,
    Constant,
    Distribution,
    Gamma,
    Given,
    Group,
    Measure,
    Normal,
    Poisson,
    Resource,
    Uniform,
)
from procedures.text.values import and_list, day_words
from rules.explanation import rule_sentence
from rules.kinds import Date, Duration, Flag, Kind
from rules.phrases import UNITS, value_words


def assumptions(context: ReportContext) -> tuple[str, ...]:
    """Every statement of the scenario, one line each, in its order."""
    parts = (_size, _facts, _measures, _correlations, _groups, _outcome, _behaviour, _resources, _unknown)
    return tuple(line for part in parts for line in part(context))


def _say(context: ReportContext, name: str, **words: object) -> str:
    return ASSUMED[name].in_language(context.language).format(**words)


def _plain(context: ReportContext, value: float) -> str:
    """A number with all its decimals, to six significant digits."""
    text = f"{value:.6g}"
    digits = len(text.partition(".")[2]) if "e" not in text else 0
    return format_number(value, digits, context.language)


def _size(context: ReportContext) -> Iterator[str]:
    size = context.scenario.size
    if size.mean is not None:
        yield _say(context, "size mean", n=_plain(context, size.mean))
    elif size.most is not None and size.most > size.least:
        yield _say(context, "size between", least=size.least, most=size.most)
    else:
        yield _say(context, "size fixed", n=size.least)


def _facts(context: ReportContext) -> Iterator[str]:
    declared = context.scenario.declared.facts
    for name, distribution in context.scenario.facts.items():
        how = _distribution_words(context, distribution, declared[name].kind)
        yield _say(context, "fact", what=context.fact(name), how=how)


def _distribution_words(context: ReportContext, distribution: Distribution, kind: Kind) -> str:
    match distribution:
        case Chances(values, shares):
            each = [
                _say(
                    context, "chance", share=context.share(share).text, value=value_words(kind, value, context.language)
                )
                for value, share in zip(values, shares, strict=True)
            ]
            return ", ".join(each)
        case Gamma(shape, scale):
            mean = _amount(context, shape * scale, kind)
            return _say(context, "gamma", mean=mean, shape=_plain(context, shape), scale=_plain(context, scale))
        case Normal(mean, sd):
            return _say(context, "normal", mean=_amount(context, mean, kind), sd=_plain(context, sd))
        case Uniform(least, most):
            return _uniform_words(context, least, most, kind)
        case Poisson(mean):
            return _say(context, "poisson", mean=_amount(context, mean, kind))
        case Constant(value):
            return _say(context, "constant", value=value_words(kind, value, context.language))
        case Given(fact, cases):
            other = context.scenario.declared.facts[fact].kind
            lines = [
                _say(
                    context,
                    "case",
                    value=value_words(other, value, context.language),
                    how=_distribution_words(context, case, kind),
                )
                for value, case in cases.items()
            ]
            return _say(context, "given", fact=context.fact(fact), cases="; ".join(lines))
        case _:
            assert_never(distribution)


def _uniform_words(context: ReportContext, least: float, most: float, kind: Kind) -> str:
    if isinstance(kind, Date):
        first, last = (day_words(date.fromordinal(int(day)), context.language) for day in (least, most - 1))
        return _say(context, "uniform days", least=first, most=last)
    return _say(context, "uniform", least=_plain(context, least), most=_amount(context, most, kind))


def _amount(context: ReportContext, value: float, kind: Kind) -> str:
    """A number with its unit, where the fact has one: `60 months`."""
    if not isinstance(kind, Duration):
        return _plain(context, value)
    one, many = UNITS[kind.unit]
    return f"{_plain(context, value)} {(one if value == 1 else many).in_language(context.language)}"


def _measures(context: ReportContext) -> Iterator[str]:
    for measure in context.scenario.measures:
        yield _say(context, "fact", what=context.fact(measure.name), how=_measure_words(context, measure))


def _measure_words(context: ReportContext, measure: Measure) -> str:
    how = _say(context, "normal", mean=_plain(context, measure.mean), sd=_plain(context, measure.sd))
    fact = context.machine.declared.facts.get(measure.name)
    if fact is None:
        return _say(context, "nobody records", how=how)
    if isinstance(fact.kind, Flag):
        above = (1 + erf(measure.mean / measure.sd / sqrt(2))) / 2
        return _say(context, "measured flag", how=how, share=context.share(above).text)
    return how


def _correlations(context: ReportContext) -> Iterator[str]:
    measures, matrix = context.scenario.measures, context.scenario.correlation
    for row, one in enumerate(measures):
        for column in range(row + 1, len(measures)):
            if matrix[row][column]:
                words = {"one": context.fact(one.name), "other": context.fact(measures[column].name)}
                yield _say(context, "correlation", r=_plain(context, matrix[row][column]), **words)


def _groups(context: ReportContext) -> Iterator[str]:
    groups = context.scenario.groups
    yield from (_group(context, group) for group in groups if len(groups) > 1 or group.shift)


def _group(context: ReportContext, group: Group) -> str:
    words = _say(context, "group", group=group.name, share=context.share(group.share).text)
    shifts = [
        _say(
            context,
            "shift",
            what=context.fact(name),
            sd=_plain(context, abs(shift)),
            way=_say(context, "higher" if shift > 0 else "lower"),
        )
        for name, shift in group.shift.items()
        if shift
    ]
    return f"{words}; {and_list(shifts, context.language)}" if shifts else words


def _outcome(context: ReportContext) -> Iterator[str]:
    scenario = context.scenario
    if scenario.success is not None:
        yield _say(context, "success", rule=rule_sentence(scenario.success, scenario.declared, context.language))
    if scenario.selected is not None:
        yield _say(context, "selected", state=context.state(scenario.selected))
    if scenario.wanted is not None:
        yield _say(context, "wanted", n=scenario.wanted)
    if scenario.vacancies is not None:
        yield _say(context, "vacancies", n=_plain(context, scenario.vacancies))


def _behaviour(context: ReportContext) -> Iterator[str]:
    behaviour = context.scenario.behaviour
    for what in ("no_show", "withdraw", "lapse", "decline"):
        for name, share in getattr(behaviour, what).items():
            where = context.state(name) if what == "withdraw" else context.step(name)
            yield _say(context, what, share=context.share(share).text, where=where)


def _resources(context: ReportContext) -> Iterator[str]:
    for name, resource in context.scenario.resources.items():
        words = {"juries": resource.juries, "slot": resource.slot, "places": resource.sessions_per_day}
        yield _say(context, "resource", step=context.step(name), hours=_hours(context, resource), **words)


def _hours(context: ReportContext, resource: Resource) -> str:
    spans = (f"{_clock(start)}–{_clock(end)}" for start, end in resource.hours)
    return and_list(spans, context.language)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _unknown(context: ReportContext) -> Iterator[str]:
    """The facts of candidates that the scenario does not describe."""
    described = {*context.scenario.facts, *(measure.name for measure in context.scenario.measures)}
    left = [
        context.fact(name) for name in context.machine.declared.facts if name in context.machine.correctable - described
    ]
    if left:
        yield _say(context, "unknown", facts=and_list(left, context.language))
