"""What the tests of the command line share: an answer, and a small definition to ask about."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from attrs import frozen

ROOT = Path(__file__).parents[2]


@frozen
class Answered:
    status: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """The one JSON document on stdout; fails where anything else is there."""
        return json.loads(self.out)


Command = Callable[..., Answered]
Write = Callable[[str, object], Path]

CLERK = """\
procedure: example/clerk
title: {nl: Klerk, en: Clerk}
sources: {notice: {document: notice.txt}}
facts:
  degree: {kind: level, of: [none, bachelor, master], label: {nl: diploma, en: degree}}
  experience: {kind: duration, unit: months, source: notice:3}
conditions:
  admission:
    label: {nl: toelating, en: admission}
    source: notice:4
    rule: {any: [{degree: {at_least: bachelor}}, {experience: {at_least: 2 years}}]}
steps:
  screening:
    label: {nl: Screening, en: Screening}
    to: screened
    passes: admission
    source: notice:5
  test:
    to: tested
    exempt: {degree: master}
    opens: 2026-02-10
    until: 2026-02-13 23:59
    lapses: rejected
    records: {passed: {kind: flag}}
    source: notice:6
  interview:
    to: reserve
    on: 2026-02-20
    tentative: true
    lapses: stays
    records: {score: {kind: number, from: 0, to: 100}}
    pass_mark: 60
reserve: {state: reserve, valid: 2 years}
readings:
  who_sits:
    question: {nl: Wie legt de test af?, en: Who sits the test?}
    source: notice:6
    chosen: without_master
    options: {without_master: {}, everyone: {steps: {test: {exempt: null}}}}
"""
