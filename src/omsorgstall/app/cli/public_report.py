"""The public mode of ``omsorgstall report``: figures protected for anyone, of one municipality or of every area."""

import shlex
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from omsorgstall.app.cli.internal_files import refuse_in_store
from omsorgstall.app.cli.options import municipalities_of, results, shown_progress
from omsorgstall.app.pipeline.peers import count_views, release_views, released_views
from omsorgstall.app.settings import Places
from omsorgstall.core import ErrorFamily, OmsorgstallError
from omsorgstall.publish.sum_reports import peers_csv, public_report_html, public_report_pdf
from omsorgstall.statistics.sum_reports import Request, asked
from omsorgstall.statistics.sum_reports.peers import views_of
from omsorgstall.tables import PeerTable


def write_public(
    places: Places, wanted: Sequence[Request], municipality: str, vintage: str | None, out: Path, language: str, who: str
) -> None:
    """Make the reports with every figure protected, and write them.

    Args:
        municipality: whose; every area, as CSV alone, when empty.

    Raises:
        OmsorgstallError: when a report is not public in this form, or years are mixed.
    """
    municipalities_of("", [municipality] if municipality else [])
    refuse_in_store(places, out)
    compared = {r.report: views_of(asked(r)) for r in wanted}
    year = asked(wanted[0]).last_year
    with shown_progress() as progress:
        counted = count_views(places, vintage, year, [v for vs in compared.values() for v in vs], who, progress=progress)
        found = released_views(counted, release_views(counted, progress=progress), municipality)
    made = {r: [_remade(found[v.id], r, municipality, year, language) for v in vs if v.id in found] for r, vs in compared.items()}
    if missing := [report for report, tables in made.items() if not tables]:
        what = f"{', '.join(missing)} is public for counties, KOSTRA groups and the country only."
        raise OmsorgstallError(ErrorFamily.DISCLOSURE, "not-public", what, todo="Leave out --municipality.")
    out.mkdir(parents=True, exist_ok=True)
    for report, tables in made.items():
        _write(out, f"{municipality or 'areas'}-{report}-{year}-public", tables, language, counted.made_up, bool(municipality))


def _write(out: Path, name: str, tables: Sequence[PeerTable], language: str, made_up: bool, documents: bool) -> None:
    files = {f"{name}-{t.model.dimensions[1].id}.csv": peers_csv(t, None, language) for t in tables}
    if documents:
        files[f"{name}.html"] = public_report_html(tables, language, made_up=made_up).encode()
        files[f"{name}.pdf"] = public_report_pdf(tables, language, made_up=made_up)
    for file, content in files.items():
        (out / file).write_bytes(content)
        results.print(str(out / file), markup=False)


def _remade(table: PeerTable, report: str, municipality: str, year: int, language: str) -> PeerTable:
    """The table with the command that makes it again."""
    words = ["omsorgstall", "report", report, "--public", "--year", str(year), "--vintage", table.lineage["vintage"]]
    words += ["--municipality", municipality] if municipality else []
    return replace(table, lineage={**table.lineage, "again": shlex.join([*words, "--language", language])})
