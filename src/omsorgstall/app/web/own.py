"""The server of a municipality's own sum reports, on its own machine: a page for each, changed by a form.

It answers this machine alone, and only who holds the key that stands in the address the program writes when it starts. Figures
are not protected, so nothing of it is kept by a browser or sent elsewhere.
"""

import base64
import hashlib
import logging
import re
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from typing import TypeVar
from urllib.parse import urlencode

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from omsorgstall.access import Grant
from omsorgstall.app.pipeline.report_desk import ReportDesk
from omsorgstall.app.web.own_choices import LANGUAGE, beside_the_form, choices_of, request_from
from omsorgstall.app.web.own_key import KEY, OwnKey
from omsorgstall.app.web.pages import HEADERS
from omsorgstall.codes import municipalities
from omsorgstall.core import OmsorgstallError
from omsorgstall.publish.charts import Bar, Words, bars
from omsorgstall.publish.sum_reports import sum_report_csv, sum_report_pdf, sum_reports_excel
from omsorgstall.publish.sum_reports.own_pages import Around, Link, own_list_html, own_problem_html, own_report_html
from omsorgstall.publish.wording import words
from omsorgstall.statistics.sum_reports import SumReport, Time, asked, sum_reports
from omsorgstall.statistics.sum_reports.request_text import to_query
from omsorgstall.tables import OwnerTable

LANGUAGES = {"nb": "Bokmål", "nn": "Nynorsk", "en": "English"}
REPORT = "/rapport"
FILES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "csv": "text/csv; charset=utf-8",
}
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_log = logging.getLogger(__name__)
_Made = TypeVar("_Made")


def create_own_app(desk: ReportDesk, grant: Grant, language: str, key: str) -> FastAPI:
    """The web server over an open desk.

    Args:
        grant: for the municipality of the desk.
        language: of pages whose address says none.
        key: what the first address must hold (``new_key``).
    """
    routes = _Routes(desk, grant, language)
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=routes.lifespan)
    app.include_router(routes.router())
    app.add_exception_handler(HTTPException, routes.no_page)
    app.add_exception_handler(Exception, routes.failed)
    app.add_middleware(OwnKey, key=key, refusal=partial(_refusal, language))
    return app


def new_key() -> str:
    """A key that nobody can guess."""
    return secrets.token_urlsafe(24)


def first_address(host: str, port: int, key: str) -> str:
    """The address to open."""
    return f"http://{host}:{port}/?{urlencode({KEY: key})}"


def _refusal(language: str) -> Response:
    title, told = (words(name, language) for name in ("own_no_key", "own_no_key_what"))
    return _page(own_problem_html(title, [told], "", language), 403)


def _page(html: str, status: int = 200) -> Response:
    """A page that may load nothing, and only the style that stands in it."""
    found = _STYLE.search(html)
    digest = base64.b64encode(hashlib.sha256(found[1].encode() if found else b"").digest()).decode()
    policy = HEADERS["Content-Security-Policy"].replace("style-src 'self'", f"style-src 'sha256-{digest}'")
    return HTMLResponse(html, status, {**HEADERS, "Content-Security-Policy": policy, "Cache-Control": "no-store"})


class _Routes:
    """The list, and a report as page, workbook, document and CSV. One thread counts, in the order it is asked."""

    def __init__(self, desk: ReportDesk, grant: Grant, language: str) -> None:
        self._desk, self._grant, self._language = desk, grant, language
        self._thread = ThreadPoolExecutor(1, "reports")

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter()
        router.add_api_route("/favicon.ico", _nothing, methods=["GET"], status_code=204)
        router.add_api_route("/", self.front, methods=["GET"], response_class=HTMLResponse)
        router.add_api_route(f"{REPORT}/{{report_id}}", self.report, methods=["GET"], response_class=HTMLResponse)
        router.add_api_route(f"{REPORT}/{{report_id}}/fil.{{kind}}", self.file, methods=["GET"])
        return router

    @asynccontextmanager
    async def lifespan(self, _: FastAPI) -> AsyncIterator[None]:
        """Find what the reports count from, one after the other, while the first reader looks at the list."""
        self._find(self._desk.bases())
        self._thread.submit(bars, [Bar("", 1, "")], Words("", "", self._language))  # the first drawing takes a second
        yield
        self._thread.shutdown(cancel_futures=True)

    def _find(self, bases: Sequence[tuple[str, Time]]) -> None:
        if bases:
            self._desk.find(bases[0])
            # Behind what readers have asked for meanwhile.
            self._thread.submit(self._find, bases[1:])

    async def front(self, sprak: str = "") -> Response:
        """The list of reports."""
        return _page(await run_in_threadpool(self._list, self._spoken(sprak)))

    def _list(self, language: str) -> str:
        said = {LANGUAGE: language}
        links = [
            Link(f"{r.id} {r.title.in_language(language)}", _address(r, said), r.purpose.in_language(language))
            for r in sum_reports().values()
        ]
        official = [link for link in links if link.label.startswith("S")]
        lists = [official, [link for link in links if link not in official]]
        place = words("sum_of", language, name=municipalities()[self._desk.owner].name)
        spoken = _languages("/", "", language)
        return own_list_html(place, lists, spoken, language, made_up=self._desk.made_up)

    async def report(self, request: Request, report_id: str, sprak: str = "") -> Response:
        """A report as a page."""
        language = self._spoken(sprak)
        return await self._answer(request, report_id, language, lambda report, sent: self._report(report, sent, language))

    def _report(self, report: SumReport, sent: list[tuple[str, str]], language: str) -> Response:
        wanted = request_from(report, sent, self._desk.years)
        table = self._desk.table(wanted)
        choices = choices_of(asked(wanted), self._desk.years, language)
        query = to_query(wanted)
        downloads = [
            Link(words(f"own_{name}", language), f"{REPORT}/{report.id}/fil.{kind}?{query}&{LANGUAGE}={language}")
            for kind, name in (("xlsx", "excel"), ("pdf", "pdf"), ("csv", "csv"))
        ]
        hidden = ((LANGUAGE, language), *beside_the_form(wanted, choices))
        spoken = _languages(f"{REPORT}/{report.id}", query, language)
        around = Around(f"{REPORT}/{report.id}", f"/?{LANGUAGE}={language}", choices, hidden, tuple(downloads), spoken)
        return _page(own_report_html(table, self._grant, around, language, made_up=self._desk.made_up))

    async def file(self, request: Request, report_id: str, kind: str, sprak: str = "") -> Response:
        """A report as a file."""
        if kind not in FILES:
            raise HTTPException(404)
        language = self._spoken(sprak)
        return await self._answer(request, report_id, language, lambda report, sent: self._file(report, sent, kind, language))

    def _file(self, report: SumReport, sent: list[tuple[str, str]], kind: str, language: str) -> Response:
        table = self._desk.table(request_from(report, sent, self._desk.years))
        content = _written(table, self._grant, kind, language, made_up=self._desk.made_up)
        name = f"{table.owner}-{report.id}-{table.model.dimension('Tid').codes()[-1].replace('/', '-')}.{kind}"
        headers = {**HEADERS, "Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{name}"'}
        return Response(content, headers=headers, media_type=FILES[kind])

    async def _answer(
        self, request: Request, report_id: str, language: str, make: Callable[[SumReport, list[tuple[str, str]]], Response]
    ) -> Response:
        """What is made in the thread that counts, or what was wrong with what was asked for."""
        report = sum_reports().get(report_id.upper())
        if report is None:
            raise HTTPException(404)
        if report.id != report_id:
            return RedirectResponse(str(request.url).replace(report_id, report.id, 1), 308)
        made = self._thread.submit(make, report, request.query_params.multi_items())
        try:
            return await run_in_threadpool(made.result)
        except OmsorgstallError as error:
            told = [error.what, *([error.todo] if error.todo else [])]
            title = words("own_not_possible", language)
            return _page(own_problem_html(title, told, f"/?{LANGUAGE}={language}", language), 400)

    async def no_page(self, request: Request, error: Exception) -> Response:
        """An address that is none."""
        language = self._spoken(request.query_params.get(LANGUAGE, ""))
        status = error.status_code if isinstance(error, HTTPException) else 404
        return _page(own_problem_html(words("own_no_page", language), [], f"/?{LANGUAGE}={language}", language), status)

    async def failed(self, _: Request, error: Exception) -> Response:
        """A fault of ours; its message could quote a record, so only its kind is written down."""
        _log.error("A report failed: %s", type(error).__name__)
        title, told = (words(name, self._language) for name in ("own_fault", "own_fault_what"))
        return _page(own_problem_html(title, [told], "/", self._language), 500)

    def _spoken(self, language: str) -> str:
        return language if language in LANGUAGES else self._language


def _nothing() -> Response:
    """Browsers ask for an icon on their own."""
    return Response(status_code=204)


def _address(report: SumReport, said: dict[str, str]) -> str:
    return f"{REPORT}/{report.id}?{urlencode(said)}"


def _languages(address: str, query: str, language: str) -> dict[str, Link]:
    before = f"{query}&" if query else ""
    return {
        code: Link(name, f"{address}?{before}{LANGUAGE}={code}", current=code == language) for code, name in LANGUAGES.items()
    }


def _written(table: OwnerTable, grant: Grant, kind: str, language: str, *, made_up: bool) -> bytes:
    """A report as a workbook, a document or CSV."""
    if kind == "xlsx":
        return sum_reports_excel([table], grant, language, made_up=made_up, peers={})
    if kind == "pdf":
        return sum_report_pdf(table, grant, language, made_up=made_up)
    return sum_report_csv(table, grant, language)
