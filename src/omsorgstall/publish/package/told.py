"""The recommended package in one language, as its page, document and workbook share it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from omsorgstall.access import Grant
from omsorgstall.core import ErrorFamily, OmsorgstallError
from omsorgstall.publish.wording import words
from omsorgstall.tables import Report

KIND = "package"
Data = Mapping[str, Any]


def granted(report: Report, grant: Grant | None) -> Data:
    """The content of a package, for its owner; for anyone when it has none.

    Raises:
        OmsorgstallError: (ACCESS) when the grant is for another owner; (USAGE) when it is another kind of report.
    """
    if report.kind != KIND:
        raise OmsorgstallError(ErrorFamily.USAGE, "not-a-package", "The report is not a recommended package.")
    if report.owner and not (grant and grant.covers(report.owner)):
        what = f"The grant does not cover the figures of municipality {report.owner}."
        raise OmsorgstallError(ErrorFamily.ACCESS, "no-grant", what, todo="Open your own municipality's package.")
    return report.content


@dataclass(frozen=True, slots=True)
class Row:
    """A place or a year of a figure.

    Attributes:
        value: None where there is none or it is hidden.
        text: as readers see it.
    """

    label: str
    value: float | None
    text: str
    part: int | None
    whole: int | None
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """A figure in one language; the texts that do not apply are empty. The first of the places is the municipality."""

    id: str
    title: str
    chart: str
    sentence: str
    compared: str
    small: str
    few: bool
    nobody: bool
    earlier: str
    mind: str
    definition: str
    source: str
    mean: bool
    decimals: int
    places: tuple[Row, ...]
    years: tuple[Row, ...]

    @property
    def drawn(self) -> tuple[Row, ...]:
        """The places that can be drawn; none when nobody or one is behind the own figure. A share of few has no bar."""
        if self.nobody or self.places[0].value is None:
            return ()
        own = replace(self.places[0], value=None) if self.few and not self.mean else self.places[0]
        return (own, *(p for p in self.places[1:] if p.value is not None or p.hidden))

    @property
    def followed(self) -> tuple[Row, ...]:
        """The years that can be drawn; none when there is one only, or few are behind."""
        known = tuple(y for y in self.years if y.value is not None)
        return known if len(known) > 1 and not self.few else ()


@dataclass(frozen=True, slots=True)
class Section:
    """Figures under one heading."""

    id: str
    title: str
    figures: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Package:
    """The whole in one language."""

    language: str
    title: str
    standing: str
    what: str
    name: str
    few: str
    lead: tuple[str, ...]
    sections: tuple[Section, ...]
    about: tuple[str, ...]

    def figures(self) -> Iterator[Told]:
        """Every figure in order."""
        return (f for s in self.sections for f in s.figures)

    def say(self, key: str, **values: object) -> str:
        """A fixed text of the package."""
        return words(f"package_{key}", self.language, **values)


def told(report: Report, grant: Grant | None, language: str, *, made_up: bool = False) -> Package:
    """The package in one language.

    Raises:
        OmsorgstallError: as ``granted``.
    """
    content = granted(report, grant)
    lineage = content["lineage"]
    about = [
        *([words("package_made_up", language)] if made_up else []),
        words("package_small_rule", language),
        words("package_areas" if report.owner else "package_areas_public", language, preset=content["preset"]),
        words("package_source_line", language, vintage=lineage["vintage"], version=lineage["code_version"]),
        *([words("package_again", language, again=lineage["again"])] if "again" in lineage else []),
    ]
    return Package(
        language,
        words("package_title", language, name=content["name"], year=content["year"]),
        words("package_private" if report.owner else "package_public", language),
        words("package_what" if report.owner else "package_what_public", language),
        content["name"],
        (content["few"] or {language: ""})[language],
        tuple(sentence[language] for sentence in content["lead"]),
        tuple(
            Section(s["id"], s["title"][language], tuple(_told(f, content, language) for f in s["figures"]))
            for s in content["sections"]
        ),
        tuple(about),
    )


def _told(figure: Data, content: Data, language: str) -> Told:
    plain = {key: (figure[key] or {language: ""})[language] for key in ("compared", "small", "earlier")}
    texts = {key: figure[key][language] for key in ("title", "chart", "sentence", "mind", "definition")}
    source = figure["source"]
    return Told(
        id=figure["id"],
        **texts,
        **plain,
        source=f"{source['report']} {source['title'][language]}",
        mean=figure["mean"],
        few=figure["few"],
        nobody=figure["nobody"],
        decimals=figure["decimals"],
        places=(
            _row(content["name"], figure["own"], language),
            *(_row(a["name"][language], a, language) for a in figure["areas"]),
        ),
        years=tuple(_row(str(y["year"]), y, language) for y in figure["years"]),
    )


def _row(label: str, found: Data, language: str) -> Row:
    return Row(label, found["value"], found["text"][language], found["part"], found["whole"], found["hidden"])
