"""Reminders (purringer) to those who have not sent a batch, drafted as e-mail. Nothing here sends anything."""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from email.message import EmailMessage
from email.policy import SMTP

from omsorgstall.access import Grant
from omsorgstall.core import ErrorFamily, OmsorgstallError
from omsorgstall.publish.delivery_board import Item, day_words, granted_board, in_need_first, open_attempt
from omsorgstall.publish.site import Site
from omsorgstall.publish.wording import words
from omsorgstall.tables import Report

COLUMNS = ("municipality", "address", "language")
LANGUAGES = ("nb", "nn")
_ADDRESS = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\"]+")


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who is reminded on behalf of a municipality.

    Attributes:
        language: ``nb`` or ``nn``, the written form the municipality has chosen.
    """

    address: str
    language: str


@dataclass(frozen=True, slots=True)
class Reminder:
    """A draft, with the name of its file: ``.eml`` when there is an address, ``.txt`` when there is none."""

    municipality: str
    file_name: str
    content: bytes


def addressees_of(text: str) -> Mapping[str, Addressee]:
    """Addressees by municipality number, from a CSV file with the columns municipality, address and language (nb or nn).

    Raises:
        OmsorgstallError: USAGE, ``bad-addressees``, with the line; no address is repeated.
    """
    lines = csv.DictReader(text.lstrip("\ufeff").splitlines())
    if lines.fieldnames is None or not {"municipality", "address"} <= set(lines.fieldnames):
        raise _bad("The file of addressees lacks a column.", "line 1")
    return dict(_addressee(row, lines.line_num) for row in lines)


def _addressee(row: Mapping[str, str | None], line: int) -> tuple[str, Addressee]:
    number, address = (row["municipality"] or "").strip(), (row["address"] or "").strip()
    language = (row.get("language") or LANGUAGES[0]).strip()
    if not (len(number) == len("0301") and number.isdecimal()):
        raise _bad("A municipality number does not have four digits.", f"line {line}")
    if not _ADDRESS.fullmatch(address):
        raise _bad("An address is no e-mail address.", f"line {line}")
    if language not in LANGUAGES:
        raise _bad("A language is neither nb nor nn.", f"line {line}")
    return number, Addressee(address, language)


def _bad(what: str, where: str) -> OmsorgstallError:
    todo = f"Write the columns {', '.join(COLUMNS)}, divided by commas."
    return OmsorgstallError(ErrorFamily.USAGE, "bad-addressees", what, where=where, todo=todo)


def reminders(report: Report, grant: Grant, addressees: Mapping[str, Addressee], site: Site) -> list[Reminder]:
    """A draft to each sender of the board's newest year without a batch, or whose last file was rejected.

    Args:
        addressees: by municipality number; a sender that is not there gets a text without an address.
        site: who writes.

    Raises:
        OmsorgstallError: (ACCESS) when the grant is for another owner than the board's.
    """
    content = granted_board(report, grant)
    year = content["years"][-1]
    return [_draft(s, year, content, addressees.get(s["number"]), site) for s in _reminded(content, year["year"])]


def _reminded(content: Item, year: int) -> Iterator[Item]:
    yield from (s for s in in_need_first(content, year) if s["standing"] in ("overdue", "waiting") or s["rejected"]["open"])


def _draft(sender: Item, year: Item, content: Item, addressee: Addressee | None, site: Site) -> Reminder:
    language = addressee.language if addressee else LANGUAGES[0]
    subject = words("reminder_subject", language, year=year["year"], name=sender["name"], number=sender["number"])
    body = "\n\n".join(_paragraphs(sender, year, content, language, site)) + "\n"
    name = f"{sender['number']}-{year['year']}"
    if addressee is None:
        return Reminder(sender["number"], f"{name}.txt", f"{subject}\n\n{body}".encode())
    message = EmailMessage(policy=SMTP)
    message["To"], message["From"], message["Subject"] = addressee.address, site.mail, subject
    message["X-Unsent"] = "1"  # mail programs open it as a draft
    message.set_content(body)
    return Reminder(sender["number"], f"{name}.eml", bytes(message))


def _paragraphs(sender: Item, year: Item, content: Item, language: str, site: Site) -> Iterator[str]:
    deadline = next(d for d in year["deadlines"] if d["id"] == content["deadline"])
    later: Sequence[Item] = [d for d in year["deadlines"] if d["day"] > content["at"][: len("2024-03-15")]]
    named = {
        "name": sender["name"],
        "year": year["year"],
        "deadline": deadline["name"][language].lower(),
        "day": day_words(deadline["day"], language),
        "days": (date.fromisoformat(deadline["day"]) - date.fromisoformat(content["at"][:10])).days,
    }
    yield words("reminder_greeting", language, **named)
    if sender["standing"] == "waiting":
        yield words("reminder_waiting", language, **named)
    elif sender["standing"] == "overdue":
        yield words("reminder_overdue", language, **named)
    if sender["withdrawn"] and not sender["annual"]["count"]:
        yield words("reminder_withdrawn", language)
    if sender["rejected"]["open"]:
        yield open_attempt(sender, language) + " " + words("reminder_rejected", language)
    if sender["standing"] == "overdue" and later:
        following = {"deadline": later[0]["name"][language].lower(), "day": day_words(later[0]["day"], language)}
        yield words("reminder_still", language, **following)
    yield words("reminder_precheck", language)
    yield words("reminder_regards", language, publisher=site.name, mail=site.mail)
