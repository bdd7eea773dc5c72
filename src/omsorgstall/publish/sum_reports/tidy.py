"""A sum report as CSV: one row a cell, with codes and labels."""

from omsorgstall.access import Grant
from omsorgstall.publish.owner import owner_csv
from omsorgstall.tables import OwnerTable


def sum_report_csv(table: OwnerTable, grant: Grant, language: str = "nb") -> bytes:
    """The figures in UTF-8 with a byte order mark, as Excel wants it.

    Raises:
        OmsorgstallError: (ACCESS) when the grant is for another owner.
    """
    return owner_csv(table, grant, language).encode("utf-8-sig")
