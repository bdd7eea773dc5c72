"""Receipts of an installation: a page and JSON for each file, in the folder of the municipality it is for."""

import os
from pathlib import Path

from omsorgstall.access import Grant, Scope
from omsorgstall.app.settings import Places
from omsorgstall.publish.receipts import receipt_html, receipt_json
from omsorgstall.register.database import disk_faults
from omsorgstall.tables import Report


def receipt_path(places: Places, owner: str, name: str) -> Path:
    """Where the page of a receipt stands; the JSON stands beside it."""
    return places.receipts / (owner or "unknown-sender") / f"{name}.html"


def replace_receipt(page: Path, report: Report) -> Path:
    """Write a receipt where one may stand already. The page is written last, and each file whole or not at all.

    Raises:
        OmsorgstallError: STORE, ``disk-full``; taking the file in again writes the receipt that is missing.
    """
    grant = Grant(report.owner, Scope.owner(report.owner, "receipt", "intake")) if report.owner else None
    with disk_faults():
        page.parent.mkdir(parents=True, exist_ok=True)
        _replace(page.with_suffix(".json"), receipt_json(report, grant))
        _replace(page, receipt_html(report, grant).encode())
    return page


def _replace(path: Path, content: bytes) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_bytes(content)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
