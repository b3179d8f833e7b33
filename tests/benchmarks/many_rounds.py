"""A procedure of any number of rounds and facts, as employers write them: made up, and longer than any that is shipped.

Every round eliminates, asks its share of the declared facts (and some that earlier rounds asked about), and records a
flag or a score. Some have a window, an exemption, a gate on how many are left or a cut of the best; a near miss may sit
a round again; the last score is a mean over rounds, and those selected are offered the job, or wait.
"""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

from procedures import Procedure, loads

Rule = dict[str, Any]

_FIRST: Final = date(2026, 2, 2)
_KINDS: Final[tuple[Rule, ...]] = (  # the kind of each declared fact, in turn
    {"kind": "choice", "of": ["external", "internal", "reemployed"]},
    {"kind": "level", "of": ["none", "D", "C", "B", "A"]},
    {"kind": "duration", "unit": "months"},
    {"kind": "flag"},
    {"kind": "number", "from": 0, "to": 40, "step": 0.5},
)
_ASKED: Final[tuple[tuple[Any, Any], ...]] = (  # what rules ask of a fact of that kind, in turn
    ("external", "internal"),
    ({"at_least": "B"}, {"one_of": ["D", "C"]}),
    ({"at_least": "2 years"}, {"less_than": "12 months"}),
    (True, False),
    ({"at_least": 20}, {"at_most": 7.5}),
)


def long_procedure(rounds: int, facts: int) -> Procedure:
    """The procedure of so many rounds, at least two, and so many declared facts, at least as many."""
    return loads(json.dumps(definition(rounds, facts)))


def definition(rounds: int, facts: int) -> dict[str, Any]:
    """The same as plain data."""
    shares = [range(facts * number // rounds, facts * (number + 1) // rounds) for number in range(rounds)]
    steps: dict[str, Any] = {}
    for number, share in enumerate(shares, 1):
        steps[f"round_{number}"] = _round(number, rounds, share)
        if _is_sat_again(number):
            steps[f"resit_{number}"] = {
                "from": f"missed_{number}",
                "to": _state(number - 1, rounds),
                "records": {"granted": {"kind": "flag"}},
            }
    return {
        "procedure": "example/rounds",
        "title": f"{rounds} rounds and {facts} facts",
        "timezone": "Europe/Brussels",
        "applications": {"opens": str(_FIRST - timedelta(28)), "until": str(_FIRST - timedelta(3))},
        "facts": {f"fact_{number}": _KINDS[number % len(_KINDS)] for number in range(facts)},
        "scores": {"final": {"mean": {f"{name}.score": weight for name, weight in _weights(rounds)}}},
        "conditions": {f"admission_{number}": {"rule": _admission(number, at)} for number, at in enumerate(shares, 1)},
        "steps": {**steps, **_OFFERS},
        "reserve": {
            "state": "reserve",
            "valid": "2 years",
            "kinds": {"recruitment": {"fact_0": "external"}, "promotion": {"fact_0": {"is_not": "external"}}},
        },
    }


_OFFERS: Final[dict[str, Any]] = {
    "offer": {
        "from": "reserve",
        "records": {"accepted": {"kind": "flag"}},
        "outcomes": [{"when": {"offer.accepted": True}, "to": "offered"}, {"to": "waiting"}],
    },
    "recall": {
        "from": "waiting",
        "to": "reserve",
        "records": {"available": {"kind": "flag"}},
        "otherwise": "rejected",
    },
    "hire": {"from": "offered", "to": "hired"},
}


def _round(number: int, rounds: int, share: range) -> dict[str, Any]:
    name, to = f"round_{number}", _state(number, rounds)
    step: dict[str, Any] = {"from": _state(number - 1, rounds), "to": to, "otherwise": "rejected"}
    if _has_score(number):
        step["records"] = {"score": {"kind": "number", "from": 0, "to": 100}}
        passed: Rule = {f"{name}.score": {"at_least": 50}}
    else:
        step["records"] = {"passed": {"kind": "flag"}}
        passed = {f"{name}.passed": True}
    rules = [f"admission_{number}", passed, *([{"final": {"at_least": 60}}] if number == rounds else [])]
    if _is_sat_again(number):
        near = {"all": [f"admission_{number}", {f"{name}.score": {"at_least": 40}}]}
        step["outcomes"] = [
            {"when": {"all": rules}, "to": to},
            {"when": near, "to": f"missed_{number}"},
            {"to": "rejected"},
        ]
        del step["to"], step["otherwise"]
    else:
        step["passes"] = {"all": rules}
    return {**step, **_window(number), **_turns(number, rounds, share)}


def _window(number: int) -> dict[str, Any]:
    """Every third round has one."""
    opens = _FIRST + timedelta(14 * number)
    dates = {"opens": str(opens), "until": str(opens + timedelta(4))}
    return {**dates, "lapses": "stays" if number % 2 else "rejected"} if number % 3 == 0 else {}


def _turns(number: int, rounds: int, share: range) -> dict[str, Any]:
    """What a round has beside: a gate, an exemption or a cut."""
    if number % 5 == 2:
        return {"held": {"count": _state(number - 1, rounds), "more_than": rounds - number + 4}}
    if number % 5 == 4:
        return {"exempt": {"all": [_asks(share[0] - 1, number), _asks(share[-1], number + 1)]}}
    if number % 10 == 5:
        return {"keeps": {"best": rounds - number + 5, "by": "score", "ties": "keep"}}
    return {}


def _has_score(number: int) -> bool:
    return number % 2 == 1


def _is_sat_again(number: int) -> bool:
    return number % 10 == 3


def _state(number: int, rounds: int) -> str:
    """Where those who passed so many rounds stand."""
    return "applied" if number == 0 else "reserve" if number == rounds else f"stage_{number}"


def _weights(rounds: int) -> Iterator[tuple[str, int]]:
    """The rounds whose scores make the final one: the first and the last of those that everybody sits."""
    scored = [number for number in range(1, rounds + 1) if _has_score(number) and number % 10 in (1, 3)]
    yield f"round_{scored[0]}", 40
    if len(scored) > 1:
        yield f"round_{scored[-1]}", 60


def _admission(number: int, share: range) -> Rule:
    """Any of some ways in, each all of some facts; every third round asks again about one of an earlier round."""
    ways: list[Rule] = [{"all": [_asks(fact, number) for fact in share]}]
    if len(share) > 1:
        ways += [{"all": [_asks(share[0], number + 2), _asks(share[-1], number + 1)]}]
    if number % 3 == 1 and number > 1:
        ways += [{"all": [_asks(0, number), _asks(share[0] // 2, number + 1)]}]
    return {"any": ways}


def _asks(fact: int, turn: int) -> Rule:
    """What a rule asks of a fact, something else in another turn."""
    fact = max(0, fact)
    asked = _ASKED[fact % len(_ASKED)]
    return {f"fact_{fact}": asked[turn % 2]}
