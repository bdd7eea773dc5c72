"""Absolute links of the StatBank interface."""

from dataclasses import dataclass
from urllib.parse import urlencode

from omsorgstall.publish.pxweb.languages import LANGUAGES

Link = dict[str, str]


@dataclass(frozen=True, slots=True)
class Addresses:
    """Makes links below a base such as ``https://host/api/v2``."""

    base: str

    def link(self, rel: str, language: str, path: str, **parameters: object) -> Link:
        """One link with its relation and language."""
        query = urlencode({"lang": language} | parameters)
        return {"rel": rel, "hreflang": language, "href": f"{self.base}{path}?{query}"}

    def alternates(self, language: str, path: str) -> list[Link]:
        """The same in the other languages."""
        return [self.link("alternate", other, path) for other in LANGUAGES if other != language]

    def table(self, table_id: str, language: str) -> list[Link]:
        """The links of a table: itself, other languages, metadata, data."""
        path = f"/tables/{table_id}"
        return [
            self.link("self", language, path),
            *self.alternates(language, path),
            self.link("metadata", language, f"{path}/metadata"),
            self.link("data", language, f"{path}/data"),
        ]
