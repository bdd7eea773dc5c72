"""Writes a cube as a PX file in all three languages.

Keywords are the union of what the independent specifications demand. Entries in other languages follow their default directly,
as readers expect.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from omsorgstall.core import Text
from omsorgstall.publish.csv_table import cell_texts
from omsorgstall.publish.cube import Cube, Role, Variable
from omsorgstall.publish.jsonstat import subject_name
from omsorgstall.publish.px.keywords import entry, listed, quoted, yes
from omsorgstall.publish.site import Site
from omsorgstall.publish.source import Published
from omsorgstall.tables import CellStatus, Content

AXIS_VERSION = "2013"
TONGUES = {"nb": "no", "nn": "nn", "en": "en"}
"""Language of our texts to language of the StatBank."""
_MOMENT = "%Y%m%d %H:%M"
_IN_DATA = {CellStatus.NOT_APPLICABLE: '"."', CellStatus.MISSING: '".."', CellStatus.SUPPRESSED: '"...."'}
_SYMBOLS = (
    ("DATASYMBOL1", CellStatus.NOT_APPLICABLE.symbol),
    ("DATASYMBOL2", CellStatus.MISSING.symbol),
    ("DATASYMBOL3", "..."),
    ("DATASYMBOL4", CellStatus.SUPPRESSED.symbol),
    ("DATASYMBOLNIL", "-"),
)
_TYPES = {Role.REGION: "G", Role.TIME: "T", Role.CONTENTS: "C"}
_SHOWN = {Role.REGION: "2", Role.TIME: "0"}
Named = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class _Px:
    """What all parts of a file are written from. ``first`` is the default language."""

    published: Published
    cube: Cube
    site: Site
    first: str

    def languages(self) -> list[str]:
        return [self.first, *(t for t in TONGUES if t != self.first)]

    def each(self, keyword: str, value: Named, *specifiers: Text) -> Iterator[str]:
        """One entry per language; ``value`` writes it in a language."""
        for language in self.languages():
            tag = "" if language == self.first else TONGUES[language]
            yield entry(keyword, value(language), *(s.in_language(language) for s in specifiers), language=tag)


def px_bytes(published: Published, cube: Cube, language: str, site: Site) -> bytes:
    """The cube as a PX file in UTF-8; ``language`` is the file's default."""
    px = _Px(published, cube, site, language)
    parts = [*_head(px), *_layout(px), *_variables(px), *_contents(px), *_tail(px), _data(cube)]
    return ("\n".join(parts) + "\n").encode()


def _head(px: _Px) -> Iterator[str]:
    model = px.published.table.model
    decimals = max(c.decimals for c in px.cube.contents())
    yield entry("CHARSET", quoted("ANSI"))
    yield entry("AXIS-VERSION", quoted(AXIS_VERSION))
    yield entry("CODEPAGE", quoted("utf-8"))
    yield entry("LANGUAGE", quoted(TONGUES[px.first]))
    yield entry("LANGUAGES", listed(TONGUES[t] for t in px.languages()))
    yield entry("CREATION-DATE", quoted(px.published.updated.strftime(_MOMENT)))
    if model.next_update:
        yield entry("NEXT-UPDATE", quoted(model.next_update.strftime("%Y%m%d 08:00")))
    yield entry("TABLEID", quoted(model.id))
    yield entry("DECIMALS", str(decimals))
    yield entry("SHOWDECIMALS", str(decimals))
    yield entry("MATRIX", quoted(model.id))
    yield entry("AGGREGALLOWED", yes(False))
    yield entry("COPYRIGHT", yes(False))
    yield entry("SUBJECT-CODE", quoted(model.subject))
    yield from px.each("SUBJECT-AREA", lambda t: quoted(subject_name(model.subject, t)))
    yield from px.each("TITLE", lambda t: quoted(px.published.label(t)))
    yield from px.each("CONTENTS", lambda t: quoted(f"{model.id}: {model.title.in_language(t)},"))


def _layout(px: _Px) -> Iterator[str]:
    stub, heading = px.cube.variables[: px.cube.stub], px.cube.variables[px.cube.stub :]
    first_unit = px.cube.contents()[0].unit
    yield from px.each("UNITS", lambda t: quoted(first_unit.in_language(t)))
    for keyword, variables in (("STUB", stub), ("HEADING", heading)):
        if variables:
            yield from px.each(keyword, _names(variables))
    contents = next(v for v in px.cube.variables if v.role is Role.CONTENTS)
    yield from px.each("CONTVARIABLE", lambda t: quoted(contents.label.in_language(t)))


def _names(variables: Sequence[Variable]) -> Named:
    return lambda t: listed(v.label.in_language(t) for v in variables)


def _variables(px: _Px) -> Iterator[str]:
    for variable in px.cube.variables:
        yield from _variable(px, variable)


def _variable(px: _Px, variable: Variable) -> Iterator[str]:
    name = variable.label
    codes = listed(variable.codes())
    yield from px.each("VALUES", lambda t: listed(v.label.in_language(t) for v in variable.values), name)
    if variable.role is Role.TIME:
        yield from px.each("TIMEVAL", lambda _: f"TLIST(A1),{codes}", name)
    yield from px.each("CODES", lambda _: codes, name)
    yield from px.each("VARIABLECODE", lambda _: quoted(variable.id), name)
    if variable.role in _TYPES:
        yield from px.each("VARIABLE-TYPE", lambda _: quoted(_TYPES[variable.role]), name)
    yield from px.each("PRESTEXT", lambda _: _SHOWN.get(variable.role, "1"), name)
    total = next((v for v in variable.values if v.code == variable.elimination), None)
    if total:
        yield from px.each("ELIMINATION", lambda t: quoted(total.label.in_language(t)), name)


def _contents(px: _Px) -> Iterator[str]:
    variable = next(v for v in px.cube.variables if v.role is Role.CONTENTS)
    for content in px.cube.contents():
        yield from _content(px, variable.label, content)


def _content(px: _Px, variable: Text, content: Content) -> Iterator[str]:
    updated = quoted(px.published.updated.strftime(_MOMENT))
    yield from px.each("UNITS", lambda t: quoted(content.unit.in_language(t)), content.label)
    if content.decimals:
        yield from px.each("PRECISION", lambda _: str(content.decimals), variable, content.label)
    yield from px.each("LAST-UPDATED", lambda _: updated, content.label)
    yield from px.each("STOCKFA", lambda _: quoted("S" if content.stock else "F"), content.label)
    yield from px.each("CONTACT", lambda _: quoted(f"{px.site.name}#{px.site.mail}"), content.label)
    yield from px.each("REFPERIOD", lambda _: quoted("31.12." if content.stock else "01.01.-31.12."), content.label)


def _tail(px: _Px) -> Iterator[str]:
    model = px.published.table.model
    yield entry("DATABASE", quoted(px.site.name))
    yield from px.each("SOURCE", lambda t: quoted(model.source.in_language(t)))
    yield entry("OFFICIAL-STATISTICS", yes(False))
    if model.notes:
        yield from px.each("NOTEX", lambda t: quoted("#".join(n.in_language(t) for n in model.notes)))
    for variable in px.cube.variables:
        for value in variable.values:
            if value.note:
                yield from px.each("VALUENOTEX", _note(value.note), variable.label, value.label)
    for keyword, symbol in _SYMBOLS:
        yield from px.each(keyword, _note(Text.same(symbol)))


def _note(note: Text) -> Named:
    return lambda t: quoted(note.in_language(t))


def _data(cube: Cube) -> str:
    """One line per row; each cell, the last too, is followed by a space."""
    rows = (" ".join(cells) + " " for cells in cell_texts(cube, _IN_DATA))
    return "DATA=\n" + "\n".join(rows) + ";"
