"""Who publishes: names and contact shown with every table. A function mailbox, never a named person."""

from dataclasses import dataclass

LICENCE = "https://creativecommons.org/licenses/by/4.0/"


@dataclass(frozen=True, slots=True)
class Site:
    """The publisher of an installation."""

    name: str = "Omsorgstall"
    organisation: str = "Omsorgstall"
    mail: str = "statistikk@example.no"
    phone: str = ""
    licence: str = LICENCE

    def contact_body(self) -> dict[str, str]:
        """The contact as the StatBank interface writes it."""
        body = {"name": self.name, "organization": self.organisation, "mail": self.mail, "raw": f"{self.name}, {self.mail}"}
        return body | ({"phone": self.phone} if self.phone else {})
