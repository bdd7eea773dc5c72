"""What a figure counts or adds over the persons or events of a cell, by name."""

from collections.abc import Callable, Mapping

import ibis
from ibis.expr import types as ir

from omsorgstall.measures.need import SCALE
from omsorgstall.measures.settings import Settings

Measure = Callable[[ir.Table], ir.NumericValue]
_MEDIAN = "_median"
LASTING = "lasting_"
OF_PERSONS = ("services", "kinds", "seconds", "doctor", "dental", "day", "assessed")
"""The columns that measures of persons look at."""
OF_EVERYBODY = frozenset({"assessment_age_median"})
"""Measures that are made of everybody together only."""
_DEFAULTS = Settings()


def adds_up(measure: str) -> bool:
    """Whether figures of the measure can be added; the others are nothing where nobody is counted."""
    return not measure.endswith(_MEDIAN) and not measure.startswith(LASTING)


def _sum(column: str) -> Measure:
    return lambda rows: rows[column].sum().cast("int64").fill_null(0)


def _rows_with(marks: Callable[[ir.Table], ir.BooleanValue]) -> Measure:
    return lambda rows: marks(rows).fill_null(False).cast("int64").sum().cast("int64").fill_null(0)


def _median(column: str) -> Measure:
    return lambda rows: rows[column].median().cast("float64")


def missing() -> ir.FloatingValue:
    """No figure."""
    nothing: ir.FloatingValue = ibis.null("float64")
    return nothing


def _persons(rows: ir.Table) -> ir.IntegerValue:
    return rows.pseudonym.nunique().cast("int64")


_SHARED: Mapping[str, Measure] = {"assessment_age_median": lambda rows: (rows.day - rows.assessed).median().cast("float64")}
MEASURES: Mapping[str, Measure] = {
    **_SHARED,
    "persons": lambda rows: rows.count().cast("int64"),
    "services": _sum("services"),
    "kinds": _sum("kinds"),
    "seconds": _sum("seconds"),
    "doctor": _rows_with(lambda rows: rows.doctor),
    "dental": _rows_with(lambda rows: rows.dental),
    "both": _rows_with(lambda rows: rows.doctor & rows.dental),
    "neither": _rows_with(lambda rows: ~(rows.doctor | rows.dental)),
}
"""Of persons; ``seconds`` are seconds granted a week."""


def _parts_of_score(column: str) -> Measure:
    """Means of subscales are parts of ``SCALE``, so their sum is exact and does not depend on the order of rows."""
    return lambda rows: (rows[column] * SCALE).round().cast("int64").sum().cast("int64").fill_null(0)


def _in_band(column: str, band: str) -> Measure:
    return _rows_with(lambda rows: rows[column] == band)


def _bands() -> dict[str, Measure]:
    found = {f"waiting_{b.id}": _in_band("waiting_band", b.id) for b in _DEFAULTS.waiting_bands}
    return found | {f"handling_{b.id}": _in_band("handling_band", b.id) for b in _DEFAULTS.handling_bands}


def _at_end(rows: ir.Table) -> ir.BooleanValue:
    """Whether the stay is there on the last day of the period; a stay that ends on it is."""
    return rows.is_stay & (rows["last"].isnull() | (rows["last"] >= rows.day))


_DECISIONS: Mapping[str, Measure] = {
    "granted": _rows_with(lambda rows: rows.outcome == "granted"),
    "refused": _rows_with(lambda rows: rows.outcome == "refused"),
    "complaints": _rows_with(lambda rows: rows.complaint),
    "handled": _rows_with(lambda rows: rows.handling_days.notnull()),
    "not_handled": _rows_with(lambda rows: rows.handling_days.isnull()),
    "handling_days": _sum("handling_days"),
    "handling_median": _median("handling_days"),
    "not_started": _rows_with(lambda rows: rows.not_started),
    "waited": _rows_with(lambda rows: rows.waiting_days >= 0),
    "waiting_days": lambda rows: rows.waiting_days.sum(where=rows.waiting_days >= 0).cast("int64").fill_null(0),
    # Not with ``where``: Spark wants the share of a percentile to be a constant, and Ibis puts the condition into it.
    "waiting_median": lambda rows: (rows.waiting_days >= 0).ifelse(rows.waiting_days, ibis.null()).median().cast("float64"),
    "begun": _rows_with(lambda rows: rows.waiting_days.notnull()),
    "all_waiting_days": _sum("waiting_days"),
    "all_waiting_median": _median("waiting_days"),
    **_bands(),
}
_STAYS: Mapping[str, Measure] = {
    "stays": _rows_with(lambda rows: rows.is_stay & ~rows.carried_over),
    "bed_days": _sum("bed_days"),
    "there_at_end": lambda rows: _at_end(rows).ifelse(rows.pseudonym, ibis.null()).nunique().cast("int64"),
}
_SCORES: Mapping[str, Measure] = {
    "before": _parts_of_score("before"),
    "after": _parts_of_score("after"),
    "change": lambda rows: ((rows.after - rows.before) * SCALE).round().cast("int64").sum().cast("int64").fill_null(0),
    "improved": _rows_with(lambda rows: rows.after < rows.before),
    "unchanged": _rows_with(lambda rows: rows.after == rows.before),
    "worsened": _rows_with(lambda rows: rows.after > rows.before),
}


def _persons_with(marks: Callable[[ir.Table], ir.BooleanValue]) -> Measure:
    return lambda rows: marks(rows).fill_null(False).ifelse(rows.pseudonym, ibis.null()).nunique().cast("int64")


def _left(rows: ir.Table) -> ir.BooleanValue:
    """Who left and may come back: neither dead nor moved to hospital."""
    return rows.ended_by == "other"


def _equals(column: str, value: str, counted: Callable[[Callable[[ir.Table], ir.BooleanValue]], Measure]) -> Measure:
    return counted(lambda rows: rows[column] == value)


_COMINGS: Mapping[str, Measure] = {
    "ended_by_death": _rows_with(lambda rows: rows.ended_by == "death"),
    "ended_by_hospital": _rows_with(lambda rows: rows.ended_by == "hospital"),
    "left": _rows_with(_left),
    "readmitted": _rows_with(lambda rows: _left(rows) & rows.readmitted),
    "days_away": lambda rows: rows.days_away.sum(where=_left(rows) & rows.readmitted).cast("int64").fill_null(0),
    **{f"turnover_{s}": _equals("between_years", s, _rows_with) for s in ("new", "ended", "continuing", "new_and_ended")},
    "turnover_at_end": _rows_with(lambda rows: rows.between_years.isin(["new", "continuing"])),
    "turnover_unknown": _rows_with(lambda rows: rows.between_years == "unknown"),
    "turnover_died": _rows_with(lambda rows: rows.died & rows.between_years.isin(["ended", "new_and_ended"])),
    "turnover_known": _rows_with(lambda rows: rows.known_before & rows.between_years.isin(["new", "new_and_ended"])),
    "until_start": _persons_with(lambda rows: rows.had_until_start),
    "came_first": _persons_with(lambda rows: rows.order_begun == 1),
    "days_before": _sum("days_before"),
}
_MARKED: Mapping[str, Measure] = {
    "high_effort": _rows_with(lambda rows: rows.high_effort),
    "home_users": _rows_with(lambda rows: rows.home_user),
    "high_effort_home": _rows_with(lambda rows: rows.high_effort_home),
    "highest_step": _persons_with(lambda rows: rows.highest),
    "answer_known": _persons_with(lambda rows: rows.answer != "unknown"),
    **{f"answer_{a}": _equals("answer", a, _persons_with) for a in ("yes", "no", "unknown")},
}
EVENT_MEASURES: Mapping[str, Measure] = {
    **_SHARED,
    "persons": _persons,
    "events": lambda rows: rows.count().cast("int64"),
    **_DECISIONS,
    "elapsed_days": _sum("elapsed_days"),
    "elapsed_median": _median("elapsed_days"),
    **_STAYS,
    "records": _rows_with(lambda rows: ~rows.carried_over),
    "started": _rows_with(lambda rows: rows.started),
    "ended": _rows_with(lambda rows: rows.ended),
    "duration_days": lambda rows: rows.duration_days.sum(where=rows.ended).cast("int64").fill_null(0),
    **_SCORES,
    **_COMINGS,
    **_MARKED,
}
"""Of events; a median is null where there is none."""
PARTS = {"seconds": 3600, "before": SCALE, "after": SCALE, "change": SCALE}
"""What a measure is divided by for its figure."""
