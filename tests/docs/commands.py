"""The reference of the command line, made from the program itself."""

from collections.abc import Iterator
from typing import Any

import typer

from omsorgstall.app.cli.program import program

HEAD = """\
# The command line

`omsorgstall` is one program. Every command explains itself with `--help`; this page is made from the same texts by
`python3 dev.py update-golden`. Exit codes stand in [Errors and exit codes](errors.md).
"""


def leaves(name: str, command: Any, context: Any) -> Iterator[tuple[str, Any]]:
    """Every command that does something, with its full name."""
    if hasattr(command, "list_commands"):
        for inner in command.list_commands(context):
            yield from leaves(f"{name} {inner}", command.get_command(context, inner), context)
    else:
        yield name, command


def commands() -> list[tuple[str, Any]]:
    """Every command of the program by its full name, in the order of the program's help."""
    root = typer.main.get_command(program)
    return list(leaves("omsorgstall", root, root.make_context("omsorgstall", [], resilient_parsing=True)))


def page() -> str:
    """The page."""
    return HEAD + "".join(section(name, command) for name, command in commands())


def section(name: str, command: Any) -> str:
    """A command's heading, text, and table of what it takes."""
    parameters = [p for p in command.params if p.name != "help" and not getattr(p, "hidden", False)]
    rows = [f"| {label(p)} | {meaning(p)} | {default(p)} |" for p in parameters]
    table = ["", "| Takes | Meaning | Default |", "|---|---|---|", *rows] if rows else []
    return "\n".join(["", f"## `{name}`", "", *text(command.help or ""), *table]) + "\n"


def text(help_text: str) -> list[str]:
    """The help as paragraphs; an example becomes code."""
    lines = []
    for paragraph in help_text.strip().split("\n\n"):
        words = " ".join(paragraph.split())
        lead, mark, example = words.partition("Example: ")
        lines += [lead.strip(), ""] if lead.strip() else []
        lines += ["Example:", "", f"    {example}", ""] if mark else []
    return lines[:-1]


def label(parameter: Any) -> str:
    """How the parameter is written."""
    if parameter.param_type_name == "argument":
        return f"`{parameter.name.upper()}`"
    return ", ".join(f"`{o}`" for o in (*parameter.opts, *parameter.secondary_opts))


def meaning(parameter: Any) -> str:
    """Its help, with the environment variable that also sets it."""
    variable = f" Environment variable: `{parameter.envvar}`." if parameter.envvar else ""
    return f"{getattr(parameter, 'help', '') or ''}{variable}".replace("|", "\\|")


def default(parameter: Any) -> str:
    """Its value when left out."""
    if parameter.required:
        return "must be given"
    return "" if parameter.default in (None, "", False, ()) else f"`{parameter.default}`"
