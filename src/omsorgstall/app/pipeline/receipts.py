"""Receipts of an installation: a page and JSON for each file, in the folder of the municipality it is for."""

import os
from pathlib import Path

from omsorgstall.access import Grant, Scope
from omsorgstall.app.settings import Places
from omsorgstall.publish.receipts import receipt_html, receipt_json
from omsorgstall.tables import Report


def receipt_path(places: Places, owner: str, name: str) -> Path:
    """Where the page of a receipt stands; the JSON stands beside it."""
    return places.receipts / (owner or "unknown-sender") / f"{name}.html"


def replace_receipt(page: Path, report: Report) -> Path:
    """Write a receipt where one may stand already. The page is written last, and each file whole or not at all."""
    grant = Grant(report.owner, Scope.owner(report.owner, "receipt", "intake")) if report.owner else None
    page.parent.mkdir(parents=True, exist_ok=True)
    for path, content in (
        (page.with_suffix(".json"), receipt_json(report, grant)),
        (page, receipt_html(report, grant).encode()),
    ):
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        draft.write_bytes(content)
        draft.replace(path)
    return page
