"""`procedures show`: prints a definition for people."""

from procedures.cli.exit_status import FINE
from procedures.cli.inputs import open_procedure
from procedures.cli.options import AsJson, DefinitionFile, Lang, ReadingOptions, language
from procedures.cli.printer import Printer
from procedures.text.procedure import describe, plain_outline


def show(file: DefinitionFile, reading: ReadingOptions = None, lang: Lang = "en", as_json: AsJson = False) -> int:
    """Print a procedure for people, with the source of everything.

    Steps, dates, rules in sentences, and what the source leaves open with the option that is chosen.

    \b
    Example:
      procedures show definitions/kortrijk/communicatiemedewerker-wsw.yaml --lang nl
    """
    chosen = language(lang)
    procedure = open_procedure(file, reading)
    outline = describe(procedure, chosen)
    printer = Printer()
    if as_json:
        facts = {"procedure": procedure.name, "digest": procedure.digest, "readings": dict(procedure.readings)}
        stated = {"states_a_procedure": procedure.definition.has_steps, "language": chosen}
        printer.document({**facts, **stated, **plain_outline(outline)})
        return FINE
    printer.line(outline.title, style="title")
    printer.lines(outline.head)
    for section in outline.sections:
        printer.heading(section.title, section.sources)
        printer.lines(section.lines, 1)
    return FINE
