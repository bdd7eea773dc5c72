"""Coercion (tvang) in a period, by its legal basis."""

from collections.abc import Mapping

import ibis
from ibis.expr import types as ir

from omsorgstall.measures.days import KEYS, OPEN_END, length
from omsorgstall.measures.facts import Keep, not_kept
from omsorgstall.measures.period import Period, goes_on, parts
from omsorgstall.measures.populations.reading import read
from omsorgstall.measures.services import counted_coercion
from omsorgstall.measures.settings import Settings


def coercion_measures(tables: Mapping[str, ir.Table], settings: Settings, period: Period, keep: Keep = not_kept) -> ir.Table:
    """One row per record of coercion and year of the period that it overlaps (report S07).

    Records of one person may lie on the same days; they are not one. Count records where not ``carried_over``: one that lasts
    over New Year has a row in each of the years. That there is none does not prove that there was no coercion.

    Columns: the keys, ``day`` (its first one in the period within the year), ``unit``, ``service_type``, ``legal_basis``
    (``disability_emergency``, ``disability_planned`` or ``health_care``), ``first``, ``last`` (day numbers; null while it lasts),
    ``started`` and ``ended`` (whether on a day of the period), ``duration_days`` (its dates, both ends counted, also those
    outside the period; null while it lasts) and ``carried_over``.
    """
    records = read(tables, settings, period.first.year, period.last.year, keep)
    counted = counted_coercion(records.tables, records.people, settings).semi_join(records.people, list(KEYS))
    rows = parts(counted, period)
    rows = rows.filter((rows["first"] <= rows.part_last) & (rows["last"] >= rows.part_first))
    over = rows["last"] < OPEN_END
    return rows.select(
        *KEYS,
        day=ibis.greatest(rows["first"], rows.part_first),
        unit=rows.unit.nullif(""),
        service_type="service_type",
        legal_basis=ibis.cases(*[(rows.service_type.isin(b.service_types), b.id) for b in settings.legal_bases]),
        first="first",
        last=over.ifelse(rows["last"], ibis.null()),
        started=rows["first"] >= rows.part_first,
        ended=rows["last"] <= rows.part_last,
        duration_days=over.ifelse(length(rows["first"], rows["last"]), ibis.null()),
        carried_over=goes_on(rows["first"], rows, period),
    )
