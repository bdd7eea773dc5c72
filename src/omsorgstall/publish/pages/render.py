"""Templates, static files and how figures are written on pages."""

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from omsorgstall.core import format_number
from omsorgstall.publish.site import Site
from omsorgstall.publish.source import Catalogue, Published
from omsorgstall.publish.wording import words
from omsorgstall.tables import CellStatus

_STATIC = ("designsystemet/theme.css", "designsystemet/designsystemet.css", "omsorgstall.css", "mark.svg")
_TYPES = {"css": "text/css; charset=utf-8", "svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class Static:
    """A static file under an address that changes with its content."""

    name: str
    content: bytes

    @property
    def address(self) -> str:
        """Where the pages fetch it."""
        return f"/statisk/{hashlib.sha256(self.content).hexdigest()[:12]}/{self.name}"

    @property
    def media_type(self) -> str:
        """Its media type."""
        return _TYPES[self.name.rsplit(".", 1)[-1]]

    @staticmethod
    @cache
    def all() -> dict[str, "Static"]:
        """Every static file by its name."""
        folder = files("omsorgstall.publish.pages").joinpath("static")
        return {name: Static(name, folder.joinpath(name).read_bytes()) for name in _STATIC}


@dataclass(frozen=True, slots=True)
class Page:
    """What every page is made with.

    Attributes:
        prechecks: whether the server checks files before they are sent.
    """

    catalogue: Catalogue
    site: Site
    language: str = "nb"
    prechecks: bool = False

    def html(self, template: str, **values: object) -> str:
        """Render a template of this package."""
        return rendered(template, page=self, language=self.language, site=self.site, **values)

    def say(self, key: str, **values: object) -> str:
        """A text of the pages in their language."""
        return words(key, self.language, **values)


def rendered(template: str, **values: object) -> str:
    """A template of this package with its values filled in."""
    return _environment().get_template(template).render(**values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("omsorgstall.publish.pages"),
        autoescape=select_autoescape(("html",)),
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # Bokmål stands in the templates; catalogues for nynorsk and English take the place of the null translations.
    environment.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    environment.filters["number"] = lambda value, language: format_number(value, 0, language)
    environment.globals.update(static=lambda name: Static.all()[name].address, symbols=_SHOWN_SYMBOLS)
    return environment


_SHOWN_SYMBOLS = tuple(s for s in CellStatus if s is not CellStatus.VALUE)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as pages write it.

    Attributes:
        number: None where there is no number.
        unit: after the number, such as ``%``; empty for counts.
    """

    number: float | None
    status: CellStatus
    decimals: int = 0
    unit: str = ""

    def text(self, language: str) -> str:
        """The number, or its symbol; a true zero is ``-``."""
        if self.number is None or self.status is CellStatus.TRUE_ZERO:
            return self.status.symbol
        unit = f"\u00a0{self.unit}" if self.unit else ""
        return format_number(self.number, self.decimals, language) + unit

    def spoken(self, language: str) -> str:
        """What a symbol means; empty for a number."""
        return "" if self.status is CellStatus.VALUE else words(f"symbol_{self.status.name.lower()}", language)

    def html(self, language: str) -> Markup:
        """The figure for a cell; symbols are read aloud by their meaning."""
        text, spoken = escape(self.text(language)), escape(self.spoken(language))
        if not spoken:
            return text
        return Markup('<span aria-hidden="true">{}</span><span class="ds-sr-only">{}</span>').format(text, spoken)


NOTHING = Figure(None, CellStatus.MISSING)


def figure_at(published: Published, content_id: str, codes: dict[str, str]) -> Figure:
    """One figure of a table by its codes; a variable that is not named takes the value that stands for all.

    Missing when the table has no such code.
    """
    model = published.table.model
    position = []
    for dimension in model.dimensions:
        index = dimension.index().get(codes.get(dimension.id, dimension.elimination or ""))
        if index is None:
            return NOTHING
        position.append(index)
    status = CellStatus(int(published.table.statuses[content_id][tuple(position)]))
    if status > CellStatus.TRUE_ZERO:
        return Figure(None, status)
    number = 0.0 if status is CellStatus.TRUE_ZERO else float(published.table.values[content_id][tuple(position)])
    return Figure(number, status, model.content(content_id).decimals)
