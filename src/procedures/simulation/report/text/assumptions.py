"""What a scenario takes for granted, in words: every distribution, and what candidates do of themselves."""

from collections.abc import Iterator
from datetime import date
from math import erf, sqrt
from typing import assert_never

from procedures.simulation.report.context import Teller, figure
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


def assumptions(teller: Teller) -> tuple[str, ...]:
    """All that the scenario says, one line each, in its order."""
    parts = (_size, _facts, _measures, _correlations, _groups, _outcome, _behaviour, _resources, _unknown)
    return tuple(line for part in parts for line in part(teller))


def _say(teller: Teller, name: str, **words: object) -> str:
    return ASSUMED[name].in_language(teller.language).format(**words)


def _plain(teller: Teller, value: float) -> str:
    """A number with all the decimals it was written with, up to six."""
    text = f"{value:.6g}"
    digits = len(text.partition(".")[2]) if "e" not in text else 0
    return figure(value, digits, teller.language)


def _size(teller: Teller) -> Iterator[str]:
    size = teller.scenario.size
    if size.mean is not None:
        yield _say(teller, "size mean", n=_plain(teller, size.mean))
    elif size.most is not None and size.most > size.least:
        yield _say(teller, "size between", least=size.least, most=size.most)
    else:
        yield _say(teller, "size fixed", n=size.least)


def _facts(teller: Teller) -> Iterator[str]:
    declared = teller.scenario.declared.facts
    for name, distribution in teller.scenario.facts.items():
        how = _arises(teller, distribution, declared[name].kind)
        yield _say(teller, "fact", what=teller.fact(name), how=how)


def _arises(teller: Teller, distribution: Distribution, kind: Kind) -> str:
    match distribution:
        case Chances(values, shares):
            each = [
                _say(teller, "chance", share=teller.share(share).text, value=value_words(kind, value, teller.language))
                for value, share in zip(values, shares, strict=True)
            ]
            return ", ".join(each)
        case Gamma(shape, scale):
            mean = _amount(teller, shape * scale, kind)
            return _say(teller, "gamma", mean=mean, shape=_plain(teller, shape), scale=_plain(teller, scale))
        case Normal(mean, sd):
            return _say(teller, "normal", mean=_amount(teller, mean, kind), sd=_plain(teller, sd))
        case Uniform(least, most):
            return _evenly(teller, least, most, kind)
        case Poisson(mean):
            return _say(teller, "poisson", mean=_amount(teller, mean, kind))
        case Constant(value):
            return _say(teller, "constant", value=value_words(kind, value, teller.language))
        case Given(fact, cases):
            other = teller.scenario.declared.facts[fact].kind
            told = [
                _say(teller, "case", value=value_words(other, value, teller.language), how=_arises(teller, case, kind))
                for value, case in cases.items()
            ]
            return _say(teller, "given", fact=teller.fact(fact), cases="; ".join(told))
        case _:
            assert_never(distribution)


def _evenly(teller: Teller, least: float, most: float, kind: Kind) -> str:
    if isinstance(kind, Date):
        first, last = (day_words(date.fromordinal(int(day)), teller.language) for day in (least, most - 1))
        return _say(teller, "uniform days", least=first, most=last)
    return _say(teller, "uniform", least=_plain(teller, least), most=_amount(teller, most, kind))


def _amount(teller: Teller, value: float, kind: Kind) -> str:
    """A number in its unit, where it has one: `60 months`."""
    if not isinstance(kind, Duration):
        return _plain(teller, value)
    one, many = UNITS[kind.unit]
    return f"{_plain(teller, value)} {(one if value == 1 else many).in_language(teller.language)}"


def _measures(teller: Teller) -> Iterator[str]:
    for measure in teller.scenario.measures:
        yield _say(teller, "fact", what=teller.fact(measure.name), how=_measured(teller, measure))


def _measured(teller: Teller, measure: Measure) -> str:
    how = _say(teller, "normal", mean=_plain(teller, measure.mean), sd=_plain(teller, measure.sd))
    fact = teller.machine.declared.facts.get(measure.name)
    if fact is None:
        return _say(teller, "nobody records", how=how)
    if isinstance(fact.kind, Flag):
        above = (1 + erf(measure.mean / measure.sd / sqrt(2))) / 2
        return _say(teller, "measured flag", how=how, share=teller.share(above).text)
    return how


def _correlations(teller: Teller) -> Iterator[str]:
    measures, matrix = teller.scenario.measures, teller.scenario.correlation
    for row, one in enumerate(measures):
        for column in range(row + 1, len(measures)):
            if matrix[row][column]:
                words = {"one": teller.fact(one.name), "other": teller.fact(measures[column].name)}
                yield _say(teller, "correlation", r=_plain(teller, matrix[row][column]), **words)


def _groups(teller: Teller) -> Iterator[str]:
    groups = teller.scenario.groups
    yield from (_group(teller, group) for group in groups if len(groups) > 1 or group.shift)


def _group(teller: Teller, group: Group) -> str:
    words = _say(teller, "group", group=group.name, share=teller.share(group.share).text)
    shifts = [
        _say(
            teller,
            "shift",
            what=teller.fact(name),
            sd=_plain(teller, abs(shift)),
            way=_say(teller, "higher" if shift > 0 else "lower"),
        )
        for name, shift in group.shift.items()
        if shift
    ]
    return f"{words}; {and_list(shifts, teller.language)}" if shifts else words


def _outcome(teller: Teller) -> Iterator[str]:
    scenario = teller.scenario
    if scenario.success is not None:
        yield _say(teller, "success", rule=rule_sentence(scenario.success, scenario.declared, teller.language))
    if scenario.selected is not None:
        yield _say(teller, "selected", state=teller.state(scenario.selected))
    if scenario.wanted is not None:
        yield _say(teller, "wanted", n=scenario.wanted)
    if scenario.vacancies is not None:
        yield _say(teller, "vacancies", n=_plain(teller, scenario.vacancies))


def _behaviour(teller: Teller) -> Iterator[str]:
    behaviour = teller.scenario.behaviour
    for what in ("no_show", "withdraw", "lapse", "decline"):
        for name, share in getattr(behaviour, what).items():
            where = teller.state(name) if what == "withdraw" else teller.step(name)
            yield _say(teller, what, share=teller.share(share).text, where=where)


def _resources(teller: Teller) -> Iterator[str]:
    for name, resource in teller.scenario.resources.items():
        words = {"juries": resource.juries, "slot": resource.slot, "places": resource.a_day}
        yield _say(teller, "resource", step=teller.step(name), hours=_hours(teller, resource), **words)


def _hours(teller: Teller, resource: Resource) -> str:
    spans = (f"{_clock(start)}–{_clock(end)}" for start, end in resource.hours)
    return and_list(spans, teller.language)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _unknown(teller: Teller) -> Iterator[str]:
    """Facts that somebody could have and of which the scenario says nothing."""
    said = {*teller.scenario.facts, *(measure.name for measure in teller.scenario.measures)}
    left = [teller.fact(name) for name in teller.machine.declared.facts if name in teller.machine.correctable - said]
    if left:
        yield _say(teller, "unknown", facts=and_list(left, teller.language))
