"""`procedures new` and `procedures schema`: a starter definition and the JSON Schema for authors."""

from pathlib import Path
from typing import Annotated

import typer

from procedures import load
from procedures.cli.definition_files import expected_name
from procedures.cli.exit_status import FINE, UnusableInputError
from procedures.cli.printer import Printer
from procedures.definition.schema import definition_schema
from procedures.definition.starters import find_template, make_starter, relative_path
from procedures.errors import UsageError
from rules.problems import Place, Problem


def schema() -> int:
    """Print the JSON Schema of the definition language.

    With it, editors complete and check definitions while they are typed.

    \b
    Example:
      procedures schema > procedures.schema.json
    and as the first line of a definition:
      # yaml-language-server: $schema=procedures.schema.json
    """
    Printer().document(definition_schema())
    return FINE


def new(
    name: Annotated[
        str, typer.Argument(metavar="ID", help="What the procedure is called, as body/vacancy.", show_default=False)
    ],
    template: Annotated[
        str | None,
        typer.Option("--template", metavar="NAME", help="A file of definitions/templates, or a path, to extend."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write there, never over another file.")
    ] = None,
) -> int:
    """Print a commented starter definition.

    It passes check as it is: change it line by line.

    \b
    Example:
      procedures new kortrijk/clerk --template flemish-local-government -o definitions/kortrijk/clerk.yaml
    """
    # A definition on stdout is written for its place under `definitions`.
    target = output if output is not None else Path("definitions") / f"{name}.yaml"
    text = _text(name, template, target)
    if output is None:
        print(text, end="")
        return FINE
    if output.exists():
        raise _file_exists(output)
    expected = expected_name(output)
    if expected is not None and expected != name:
        hint = f"`procedures new {expected} -o {output}`"
        sentence = f"under `definitions` a procedure is called by its path: `{expected}`, not `{name}`"
        raise UnusableInputError([Problem(sentence, Place(str(output), 1, 1), hint)], "nothing was written")
    _write(output, text)
    return FINE


def _text(name: str, template: str | None, target: Path) -> str:
    try:
        if template is None:
            return make_starter(name)
        found = find_template(template, target.parent if target.parent.is_dir() else Path())
        return make_starter(name, load(found).definition, relative_path(target.parent, found))
    except UsageError as error:
        hint = "'--template'" if "template" in str(error) or "extend" in str(error) else "'ID'"
        raise typer.BadParameter(str(error), param_hint=hint) from None


def _file_exists(path: Path) -> UnusableInputError:
    sentence = "something of that name is there already"
    problem = Problem(sentence, Place(str(path), 1, 1), "choose another name, or remove it")
    return UnusableInputError([problem], "nothing was written")


def _write(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:  # created in the meantime
        raise _file_exists(path) from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        hint = f"make the folder {path.parent} first" if not path.parent.is_dir() else None
        problem = Problem(f"cannot write the file: {reason}", Place(str(path), 1, 1), hint)
        raise UnusableInputError([problem], "nothing was written") from None
