"""The results of a simulation as sentences. Each sentence states one fact of the numbers."""

from collections.abc import Iterator

from procedures.simulation.report.context import ReportContext
from procedures.simulation.report.text.sentences import SUMMARY
from procedures.simulation.results.model import Impact
from procedures.text.values import and_list

_DECIMALS = 2


def summary(context: ReportContext) -> tuple[str, ...]:
    """The sentences of the summary, in order."""
    parts = (_candidates, _selected, _gates, _impact, _quality, _workload, _reserve_lifetime, _undecided)
    return tuple(sentence for part in parts for sentence in part(context))


def _say(context: ReportContext, name: str, **words: object) -> str:
    return SUMMARY[name].in_language(context.language).format(**words)


def _candidates(context: ReportContext) -> Iterator[str]:
    results = context.results
    mean = context.number(results.candidates.mean).text
    low, high = (context.number(results.candidates.quantiles[at]).text for at in (0.05, 0.95))
    yield _say(context, "size" if results.candidates.sd else "size fixed", mean=mean, low=low, high=high)
    reached = [
        _say(context, "reach one", mean=context.number(results.reached[name].mean).text, state=context.state(name))
        for name in context.path_states
        if name != context.machine.initial
    ]
    if reached:
        yield _say(context, "reach", states=and_list(reached, context.language))


def _selected(context: ReportContext) -> Iterator[str]:
    results, wanted = context.results, context.scenario.wanted
    if context.scenario.selected is None:
        return
    low, high = (context.number(results.selected.quantiles[at]).text for at in (0.05, 0.95))
    mean, ratio = context.number(results.selected.mean).text, context.share(results.ratio.value).text
    yield _say(context, "selected", mean=mean, low=low, high=high, ratio=ratio)
    empty = context.share(results.empty).text
    if wanted is None:
        yield _say(context, "empty", empty=empty)
    else:
        yield _say(context, "too small", empty=empty, small=context.share(results.too_small).text, wanted=wanted)


def _gates(context: ReportContext) -> Iterator[str]:
    for name, share in context.results.gates.items():
        yield _say(context, "held", step=context.step(name), share=context.share(share).text)


def _impact(context: ReportContext) -> Iterator[str]:
    for impact in context.results.impacts:
        if impact.ratio is not None:
            ratio = context.number(impact.ratio, _DECIMALS).text
            words = {"group": impact.group, "against": impact.reference}
            yield _say(context, "impact", ratio=ratio, interval=_interval(context, impact), **words)
        if impact.below_four_fifths is not None:
            below, luck = context.share(impact.below_four_fifths).text, context.share(impact.below_by_chance).text
            yield _say(context, "below", below=below, luck=luck)


def _interval(context: ReportContext, impact: Impact) -> str:
    if impact.ci95 is None:
        return ""
    low, high = (context.number(bound, _DECIMALS).text for bound in impact.ci95)
    return _say(context, "impact interval", low=low, high=high)


def _quality(context: ReportContext) -> Iterator[str]:
    success, base = context.results.success_ratio.value, context.results.base_rate.value
    if success is not None:
        yield _say(context, "success", ratio=context.share(success).text, base=context.share(base).text)


def _workload(context: ReportContext) -> Iterator[str]:
    for name, planned in context.results.workload.items():
        low, high = (context.number(planned.days.quantiles[at]).text for at in (0.05, 0.95))
        yield _say(
            context,
            "workload",
            step=context.step(name),
            sessions=context.number(planned.sessions.mean).text,
            hours=context.number(planned.jury_hours.mean).text,
            days=context.number(planned.days.mean, _DECIMALS).text,
            low=low,
            high=high,
        )
        if planned.available is not None:
            yield _say(context, "fits", available=planned.available, share=context.share(planned.fits).text)
    if context.results.days.mean:
        dated = context.machine.opens is not None
        yield _say(
            context, "waited" if dated else "waited undated", days=context.number(context.results.days.mean).text
        )


def _reserve_lifetime(context: ReportContext) -> Iterator[str]:
    found = context.results.reserve_lifetime
    if found is None:
        return
    yield _say(
        context,
        "lasting endless" if found.terms.valid is None else "lasting",
        vacancies=context.number(found.terms.vacancies).text,
        years=context.number(found.years.mean).text,
        exhausted=context.share(found.exhausted).text,
        filled=context.number(found.filled.mean).text,
    )
    refusal = _say(context, "refusal leaves" if found.terms.refusal_leaves else "refusal stays")
    yield _say(context, "lasting terms", declines=context.share(found.terms.declines).text, refusal=refusal)


def _undecided(context: ReportContext) -> Iterator[str]:
    for name, share in context.results.undecided.items():
        yield _say(context, "undecided", step=context.step(name), share=context.share(share).text)
