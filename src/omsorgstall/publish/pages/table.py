"""The page of a table: what the reader chose, the table that gives, and the addresses of the same figures elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from omsorgstall.codes import RegionLevel
from omsorgstall.publish.cube import CONTENTS, Cube, Role, Value, Variable, take
from omsorgstall.publish.pages.render import Figure, Page
from omsorgstall.publish.pxweb.codelists import level_of
from omsorgstall.publish.pxweb.problems import VALUE, VARIABLE, refused
from omsorgstall.publish.source import Published
from omsorgstall.tables import CellStatus

ROWS, PERIODS = "rader", 5
"""Parameter that names the variable down the side; periods shown when no year is chosen."""
_GROUPS: dict[RegionLevel | None, str] = {
    level: f"codelist_{level.value}" for level in RegionLevel if level is not RegionLevel.COUNTRY_WITHOUT_OSLO
}
_FORMATS = (
    ("Excel", "xlsx", "UseTexts,IncludeTitle"),
    ("CSV", "csv", "UseTexts,SeparatorSemicolon"),
    ("PX", "px", ""),
    ("JSON", "json-stat2", ""),
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One field of the form: a variable and its options in groups."""

    variable: Variable
    groups: Sequence[tuple[str, Sequence[Value]]]
    chosen: str


@dataclass(frozen=True, slots=True)
class TableChoice:
    """What a reader chose of a table.

    Attributes:
        rows: the variable down the side; the years stand across.
        codes: the one code of every other variable but time; ``year`` is empty for the latest periods.
    """

    published: Published
    rows: Variable
    codes: Mapping[str, str]
    year: str

    def periods(self) -> tuple[str, ...]:
        """Years shown."""
        return (self.year,) if self.year else self.published.periods()[-PERIODS:]

    def cube(self) -> Cube:
        """The chosen figures: one row per value, one column per year."""
        time = self._time()
        chosen = {i: [self._position(i, c)] for i, c in self.codes.items()}
        chosen[self.rows.id] = list(range(len(self.rows.values)))
        chosen[time.id] = [time.positions[p] for p in self.periods()]
        return take(self.published.table, chosen, [self.rows.id, *self.codes], [time.id])

    def _time(self) -> Variable:
        time = self.published.of_role(Role.TIME)
        if time is None:
            raise ValueError(f"Table {self.published.id} has no time variable.")
        return time

    def _position(self, variable_id: str, code: str) -> int:
        variable = self.published.variable(variable_id)
        if variable is None:
            raise ValueError(f"No variable {variable_id}.")
        return variable.positions[code.lower()]

    def parameters(self, **changed: str) -> str:
        """The choice as parameters of an address of a page."""
        chosen = {ROWS: self.rows.id, **self.codes, self._time().id: self.year}
        return urlencode({k: v for k, v in (chosen | changed).items() if v})

    def data_address(self, output: str, params: str = "") -> str:
        """The same figures from the interface."""
        given = {"lang": "no"} | {f"valuecodes[{i}]": c for i, c in self.codes.items()}
        given |= {f"valuecodes[{self.rows.id}]": "*", f"valuecodes[{self._time().id}]": ",".join(self.periods())}
        given |= {"outputFormat": output} | ({"outputFormatParams": params} if params else {})
        return f"/api/v2/tables/{self.published.id}/data?{urlencode(given, safe='[]*,')}"


def read_choice(published: Published, given: Mapping[str, str]) -> TableChoice:
    """What was chosen, from parameters by lower-case name; the rest takes its default.

    Raises:
        ProblemError: for a variable or value the table does not have.
    """
    rows = _rows_variable(published, given.get(ROWS, ""))
    codes = {}
    for variable in published.variables:
        if variable.role is not Role.TIME and variable is not rows:
            codes[variable.id] = _chosen(variable, given.get(variable.id.lower(), ""))
    time = published.of_role(Role.TIME)
    year = given.get(time.id.lower(), "") if time else ""
    return TableChoice(published, rows, codes, _chosen(time, year) if time and year else "")


def _rows_variable(published: Published, wanted: str) -> Variable:
    possible = row_variables(published)
    if not wanted:
        return next((v for v in reversed(possible) if v.role is Role.CLASSIFICATION), possible[0])
    found = next((v for v in possible if v.id.lower() == wanted.lower()), None)
    if found is None:
        raise refused(VARIABLE, f"{wanted} kan ikke stå i rader. Velg blant: {', '.join(v.id for v in possible)}.")
    return found


def row_variables(published: Published) -> list[Variable]:
    """Variables that may stand down the side."""
    return [v for v in published.variables if v.role not in (Role.TIME, Role.CONTENTS)]


def _chosen(variable: Variable, code: str) -> str:
    if not code:
        return variable.elimination or variable.values[0].code
    position = variable.positions.get(code.lower())
    if position is None:
        raise refused(VALUE, f"{code} finnes ikke i {variable.label.nb}.")
    return variable.values[position].code


def choices(choice: TableChoice, page: Page) -> list[Choice]:
    """The fields of the form, without variables that have one value only."""
    variables = [v for v in choice.published.variables if v.id in choice.codes and len(v.values) > 1]
    return [Choice(v, _grouped(v, page), choice.codes[v.id]) for v in variables]


def _grouped(variable: Variable, page: Page) -> list[tuple[str, Sequence[Value]]]:
    """Regions by level; everything else in one group without a name."""
    if variable.role is not Role.REGION:
        return [("", variable.values)]
    groups: dict[str, list[Value]] = {}
    for value in variable.values:
        level = level_of(value.code)
        groups.setdefault(_GROUPS.get(level, "codelist_country"), []).append(value)
    return [(page.say(key), values) for key, values in groups.items()]


def figures(cube: Cube) -> list[list[Figure]]:
    """Figures by row and column."""
    shape = (cube.rows, cube.columns)
    numbers, statuses = cube.numbers.reshape(shape), cube.statuses.reshape(shape)
    decimals = cube.decimals.reshape(shape)
    return [[_figure(*cell) for cell in zip(*row, strict=True)] for row in zip(numbers, statuses, decimals, strict=True)]


def _figure(number: float, status: int, decimals: int) -> Figure:
    found = CellStatus(status)
    return Figure(None if found > CellStatus.TRUE_ZERO else float(number), found, int(decimals))


def about_choice(choice: TableChoice, language: str) -> str:
    """What the table shows in words: measure, and the value of every variable that is fixed."""
    named = []
    for variable_id, code in choice.codes.items():
        variable = choice.published.variable(variable_id)
        if variable and variable.id != CONTENTS:
            named.append(variable.values[variable.positions[code.lower()]].label.in_language(language))
    return " · ".join([*named, measure(choice, language)])


def fixed_notes(choice: TableChoice) -> list[Value]:
    """The chosen values that hold for the whole table shown and have a note, such as the region when services stand in rows."""
    found = (v.value(choice.codes[v.id]) for v in choice.published.variables if v.id in choice.codes)
    return [value for value in found if value and value.note]


def measure(choice: TableChoice, language: str) -> str:
    """The measure shown with its unit."""
    content = choice.published.table.model.content(choice.codes[CONTENTS])
    return f"{content.label.in_language(language)}, {content.unit.in_language(language)}"


def table_page(page: Page, published: Published, given: Mapping[str, str], host: str) -> str:
    """The HTML of a table's page.

    Raises:
        ProblemError: for a choice the table does not have.
    """
    choice = read_choice(published, given)
    cube = choice.cube()
    rows = list(zip(choice.rows.values, figures(cube), strict=True))
    used = {f.status for _, row in rows for f in row} - {CellStatus.VALUE}
    return page.html(
        "table.html",
        published=published,
        choice=choice,
        choices=choices(choice, page),
        rows=rows,
        row_choices=row_variables(published),
        about=about_choice(choice, page.language),
        fixed_notes=fixed_notes(choice),
        used=sorted(used),
        downloads=[(name, choice.data_address(f, params)) for name, f, params in _FORMATS],
        api=host + choice.data_address("json-stat2"),
        host=host,
    )
