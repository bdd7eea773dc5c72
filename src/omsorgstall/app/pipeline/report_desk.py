"""A vintage that is kept open for one municipality, so that its reports answer at once. Every reading is logged."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Self

from omsorgstall import __version__
from omsorgstall.access import AuditAction, AuditEvent, Scope
from omsorgstall.app.opening import open_register
from omsorgstall.app.pipeline.releasing import settings_of
from omsorgstall.app.pipeline.reporting import chosen_vintage
from omsorgstall.app.settings import Places
from omsorgstall.core import ErrorFamily, OmsorgstallError
from omsorgstall.engine import Engine
from omsorgstall.measures.period import Period
from omsorgstall.statistics.release import without_idle_events
from omsorgstall.statistics.sum_reports import KeptPopulations, Request, Time, asked, sum_reports, tables_of_owners
from omsorgstall.statistics.sum_reports.population import known_populations
from omsorgstall.statistics.sum_reports.request_text import to_query
from omsorgstall.tables import OwnerTable


class ReportDesk:
    """Sum reports and ad hoc tables of one municipality, as ``omsorgstall report`` and ``table`` make them.

    A context manager, for one thread at a time. A report is counted from persons and services that were found for the report
    before it, when they are of the same date or period.

    Args:
        vintage: the newest when None.
        scope: whose rows are read, by whom and why.

    Attributes:
        owner: the number of the municipality.
        vintage: the name of the vintage.
        years: those in which the municipality has figures.
        made_up: whether the submissions hold people made for tests.

    Raises:
        OmsorgstallError: on entering, when there is no such vintage, or the municipality has nothing in it.
    """

    def __init__(self, places: Places, vintage: str | None, scope: Scope, owner: str) -> None:
        self._places, self._asked_for, self._scope = places, vintage, scope
        self.owner = owner
        self.vintage = ""
        self.years: tuple[int, ...] = ()
        self.made_up = False

    def __enter__(self) -> Self:
        """Open the vintage."""
        self._store = open_register(self._places)
        self._frozen = chosen_vintage(self._store, self._asked_for, ())
        self.vintage = self._frozen.name
        covered = self._store.basis.covered(self._frozen)
        self.years = tuple(sorted(year for year, there in covered.items() if self.owner in there))
        if not self.years:
            self._store.close()
            what = f"Municipality {self.owner} has delivered nothing to the vintage {self.vintage}."
            raise OmsorgstallError(ErrorFamily.NOT_FOUND, "nothing-delivered", what, todo="Choose another vintage.")
        self.made_up = any(self._store.header(s).get("test_persons") for s in self._frozen.annual)
        self._engine = Engine.local()
        tables = without_idle_events(self._engine, self._engine.open(self._store.source(self.vintage, self._scope)))
        self._settings = settings_of(self._frozen)
        self._kept = KeptPopulations(self._engine, tables, self._settings)
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self._engine.close()
        self._store.close()

    def table(self, request: Request) -> OwnerTable:
        """What is asked for, with the command that makes it again.

        Raises:
            OmsorgstallError: when the request cannot be met, or the vintage does not hold a date.
        """
        wanted = asked(request)
        chosen_vintage(self._store, self.vintage, wanted.times)
        lineage = {"vintage": self.vintage, "code_version": __version__}
        made = tables_of_owners(wanted, self._kept.count(wanted), [self.owner], lineage, self._settings)[self.owner]
        what = f"{wanted.report.id} of {self.vintage}"
        self._store.log(AuditEvent.of(AuditAction.SHOW_SUM_REPORT, what, self._scope, datetime.now(UTC)))
        again = f'omsorgstall table --query "{to_query(request)}" --municipality {self.owner} --vintage {self.vintage}'
        return replace(made, lineage={**made.lineage, "again": again})

    def bases(self) -> tuple[tuple[str, Time], ...]:
        """What the reports count from when nothing is chosen: each population in the last year."""
        used = dict.fromkeys(r.population for r in sum_reports().values())
        return tuple((name, last_time(self.years[-1], on_a_date=known_populations()[name].on_a_date)) for name in used)

    def find(self, *bases: tuple[str, Time]) -> None:
        """Find populations before they are asked for."""
        self._kept.find(bases)


def last_time(year: int, *, on_a_date: bool) -> Time:
    """The last day of a year, or all of it."""
    return date(year, 12, 31) if on_a_date else Period(date(year, 1, 1), date(year, 12, 31))
