"""The reference of key figures, made from their definitions."""

from omsorgstall.statistics.key_figures import KEY_FIGURES, KeyFigure, key_figures, not_made
from omsorgstall.tables import CellSum

HEAD = f"""\
# Key figures

Each key figure (nøkkeltall) is one file in `src/omsorgstall/statistics/key_figures/definitions/`; a new key figure is a new
file. Its numerator is a sum of cells of the [national tables](tables.md), its denominator likewise or a number of inhabitants at
the end of the year. An area is the sum of numerators over the sum of denominators of the municipalities that delivered.
`omsorgstall keyfigures` makes those of one municipality, and every release publishes table {KEY_FIGURES}, where a figure is
hidden as soon as a cell of it is ([why](../decisions/0022-key-figures-are-cells-of-tables.md),
[worked by hand](../explanation/key-figures.md)). What is ASSUMED stands with each. This page is made from the definitions by
`python3 dev.py update-golden`.

| Key figure | Name | Unit | Follows | Better | Level |
|---|---|---|---|---|---|
"""


def line(figure: KeyFigure) -> str:
    named = (f"[`{figure.id}`](#{figure.id})", figure.title.en, figure.unit.en, figure.official or "our own")
    return f"| {' | '.join((*named, figure.direction, figure.level_mark))} |"


def made_of(cells: CellSum) -> str:
    codes = "; ".join(f"{dimension} {' + '.join(members)}" for dimension, members in cells.codes.items())
    return f"table {' or '.join(cells.tables)}, `{cells.content}`" + (f", {codes}" if codes else "")


def section(figure: KeyFigure) -> list[str]:
    below = figure.denominator
    ages = "" if isinstance(below, CellSum) else f"inhabitants {below.since}–{'' if below.until is None else below.until} years"
    return [
        f"\n({figure.id})=\n## {figure.title.en}\n",
        f"*{figure.title.nb}*\\\n*{figure.title.nn}*\n",
        f"- **Numerator**: {figure.above.en} ({made_of(figure.numerator)})",
        f"- **Denominator**: {figure.below.en} ({made_of(below) if isinstance(below, CellSum) else ages})",
        f"- **Source**: {figure.source}; version {figure.version}",
        *([f"- **ASSUMED**: {figure.assumed.en}"] if figure.assumed else []),
    ]


def page() -> str:
    later = [f"| {k.official} | {k.title} | {k.waits_for} |" for k in not_made()]
    parts = [
        HEAD + "\n".join(map(line, key_figures().values())),
        *[p for k in key_figures().values() for p in section(k)],
        "\n## Not made yet\n",
        "Official key figures that rest on more than the register and the population, and what they wait for.\n",
        "| Table | Key figure | Waits for |\n|---|---|---|",
        *later,
    ]
    return "\n".join(parts) + "\n"
