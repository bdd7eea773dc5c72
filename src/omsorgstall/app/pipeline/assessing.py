"""From a vintage to quality reports: one for each municipality wanted, or the national one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from omsorgstall.access import AuditAction, AuditEvent, Scope
from omsorgstall.app.opening import open_register
from omsorgstall.app.pipeline.reviewing import Reviewed, refuse_running_year, review_vintage
from omsorgstall.app.settings import Places
from omsorgstall.core import ErrorFamily, OmsorgstallError, Progress, silent
from omsorgstall.engine import Engine
from omsorgstall.quality import Basis, QualityBook, Submitted, found_in, municipality_report, national_report, quality_book
from omsorgstall.register import Store
from omsorgstall.register.vintage import VintageKind
from omsorgstall.tables import Report


@dataclass(frozen=True, slots=True)
class Assessed:
    """The quality of a year of a vintage, and what the controls on its figures say.

    Attributes:
        made_up: whether the submissions hold people made for tests.
    """

    book: QualityBook
    reviewed: Reviewed | None
    made_up: bool

    def reports(self, numbers: Iterable[str]) -> Iterator[Report]:
        """The reports of municipalities, in the order of their numbers."""
        controls = {r.owner: r for r in self.reviewed.reports} if self.reviewed else {}
        for number in sorted(numbers):
            yield municipality_report(self.book, number, controls.get(number))

    def national(self) -> Report:
        """The national report."""
        return national_report(self.book, self.reviewed.work_list.content["controls"] if self.reviewed else ())  # type: ignore[arg-type]

    def municipalities(self) -> list[str]:
        """Those with records of the year."""
        return [m for m in sorted(self.book.of_municipality) if self.book.shares_of(m, self.book.year)]


def assess(
    places: Places,
    vintage: str | None,
    scope: Scope,
    *,
    year: int | None = None,
    controls: bool = True,
    progress: Progress = silent,
) -> Assessed:
    """Reckon the quality of a year. Reading is logged; ranks and peers need the whole country.

    Args:
        vintage: the newest one that holds the year when None.
        year: the newest of the vintage when None.
        controls: run the controls on figures too.

    Raises:
        OmsorgstallError: when there is no such vintage, the year is not in it, or the scope is not the whole country.
    """
    if scope.municipalities is not None:
        what = "Ranks and controls hold municipalities against each other, so they read the whole country."
        raise OmsorgstallError(ErrorFamily.ACCESS, "scope-too-narrow", what, todo="Ask the producer of the statistics for it.")
    with open_register(places) as store:
        name, chosen = _chosen(store, vintage, year)
        found = found_in(Submitted(s.municipality, s.data_year, findings) for s, findings in store.findings_of(name, scope))
        with Engine.local() as engine:
            tables = engine.open(store.source(name, scope))
            basis = Basis(name, store.vintage(name).created_at, chosen, store.delivered(name))
            book = quality_book(engine, tables, found, basis, progress=progress)
        event = AuditEvent.of(AuditAction.SHOW_QUALITY, f"{chosen} of {name}", scope, datetime.now(UTC))
        store.log(event)
        made_up = any(store.header(s).get("test_persons") for s in store.vintage(name).annual)
    reviewed = review_vintage(places, name, scope, year=chosen, progress=progress) if controls else None
    return Assessed(book, reviewed, made_up)


def _chosen(store: Store, vintage: str | None, year: int | None) -> tuple[str, int]:
    """The vintage and the year, those left out as ``assess`` says."""
    wanted = [store.vintage(vintage)] if vintage else [v for v in store.vintages() if v.kind is not VintageKind.YEAR_TO_DATE]
    for named in wanted:
        refuse_running_year(named)
    fit = [v for v in wanted if year is None or year in v.years]
    if not fit:
        what = f"No vintage holds {year}." if year else "Nothing is frozen yet."
        if vintage:
            what = f"The vintage {vintage} has no figures of {year}."
        raise OmsorgstallError(ErrorFamily.NOT_FOUND, "no-such-year", what, todo="Freeze a vintage: omsorgstall vintage freeze.")
    newest = max(fit, key=lambda v: v.created_at)
    return newest.name, year if year is not None else max(newest.years)
