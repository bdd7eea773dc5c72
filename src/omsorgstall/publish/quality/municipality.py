"""The quality report of a municipality as a page that stands alone: no script, no address outside itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from omsorgstall.access import Grant
from omsorgstall.publish.pages.render import rendered
from omsorgstall.publish.quality.figures import FIGURES, Data, Writing, share_in
from omsorgstall.publish.quality.granted import granted
from omsorgstall.tables import Report

MOST = 20
"""Records of each rule shown on the page; the workbook has all."""
FIRST = 5
TO_MEND = ("warn", "delete_mark", "reject_submission")


def quality_html(report: Report, grant: Grant, language: str = "nb") -> str:
    """The report as one HTML file.

    Raises:
        OmsorgstallError: (ACCESS) when the grant is for another owner.
    """
    content, write = granted(report, grant), Writing(language)
    years = content["overall"]["years"]
    said = _Said(write)
    return rendered(
        "quality.html",
        report=content,
        language=language,
        title=quality_title(content, write),
        say=write.say,
        percent=write.percent,
        signed=write.signed,
        difference=write.difference,
        rank=said.rank,
        counted=said.counted,
        earlier=said.earlier,
        effect=said.effect,
        share_in=share_in,
        now=years[-1],
        before=years[-2] if len(years) > 1 else None,
        total=sum(f["count"] for f in content["findings"]),
        to_mend=sum(f["count"] for f in content["findings"] if f["severity"] in TO_MEND),
        first=first_to_mend(content),
        low=write.low_chart(content["variables"], content["year"]),
        trend=write.trend_chart(years, content["variables"]),
        figures=FIGURES,
        most=MOST,
    )


def quality_title(content: Data, write: Writing) -> str:
    """The title of the report."""
    return write.say("quality_title", year=content["year"], name=content["municipality"]["name"])


def first_to_mend(content: Data) -> Sequence[Data]:
    """The findings to begin with: those that move any figure by the largest share, then those there are most of."""
    to_mend = [f for f in content["findings"] if f["count"] and f["severity"] in TO_MEND]
    return sorted(to_mend, key=lambda f: (-_moved(f, content["figures"]), -f["count"], f["rule"]))[:FIRST]


def _moved(finding: Data, figures: Data) -> float:
    """The largest share of a figure that the finding moves."""
    difference = (finding["effect"] or {}).get("difference") or {}
    return max((abs(value) / figures[name] for name, value in difference.items() if figures[name]), default=0.0)


@dataclass(frozen=True, slots=True)
class _Said:
    """Sentences of the page."""

    write: Writing

    def rank(self, rank: Data | None) -> str:
        """Where it stands in the KOSTRA group."""
        return self.write.say("quality_rank", **rank) if rank else self.write.say("quality_rank_none")

    def counted(self, finding: Data) -> str:
        """How many findings there are."""
        key = "quality_count_at_least" if finding["at_least"] else "quality_count"
        return self.write.say(key, count=self.write.number(finding["count"]))

    def earlier(self, finding: Data) -> str:
        """The counts of the years before."""
        return ", ".join(f"{y['year']}: {self.write.number(y['count'])}" for y in finding["years"][:-1])

    def effect(self, finding: Data) -> str:
        """What the findings do to the published figures; empty when they can move none."""
        effect = finding["effect"]
        if not effect:
            return ""
        if effect["difference"] is None:
            tables = ", ".join(effect["tables"])
            persons = self.write.number(effect["persons"])
            return self.write.say("quality_effect_reach", persons=persons, tables=tables) if effect["persons"] else ""
        moved = [(name, value) for name, value in effect["difference"].items() if abs(value) >= 0.5]
        if not moved:
            return self.write.say("quality_effect_nothing")
        parts = [f"{self.write.difference(value)} {self.write.say(f'quality_figure_{name}')}" for name, value in moved]
        return self.write.say("quality_effect_sentence", parts=", ".join(parts))
