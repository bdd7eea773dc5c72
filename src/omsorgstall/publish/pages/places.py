"""Finding a municipality by name or number, today's or an earlier one."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from omsorgstall.codes import municipalities
from omsorgstall.codes.regions import municipality_changes

_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "đ": "d", "ŋ": "n", "ŧ": "t"})


@dataclass(frozen=True, slots=True)
class Place:
    """A municipality of today with the address of its page."""

    number: str
    name: str
    county: str
    county_name: str
    kostra_group: str

    @property
    def path(self) -> str:
        """Address of its page: ``/kommune/3907-sandefjord``."""
        return f"/kommune/{self.number}-{plain(self.name).replace(' ', '-')}"


def plain(text: str) -> str:
    """Lower case without accents and signs, for comparing names and for addresses."""
    lowered = text.lower().translate(_LETTERS)
    letters = unicodedata.normalize("NFKD", lowered).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", " ", letters).strip()


@cache
def all_places() -> dict[str, Place]:
    """Every municipality of today by number."""
    return {m.number: Place(m.number, m.name, m.county, m.county_name, m.kostra_group) for m in municipalities().values()}


def place_of(text: str) -> Place | None:
    """The municipality of an address such as ``3907-sandefjord``; an earlier number leads to today's largest part."""
    number = text.split("-")[0].strip()
    return all_places().get(number) or _of_former(number)


def _of_former(number: str) -> Place | None:
    parts = [c for c in municipality_changes() if c.former == number and c.today in all_places()]
    return all_places()[max(parts, key=lambda c: (c.last_year, c.weight)).today] if parts else None


def find_places(text: str) -> list[Place]:
    """Municipalities that answer to a name or number; one that fits wholly is alone."""
    wanted = plain(text)
    if not wanted:
        return []
    by_number = place_of(wanted) if wanted.isdigit() else None
    if by_number:
        return [by_number]
    whole = [p for p in all_places().values() if wanted in _names(p)]
    if len(whole) == 1:
        return whole
    return whole or [p for p in all_places().values() if any(n.startswith(wanted) for n in _names(p))] or _containing(wanted)


def _names(place: Place) -> list[str]:
    """The whole name, and each of them where there are several: Porsanger, Porsángu, Porsanki."""
    return [plain(place.name), *(plain(part) for part in re.split(r"[-–/]", place.name))]


def _containing(wanted: str) -> list[Place]:
    return [p for p in all_places().values() if wanted in plain(p.name)]
