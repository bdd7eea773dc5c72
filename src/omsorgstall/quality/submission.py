"""The quality of one submission by itself: shares of values and what intake changed. For who has the file."""

from typing import Any

import pyarrow as pa

from omsorgstall.engine import Engine
from omsorgstall.intake import MOST_DETAIL, CheckedBatch
from omsorgstall.quality.found import Submitted, found_in
from omsorgstall.quality.municipality import FORMAT, share_data
from omsorgstall.quality.shares import Share, shares
from omsorgstall.quality.variables import variables
from omsorgstall.quality.wording import texts
from omsorgstall.register.schemas import table_schemas
from omsorgstall.tables import Report

SUBMISSION = "submission_quality"


def submission_report(checked: CheckedBatch, differences: pa.Table, engine: Engine) -> Report:
    """The report of an annual batch after its check.

    Args:
        checked: with its accepted rows.
        differences: what intake changed (``intake.differences``).

    Returns:
        A report of kind ``submission_quality`` owned by the sender. Its content holds ``municipality`` (as reported),
        ``data_year``, ``verdict``, ``variables`` as in a municipality's report but of the one year, ``differences`` and
        ``detail_limit``: findings of each rule, and so differences, that are kept one by one.
    """
    found = found_in([Submitted(checked.municipality, checked.data_year, checked.findings)])
    tables = engine.from_arrow({name: _whole(checked, name) for name in table_schemas()})
    made = shares(engine, tables, found, [checked.data_year])
    engine.forget(*tables.values())
    content = {
        "format": FORMAT,
        "municipality": checked.municipality,
        "data_year": checked.data_year,
        "verdict": checked.verdict,
        "variables": [
            _variable(variable, _summed(variable, made)) for variable in variables() if _summed(variable, made).records
        ],
        "differences": differences.to_pylist(),
        "detail_limit": MOST_DETAIL,
    }
    return Report(checked.municipality, SUBMISSION, content)


def _whole(checked: CheckedBatch, name: str) -> pa.Table:
    empty = table_schemas()[name].arrow().empty_table()
    return pa.concat_tables([empty, *(chunk[name] for chunk in checked.chunks)])


def _summed(variable: str, made: tuple[Share, ...]) -> Share:
    """The submission as a whole, also where its municipality is several today."""
    mine = [s for s in made if s.variable == variable]
    parts = (sum(getattr(s, part) for s in mine) for part in ("records", "valid", "unknown", "missing", "invalid"))
    return Share("", 0, variable, *parts)


def _variable(name: str, share: Share) -> dict[str, Any]:
    known = variables()[name]
    return {"variable": name, "table": known.table, "field": known.column, "label": texts(known.label), **share_data(share)}
