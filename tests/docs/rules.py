"""The reference of the rules of intake, made from their files."""

from omsorgstall.intake import MOST_DETAIL, Rule, Stage, rules

HEAD = f"""\
# Rules of intake

Every rule is one file in `src/omsorgstall/intake/rules/`, with texts in three languages; a content rule has its expression in
`src/omsorgstall/intake/expressions/` besides. This page is made from the files by `python3 dev.py update-golden`.

Identifiers: `N` national rules of the event message (HIS 1135), `C` content rules of the reference, `A` rules of this register.

| Severity | What happens |
|---|---|
| reject_submission | nothing of the submission is stored |
| delete_mark | the record is left out (a person with everything of hers) |
| warn | the record is kept and the finding reported |
| inform | the same; it may well be right |

Most faults are kept and reported. A rule that cannot be judged because a value is missing counts as *not judged*: it has not
passed. Counts are exact; of each rule the first {MOST_DETAIL:,} findings are kept one by one, with the sender's own id
and the line.

| Rule | Title | Table | Severity |
|---|---|---|---|
"""
STAGES = {
    Stage.SUBMISSION: "The whole submission",
    Stage.FORMAT: "Names and formats",
    Stage.IDENTITY: "Identity",
    Stage.CONTENT: "Content",
    Stage.UNIT: "Organisation list",
    Stage.EVENT: "Event messages",
}


def page() -> str:
    lines = [_line(r) for stage in STAGES for r in _of(stage)]
    sections = [part for stage, title in STAGES.items() for part in (f"\n## {title}", *map(_section, _of(stage)))]
    return HEAD + "\n".join([*lines, *sections]) + "\n"


def _of(stage: Stage) -> list[Rule]:
    return [r for r in rules().values() if r.stage is stage]


def _line(rule: Rule) -> str:
    return f"| [{rule.id}](#{rule.id.lower()}) | {rule.title.en} | {rule.table} | {rule.severity} |"


def _section(rule: Rule) -> str:
    years = "" if rule.first_year is None else f" From data year {rule.first_year}."
    cleared = " The value is left out." if rule.clears else ""
    limits = [f"**Limits.** {', '.join(f'{k}: {v}' for k, v in rule.limits.items())}\n"] if rule.limits else []
    fields = ", ".join(f"`{f}`" for f in rule.fields) or "any"
    lines = [
        f"\n({rule.id.lower()})=\n### {rule.id}: {rule.title.en}\n",
        f"*{rule.title.nb}*\\\n*{rule.title.nn}*\n",
        f"{rule.wrong.en} {rule.todo.en}\n",
        f"**Fields.** {fields}. **Severity.** {rule.severity}.{cleared}{years} Version {rule.version}.\n",
        *limits,
        f"**Source.** {rule.source}." + (f" **Assumed.** {rule.assumed}" if rule.assumed else ""),
    ]
    return "\n".join(lines)
