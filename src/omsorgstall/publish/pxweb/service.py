"""The StatBank interface: requests in, answers out, without any web framework."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import orjson

from omsorgstall.publish.cube import Role, take
from omsorgstall.publish.pxweb.addresses import Addresses
from omsorgstall.publish.pxweb.codelists import find_codelist, members_of, value_bodies
from omsorgstall.publish.pxweb.defaults import default_layout
from omsorgstall.publish.pxweb.languages import DEFAULT, LANGUAGES, language_list, language_of
from omsorgstall.publish.pxweb.listing import PAGE_SIZE, ListRequest, list_body, table_body, whole_number
from omsorgstall.publish.pxweb.metadata import metadata_body, narrowed, selection_body, with_codelists
from omsorgstall.publish.pxweb.output import DEFAULT as DEFAULT_FORMAT
from omsorgstall.publish.pxweb.output import FORMATS, output_of
from omsorgstall.publish.pxweb.problems import CELLS, CODELIST, TABLE, not_found, refused
from omsorgstall.publish.pxweb.query import Query, keyed, query_from_body, query_from_parameters, truth
from omsorgstall.publish.pxweb.selection import layout_of, placement_ignored
from omsorgstall.publish.site import Site
from omsorgstall.publish.source import Catalogue, Published
from omsorgstall.publish.wording import words

API_VERSION = "2.0.0"
JSON = "application/json; charset=UTF-8"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one client may ask for.

    Attributes:
        max_cells: cells in one answer.
        calls: calls in one window of ``window`` seconds; 0 for no limit.
    """

    max_cells: int = 800_000
    calls: int = 30
    window: int = 60


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent back. ``etag`` is empty for what must not be kept."""

    body: bytes
    media_type: str = JSON
    etag: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


class StatBank:
    """Answers requests of PxWebApi 2 from a catalogue. ``given`` are parameters by lower-case name."""

    def __init__(self, catalogue: Catalogue, site: Site, limits: Limits, version: str) -> None:
        self._catalogue = catalogue
        self._site = site
        self._limits = limits
        self._version = version

    def config(self) -> Answer:
        """``/config``: version, languages, limits and formats."""
        references = [
            {"language": i, "text": words("source_reference", texts, name=self._site.name)} for i, texts in LANGUAGES.items()
        ]
        body = {
            "apiVersion": API_VERSION,
            "appVersion": self._version,
            "languages": language_list(),
            "defaultLanguage": DEFAULT,
            "maxDataCells": self._limits.max_cells,
            "maxCallsPerTimeWindow": self._limits.calls,
            "timeWindow": self._limits.window,
            "license": self._site.licence,
            "sourceReferences": references,
            "defaultDataFormat": DEFAULT_FORMAT,
            "dataFormats": list(FORMATS),
            "features": [{"id": "CORS", "params": [{"key": "enabled", "value": "True"}]}],
        }
        return _json(body)

    def tables(self, given: Mapping[str, str], base: str, now: datetime) -> Answer:
        """``/tables``: search and paging."""
        size = whole_number("pageSize", given.get("pagesize")) or 0
        request = ListRequest(
            language=language_of(given.get("lang")),
            query=given.get("query", ""),
            past_days=whole_number("pastDays", given.get("pastdays")),
            discontinued=truth(given.get("includediscontinued")),
            page=max(1, whole_number("pageNumber", given.get("pagenumber")) or 1),
            size=size if size > 0 else PAGE_SIZE,
        )
        return _json(list_body(self._catalogue.all(), request, Addresses(base), now))

    def table(self, table_id: str, given: Mapping[str, str], base: str) -> Answer:
        """``/tables/{id}``."""
        language = language_of(given.get("lang"))
        published = self._published(table_id)
        body = {"language": language} | table_body(published, language, Addresses(base))
        return _json(body, self._etag(published, "table", language, base))

    def metadata(self, table_id: str, given: Mapping[str, str], base: str) -> Answer:
        """``/tables/{id}/metadata``; with ``defaultSelection`` or ``codelist[…]`` only that part."""
        language = language_of(given.get("lang"))
        published = self._published(table_id)
        if truth(given.get("defaultselection")):
            shown = narrowed(published.variables, default_layout(published.variables, self._limits.max_cells))
        else:
            shown = with_codelists(published, keyed(given, "codelist"))
        body = metadata_body(published, language, self._site, Addresses(base), shown)
        return _json(body, self._etag(published, "metadata", language, base, *sorted(given.items())))

    def default_selection(self, table_id: str, given: Mapping[str, str], base: str) -> Answer:
        """``/tables/{id}/defaultselection``."""
        language = language_of(given.get("lang"))
        published = self._published(table_id)
        layout = default_layout(published.variables, self._limits.max_cells)
        return _json(selection_body(published, layout, language, Addresses(base)))

    def codelist(self, codelist_id: str, given: Mapping[str, str], base: str) -> Answer:
        """``/codelists/{id}``."""
        language = language_of(given.get("lang"))
        codelist = find_codelist(codelist_id)
        if codelist is None:
            raise not_found(CODELIST, f"{codelist_id} is no codelist.")
        addresses, path = Addresses(base), f"/codelists/{codelist.id}"
        links = [addresses.link("self", language, path), *addresses.alternates(language, path)]
        variables = [v for p in self._catalogue.all() for v in p.variables if v.role is Role.REGION]
        body = {
            "id": codelist.id,
            "label": codelist.label.in_language(LANGUAGES[language]),
            "language": language,
            "languages": list(LANGUAGES),
            "elimination": False,
            "type": codelist.type,
            "values": value_bodies(codelist, members_of(codelist, variables), LANGUAGES[language]),
            "links": links,
        }
        return _json(body)

    def data(self, table_id: str, given: Mapping[str, str], body: object = None) -> Answer:
        """``/tables/{id}/data`` by GET (``body`` None) or POST (the parsed JSON)."""
        query = query_from_parameters(given) if body is None else query_from_body(body)
        return self._rendered(self._published(table_id), query, given)

    def data_etag(self, table_id: str, given: Mapping[str, str]) -> str:
        """The tag ``data`` would have for a GET, without making the data; so that an unchanged answer costs nothing."""
        return self._etag(self._published(table_id), "data", *sorted(given.items()))

    def _rendered(self, published: Published, query: Query, given: Mapping[str, str]) -> Answer:
        language = LANGUAGES[language_of(given.get("lang"))]
        output = output_of(given.get("outputformat"), given.get("outputformatparams"))
        layout = layout_of(published, query, self._limits.max_cells)
        cube = take(published.table, layout.chosen, layout.stub, layout.heading)
        if 0 < output.format.most_columns < cube.stub + cube.columns:
            raise refused(CELLS, f"{output.format.id} holds {output.format.most_columns} columns: place more in the stub.")
        content = output.format.write(published, cube, language, self._site, output.options)
        headers = {"Content-Disposition": f'inline; filename="{published.id}{output.format.suffix}"'}
        if output.format.id == "csv":
            # The format has no place for notes; this is how the web says where they are.
            headers["Link"] = '<metadata>; rel="describedby"; type="application/json"'
        if placement_ignored(published, layout, query):
            headers["Warning"] = '299 - "The placement could not be followed; the default is used."'
        return Answer(content, output.format.media_type, self._etag(published, "data", *sorted(given.items())), headers)

    def _etag(self, published: Published, *parts: object) -> str:
        """A tag from what is published, what is asked for, and the program that writes it."""
        digest = hashlib.sha256(repr((self._version, published.content_hash, parts)).encode()).hexdigest()
        return f'"{digest[:32]}"'

    def _published(self, table_id: str) -> Published:
        published = self._catalogue.get(table_id)
        if published is None:
            raise not_found(TABLE, f"There is no table {table_id}. See /tables for those that are.")
        return published


def _json(body: object, etag: str = "") -> Answer:
    return Answer(orjson.dumps(body), etag=etag)
