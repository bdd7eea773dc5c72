"""Controls that judge how a municipality's records are spread, from the counts of ``distributions``."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from omsorgstall.editing.control import Control
from omsorgstall.editing.figures import Place
from omsorgstall.editing.finding import Outcome, Tally
from omsorgstall.statistics.families import service_code

Row = Mapping[str, Any]
SECONDS_PER_HOUR = 3600
EXACT = 9
"""Decimals to which shares are compared, so that one exactly on the limit is not decided by rounding of floats."""
FIRST_DAY = date(1970, 1, 1)


def peers_of(row: Row, least: int) -> str:
    """Which peers have enough records to be compared with: those of the KOSTRA group, else of the country, else none."""
    return next((p for p in ("group", "country") if row[f"{p}_own"] >= least), "")


def _judged(control: Control, rows: Iterable[Row], tally: Tally) -> list[tuple[Row, str, float]]:
    """The rows that stand out, with their peers and the peers' share; rows with too few records count as not judged."""
    limits, found = control.limits, []
    for row in rows:
        peers = peers_of(row, limits["least_peers"]) if row["own"] >= limits["least_records"] else ""
        tally.count(bool(peers), 1)
        if peers:
            usual = row[f"{peers}_records"] / row[f"{peers}_own"]
            share = row["records"] / row["own"]
            if share >= limits["least_share"] and round(share - usual, EXACT) >= limits["least_excess"]:
                found.append((row, peers, usual))
    return found


def _ceiling(control: Control, row: Row, usual: float) -> float:
    """The largest number of records that would have passed."""
    return float(row["own"] * max(control.limits["least_share"], usual + control.limits["least_excess"]))


def heaped_hours(control: Control, rows: Iterable[Row], year: int) -> Outcome:
    """One value of granted hours a week takes far more of a service's records than among the peers.

    The value is granted hours a week in all; expected is what they would be if the records above the peers' share of the
    value had the mean of the peers.
    """
    tally = Tally(control)
    for row, peers, usual in _judged(control, rows, tally):
        above = row["records"] - usual * row["own"]
        mean = row[f"{peers}_seconds"] / row[f"{peers}_own"]
        expected = (row["own_seconds"] - above * (row["seconds"] - mean)) / SECONDS_PER_HOUR
        place = Place(row["municipality"], control.figures[0], service_code(row["service_type"]), year)
        about = f"{row['seconds'] / SECONDS_PER_HOUR:g}"
        hours, national = row["own_seconds"] / SECONDS_PER_HOUR, row["national_seconds"] / SECONDS_PER_HOUR
        tally.add(place, hours, expected, national, about=about)
    return tally.outcome()


def many_scores_of_one(control: Control, rows: Iterable[Row], year: int) -> Outcome:
    """Far more scores are 1 than among the peers. Expected is the peers' share of the municipality's scores."""
    tally = Tally(control)
    for row, _, usual in _judged(control, rows, tally):
        place = Place(row["municipality"], control.figures[0], "", year)
        limit = _ceiling(control, row, usual)
        tally.add(place, float(row["records"]), usual * row["own"], float(row["national_records"]), upper=limit)
    return tally.outcome()


def one_start_day(control: Control, rows: Iterable[Row], year: int) -> Outcome:
    """Most of a service's records start on one day. Expected is the share that starts on the peers' own most common days."""
    tally = Tally(control)
    for row, _, usual in _judged(control, rows, tally):
        place = Place(row["municipality"], control.figures[0], service_code(row["service_type"]), year)
        about = (FIRST_DAY + timedelta(days=row["begun"])).isoformat()
        limit = _ceiling(control, row, usual)
        national = float(row["national_own"])
        tally.add(place, float(row["records"]), usual * row["own"], national, upper=limit, about=about)
    return tally.outcome()


def reported_elsewhere(control: Control, rows: Iterable[Row], year: int) -> Outcome:
    """Far more of the persons are reported by other municipalities too than among the peers. Expected is the peers' share."""
    tally = Tally(control)
    for row, _, usual in _judged(control, rows, tally):
        place = Place(row["municipality"], control.figures[0], "", year)
        limit = _ceiling(control, row, usual)
        tally.add(place, float(row["records"]), usual * row["own"], float(row["national_own"]), upper=limit)
    return tally.outcome()


def users_for_testing(control: Control, rows: Iterable[Row], year: int) -> Outcome:
    """Persons whom so many municipalities report that they must be made up for tests. None is expected."""
    tally = Tally(control)
    for row in rows:
        tally.count(1, 1)
        if row["testing"] > control.limits["most"]:
            place = Place(row["municipality"], control.figures[0], "", year)
            most = float(control.limits["most"])
            tally.add(place, float(row["testing"]), 0.0, float(row["national_own"]), upper=most)
    return tally.outcome()
