"""Running the same expressions on every engine. Use the fixture ``engine`` of the root ``conftest.py``:

    def test_a_paused_day_is_no_day_of_service(engine):
        tables = engine.from_arrow({...})
        assert rows_of(engine, service_facts(tables, Settings())) == [...]

The test runs on DuckDB, and on Spark where there is Java (marked ``spark``; ``-m "not spark"`` leaves those out).
"""

import math
from importlib.util import find_spec
from shutil import which

NO_SPARK = "" if which("java") and find_spec("pyspark") else "Spark needs Java 17 and PySpark, which are not here"


def rows_of(engine, expr, step="test"):
    """The rows as dictionaries in an order that does not depend on the engine; floats to nine significant digits."""
    return sorted(({k: _plain(v) for k, v in row.items()} for row in engine.run(expr, step).to_pylist()), key=_order)


def _plain(value):
    if isinstance(value, float) and math.isfinite(value):
        return float(f"{value:.9g}")
    if isinstance(value, list):
        return [_plain(v) for v in value]
    return value


def _order(row):
    return [(value is not None, str(type(value)), str(value)) for value in row.values()]


def same_rows(one, other, build, tables):
    """Whether two engines give the same rows for ``build(tables)``; ``tables`` are Arrow tables by name."""
    return rows_of(one, build(one.from_arrow(tables))) == rows_of(other, build(other.from_arrow(tables)))
