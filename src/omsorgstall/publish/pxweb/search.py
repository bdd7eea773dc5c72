"""Search among tables: words, "phrases", ``field:word``, ``updated:[a TO b]``, AND, OR, NOT, parentheses and a trailing star."""

import re
from collections.abc import Callable

from omsorgstall.publish.jsonstat import ISO_UTC
from omsorgstall.publish.pxweb.problems import PARAMETER, refused
from omsorgstall.publish.source import Published

_TOKEN = re.compile(r'\s*(\(|\)|(?:\w+:)?\[[^\]]*\]|(?:\w+:)?"[^"]*"|[^\s()"]+)')
_RANGE = re.compile(r"\[(\S+) TO (\S+)\]", re.IGNORECASE)
MOST_WORDS = 100
"""Words and signs of a query; parentheses within each other cost a call each."""
Test = Callable[["Document"], bool]


class Document:
    """The searchable texts of a table in one language."""

    def __init__(self, published: Published, language: str) -> None:
        model = published.table.model
        periods = published.periods()
        variables = published.variables
        self.fields: dict[str, str] = {
            "docid": model.id,
            "searchid": model.id,
            "matrix": model.id,
            "title": published.label(language),
            "description": model.description.in_language(language) if model.description else "",
            "updated": published.updated.strftime(ISO_UTC),
            "firstperiod": periods[0] if periods else "",
            "lastperiod": periods[-1] if periods else "",
            "period": " ".join(periods),
            "variables": " ".join(v.label.in_language(language) for v in variables),
            "values": " ".join(x.label.in_language(language) for v in variables for x in v.values),
            "codes": " ".join(x.code for v in variables for x in v.values),
            "discontinued": str(published.discontinued),
            "category": "public",
        }
        self.fields = {k: v.lower() for k, v in self.fields.items()}
        self.everything = " ".join(self.fields.values())


def search_test(query: str) -> Test:
    """A test of documents from a query.

    Raises:
        ProblemError: for a query that cannot be read.
    """
    tokens = _tokens(query)
    parser = _Parser(tokens)
    test = parser.any_of()
    if parser.left:
        raise refused(PARAMETER, f"The query cannot be read at {parser.left[0]!r}.")
    return test


def _tokens(query: str) -> list[str]:
    tokens, at = [], 0
    query = query.strip()
    while at < len(query):
        match = _TOKEN.match(query, at)
        if match is None:
            raise refused(PARAMETER, f"The query cannot be read at {query[at:]!r}: is a quote open?")
        tokens.append(match.group(1))
        at = match.end()
        if len(tokens) > MOST_WORDS:
            raise refused(PARAMETER, f"A query may have {MOST_WORDS} words.")
    return tokens


class _Parser:
    """Reads OR of ANDs; words side by side are combined with AND."""

    def __init__(self, tokens: list[str]) -> None:
        self.left = tokens

    def any_of(self) -> Test:
        tests = [self._all_of()]
        while self.left and self.left[0] == "OR":
            self.left.pop(0)
            tests.append(self._all_of())
        return lambda d: any(t(d) for t in tests)

    def _all_of(self) -> Test:
        tests = [self._one()]
        while self.left and self.left[0] not in ("OR", ")"):
            if self.left[0] == "AND":
                self.left.pop(0)
            tests.append(self._one())
        return lambda d: all(t(d) for t in tests)

    def _one(self) -> Test:
        if not self.left or self.left[0] in ("AND", "OR", ")"):
            raise refused(PARAMETER, "The query ends, or has an operator, where a word should stand.")
        word = self.left.pop(0)
        if word == "NOT":
            test = self._one()
            return lambda d: not test(d)
        if word != "(":
            return _word(word)
        test = self.any_of()
        if not self.left or self.left.pop(0) != ")":
            raise refused(PARAMETER, "A parenthesis is not closed.")
        return test


def _word(token: str) -> Test:
    field, colon, wanted = token.partition(":")
    if not colon or field.startswith('"'):
        return _matcher(token, lambda d: d.everything)
    name = field.lower()
    return _matcher(wanted, lambda d: d.fields.get(name, ""))


def _matcher(wanted: str, of: Callable[[Document], str]) -> Test:
    between = _RANGE.fullmatch(wanted)
    if between:
        return _between(between.group(1), between.group(2), of)
    plain = wanted.strip('"').lower()
    if plain.endswith("*"):
        begins = re.compile(r"(?<!\w)" + re.escape(plain.rstrip("*")))
        return lambda d: begins.search(of(d)) is not None
    whole = re.compile(r"(?<!\w)" + re.escape(plain) + r"(?!\w)")
    return lambda d: whole.search(of(d)) is not None


def _between(first: str, last: str, of: Callable[[Document], str]) -> Test:
    """Dates are compared by their digits; a star stands for anything."""
    low, high = _digits(first), _digits(last) + "9" * 14
    return lambda d: low <= _digits(of(d)) <= high


def _digits(date: str) -> str:
    return re.sub(r"\D", "", date)
