"""Whether an identity number of the input stands anywhere in what is kept or shown."""

import re
from collections.abc import Iterable

import pyarrow as pa

from omsorgstall.intake.identity import identity_facts

_RUN = re.compile("(?<![0-9])[0-9]{11}(?![0-9])")


def no_number_in(numbers: Iterable[str], *tables: pa.Table) -> None:
    """No identity number that can be valid stands in any text of the tables.

    Within a longer run of digits only the number of the row's own person is told from chance; ``local-ids`` looks for that.
    """
    valid = set(valid_numbers(numbers))
    if not valid:
        return
    for table in tables:
        for name in table.column_names:
            if pa.types.is_string(table.schema.field(name).type):
                for text in table[name].to_pylist():
                    assert not valid & set(_RUN.findall(text or "")), f"an identity number in {name}"


def valid_numbers(numbers: Iterable[str]) -> list[str]:
    """Those that are identity numbers by form, date and check digits."""
    given = sorted(numbers)
    flags = identity_facts(pa.array(given, pa.string())).valid.tolist()
    return [n for n, valid in zip(given, flags, strict=True) if valid]
