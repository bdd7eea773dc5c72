"""The page of generated against published figures, from what ``dev.py bench published`` counted."""

import csv
import json
from collections import defaultdict

from omsorgstall.core import parse_yaml
from tests.architecture.source import ROOT

BENCH = ROOT / "bench"
FITTED = ROOT / "src" / "omsorgstall" / "synthetic" / "data" / "published_figures.csv"
HEAD = """\
# Generated against published figures

The made-up country is drawn person by person; the project's own measures count it as they would count the real one. This page
holds every figure against the published one (`bench/published-figures.csv` has the source of each): {count} of {all} can be
computed, {near} of them lie within 10 per cent and {within} within 25 per cent. So a statistician can see whether a definition
counts what it should: where a ratio is far from one, the reason stands beside it.

- **Published** is the figure nearest to {year}, with its year. **Generated** is {year}, {municipalities} municipalities.
- *Fitted* figures are those the [generator](../explanation/architecture.md) was made to meet: a ratio near one says that the
  definition reads what the generator wrote. *Not fitted* ones were left aside: they say whether the made-up country is like the
  real one.
- A level such as *twice as many* of another decade is no fault; neither is a share said in words.

`python3 dev.py bench published --national` counts the country again; the page is made of what it wrote by
`python3 dev.py update-golden`.
"""


def key(row):
    return row["measure"], row["service_or_group"], row["breakdown"]


def published(year):
    """Of each figure the row nearest to the year, in the order of the file."""
    with (BENCH / "published-figures.csv").open(encoding="utf-8") as file:
        rows = defaultdict(list)
        for row in csv.DictReader(file):
            rows[key(row)].append(row)
    return {k: min(found, key=lambda r: abs(int(r["year"] or 0) - year)) for k, found in rows.items()}


def counted():
    return json.loads((BENCH / "published.json").read_text(encoding="utf-8"))


def notes():
    return parse_yaml((BENCH / "published-notes.yaml").read_text(encoding="utf-8"))


def fitted():
    with FITTED.open(encoding="utf-8") as file:
        return {key(row) for row in csv.DictReader(file) if row["role"] == "fitted"}


def figure(value):
    return f"{value:,.0f}".replace(",", " ") if abs(value) >= 1000 or value == int(value) else f"{value:.1f}"


def line(row, generated, is_fitted):
    value = float(row["value"])
    ratio = f"{generated / value:.2f}" if generated is not None and value else ""
    made = "" if generated is None else figure(generated)
    role = "" if generated is None else "fitted" if is_fitted else "not fitted"
    of = f" ({row['year']})" if row["year"] else ""
    return f"| {row['service_or_group']} | {row['breakdown']} | {figure(value)}{of} | {made} | {ratio} | {role} |"


def section(measure, rows, made, fits, told):
    units = ", ".join(dict.fromkeys(r["unit"].replace("_", " ") for r in rows))
    lines = [f"\n## {told['title']}\n", f"`{measure}`, {units}. {told.get('note') or 'Not computed: ' + told['why_not']}\n"]
    lines.append("| Service or group | Breakdown | Published | Generated | Ratio | |\n|---|---|---|---|---|---|")
    return [*lines, *(line(r, made.get(key(r)), key(r) in fits) for r in rows)]


def page():
    result, told, fits = counted(), notes(), fitted()
    made, rows = {key(f): f["value"] for f in result["figures"]}, published(result["year"])
    by_measure = defaultdict(list)
    for k, row in rows.items():
        by_measure[k[0]].append(row)
    ratios = [made[k] / float(r["value"]) for k, r in rows.items() if k in made and float(r["value"])]
    head = HEAD.format(
        all=len(rows),
        count=len(made),
        near=sum(abs(r - 1) <= 0.10 for r in ratios),
        within=sum(abs(r - 1) <= 0.25 for r in ratios),
        year=result["year"],
        municipalities=result["municipalities"],
    )
    parts = [line for measure, found in by_measure.items() for line in section(measure, found, made, fits, told[measure])]
    return "\n".join([head, *parts]) + "\n"
