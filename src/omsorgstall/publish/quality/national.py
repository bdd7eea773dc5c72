"""The national quality report as a page that stands alone. What it says is shared with the PDF."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from omsorgstall.publish.pages.render import rendered
from omsorgstall.publish.quality.figures import FIGURES, PARTS, Data, Writing, share_in
from omsorgstall.publish.quality.granted import public
from omsorgstall.tables import Report

NAMED = 3
"""Variables named in the summary."""


@dataclass(frozen=True, slots=True)
class EffectRow:
    """A line of the table of effects, as written."""

    rule: str
    service: str
    method: str
    persons: str
    shares: Sequence[str]


@dataclass(frozen=True, slots=True)
class NationalTexts:
    """What the report says, in one language."""

    content: Data
    write: Writing

    @property
    def title(self) -> str:
        """The title."""
        return self.write.say("national_title", year=self.content["year"])

    def sections(self) -> list[str]:
        """The parts of the report, in order."""
        parts = ["summary", "coverage", "values", "findings", "effects", "standing", "controls", "tables", "about"]
        return [p for p in parts if p != "controls" or self.content["controls"]]

    def count(self, number: int | None) -> str:
        """A rounded count, or that it is few."""
        if number is None:
            return self.write.say("national_few", count=self.content["limits"]["least_count"])
        return self.write.number(number)

    def summary(self) -> list[str]:
        """The report in a few sentences."""
        say, year = self.write.say, self.content["year"]
        now = self.content["coverage"]["years"][-1]
        lines = [
            say("national_summary_delivered", delivered=now["delivered"], of=now["municipalities"], year=year),
            self._valid(),
        ]
        low = self.write.low_variables(self.content["variables"])[:NAMED]
        lines.append(say("national_summary_low", names=", ".join(f"{name} ({self.write.percent(share)})" for name, share in low)))
        return [*lines, *self._largest_effect()]

    def _valid(self) -> str:
        years = self.content["overall"]
        before = ""
        if len(years) > 1:
            earlier = years[-2]
            share = self.write.percent(earlier["share_valid"])
            before = self.write.say("national_summary_before", share=share, year=earlier["year"])
        share, count = self.write.percent(years[-1]["share_valid"]), len(self.content["variables"])
        return self.write.say("national_summary_valid", share=share, count=count, before=before)

    def _largest_effect(self) -> Iterator[str]:
        moving = [e for e in self.content["effects"] if e["shares"]]
        if moving:
            parts = self.moved(moving[0]["shares"])
            yield self.write.say("national_summary_effect", rule=moving[0]["title"][self.write.language], parts=", ".join(parts))

    def moved(self, shares: Mapping[str, float]) -> list[str]:
        """Shares of figures that are moved, with what they are shares of."""
        return [f"{self.signed_percent(shares[f])} {self.write.say(f'quality_figure_{f}')}" for f in FIGURES if f in shares]

    def signed_percent(self, share: float | None) -> str:
        """A share with its sign."""
        if share is None:
            return "–"
        return self.write.signed(100 * share, 2) + ("%" if self.write.language == "en" else "\u00a0%")

    def who(self) -> str:
        """Which municipalities have not delivered; which have, when those are fewer."""
        coverage = self.content["coverage"]
        if not coverage["missing"]:
            return self.write.say("national_coverage_all")
        key = "missing" if len(coverage["missing"]) <= len(coverage["delivered"]) else "delivered"
        names = [f"{m['name']} ({m['number']})" for m in coverage[key]]
        return self.write.say(f"national_coverage_{key}", count=len(names), names=", ".join(names))

    def testing(self) -> list[str]:
        """How many persons fell out as users for testing, in each year in which some did."""
        least, years = self.content["limits"]["testing_municipalities"], self.content["coverage"]["years"]
        counted = [(y["year"], self.count(y["users_for_testing"])) for y in years if y["users_for_testing"] != 0]
        return [self.write.say("national_testing", year=year, count=count, least=least) for year, count in counted]

    def effect_rows(self) -> list[EffectRow]:
        """The table of effects: all services of a rule, then the services it moves most."""
        return [row for effect in self.content["effects"] for row in self._effect_rows(effect)]

    def _effect_rows(self, effect: Data) -> Iterator[EffectRow]:
        language = self.write.language
        rule, method = f"{effect['rule']} {effect['title'][language]}", self.write.say(f"quality_method_{effect['method']}")
        persons = self.count(effect["persons"])
        if effect["shares"] is None:
            method = f"{method} ({', '.join(effect['tables'])})"
        yield EffectRow(rule, self.write.say("national_effect_all"), method, persons, self._shares(effect["shares"]))
        for service in effect["services"]:
            yield EffectRow(effect["rule"], service["label"][language], "", "", self._shares(service["shares"]))

    def _shares(self, shares: Mapping[str, float] | None) -> list[str]:
        return [self.signed_percent((shares or {}).get(f)) for f in FIGURES]

    def bands(self, variable: Data) -> list[str]:
        """The municipalities that stand out in a variable, one line a band."""
        grouped: dict[tuple[float, float], list[str]] = {}
        for m in variable["municipalities"]:
            grouped.setdefault((m["from"], m["to"]), []).append(m["name"])
        lines = []
        for (first, last), names in grouped.items():
            band = self.write.say("national_band", first=self.write.number(100 * first), last=self.write.number(100 * last))
            lines.append(f"{band}: {', '.join(names)}")
        return lines

    def table_lines(self, table: Data) -> list[str]:
        """What a reader of a table must know."""
        language = self.write.language
        lines = [n[language] for n in table["notes"]]
        if table["approximation"]:
            lines.append(self.write.say("national_approximation"))
        if not table["rules"]:
            return [*lines, self.write.say("national_tables_none")]
        rules = "; ".join(self._rule(r) for r in table["rules"])
        return [*lines, self.write.say("national_tables_rests", rules=rules)]

    def _rule(self, rule: Data) -> str:
        name = f"{rule['rule']} {rule['title'][self.write.language]}"
        if rule["share"] is None:
            return name
        return f"{name} ({self.signed_percent(rule['share']) if rule['share'] else self.write.say('national_nothing')})"

    def about(self) -> list[str]:
        """What the report is and is not."""
        public_ = self.write.say("national_about_public", round_to=self.content["limits"]["round_to"])
        return [public_, self.write.say("national_about_raw"), self.write.say("national_about_assumed")]


def national_html(report: Report, language: str = "nb", *, made_up: bool = False) -> str:
    """The report as one HTML file for everybody.

    Args:
        made_up: say that the people are made up.

    Raises:
        OmsorgstallError: (USAGE) when it is another kind of report.
    """
    texts = NationalTexts(public(report), Writing(language))
    write, content = texts.write, texts.content
    return rendered(
        "quality_national.html",
        report=content,
        language=language,
        title=texts.title,
        made_up=made_up,
        say=write.say,
        percent=write.percent,
        signed=write.signed,
        count=texts.count,
        sections=texts.sections(),
        summary=texts.summary(),
        who=texts.who(),
        testing=texts.testing(),
        effect_rows=texts.effect_rows(),
        bands=texts.bands,
        table_lines=texts.table_lines,
        about=texts.about(),
        share_in=share_in,
        low=write.low_chart(content["variables"], content["year"]),
        figures=FIGURES,
        parts_of=PARTS,
    )
