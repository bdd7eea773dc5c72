"""Options that several commands share, and the progress they show."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as RichProgress

from omsorgstall.codes import municipalities
from omsorgstall.core import ErrorFamily, OmsorgstallError, Progress

StoreOption = Annotated[
    Path | None, typer.Option("--store", help="Folder of the register and the releases.", envvar="OMSORGSTALL_STORE")
]
YearsOption = Annotated[str, typer.Option("--years", help="A year or a range: 2022 or 2020-2022.")]
CountyOption = Annotated[str, typer.Option("--county", help="County number, such as 42; empty for the whole country.")]
MunicipalitiesOption = Annotated[
    list[str] | None, typer.Option("--municipality", help="Municipality number; may be given several times.")
]

console = Console(stderr=True)
"""For progress and what was done."""
results = Console(highlight=False, soft_wrap=True)
"""For what was asked for, so that it can be sent to a file or another program."""
LanguageOption = Annotated[Literal["nb", "nn", "en"], typer.Option("--language", help="nb, nn or en.")]


_YEAR = re.compile("[12][0-9]{3}")


def years_of(text: str) -> tuple[int, ...]:
    """The years in ``2022`` or ``2020-2022``.

    Raises:
        OmsorgstallError: when the text is neither a year nor a range of years.
    """
    first, _, last = text.partition("-")
    if not (_YEAR.fullmatch(first) and _YEAR.fullmatch(last or first) and int(first) <= int(last or first)):
        raise OmsorgstallError(
            ErrorFamily.USAGE, "bad-years", f"{text!r} is neither a year nor a range of years.", todo="Write 2022 or 2020-2022."
        )
    return tuple(range(int(first), int(last or first) + 1))


def municipalities_of(county: str, chosen: list[str] | None = None) -> frozenset[str] | None:
    """The municipalities chosen, else those of a county; None for the whole country.

    Raises:
        OmsorgstallError: when there is no such county or municipality.
    """
    if chosen:
        unknown = sorted(set(chosen) - set(municipalities()))
        if unknown:
            raise OmsorgstallError(
                ErrorFamily.USAGE,
                "unknown-municipality",
                f"There is no municipality {unknown[0]} today.",
                todo="Use the four-digit numbers of 2024 and later.",
            )
        return frozenset(chosen)
    if not county:
        return None
    found = frozenset(m.number for m in municipalities().values() if m.county == county)
    if not found:
        known = ", ".join(sorted({m.county for m in municipalities().values()}))
        what = f"There is no county {county!r}."
        raise OmsorgstallError(ErrorFamily.USAGE, "unknown-county", what, todo=f"Choose one of {known}.")
    return found


def no_longer_reproducible(rows: int) -> str:
    """What is said of a vintage that lost rows to an erasure."""
    return f"No longer reproducible: {rows} rows of it were erased since it was frozen. Released tables are as they were."


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    if path.is_file():
        path.chmod(0o600)  # also when it was there
    path.write_bytes(content)


@contextmanager
def shown_progress() -> Iterator[Progress]:
    """A progress listener that draws one bar for each step."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with RichProgress(*columns, console=console) as bars:
        tasks: dict[str, int] = {}

        def listen(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=total or None)
            bars.update(tasks[step], completed=done, total=total or None)  # type: ignore[arg-type]

        yield listen
        for task in bars.tasks:
            # A step that tells what it has begun, not what it has ended, ends here.
            whole = task.total or 1
            bars.update(task.id, completed=whole, total=whole)
