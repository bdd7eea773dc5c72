"""Episodes by interval algebra beside counting every day of every service, in pandas."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from bench.data import Extent
from bench.harness import Row, Section, measure, spaced
from omsorgstall.engine import Engine
from omsorgstall.measures import Settings, service_facts
from omsorgstall.measures.people import people
from omsorgstall.measures.services import selected_services
from omsorgstall.measures.stays import stay_runs
from omsorgstall.register import ScopedSource

PERSON = ["municipality", "pseudonym"]
RECORD = [*PERSON, "reported_municipality", "service_id"]
Days = dict[int, tuple[int, int]]
Frames = dict[str, pd.DataFrame]


def ours(source: ScopedSource) -> Days:
    """Days of each service that is no stay, before and after exclusion, by the measures of the project."""
    settings = Settings()
    with Engine.local(threads=2) as engine:
        facts = service_facts(engine.open(source), settings)
        daily = facts.filter(facts.service_type.notin(settings.bed_day_services))
        days = daily.group_by("service_type").aggregate(raw=daily.days_raw.sum(), exclusive=daily.days.sum())
        rows = engine.run(days, step="days").to_pylist()
    return {r["service_type"]: (r["raw"], r["exclusive"]) for r in rows}


def day_by_day(frames: Frames) -> Days:
    """The peer: a row for every day. It gets its records selected and its stays merged, and that is not timed."""
    days = dates(frames["service"], [*RECORD, "service_type"]).merge(frames["paused"], on=[*RECORD, "date"], how="left")
    days = days[days["paused"].isna()][[*PERSON, "service_type", "date"]].drop_duplicates()
    days = days.merge(frames["excluded"], on=[*PERSON, "service_type", "date"], how="left")
    counted = days.groupby("service_type").agg(raw=("date", "size"), off=("excluded", "count"))
    return {int(s): (int(r.raw), int(r.raw - r.off)) for s, r in counted.iterrows()}


def dates(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """One row for every day from ``first`` to ``last``."""
    lengths = (rows["last"] - rows["first"] + 1).to_numpy()
    repeated = rows.loc[rows.index.repeat(lengths), [*keys, "first"]].reset_index(drop=True)
    within = np.arange(lengths.sum()) - np.repeat(lengths.cumsum() - lengths, lengths)
    return repeated[keys].assign(date=repeated["first"].to_numpy() + within)


def prepared(source: ScopedSource) -> Frames:
    """What the peer starts from: selected services within the year, paused days and excluded days."""
    settings = Settings()
    with Engine.local(threads=2) as engine:
        tables = engine.open(source)
        services = selected_services(tables, people(tables, settings), settings)
        stays = engine.run(stay_runs(services, tables, settings), step="stays").to_pandas()
        daily = services.filter(services.service_type.notin(settings.bed_day_services))
        records = engine.run(daily, step="services").to_pandas()
        pauses = engine.run(tables["pause"], step="pauses").to_pandas()
    service = cut(records)
    return {"service": service, "paused": paused_days(pauses, service), "excluded": excluded_days(stays, settings)}


def cut(rows: pd.DataFrame) -> pd.DataFrame:
    """Intervals within their data year."""
    first, last = rows[["first", "year_first"]].max(axis=1), rows[["last", "year_last"]].min(axis=1)
    rows = rows.assign(first=first, last=last)
    return rows[rows["first"] <= rows["last"]].reset_index(drop=True)


def paused_days(pauses: pd.DataFrame, service: pd.DataFrame) -> pd.DataFrame:
    """The days of every pause within the year."""
    year_first, year_last = int(service["year_first"].iloc[0]), int(service["year_last"].iloc[0])
    epoch = pd.Timestamp("1970-01-01")
    first = (pd.to_datetime(pauses["from_date"]) - epoch).dt.days
    last = (pd.to_datetime(pauses["to_date"]) - epoch).dt.days.fillna(year_last)
    rows = cut(pauses.assign(first=first, last=last.astype(int), year_first=year_first, year_last=year_last))
    return dates(rows, RECORD).drop_duplicates().assign(paused=True)


def excluded_days(stays: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Which days of which services stays exclude: all but the days of entry and exit."""
    inner = cut(stays.assign(first=stays["first"] + 1, last=stays["last"] - 1).rename(columns={"service_type": "by"}))
    days = dates(inner, [*PERSON, "by"])
    pairs = pd.DataFrame(list(excluding_pairs(settings)), columns=["by", "service_type"])
    return days.merge(pairs, on="by")[[*PERSON, "service_type", "date"]].drop_duplicates().assign(excluded=True)


def excluding_pairs(settings: Settings) -> Iterator[tuple[int, int]]:
    """Which stay excludes which service."""
    for exclusion in settings.exclusions:
        yield from ((by, service) for by in exclusion.by for service in exclusion.excludes)


def benchmark(extent: Extent) -> Section:
    """Measure on one year of the register."""
    source = extent.source()
    frames = prepared(source)
    peer, mine = measure(day_by_day, frames), measure(ours, source, times=3)
    if peer.result != mine.result:
        raise RuntimeError(f"The two differ: {peer.result} and {mine.result}.")
    total = sum(raw for raw, _ in mine.result.values())
    about = f"Days of services that are no stays, one year of {extent.name}: {spaced(total)} days, the same by both."
    return Section(
        "Episodes",
        about,
        (
            Row.of("A row for every day, in pandas", peer),
            Row.of("Interval algebra", mine, peer="a row for every day", ratio=mine.seconds / peer.seconds),
        ),
    )
