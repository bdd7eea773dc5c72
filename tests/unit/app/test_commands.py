"""What the commands answer to what a user may write, over hand-made tables."""

import asyncio
import importlib
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from omsorgstall.access import Scope
from omsorgstall.app.cli import program
from omsorgstall.app.pipeline.reviewing import review_vintage
from omsorgstall.app.settings import Places
from omsorgstall.core import ErrorFamily, OmsorgstallError
from omsorgstall.releases import ReleaseStore
from tests.released_tables import HandMadeStore


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store with an edition of hand-made tables that rest on no vintage."""
    made = HandMadeStore()
    tables = [replace(made.current(i), lineage={"definition_version": "1"}) for i in made.table_ids()]
    ReleaseStore(tmp_path / "store" / "releases").publish("2026-06-15", tables)
    return tmp_path / "store"


def run(command: str, *arguments: str) -> str:
    """What a command writes to standard output; a user error is raised as it is."""
    app = importlib.import_module(f"omsorgstall.app.cli.{command}").app
    done = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_explain_writes_the_figure_and_its_table_where_they_can_be_sent_on(store):
    told = run("explain", "11642", "--cell", "Region=3907", "--cell", "Tid=2025", "--store", str(store))
    assert "Table 11642" in told
    assert "Sandefjord" in told
    assert "Figure " in told


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--cell", "Region=9999"), "Region has no code 9999"),
        (("--cell", "region=3907"), "has no dimension region"),
        (("--cell", "Region"), "not of the form"),
        ((), "Region has no code"),
        (("--cell", "Region=3907", "--content", "Timer"), "has no measure Timer"),
        (("--cell", "Region=3907", "--edition", "2020"), "There is no edition 2020"),
    ],
)
def test_explain_says_what_is_wrong_with_the_cell_and_what_there_is(store, arguments, says):
    with pytest.raises(OmsorgstallError, match=says) as caught:
        run("explain", "11642", *arguments, "--store", str(store))
    assert caught.value.todo


async def first_page(application) -> str:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url="http://stat.example.no") as client:
        return (await client.get("/")).text


def test_serve_names_the_publisher_on_the_pages(store, monkeypatch):
    served = []
    monkeypatch.setattr("omsorgstall.app.cli.serve.uvicorn.run", lambda application, **_: served.append(application))
    run("serve", "--store", str(store), "--publisher", "Statistikkontoret", "--mail", "tall@example.no")
    page = asyncio.run(first_page(served[0]))
    assert "Statistikkontoret" in page
    assert "mailto:tall@example.no" in page


def test_a_mistyped_store_is_not_made(tmp_path):
    with pytest.raises(OmsorgstallError, match="has not been released"):
        run("explain", "11642", "--cell", "Region=3907", "--store", str(tmp_path / "typo"))
    assert not (tmp_path / "typo").exists()


def test_own_figures_need_a_vintage(tmp_path):
    with pytest.raises(OmsorgstallError, match="none is named"):
        run("tables", "11642", "--own", "4204", "--store", str(tmp_path))


def test_a_demo_of_something_else_is_made_again_and_a_wrong_county_costs_nothing(tmp_path, monkeypatch):
    demo = importlib.import_module("omsorgstall.app.cli.demo")
    built: list[str] = []

    def build(folder: Path, places: object, country: object) -> None:
        built.append((folder / demo.MARK).read_text("utf-8"))
        made = HandMadeStore()
        ReleaseStore(folder / "store" / "releases").publish(demo.EDITION, [made.current("11642")])

    monkeypatch.setattr(demo, "_build", build)
    for county in ("42", "42", "03"):
        run("demo", "--folder", str(tmp_path / "demo"), "--county", county, "--no-serve")
    assert built == ["42 2021-2022", "03 2021-2022"]
    with pytest.raises(OmsorgstallError, match="There is no county"):
        run("demo", "--folder", str(tmp_path / "demo"), "--county", "99", "--no-serve")
    assert (tmp_path / "demo" / "store").exists()


def test_a_folder_that_may_not_be_used_is_told_without_a_traceback(monkeypatch, capsys):
    def refused() -> None:
        raise PermissionError(13, "Permission denied", "/srv/care/store")

    monkeypatch.setattr(program, "program", refused)
    with pytest.raises(SystemExit) as ended:
        program.main()
    assert ended.value.code == ErrorFamily.ENVIRONMENT.value
    told = capsys.readouterr().err
    assert "/srv/care/store" in told
    assert "What to do" in told


def test_a_review_reads_the_whole_country_or_not_at_all(tmp_path):
    with pytest.raises(OmsorgstallError, match="reads the whole country") as caught:
        review_vintage(Places(tmp_path / "store"), "2022-final", Scope.owner("4204", "own figures", "the municipality"))
    assert caught.value.family is ErrorFamily.ACCESS


def test_a_review_of_a_register_that_is_not_there_makes_none(tmp_path):
    with pytest.raises(OmsorgstallError, match="no register here"):
        run("review", "2022-final", "--store", str(tmp_path / "typo"))
    assert not (tmp_path / "typo").exists()
