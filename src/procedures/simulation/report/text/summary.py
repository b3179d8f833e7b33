"""What a simulation found, in sentences: each says one thing, and none says what the numbers do not."""

from collections.abc import Iterator

from procedures.simulation.report.context import Teller
from procedures.simulation.report.text.sentences import SUMMARY
from procedures.simulation.results.model import Impact
from procedures.text.values import and_list

_DECIMALS = 2


def summary(teller: Teller) -> tuple[str, ...]:
    """The sentences of a summary, in their order."""
    parts = (_candidates, _selected, _gates, _impact, _quality, _workload, _lasting, _undecided)
    return tuple(sentence for part in parts for sentence in part(teller))


def _say(teller: Teller, name: str, **words: object) -> str:
    return SUMMARY[name].in_language(teller.language).format(**words)


def _candidates(teller: Teller) -> Iterator[str]:
    results = teller.results
    mean = teller.number(results.candidates.mean).text
    low, high = (teller.number(results.candidates.quantiles[at]).text for at in (0.05, 0.95))
    yield _say(teller, "size" if results.candidates.sd else "size fixed", mean=mean, low=low, high=high)
    reached = [
        _say(teller, "reach one", mean=teller.number(results.reached[name].mean).text, state=teller.state(name))
        for name in teller.along
        if name != teller.machine.initial
    ]
    if reached:
        yield _say(teller, "reach", states=and_list(reached, teller.language))


def _selected(teller: Teller) -> Iterator[str]:
    results, wanted = teller.results, teller.scenario.wanted
    if teller.scenario.selected is None:
        return
    low, high = (teller.number(results.selected.quantiles[at]).text for at in (0.05, 0.95))
    mean, ratio = teller.number(results.selected.mean).text, teller.share(results.ratio.value).text
    yield _say(teller, "selected", mean=mean, low=low, high=high, ratio=ratio)
    empty = teller.share(results.empty).text
    if wanted is None:
        yield _say(teller, "empty", empty=empty)
    else:
        yield _say(teller, "too small", empty=empty, small=teller.share(results.too_small).text, wanted=wanted)


def _gates(teller: Teller) -> Iterator[str]:
    for name, share in teller.results.gates.items():
        yield _say(teller, "held", step=teller.step(name), share=teller.share(share).text)


def _impact(teller: Teller) -> Iterator[str]:
    for impact in teller.results.impacts:
        if impact.ratio is not None:
            ratio = teller.number(impact.ratio, _DECIMALS).text
            words = {"group": impact.group, "against": impact.against}
            yield _say(teller, "impact", ratio=ratio, interval=_interval(teller, impact), **words)
        if impact.below is not None:
            below, luck = teller.share(impact.below).text, teller.share(impact.by_luck).text
            yield _say(teller, "below", below=below, luck=luck)


def _interval(teller: Teller, impact: Impact) -> str:
    if impact.ci95 is None:
        return ""
    low, high = (teller.number(bound, _DECIMALS).text for bound in impact.ci95)
    return _say(teller, "impact interval", low=low, high=high)


def _quality(teller: Teller) -> Iterator[str]:
    success, base = teller.results.success_ratio.value, teller.results.base_rate.value
    if success is not None:
        yield _say(teller, "success", ratio=teller.share(success).text, base=teller.share(base).text)


def _workload(teller: Teller) -> Iterator[str]:
    for name, planned in teller.results.workload.items():
        low, high = (teller.number(planned.days.quantiles[at]).text for at in (0.05, 0.95))
        yield _say(
            teller,
            "workload",
            step=teller.step(name),
            sessions=teller.number(planned.sessions.mean).text,
            hours=teller.number(planned.jury_hours.mean).text,
            days=teller.number(planned.days.mean, _DECIMALS).text,
            low=low,
            high=high,
        )
        if planned.available is not None:
            yield _say(teller, "fits", available=planned.available, share=teller.share(planned.fits).text)
    if teller.results.days.mean:
        dated = teller.machine.opens is not None
        yield _say(teller, "waited" if dated else "waited undated", days=teller.number(teller.results.days.mean).text)


def _lasting(teller: Teller) -> Iterator[str]:
    found = teller.results.lasting
    if found is None:
        return
    yield _say(
        teller,
        "lasting endless" if found.terms.valid is None else "lasting",
        vacancies=teller.number(found.terms.vacancies).text,
        years=teller.number(found.years.mean).text,
        exhausted=teller.share(found.exhausted).text,
        filled=teller.number(found.filled.mean).text,
    )
    refusal = _say(teller, "refusal leaves" if found.terms.refusal_leaves else "refusal stays")
    yield _say(teller, "lasting terms", declines=teller.share(found.terms.declines).text, refusal=refusal)


def _undecided(teller: Teller) -> Iterator[str]:
    for name, share in teller.results.undecided.items():
        yield _say(teller, "undecided", step=teller.step(name), share=teller.share(share).text)
