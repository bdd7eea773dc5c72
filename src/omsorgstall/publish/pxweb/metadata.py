"""Metadata of a table: JSON-stat 2.0 without data, with codelists and links."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from omsorgstall.publish.cube import CONTENTS, Role, Variable
from omsorgstall.publish.jsonstat import dataset
from omsorgstall.publish.pxweb.addresses import Addresses
from omsorgstall.publish.pxweb.codelists import codelists_of, within
from omsorgstall.publish.pxweb.defaults import Layout
from omsorgstall.publish.pxweb.languages import LANGUAGES
from omsorgstall.publish.pxweb.problems import VARIABLE, refused
from omsorgstall.publish.site import Site
from omsorgstall.publish.source import Published


def metadata_body(
    published: Published, language: str, site: Site, addresses: Addresses, variables: Sequence[Variable] | None = None
) -> dict[str, object]:
    """The answer of ``/tables/{id}/metadata``, of the whole table or of the variables given."""
    shown = list(variables or published.variables)
    stub = [v.id for v in shown if v.role not in (Role.CONTENTS, Role.TIME)]
    heading = [v.id for v in shown if v.id not in stub]
    body = dataset(published, shown, stub, heading, LANGUAGES[language], site)
    dimensions = body["dimension"]
    for variable in shown:
        lists = _codelist_bodies(variable, language, addresses)
        if isinstance(dimensions, dict) and variable.id != CONTENTS:
            dimensions[variable.id]["extension"] |= {"codelists": lists, "codeLists": lists}
    body["link"] = _links(published, language, addresses)
    return body


def _codelist_bodies(variable: Variable, language: str, addresses: Addresses) -> list[dict[str, object]]:
    """Both spellings are written, since clients differ in which they read."""
    return [
        {
            "id": c.id,
            "label": c.label.in_language(LANGUAGES[language]),
            "type": c.type,
            "links": [addresses.link("metadata", language, f"/codelists/{c.id}")],
        }
        for c in codelists_of(variable)
    ]


def _links(published: Published, language: str, addresses: Addresses) -> dict[str, list[dict[str, str]]]:
    path = f"/tables/{published.id}"
    return {
        "self": [{"href": addresses.link("self", language, f"{path}/metadata")["href"]}],
        "alternate": [
            {"href": a["href"], "type": "application/json"} for a in addresses.alternates(language, f"{path}/metadata")
        ],
        "related": [{"href": addresses.link("data", language, f"{path}/data")["href"], "class": "dataset"}],
    }


def narrowed(variables: Sequence[Variable], layout: Layout) -> list[Variable]:
    """Only the variables and values of a layout, in its order."""
    by_id = {v.id: v for v in variables}
    order = [*layout.stub, *layout.heading]
    return [replace(by_id[i], values=tuple(by_id[i].values[n] for n in layout.chosen[i])) for i in order]


def with_codelists(published: Published, chosen: Mapping[str, str]) -> list[Variable]:
    """All variables, those named narrowed to a codelist.

    Raises:
        ProblemError: for a variable or codelist the table does not have.
    """
    narrowing = {}
    for name, codelist in chosen.items():
        variable = published.variable(name)
        if variable is None:
            raise refused(VARIABLE, f"{name} is no variable of table {published.id}.")
        narrowing[variable.id] = codelist
    return [within(v, narrowing.get(v.id)) for v in published.variables]


def selection_body(published: Published, layout: Layout, language: str, addresses: Addresses) -> dict[str, object]:
    """The answer of ``/tables/{id}/defaultselection``: codes, and where the variables stand."""
    by_id = {v.id: v for v in published.variables}
    selection = [{"variableCode": i, "valueCodes": [by_id[i].values[n].code for n in layout.chosen.get(i, ())]} for i in by_id]
    return {
        "language": language,
        "selection": selection,
        "placement": {"heading": list(layout.heading), "stub": list(layout.stub)},
        "links": [addresses.link("self", language, f"/tables/{published.id}/defaultselection")],
    }
