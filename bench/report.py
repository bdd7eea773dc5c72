"""The report: a table on the screen, and the page ``docs/performance.md`` from all sections measured so far."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.harness import Section, machine, spaced

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "bench" / "results.json"
PAGE = ROOT / "docs" / "performance.md"
HEADINGS = ("What", "Time", "CPU", "Peak memory", "Rate", "Compared with", "Ratio", "Aim")
WIDTH = 200
"""Of the table on the screen when it goes to a file."""

INTRODUCTION = """\
# Performance

Measured by `python3 dev.py bench`, which writes this page. Each line is a process of its own; memory is that of the process and
its children together, at its highest; CPU is processor time over all threads and processes. A ratio is our time over that of the
named peer or floor, measured in the same run on the same data. All data are made up (`omsorgstall generate`).
"""


def cells(row: dict[str, Any]) -> tuple[str, ...]:
    """A line as texts."""
    ratio = "" if row["ratio"] is None else f"{row['ratio']:.2f}"
    spent = time(row["seconds"]), time(row.get("cpu")), f"{spaced(row['peak_mib'])} MiB"
    return (row["what"], *spent, row["rate"], row["peer"], ratio, row["aim"])


def time(seconds: float | None) -> str:
    """Seconds with two decimals while they say something."""
    if seconds is None:
        return ""
    return f"{seconds:.2f} s" if seconds < 100 else f"{seconds:.0f} s"


def show(section: Section) -> None:
    """Print a section."""
    table = Table(*HEADINGS, title=section.title)
    for row in section.plain()["rows"]:
        table.add_row(*cells(row))
    Console(width=None if sys.stdout.isatty() else WIDTH).print(table)


def keep(name: str, section: Section) -> None:
    """Remember a section and write the page again; sections measured earlier stay, with their own date and machine."""
    results = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}
    measured = datetime.now(UTC).date().isoformat()
    results[name] = {**section.plain(), "measured": measured, "machine": machine()}
    RESULTS.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", "utf-8")
    PAGE.write_text(page(results), "utf-8")


def page(results: dict[str, Any]) -> str:
    """The whole page."""
    return INTRODUCTION + "".join(_section(results[name]) for name in sorted(results))


def _section(section: dict[str, Any]) -> str:
    lines = [f"\n## {section['title']}\n", f"{section['about']}\n"]
    lines += ["| " + " | ".join(HEADINGS) + " |", "|---|--:|--:|--:|---|---|--:|---|"]
    lines += ["| " + " | ".join(cells(row)) + " |" for row in section["rows"]]
    lines += [f"\nMeasured {section['measured']} on {section['machine']}."]
    return "\n".join(lines) + "\n"
