"""Sum reports as pages that a municipality's own server shows: the list of them, and each with what can be chosen about it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from omsorgstall.access import Grant
from omsorgstall.publish.pages.render import rendered
from omsorgstall.publish.sum_reports.page import report_content
from omsorgstall.publish.wording import words
from omsorgstall.tables import OwnerTable


@dataclass(frozen=True, slots=True)
class Option:
    """One of the values of a choice."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """A field of the form.

    Attributes:
        key: of its label among the texts (``own_<key>``); ``own_<key>_hint`` says how it is filled in, where it is not plain.
        name: in the address. Fields of one kind share it.
        kind: one or many of ``options``, or ``value`` as a date or a text.
        folded: shown only when it is opened.
    """

    key: str
    name: str
    kind: Literal["one", "many", "date", "text"]
    options: tuple[Option, ...] = ()
    value: str = ""
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """Where to go, and what it is called there.

    Attributes:
        what: what stands there, in a sentence.
        current: whether it is where the reader is.
    """

    label: str
    address: str
    what: str = ""
    current: bool = False


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a report.

    Attributes:
        address: of the report, without what is chosen.
        front: the address of the list of reports.
        hidden: what the form sends beside its fields.
        languages: this page by language code.
    """

    address: str
    front: str
    choices: tuple[Choice, ...]
    hidden: Sequence[tuple[str, str]]
    downloads: tuple[Link, ...]
    languages: Mapping[str, Link]


def own_report_html(table: OwnerTable, grant: Grant, around: Around, language: str, *, made_up: bool) -> str:
    """A report with the form that changes it.

    Raises:
        OmsorgstallError: (ACCESS) when the grant is for another owner.
    """
    content = report_content(table, grant, language, made_up=made_up)
    return rendered("own_report.html", **{**content, "around": around, "say": _say(language)})


def own_list_html(
    place: str, lists: Sequence[Sequence[Link]], languages: Mapping[str, Link], language: str, *, made_up: bool
) -> str:
    """The list of reports: those of 2011, and further ones."""
    values = {"place": place, "lists": lists, "languages": languages, "made_up": made_up}
    return rendered("own_list.html", title=words("own_title", language), language=language, say=_say(language), **values)


def own_problem_html(title: str, told: Sequence[str], front: str, language: str) -> str:
    """What was wrong and what to do. ``front`` is the address of the list of reports; empty when the reader may not go there."""
    return rendered("own_problem.html", title=title, told=told, front=front, language=language, say=_say(language))


def _say(language: str) -> Callable[..., str]:
    return partial(_said, language)


def _said(language: str, key: str, **values: object) -> str:
    return words(key, language, **values)
