"""The reference of the controls that see beyond one record, made from their files."""

from omsorgstall.editing import Control, controls
from omsorgstall.editing.figures import figure_kinds

HEAD = """\
# Controls beyond one record

A rule of intake sees one record; a control sees what no record shows: a municipality's figures beside its own last year, its
KOSTRA group and the country. `omsorgstall review` runs them on a vintage and ranks what they find by **influence**: the share of
the published national figure that would move if the value were as expected, |value − expected| ÷ national figure.

Every control is one file in `src/omsorgstall/editing/controls/`, with texts in three languages and its limits. This page is made
from the files by `python3 dev.py update-golden`. No control changes a value. A figure that a control cannot judge, because a year
is missing or too few municipalities are like it, is counted as *not judged*: it has not passed.

| Control | Title | Looks at | Severity |
|---|---|---|---|
"""


def page() -> str:
    return HEAD + "\n".join([*map(line, controls().values()), *map(section, controls().values())]) + "\n"


def line(control: Control) -> str:
    figures = ", ".join(figure_kinds()[f].label.en.lower() for f in control.figures)
    return f"| [{control.id}](#{control.id.lower()}) | {control.title.en} | {figures} | {control.severity} |"


def section(control: Control) -> str:
    levels = f" of {', '.join(control.levels)}" if control.levels else ", counted from records"
    limits = ", ".join(f"{k}: {v}" for k, v in control.limits.items())
    told = (
        "is told that it stands out, not the expected value: that rests on others" if control.rests_on_others else "is told all"
    )
    lines = [
        f"\n({control.id.lower()})=\n## {control.id}: {control.title.en}\n",
        f"*{control.title.nb}*\\\n*{control.title.nn}*\n",
        f"{control.wrong.en} {control.todo.en}\n",
        f"**Figures.** {', '.join(f'`{f}`' for f in control.figures)}{levels}. **Method.** `{control.method}`. "
        f"**Severity.** {control.severity}. Version {control.version}. The municipality {told}.\n",
        f"**Limits.** {limits}\n",
        f"**Source.** {control.source}. **Assumed.** {control.assumed}",
    ]
    return "\n".join(lines)
