"""Freezing a vintage with the versions of everything its figures depend on."""

from collections.abc import Iterable
from datetime import date

from omsorgstall.app.opening import open_register
from omsorgstall.app.settings import Places
from omsorgstall.core import ErrorFamily, OmsorgstallError
from omsorgstall.intake import rules
from omsorgstall.measures import Settings
from omsorgstall.register import Vintage
from omsorgstall.statistics import table_definitions
from omsorgstall.statistics.key_figures import key_figures


def freeze_vintage(
    places: Places, name: str, kind: str, years: Iterable[int], *, who: str, reference_date: date | None = None
) -> Vintage:
    """Name what figures of the years rest on; of all years with an annual submission when none is given.

    Args:
        reference_date: the day a year that still runs is counted to; its year is then the only one.

    Raises:
        OmsorgstallError: when the name is taken, nothing is accepted, or the day and the kind do not go together.
    """
    wanted = [reference_date.year] if reference_date else sorted(years)
    with open_register(places) as store:
        wanted = wanted or sorted({s.data_year for s in store.submissions(kind="annual")})
        return store.basis.freeze(name, kind, wanted, who=who, reference_date=reference_date, versions=versions())


def day_of(text: str) -> date | None:
    """The day in ``2023-06-30``; None when nothing is given.

    Raises:
        OmsorgstallError: USAGE, ``bad-day``.
    """
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise OmsorgstallError(ErrorFamily.USAGE, "bad-day", f"{text!r} is no day.", todo="Write 2023-06-30.") from None


def versions() -> dict[str, str]:
    """Versions of the definitions of tables and key figures, the rules of intake and the profile of need, by kind and id."""
    profile = Settings().need_profile
    tables = {f"table {d.id}": str(d.version) for d in table_definitions().values()}
    figures = {f"key figure {k.id}": str(k.version) for k in key_figures().values()}
    return {
        **tables,
        **figures,
        **{f"rule {r.id}": str(r.version) for r in rules().values()},
        f"need profile {profile.id}": profile.version,
    }
