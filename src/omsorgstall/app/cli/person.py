"""``omsorgstall person``: what the register holds of one person is found, shown to her, and erased."""

import getpass
import sys
from pathlib import Path
from typing import Annotated

import typer

from omsorgstall.app.cli.options import StoreOption, console, results
from omsorgstall.app.pipeline.person_rights import Identity, erase_person, find_person, show_person, unblock_person
from omsorgstall.app.settings import Places
from omsorgstall.core import ErrorFamily, OmsorgstallError
from omsorgstall.register.store_persons import Decision

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Find, show and erase what the register holds of one person. Her number is typed, or read from a file or the "
    "standard input; it is never an argument, and never stored.",
)
CaseOption = Annotated[str, typer.Option("--case", help="Reference of the case; kept in the audit log. No name, no number.")]
WhoOption = Annotated[str, typer.Option("--who", help="Who does it; kept in the audit log.")]
FileOption = Annotated[Path | None, typer.Option("--number-file", help="File with the number alone; typed when left out.")]
KindOption = Annotated[
    int, typer.Option("--identity-type", help="Type of the number, code system 9032: 1 fødselsnummer or D-nummer, 10 DUF.")
]
SenderOption = Annotated[
    str, typer.Option("--municipality", help="Sender, for types of number that are not unique in the country.")
]
LocalIdFileOption = Annotated[
    Path | None, typer.Option("--local-id-file", help="File with the sender's own id of the person, for the same types.")
]
ACCESS = "the person's right of access"


@app.command("find")
def _find(
    case: CaseOption,
    number_file: FileOption = None,
    identity_type: KindOption = 1,
    municipality: SenderOption = "",
    local_id_file: LocalIdFileOption = None,
    who: WhoOption = "command line",
    store: StoreOption = None,
) -> None:
    """Say which submissions hold a person, and how many rows, without showing any. It is logged.

    Example: omsorgstall person find --case 2026/117
    """
    identity = _identity(number_file, identity_type, municipality, local_id_file)
    found = find_person(Places.find(store), identity, Decision(_case(case), ACCESS, who))
    for holding in found:
        rows = ", ".join(f"{name} {n}" for name, n in holding.rows.items())
        results.print("\t".join((holding.submission.id, rows, " ".join(holding.vintages))), markup=False)
    console.print(f"The person is in {len(found)} submissions.")


@app.command("show")
def _show_person(
    out: Annotated[Path, typer.Argument(help="Folder for the document: HTML in three languages, and JSON.")],
    case: CaseOption,
    number_file: FileOption = None,
    identity_type: KindOption = 1,
    municipality: SenderOption = "",
    local_id_file: LocalIdFileOption = None,
    who: WhoOption = "command line",
    store: StoreOption = None,
) -> None:
    """Write all that the register holds of a person to a document for her, with where it comes from and when it was read.

    Only you may read the files. The reading is logged under the case.

    Example: omsorgstall person show answer-117 --case 2026/117
    """
    identity = _identity(number_file, identity_type, municipality, local_id_file)
    found = show_person(Places.find(store), identity, Decision(_case(case), ACCESS, who), out)
    console.print(f"The person is in {found} submissions. The document is in {out}.", soft_wrap=True)


@app.command("erase")
def _erase(
    case: CaseOption,
    why: Annotated[str, typer.Option(help="The ground in law for erasing; kept in the audit log.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; needed when the number does not come from a terminal.")] = False,
    block: Annotated[
        bool, typer.Option("--block", help="Keep her pseudonym, so that she is left out of what is taken in later.")
    ] = False,
    number_file: FileOption = None,
    identity_type: KindOption = 1,
    municipality: SenderOption = "",
    local_id_file: LocalIdFileOption = None,
    who: WhoOption = "command line",
    store: StoreOption = None,
) -> None:
    """Erase a person's rows from all submissions for good, and her local ids from findings and receipts.

    Released tables stay; vintages that held her are marked as no longer reproducible. If it was cut short, run it again. Let no
    intake run meanwhile, and see the how-to page for backups.

    Example: omsorgstall person erase --case 2026/118 --why "registered without basis in law"
    """
    identity = _identity(number_file, identity_type, municipality, local_id_file)
    if not yes:
        _confirm()
    erased = erase_person(Places.find(store), identity, Decision(_case(case), why, who), block=block)
    rows = sum(erased.submissions.values())
    console.print(
        f"Erased {rows} rows from {len(erased.submissions)} submissions, and findings from {erased.findings} more. "
        f"Vintages that cannot be made again as they were: {', '.join(erased.vintages) or 'none'}."
        + (" The person is left out of what is taken in from now on." if block else ""),
        soft_wrap=True,
    )


@app.command("unblock")
def _unblock(
    case: CaseOption,
    why: Annotated[str, typer.Option(help="Why she may be taken in again; kept in the audit log.")],
    number_file: FileOption = None,
    identity_type: KindOption = 1,
    municipality: SenderOption = "",
    local_id_file: LocalIdFileOption = None,
    who: WhoOption = "command line",
    store: StoreOption = None,
) -> None:
    """Let a person who was erased with --block be taken in again, with the next file that names her.

    Example: omsorgstall person unblock --case 2026/121 --why "she has withdrawn her objection"
    """
    identity = _identity(number_file, identity_type, municipality, local_id_file)
    there = unblock_person(Places.find(store), identity, Decision(_case(case), why, who))
    console.print("The person is taken in again." if there else "The person was not blocked.")


def _identity(number_file: Path | None, kind: int, municipality: str, local_id_file: Path | None) -> Identity:
    """Who is meant; what identifies her is read from files, the terminal without echo, or the standard input."""
    number = number_file.read_text("utf-8", errors="replace") if number_file else _typed()
    if not number.strip():
        raise OmsorgstallError(ErrorFamily.USAGE, "no-number", "No number was given.", todo="Type it, or use --number-file.")
    local_id = local_id_file.read_text("utf-8", errors="replace").strip() if local_id_file else ""
    return Identity(number.strip(), kind, municipality, local_id)


def _typed() -> str:
    return getpass.getpass("Number (not shown): ") if sys.stdin.isatty() else sys.stdin.readline()


def _case(case: str) -> str:
    """The reference; a long row of digits would be somebody's number."""
    if not case.strip() or sum(c.isdigit() for c in case) > 10 or len(case) > 80:
        what = "The reference of the case is empty, too long, or looks like an identity number."
        raise OmsorgstallError(ErrorFamily.USAGE, "bad-case", what, todo="Use the reference in your archive, such as 2026/117.")
    return case.strip()


def _confirm() -> None:
    if not sys.stdin.isatty():
        what = "An erasure cannot be undone, and nobody is there to be asked."
        raise OmsorgstallError(ErrorFamily.USAGE, "not-confirmed", what, todo="Add --yes when you are sure.")
    typer.confirm("This cannot be undone. Erase?", abort=True)
