"""The page that checks a file before it is sent, as a person in a browser and a program meet it."""

import asyncio
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from lxml import html

from omsorgstall.app.pipeline.prechecking import precheck
from omsorgstall.app.pipeline.taking_in import Terms
from omsorgstall.app.web import PrecheckLimits, WebSettings, create_app
from omsorgstall.formats.batch import write_csv
from omsorgstall.publish.pxweb import Limits
from omsorgstall.publish.receipts import receipt_json
from tests.acceptance.conftest import free_port
from tests.builders.submissions import HEADER, PERSON, SERVICE, chunk, made_up_number, submission
from tests.released_tables import HandMadeStore
from tests.spec.intake.cases_of_events import NOTIFICATION, message

ADDRESS = "/forhandskontroll"
WRONG = SERVICE | {"weekly_hours": 500.0}
"""C16: more hours than a week has."""
NUMBERS = {made_up_number(n) for n in range(200)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("sent")


@pytest.fixture(scope="module")
def batch(folder) -> Path:
    return submission(folder / "batch.xml", service=[WRONG])


def app_with(limits: PrecheckLimits | None, calls: int = 0):
    return create_app(HandMadeStore(), WebSettings(limits=Limits(calls=calls), precheck=limits))


def ask(app, method: str = "POST", path: str = ADDRESS, **sent) -> httpx.Response:
    async def asked() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
            return await client.request(method, path, **sent)

    return asyncio.run(asked())


@pytest.fixture(scope="module")
def app():
    return app_with(PrecheckLimits(megabytes=1))


def form(file: Path, **fields: str) -> dict[str, object]:
    return {"files": {"fil": (file.name, file.read_bytes())}, "data": {"testpersoner": "ja", **fields}}


def text_of(answer: httpx.Response) -> str:
    return html.fromstring(answer.content).text_content()


def test_there_is_no_such_page_unless_the_server_is_told_to_have_it():
    app = app_with(None)
    assert ask(app, "GET").status_code == 404
    assert ask(app, "POST", content=b"<a/>").status_code == 404
    assert ADDRESS not in ask(app, "GET", "/om").text


def test_the_pages_lead_to_it_when_there_is_one(app):
    assert f'href="{ADDRESS}"' in ask(app, "GET", "/om").text


@pytest.mark.parametrize(
    ("language", "says"),
    [("nb", "Ville blitt tatt imot"), ("nn", "Ville blitt teken imot"), ("en", "Would be accepted")],
)
def test_a_person_sends_the_form_and_reads_what_intake_would_say(app, batch, language, says):
    answer = ask(app, path=f"{ADDRESS}?sprak={language}", **form(batch))
    page = html.fromstring(answer.content)
    assert answer.status_code == 200
    assert page.get("lang") == language
    assert says in page.findtext(".//title")
    assert "C16" in text_of(answer)
    assert answer.headers["Cache-Control"] == "no-store"
    assert not page.findall(".//script")


@pytest.mark.parametrize("kind", ["xml", "zip", "message", "cut"])
def test_the_answer_as_json_is_the_receipt_that_the_command_gives(app, folder, batch, kind):
    file = folder / f"{kind}.{'zip' if kind == 'zip' else 'xml'}"
    if kind == "zip":
        write_csv(file, HEADER, [chunk(service=[WRONG])])
    elif kind == "message":
        message(file, NOTIFICATION)
    else:
        file.write_bytes(batch.read_bytes()[: -9 if kind == "cut" else None])
    (said,) = precheck([file], Terms(test_persons=True))
    expected = json.loads(receipt_json(said.report, said.grant("test")))
    by_form = ask(app, headers={"Accept": "application/json"}, **form(file))
    bare = ask(
        app,
        path=f"{ADDRESS}?testpersoner=ja",
        content=file.read_bytes(),
        headers={"Accept": "application/json", "Content-Disposition": f'attachment; filename="{file.name}"'},
    )
    assert by_form.json() == bare.json() == expected
    assert expected["verdict"] == ("rejected" if kind == "cut" else "accepted")


def test_the_year_asked_for_and_real_persons_are_judged_as_the_form_says(app, batch):
    other_year = ask(app, headers={"Accept": "application/json"}, **form(batch, argang="2021")).json()
    assert other_year["verdict"] == "rejected"
    assert "A11" in {f["rule"] for f in other_year["findings"]}
    real = ask(app, headers={"Accept": "application/json"}, files={"fil": ("b.xml", batch.read_bytes())}).json()
    assert "N15" in {f["rule"] for f in real["findings"]}


@pytest.mark.parametrize(
    ("sent", "status", "says"),
    [
        ({"files": {"annet": ("b.xml", b"<a/>")}}, 400, "Velg en fil først"),
        ({"files": {"fil": ("", b"")}}, 400, "Velg en fil først"),
        ({"data": {"fil": "x"}}, 415, "multipart/form-data"),
        ({"content": b"--x", "headers": {"Content-Type": "multipart/form-data; boundary=x"}}, 400, "kom ikke helt fram"),
        ({"content": b"x" * 3_000_000, "headers": {"Content-Type": "application/xml"}}, 413, "Den kan ha 1 MB"),
        ({"content": b"x" * 9_000_000, "headers": {"Content-Type": "application/xml"}}, 413, "Den kan ha 1 MB"),
    ],
)
def test_what_is_no_file_gets_a_page_that_says_what_to_do(app, sent, status, says):
    answer = ask(app, **sent)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (status, "no-store")
    assert says in text_of(answer)
    assert 'name="fil"' in answer.text
    problem = ask(app, **sent | {"headers": sent.get("headers", {}) | {"Accept": "application/json"}})
    assert problem.headers["Content-Type"] == "application/problem+json"
    assert says in problem.json()["detail"]


def test_a_year_that_is_none_is_refused(app, batch):
    assert "fire sifre" in text_of(ask(app, **form(batch, argang="20x2")))


def test_a_zip_file_may_not_unpack_to_more_than_the_limit(app, folder):
    file = folder / "wide.zip"
    people = [PERSON | {"local_person_id": f"b{n:0>90}"} for n in range(20_000)]
    write_csv(file, HEADER, [chunk(person=people)])
    assert file.stat().st_size < 1 << 20
    assert ask(app, headers={"Accept": "application/json"}, **form(file)).json()["fault"]["code"] == "too-large"


def test_a_person_with_endless_services_is_refused_before_the_rules_compare_them(app, folder):
    endless = [SERVICE | {"service_id": f"t{n}"} for n in range(5_001)]
    fault = ask(app, headers={"Accept": "application/json"}, **form(submission(folder / "endless.xml", service=endless))).json()[
        "fault"
    ]
    assert (fault["code"], fault["where"]) == ("too-large", "service, the person of line 4")


def test_a_client_that_checks_too_often_waits(batch):
    app = app_with(PrecheckLimits(), calls=1)
    assert ask(app, **form(batch)).status_code == 200
    waiting = ask(app, **form(batch))
    assert waiting.status_code == 429
    assert int(waiting.headers["Retry-After"]) > 0


def test_a_file_beyond_those_checked_at_once_is_asked_to_wait_and_a_slow_one_is_given_up(batch):
    app = app_with(PrecheckLimits(at_once=1, seconds=1))

    async def slowly():
        yield b"<"
        await asyncio.sleep(3)

    async def both() -> list[httpx.Response]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
            slow = asyncio.create_task(client.post(ADDRESS, content=slowly(), headers={"Content-Type": "application/xml"}))
            await asyncio.sleep(0.3)
            second = await client.post(ADDRESS, **form(batch))
            first = await slow
            return [first, second, await client.post(ADDRESS, **form(batch))]

    first, second, third = asyncio.run(both())
    assert [first.status_code, second.status_code, third.status_code] == [408, 503, 200]
    assert int(second.headers["Retry-After"]) > 0


def test_a_fault_of_ours_tells_neither_reader_nor_log_what_the_file_holds(batch, monkeypatch, caplog):
    def broken(*_: object, **__: object) -> None:
        raise ValueError(f"not a date: {PERSON['identity_number']}")

    monkeypatch.setattr("omsorgstall.app.pipeline.prechecking.begin_check", broken)
    answer = ask(app_with(PrecheckLimits()), **form(batch))
    assert answer.status_code == 500
    assert "ValueError at broken" in caplog.text
    assert not [n for n in NUMBERS if n in caplog.text + answer.text]


@pytest.fixture
def unable(tmp_path) -> Iterator[tuple[str, subprocess.Popen[bytes], Path]]:
    """A server that cannot write, its process, and its temporary folder."""
    port = free_port()
    environment = os.environ | {"TMPDIR": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "tests.functional.precheck.serve_without_writing", str(port)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    for _ in range(300):
        try:
            httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=1)
            break
        except httpx.TransportError:
            time.sleep(0.1)
    yield f"http://127.0.0.1:{port}", process, tmp_path
    process.kill()


def test_no_byte_of_the_file_reaches_a_disk_and_none_of_it_the_log(unable, folder):
    address, process, temporary = unable
    people = [PERSON | {"identity_number": made_up_number(n), "local_person_id": f"b{n}"} for n in range(200)]
    many = [SERVICE | p | {"service_id": f"t{n}"} for p in people for n in range(60)]
    for row in many:
        del row["local_person_id"], row["household"]
    large = submission(folder / f"{made_up_number(1)}.xml", person=people, service=many)
    assert large.stat().st_size > 2_000_000  # a framework keeps one megabyte in memory and spools the rest
    packed = folder / "large.zip"
    write_csv(packed, HEADER, [chunk(person=people, service=many)])
    for file in (large, packed, message(folder / "message.xml", NOTIFICATION)):
        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(lambda sent: httpx.post(address + ADDRESS, timeout=120, **sent), [form(file)] * 2))
        assert [a.status_code for a in answers] == [200, 200]
        assert all("Ville blitt tatt imot" in a.text for a in answers)
    process.terminate()
    said = process.stdout.read().decode()
    assert f"POST {ADDRESS}" in said
    assert re.findall("WRITES .*", said) == []
    assert list(temporary.iterdir()) == []
    assert not [n for n in NUMBERS if n in said]


def test_the_server_that_cannot_write_would_have_told_of_a_framework_that_spools():
    """The measure of the test above: a form parsed as frameworks do it is seen."""
    script = (
        "import sys, os, signal, resource, tempfile\n"
        "from tests.functional.precheck.serve_without_writing import tell\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))\n"
        "sys.addaudithook(tell)\n"
        "spool = tempfile.SpooledTemporaryFile(max_size=10)\n"
        "spool.write(b'x' * 100)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert "WRITES open" in done.stderr
    assert "No usable temporary directory" in done.stderr
