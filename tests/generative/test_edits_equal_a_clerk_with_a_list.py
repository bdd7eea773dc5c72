"""Rounds of edits joined to whole tables give what a clerk gets who changes one field after the other."""

from datetime import date

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from omsorgstall.measures import cleared
from omsorgstall.register import table_schemas
from omsorgstall.register.edits import EDIT_ROUND, rounds
from tests.engines import rows_of
from tests.twins.edits import corrected

COLUMNS = ("reported_municipality", "data_year", "pseudonym", "service_id", "weekly_hours", "end_date", "outcome")
TEXTS = {"weekly_hours": [None, "0.5", "7.0"], "end_date": [None, "2021-02-28", "2021-12-31"], "outcome": [None, "1", "2"]}


def read(field, text):
    kinds = {"weekly_hours": float, "end_date": date.fromisoformat, "outcome": int}
    return None if text is None else kinds[field](text)


records = st.lists(
    st.builds(
        lambda who, year, hours, end, outcome: {
            "municipality": "4204",
            "reported_municipality": "4204",
            "data_year": year,
            "pseudonym": who[0],
            "service_id": who[1],
            "weekly_hours": read("weekly_hours", hours),
            "end_date": read("end_date", end),
            "outcome": read("outcome", outcome),
        },
        st.tuples(st.sampled_from("pq"), st.sampled_from(["a", "b"])),
        st.sampled_from([2020, 2021]),
        *(st.sampled_from(TEXTS[f]) for f in ("weekly_hours", "end_date", "outcome")),
    ),
    max_size=6,
    unique_by=lambda r: (r["data_year"], r["pseudonym"], r["service_id"]),
)
edits = st.lists(
    st.sampled_from(sorted(TEXTS)).flatmap(
        lambda field: st.fixed_dictionaries(
            {
                "table": st.just("service"),
                "field": st.just(field),
                "reported_municipality": st.just("4204"),
                "data_year": st.sampled_from([2020, 2021]),
                "pseudonym": st.sampled_from("pqr"),
                "service_id": st.sampled_from(["a", "b"]),
                "old": st.sampled_from(TEXTS[field]),
                "new": st.sampled_from(TEXTS[field]),
            }
        )
    ),
    max_size=12,
)


@given(records, edits)
def test_edits_give_what_a_clerk_with_a_list_gets(duckdb_engine, records, edits):
    arrow = {"service": pa.Table.from_pylist(records, table_schemas()["service"].arrow())}
    arrow |= {f"{EDIT_ROUND}{n}_{r.table}": r.rows for n, r in enumerate(rounds(edits), start=1)}
    tables = duckdb_engine.from_arrow(arrow)
    expected = corrected(pa.Table.to_pylist(arrow["service"]), edits, ["service_id"], read)
    found = rows_of(duckdb_engine, cleared(tables)["service"].select(*COLUMNS))
    duckdb_engine.forget(*tables.values())
    assert found == sorted(
        ({k: r[k] for k in COLUMNS} for r in expected), key=lambda r: [(v is not None, str(type(v)), str(v)) for v in r.values()]
    )
