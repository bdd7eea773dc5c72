"""The list of tables, with search and paging."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from omsorgstall.publish.jsonstat import ISO_UTC, subject_name
from omsorgstall.publish.pxweb.addresses import Addresses, Link
from omsorgstall.publish.pxweb.languages import LANGUAGES
from omsorgstall.publish.pxweb.problems import PAGE, PARAMETER, not_found, refused
from omsorgstall.publish.pxweb.search import Document, search_test
from omsorgstall.publish.source import Published
from omsorgstall.publish.wording import words

PAGE_SIZE = 20
CARE = "care"
_MOST = 10**9
"""Days, pages and tables that anyone can mean; JSON could not carry back much larger numbers."""


@dataclass(frozen=True, slots=True)
class ListRequest:
    """What part of the list is asked for."""

    language: str
    query: str = ""
    past_days: int | None = None
    discontinued: bool = False
    page: int = 1
    size: int = PAGE_SIZE

    def carried(self) -> dict[str, object]:
        """Parameters that links to other pages carry on."""
        carried: dict[str, object] = {"query": self.query} if self.query else {}
        if self.past_days:
            carried["pastDays"] = self.past_days
        return carried | ({"includeDiscontinued": "true"} if self.discontinued else {})


def whole_number(name: str, value: str | None) -> int | None:
    """A parameter that is a whole number; None when it is not given.

    Raises:
        ProblemError: when it is no whole number.
    """
    if value is None or not value.strip():
        return None
    try:
        return max(-_MOST, min(int(value), _MOST))
    except ValueError:
        raise refused(PARAMETER, f"{name} must be a whole number.") from None


def list_body(found: Sequence[Published], request: ListRequest, addresses: Addresses, now: datetime) -> dict[str, object]:
    """The answer of ``/tables``.

    Raises:
        ProblemError: for a page past the end, or a query that cannot be read.
    """
    hits = _hits(found, request, now)
    pages = max(1, ceil(len(hits) / request.size))
    if request.page > pages and hits:
        raise not_found(PAGE, f"There are {pages} pages.")
    start = (request.page - 1) * request.size
    return {
        "language": request.language,
        "tables": [table_body(p, request.language, addresses) for p in hits[start : start + request.size]],
        "page": {
            "pageNumber": request.page,
            "pageSize": request.size,
            "totalElements": len(hits),
            "totalPages": pages,
            "links": _page_links(request, pages, addresses),
        },
        "links": [_page_link("self", request, request.page, addresses)],
    }


def _hits(found: Sequence[Published], request: ListRequest, now: datetime) -> list[Published]:
    hits = [p for p in found if request.discontinued or not p.discontinued]
    if request.past_days is not None:
        hits = [p for p in hits if (now - p.updated) / timedelta(days=1) <= request.past_days]
    if not request.query.strip():
        return hits
    test = search_test(request.query)
    return [p for p in hits if test(Document(p, LANGUAGES[request.language]))]


def _page_links(request: ListRequest, pages: int, addresses: Addresses) -> list[Link]:
    links = []
    if request.page < pages:
        links.append(_page_link("next", request, request.page + 1, addresses))
    if request.page > 1:
        links.append(_page_link("previous", request, request.page - 1, addresses))
    if pages > 1:
        links.append(_page_link("last", request, pages, addresses))
    return links


def _page_link(rel: str, request: ListRequest, page: int, addresses: Addresses) -> Link:
    return addresses.link(rel, request.language, "/tables", **request.carried(), pageSize=request.size, pageNumber=page)


def table_body(published: Published, language: str, addresses: Addresses) -> dict[str, object]:
    """One table of the list."""
    texts = LANGUAGES[language]
    model = published.table.model
    periods = published.periods()
    return {
        "id": model.id,
        "label": published.label(texts),
        "description": model.description.in_language(texts) if model.description else "",
        "sortCode": model.id,
        "updated": published.updated.strftime(ISO_UTC),
        "firstPeriod": periods[0] if periods else "",
        "lastPeriod": periods[-1] if periods else "",
        "category": "public",
        "variableNames": [v.label.in_language(texts) for v in published.variables],
        "discontinued": published.discontinued,
        "source": model.source.in_language(texts),
        "subjectCode": model.subject,
        "timeUnit": "Annual",
        "paths": [_path(model.subject, texts)],
        "links": addresses.table(model.id, language),
    }


def _path(subject: str, texts: str) -> list[dict[str, str]]:
    return [
        {"id": subject, "label": subject_name(subject, texts), "sortCode": "1"},
        {"id": CARE, "label": words("subject_care", texts), "sortCode": "1"},
    ]
