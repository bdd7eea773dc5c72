"""The program ``omsorgstall``: which commands there are, and how errors end it.

Commands are loaded when they are asked for: importing the engine costs a second that ``--help`` should not.
"""

import gc
import sys
from importlib import import_module
from types import ModuleType
from typing import NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from typer._click import Command, Context, HelpFormatter

from omsorgstall import __version__
from omsorgstall.core import ErrorFamily, OmsorgstallError

COMMANDS = {
    "demo": "Make a county of made-up people, take its files through the whole chain and serve the pages.",
    "generate": "Write the submission files of a made-up country.",
    "precheck": "Check submission files by the same rules without a register, before they are sent.",
    "intake": "Check submission files and take the accepted rows into the register.",
    "edit": "Edit records, with who and why; later vintages apply it.",
    "submissions": "List what the register has accepted.",
    "withdraw": "Take an accepted submission back.",
    "substitute": "Let an earlier year stand in for a municipality that did not deliver.",
    "deliveries": "Show who has sent what and who is late; draft reminders.",
    "vintage": "Freeze, list, show and compare vintages: what a published figure rests on.",
    "review": "Look for faults in the figures of a vintage, ranked by what they do to the national figures.",
    "quality": "Make quality reports: of a municipality, of a file, or the national one as a page and PDF.",
    "report": "Make sum reports (S01–S14) of one municipality's own figures, as page, workbook and CSV.",
    "own": "Show one municipality's own sum reports as pages on this machine, changed by a form.",
    "table": "Make an ad hoc table of one municipality's own figures from a description: a YAML file or a query string.",
    "keyfigures": "Make the key figures of one municipality beside those of its KOSTRA group, county and the country.",
    "package": "Make the recommended package of a municipality: the most telling figures, read aloud, compared and explained.",
    "results": "Make tables of how function changed over about a year, of one municipality beside others with the same start.",
    "tables": "List the tables, or write one municipality's own unprotected figures as CSV.",
    "release": "Make the tables of a vintage, protect them, attack them and publish the edition.",
    "serve": "Serve the pages and the StatBank interface.",
    "explain": "Tell where a published figure comes from.",
    "keys": "Make and change keys: of encryption and of pseudonyms.",
    "identities": "Follow persons whose identity number was changed.",
    "person": "Find, show and erase what the register holds of one person.",
    "check": "Hash everything accepted and released again.",
}


class LazyCommands(typer.core.TyperGroup):
    """A group whose commands are imported on use from ``omsorgstall.app.cli.<name>``."""

    def list_commands(self, ctx: Context) -> list[str]:
        """The commands in the order a user meets them."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        """Import the command's module and give its command."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        command = typer.main.get_command(_imported(cmd_name).app)
        command.name = cmd_name
        return command

    def format_commands(self, ctx: Context, formatter: HelpFormatter) -> None:
        """List the commands without importing them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _imported(name: str) -> ModuleType:
    """The module of a command. Its thousands of objects stay to the end, so that looking for garbage among them is in vain."""
    gc.disable()
    try:
        return import_module(f"omsorgstall.app.cli.{name}")
    finally:
        gc.freeze()
        gc.enable()


program = typer.Typer(
    cls=LazyCommands,
    no_args_is_help=True,
    rich_markup_mode=None,
    add_completion=False,
    pretty_exceptions_enable=False,  # a traceback with local variables could show personal data
    help="From what Norwegian municipalities record about care to checked, comparable, protected figures. "
    "Start with: omsorgstall demo",
    epilog="Every command explains itself: omsorgstall COMMAND --help. Exit codes: 0 done, 1 unexpected, 2 usage, "
    "3 a file was rejected, 4 not found, 5 store, 6 disclosure control refused, 7 access, 8 environment.",
)


@program.callback(invoke_without_command=True)
def _version(version: bool = typer.Option(False, "--version", help="Show the version and stop.")) -> None:
    if version:
        typer.echo(f"omsorgstall {__version__}")
        raise typer.Exit


def main() -> None:
    """Run the program; a user error ends it with its own exit code and without a traceback."""
    try:
        program()
    except OmsorgstallError as error:
        _end(error)
    except PermissionError as error:
        _end(_not_permitted(error))


def _not_permitted(error: PermissionError) -> OmsorgstallError:
    return OmsorgstallError(
        ErrorFamily.ENVIRONMENT,
        "not-permitted",
        "The system does not let you use a file or folder.",
        where=str(error.filename or ""),
        todo="Run the program as the user that owns it, or choose another folder.",
    )


def _end(error: OmsorgstallError) -> NoReturn:
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    console.print(f"[bold red]Error[/] ({error.code}): {escape(error.what)}")
    for label, text in (("Where", error.where), ("What to do", error.todo)):
        if text:
            console.print(f"  {label}: {escape(text)}")
    sys.exit(error.family.value)
