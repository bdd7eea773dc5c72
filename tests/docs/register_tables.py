"""The reference page of the register's tables, made from their declarations."""

from omsorgstall.register import Privacy, register_schemas
from omsorgstall.register.columns import KEY_COLUMNS

HEAD = """# Tables of the register

What an accepted submission holds, one Parquet file per table. This page is made from the declarations in
the tables in `src/omsorgstall/register/` by `python3 dev.py update-golden`.

| Privacy class | Meaning |
|---|---|
| public | may be shown |
| personal | describes a person without naming her |
| restricted | shown to the owner of the submission only |
| pseudonym | links records of one person |

Times are in UTC. A column that is not required may be empty.
"""


def page():
    """The whole page."""
    keys = section("Key columns", "The first columns of every table.", KEY_COLUMNS)
    return "\n".join([HEAD, keys, *(section(f"`{t.name}`", f"{t.description}.", t.columns) for t in register_schemas().values())])


def section(title, text, columns):
    """A heading and its columns."""
    heading = "| Column | Norwegian | Type | Required | Privacy class | Meaning |\n|---|---|---|---|---|---|"
    return "\n".join([f"## {title}\n\n{text}\n", heading, *map(line, columns), ""])


def line(column):
    """A column as a line of the table."""
    required = "yes" if column.required else ""
    return (
        f"| `{column.name}` | {column.norwegian} | {column.type} | {required} "
        f"| {Privacy(column.privacy)} | {column.description} |"
    )
