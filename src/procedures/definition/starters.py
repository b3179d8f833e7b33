"""Make a commented starter definition that passes `check` unchanged."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from procedures.definition.model import Definition
from procedures.errors import UsageError
from rules.suggestions import did_you_mean

_ID: Final = re.compile(r"[a-z0-9][a-z0-9_-]*(/[a-z0-9][a-z0-9_-]*)*")
_TEMPLATES: Final = Path("definitions") / "templates"

_COMMENTS: Final = 42  # the column of comments at the end of a line

_HEAD: Final = """\
# A selection procedure. `procedures check FILE` reads it, `procedures show FILE` tells it in words.
# Words are one text, or a text for each language: {nl: ..., en: ...}.
# Worked cases stand beside this file, in NAME.cases.yaml: what happens to whom, and where they must end.

@procedure# under a folder `definitions`: the path of this file without `.yaml`
version: 1
title: {nl: @title, en: @title}
organisation: The employer                # who employs
timezone: Europe/Brussels                 # in which local times below are meant
@extends
# What statements cite: `notice:12` is line 12 of this document, `notice:12-14` lines 12 to 14.
sources:
  notice: {document: notice.txt, title: Vacancy notice}
"""

_PLAIN: Final = """
# The job: described, never decided on.
position: {grade: B1-B3, contract: {nl: onbepaalde duur, en: permanent}}

# When one may apply. `until` is inclusive: this whole day.
applications: {opens: 2027-01-04, until: 2027-01-31}

# What may be known of a candidate. What is not recorded is unknown, never no.
# Kinds: choice, level (low to high), flag, number, duration, date, moment, text.
facts:
  diploma_level:
    kind: level
    of: [none, secondary, bachelor, master]
    label: {nl: hoogste diploma, en: highest degree}
    labels:                               # how people read the values
      none: {nl: geen, en: none}
      secondary: {nl: secundair onderwijs, en: secondary education}
      bachelor: {nl: bachelor, en: bachelor}
      master: {nl: master, en: master}
  experience:
    kind: duration
    unit: months
    label: {nl: relevante ervaring, en: relevant experience}

# Named rules. A rule is a name, {all: [...]}, {any: [...]}, {not: ...}, or a fact and what is asked of it:
# is, is_not, one_of, none_of, at_least, at_most, more_than, less_than, before, after.
conditions:
  admission:
    label: {nl: toelatingsvoorwaarden, en: conditions of admission}
    source: notice:1                      # the line that says so
    rule:
      any:
        - {diploma_level: {at_least: bachelor}}
        - {experience: {at_least: 2 years}}

# Words for states; a state exists because a step leads to it.
states:
  applied: {label: {nl: kandidaat gesteld, en: applied}}
  screened: {label: {nl: toegelaten, en: admitted}}
  reserve: {label: {nl: op de reserve, en: on the reserve}}
  rejected: {label: {nl: niet weerhouden, en: not selected}, unsuccessful: true}

# The rounds. `from` is the `to` of the step above when left out, `otherwise` is `rejected`.
steps:
  screening:
    kind: eligibility                     # a word for people and pictures
    label: {nl: Screening, en: Screening}
    from: applied
    to: screened
    passes: admission
    source: notice:1

  interview:
    kind: interview
    label: {nl: Gesprek met de jury, en: Interview by the jury}
    to: reserve
    on: 2027-02-12                        # or opens/until, before, within: 10 days
    lapses: stays                         # no result that day: the case waits for a person
    slot: 20 minutes
    records: {score: {kind: number, from: 0, to: 100, label: {nl: score, en: score}}}
    pass_mark: 60
    source: notice:1

# The list of those selected; its term runs from the closing of the step that leads to it.
reserve:
  state: reserve
  valid: 2 years
  extendable: true
  source: notice:1

# What the source leaves open: every way to read it, each a patch on this file, and the one chosen.
readings:
  missed_interview:
    question:
      nl: Valt wie op de dag van het gesprek niet komt vanzelf af?
      en: Is somebody who misses the day of the interview out of the selection?
    source: notice:1
    chosen: stays
    options:
      stays: {}
      eliminates: {steps: {interview: {lapses: rejected}}}
"""

_EXTENDING: Final = """
# This file is a patch on the one it extends: write only what is added or differs; null removes a key.
# What is there already:
@inherited
position: {contract: {nl: onbepaalde duur, en: permanent}}

# When one may apply. `until` is inclusive: this whole day.
applications: {until: 2027-01-31, source: notice:1}

# Add where the notice says what the template says, and what it says otherwise, for instance:
# facts:
#   experience: {kind: duration, unit: months, source: notice:12}
# conditions:
#   admission: {source: notice:10-14}
# steps:
#   @first: {source: notice:20}
#   @last: {on: 2027-02-12, lapses: stays, source: notice:24}
# readings:
#   what_is_open:
#     question: {nl: ..., en: ...}
#     source: notice:30
#     chosen: as_written
#     options: {as_written: {}, otherwise: {steps: {@last: {lapses: rejected}}}}
"""


def make_starter(name: str, base: Definition | None = None, extends: str | None = None) -> str:
    """
    The text of a new definition; with `base`, a definition that extends `base` by the path `extends`.

    Raises:
        UsageError: `name` cannot be the identifier of a procedure.
    """
    if not _ID.fullmatch(name):
        raise UsageError(
            f"`{name}` is no identifier: write small letters, digits, `-` and `_`, with `/` between folders, "
            "as in `example/clerk-2027`"
        )
    title = name.rpartition("/")[2].replace("-", " ").replace("_", " ").capitalize()
    line = f"extends: {extends}\n" if extends else ""
    procedure = f"procedure: {name} ".ljust(_COMMENTS)
    text = _HEAD.replace("@procedure", procedure).replace("@title", f"'{title}'").replace("@extends", line)
    if base is None:
        return text + _PLAIN
    steps = tuple(step.name for step in base.steps) or ("screening", "interview")
    patch = _EXTENDING.replace("@inherited", "".join(f"#   {each}\n" for each in _inherited_names(base)))
    return text + patch.replace("@first", steps[0]).replace("@last", steps[-1])


def _inherited_names(base: Definition) -> Iterator[str]:
    """The names in the extended definition, by kind."""
    steps = [step.name for step in base.steps]
    found = {
        "facts": [name for name in base.declared.facts if "." not in name and name not in steps],
        "conditions": base.conditions,
        "steps": steps,
        "competencies": base.competencies,
        "readings": base.readings,
    }
    for what, names in found.items():
        if names:
            yield f"{what}: {', '.join(names)}"


def find_template(name: str, near: Path) -> Path:
    """
    Find a template by its path, or by its name in `definitions/templates` of `near` or a folder above `near`.

    Raises:
        UsageError: there is no such template.
    """
    direct = Path(name)
    if direct.suffix == ".yaml":
        if direct.is_file():
            return direct
        raise UsageError(f"there is no file `{name}` to extend")
    known: list[str] = []
    for folder in (near.absolute(), *near.absolute().parents):
        templates = folder / _TEMPLATES
        if (templates / f"{name}.yaml").is_file():
            return templates / f"{name}.yaml"
        known += [file.stem for file in sorted(templates.glob("*.yaml"))]
    hint = did_you_mean(name, known)
    where = f"in `{_TEMPLATES}/` here or in a folder above"
    raise UsageError(f"there is no template `{name}` {where}" + (f"; {hint}" if hint else ""))


def relative_path(folder: Path, template: Path) -> str:
    """The path of the template, relative to the folder of the file that extends it."""
    return Path(os.path.relpath(template.absolute(), folder.absolute())).as_posix()
