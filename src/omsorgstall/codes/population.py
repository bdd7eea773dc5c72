"""Population 1 January 2005–2026 by municipality and city district, sex and single year of age.

Source: Statistics Norway tables 07459 and 10826, converted to 2024 borders.
"""

from functools import cache

import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow import Table

from omsorgstall.codes._load import data_path

FIRST_YEAR = 2005
LAST_YEAR = 2026


@cache
def whole_population() -> Table:
    """Population of every year, level, region, sex and age, with the column names of the source."""
    return pq.read_table(data_path("population.parquet"))


def population(year: int, level: str = "kommune") -> Table:
    """Population on 1 January of the year.

    Args:
        level: ``kommune`` or ``bydel``.

    Returns:
        Columns ``region``, ``sex`` (``female`` or ``male``), ``age`` (0–105) and ``persons``.

    Raises:
        ValueError: for a year outside 2005–2026.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"Population is known for {FIRST_YEAR}–{LAST_YEAR}, not for {year}.")
    rows = whole_population().filter((pc.field("aar") == year) & (pc.field("niva") == level))
    return rows.select(["kode", "kjonn", "alder", "folketall"]).rename_columns(["region", "sex", "age", "persons"])
