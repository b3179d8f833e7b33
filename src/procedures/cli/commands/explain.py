"""`procedures explain`: the reasons of a step or condition for one person, and the printed pay."""

from typing import Annotated

import typer

from procedures.cli.completion import complete_condition, complete_step
from procedures.cli.exit_status import FINE
from procedures.cli.inputs import known_facts, open_procedure
from procedures.cli.options import AsJson, DefinitionFile, Lang, ReadingOptions, language
from procedures.cli.phrases import say
from procedures.cli.printer import STYLES, Printer
from procedures.errors import UsageError
from procedures.kernel.reasons import explain_step
from procedures.procedure import Procedure
from procedures.text.cases import state_words
from procedures.text.decision_reasons import Answer, answer_condition, answer_step, explanation_lines, plain_answer
from procedures.text.pay import pay_data
from procedures.text.phrases import MOVES
from rules.seniority import pay_sentences
from rules.suggestions import did_you_mean
from rules.words import Language


def explain(
    file: DefinitionFile,
    facts: Annotated[
        str,
        typer.Option(
            "--facts", metavar="FACTS", help="What is known of one person: a JSON file, - for stdin, or '{...}' itself."
        ),
    ],
    step: Annotated[
        str | None,
        typer.Option("--step", metavar="NAME", help="How this step goes.", autocompletion=complete_step),
    ] = None,
    condition: Annotated[
        str | None,
        typer.Option(
            "--condition",
            metavar="NAME",
            help="Whether this condition holds.",
            autocompletion=complete_condition,
        ),
    ] = None,
    pay: Annotated[
        bool, typer.Option("--pay", help="The seniority that counts, and the printed amounts it meets.")
    ] = False,
    reading: ReadingOptions = None,
    lang: Lang = "en",
    as_json: AsJson = False,
) -> int:
    """Explain how one person's case is decided.

    The answer, what is missing, all that was asked, and where the source says so. Ask for one of --step,
    --condition and --pay.

    \b
    Example:
      procedures explain definitions/kortrijk/coordinator-ontmoetingscentra.yaml \\
          --step screening --facts '{"candidate_type": "external", "leadership_experience": 20}'
    """
    if [step is not None, condition is not None, pay].count(True) != 1:
        raise typer.BadParameter("ask for one of --step, --condition and --pay", param_hint="what to explain")
    chosen = language(lang)
    procedure = open_procedure(file, reading)
    if pay:
        return _print_pay(procedure, facts, chosen, as_json=as_json)
    subject, answer = (
        _explain_step(procedure, step, facts, chosen)
        if step is not None
        else _explain_condition(procedure, condition or "", facts, chosen)
    )
    if as_json:
        head: dict[str, object] = {"procedure": procedure.name, "digest": procedure.digest}
        Printer().document({**head, **subject, **plain_answer(answer)})
    else:
        _print_answer(procedure, answer, chosen)
    return FINE


def _explain_step(procedure: Procedure, name: str, facts: str, language: Language) -> tuple[dict[str, object], Answer]:
    if name not in procedure.machine.steps:
        _refuse_unknown(procedure, name)
    finding = explain_step(procedure.machine, name, known_facts(procedure, facts, name))
    return {"step": name}, answer_step(procedure.machine, finding, language)


def _refuse_unknown(procedure: Procedure, name: str) -> None:
    """Raise BadParameter for a step that does not exist, before any facts are read."""
    try:
        explain_step(procedure.machine, name, {})
    except UsageError as error:
        raise typer.BadParameter(str(error), param_hint="'--step'") from None


def _explain_condition(
    procedure: Procedure, name: str, facts: str, language: Language
) -> tuple[dict[str, object], Answer]:
    rule = procedure.definition.conditions.get(name)
    if rule is None:
        hint = did_you_mean(name, procedure.definition.conditions)
        sentence = f"no condition `{name}` in {procedure.name}" + (f"; {hint}" if hint else "")
        raise typer.BadParameter(sentence, param_hint="'--condition'")
    known = known_facts(procedure, facts)
    return {"condition": name}, answer_condition(rule, known, procedure.machine.declared, language)


def _print_answer(procedure: Procedure, answer: Answer, language: Language) -> None:
    printer = Printer()
    words = say(f"value {answer.value.word}", language)
    if answer.result and answer.to:
        to = state_words(procedure.machine, answer.to, language)
        words = say("leads to", language, result=MOVES[answer.result].in_language(language), to=to)
    label = answer.tree.sentence
    printer.line(say("answer", language, label=label, answer=words), 0, STYLES[answer.value], answer.tree.sources)
    for part in answer.tree.parts:
        printer.lines(tuple(explanation_lines(part, 1)))
    printer.line()
    printer.line(answer.sentence)
    if answer.missing:
        printer.line(say("missing", language, names=", ".join(answer.missing)), 0, "open")


def _print_pay(procedure: Procedure, facts: str, language: Language, *, as_json: bool) -> int:
    position = procedure.definition.position
    if position is None or position.pay is None:
        raise UsageError(f"{procedure.name} states no pay")
    known, printer = known_facts(procedure, facts), Printer()
    data = pay_data(position.pay, known, procedure.machine.declared, language)
    if as_json:
        printer.document({"procedure": procedure.name, "digest": procedure.digest, "pay": data})
        return FINE
    printer.line(say("pay", language), style="heading")
    for sentence in pay_sentences(position.pay, known, procedure.machine.declared, language):
        printer.line(sentence, 1)
    return FINE
