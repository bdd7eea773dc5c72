"""``omsorgstall tables``: which tables there are; a dry run of one; one municipality's own figures."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import product
from typing import Annotated, TypeVar

import numpy as np
import typer
from rich.table import Table

from omsorgstall.access import AuditAction, AuditEvent, Grant, Scope
from omsorgstall.app.cli.options import StoreOption, results, shown_progress
from omsorgstall.app.opening import open_register
from omsorgstall.app.pipeline.releasing import own_tables, protected_draft
from omsorgstall.app.settings import Places
from omsorgstall.core import ErrorFamily, OmsorgstallError, format_number
from omsorgstall.publish.owner import owner_csv
from omsorgstall.statistics import table_definitions
from omsorgstall.statistics.key_figures import KEY_FIGURES, said
from omsorgstall.tables import CellStatus, OwnerTable, ReleasedTable

AnyTable = TypeVar("AnyTable", OwnerTable, ReleasedTable)

app = typer.Typer(add_completion=False, rich_markup_mode=None)
output = typer.echo


@app.command()
def _tables(
    table: Annotated[str, typer.Argument(help="Number of a table, such as 11642; all are listed when left out.")] = "",
    vintage: Annotated[str, typer.Option(help="The vintage the figures rest on.")] = "",
    region: Annotated[str, typer.Option(help="Code of the region shown.")] = "EAK",
    year: Annotated[str, typer.Option(help="The year shown; the newest when left out.")] = "",
    own: Annotated[str, typer.Option(help="A municipality: write its own unprotected figures as CSV.")] = "",
    who: Annotated[str, typer.Option(help="Who reads own figures; kept in the audit log.")] = "command line",
    store: StoreOption = None,
) -> None:
    """List the tables, show what a release of one would hold, or write one municipality's own figures.

    Own figures (--own) are not protected: they are for that municipality only, and the reading is logged.

    Example: omsorgstall tables 11642 --vintage demo-preliminary --own 4204 > own.csv
    """
    if not table:
        _list()
        return
    if table not in (*table_definitions(), KEY_FIGURES):
        known = ", ".join((*table_definitions(), KEY_FIGURES))
        raise OmsorgstallError(
            ErrorFamily.NOT_FOUND, "no-such-table", f"There is no table {table}.", todo=f"Choose one of {known}."
        )
    if not vintage:
        raise OmsorgstallError(
            ErrorFamily.USAGE,
            "no-vintage-named",
            "Figures rest on a vintage, and none is named.",
            todo="Add --vintage; omsorgstall vintage list shows those there are.",
        )
    if own:
        output(_own(Places.find(store), table, vintage, own, who), nl=False)
        return
    with shown_progress() as progress:
        made = protected_draft(Places.find(store), "dry-run", vintage, progress=progress).tables
    _show(_one_of(made, table, vintage), region, year)


def _list() -> None:
    for definition in table_definitions().values():
        output(f"{definition.id}  {definition.title.nb}")
    output(f"{KEY_FIGURES}  {said('title').nb}")


def _own(places: Places, table: str, vintage: str, owner: str, who: str) -> str:
    scope = Scope.owner(owner, "own figures", who)
    made = own_tables(places, vintage, scope, owner, table)
    event = AuditEvent.of(AuditAction.SHOW_OWNER_TABLE, f"{table} of {vintage}", scope, datetime.now(UTC))
    open_register(places).log(event)
    return owner_csv(_one_of(made, table, vintage), Grant(owner, scope), "nb")


def _one_of(made: Sequence[AnyTable], table: str, vintage: str) -> AnyTable:
    """The table asked for; a definition that holds for other years is not made."""
    for each in made:
        if each.model.id == table:
            return each
    what = f"Table {table} has no figures for the years of {vintage}."
    raise OmsorgstallError(ErrorFamily.NOT_FOUND, "no-figures", what, todo="Choose a table or a vintage of other years.")


def _show(released: ReleasedTable, region: str, year: str) -> None:
    model = released.model
    fixed = {"Region": region, "Tid": year or model.dimension("Tid").codes()[-1]}
    for dimension, code in fixed.items():
        if code not in model.dimension(dimension).codes():
            raise OmsorgstallError(
                ErrorFamily.NOT_FOUND,
                "no-such-code",
                f"Table {model.id} of this vintage has no {dimension} {code}.",
                todo="Regions are such as EAK, EKA42 and 4204; the years are those of the vintage.",
            )
    shown = [d for d in model.dimensions if d.id not in fixed]
    title = f"{model.id}: {model.title.nb}. {', '.join(fixed.values())}"
    grid = Table(*(d.label.nb for d in shown), *(model.content(c).label.nb for c in released.values), title=title)
    for members in product(*(d.members for d in shown)):
        place = fixed | {d.id: m.code for d, m in zip(shown, members, strict=True)}
        index = tuple(d.index()[place[d.id]] for d in model.dimensions)
        grid.add_row(*(m.label.nb for m in members), *(_cell(released, c, index) for c in released.values))
    results.print(grid)


def _cell(released: ReleasedTable, content: str, index: tuple[int, ...]) -> str:
    status = CellStatus(int(released.statuses[content][index]))
    value = float(released.values[content][index])
    return status.symbol if np.isnan(value) or status.symbol else format_number(value, released.model.content(content).decimals)
