"""The StatBank interface as clients meet it over HTTP."""

import pytest
import requests

ALL = {"valuecodes[Region]": "*", "valuecodes[ContentsCode]": "*", "valuecodes[Tid]": "top(1)"}


def get(url: str, **params: str) -> requests.Response:
    return requests.get(url, params=params, timeout=10)


def test_addresses_and_parameters_are_read_in_any_case_with_brackets_raw_or_encoded(address):
    plain = f"{address}/api/v2/tables/OT001/data?valuecodes[Region]=3901&valuecodes[ContentsCode]=*&valuecodes[Tid]=2025"
    same = "VALUECODES%5Bregion%5D=3901&ValueCodes[contentscode]=PERSONER&valueCodes[time]=2025"
    odd = f"{address}/API/PxWebApi/V2/Tables/ot001/DATA/?{same}"
    assert get(plain).json()["value"] == get(odd).json()["value"]
    assert get(f"{address}/api/v2/codeLists/VS_kommuner").status_code == 200


def test_get_and_post_give_the_same_answer(address):
    url = f"{address}/api/v2/tables/11642/data"
    body = {
        "selection": [
            {"variableCode": "Region", "codelist": "vs_Kommuner", "valueCodes": ["range(3901,3905)"]},
            {"variableCode": "ContentsCode", "valueCodes": ["*"]},
            {"variableCode": "Tid", "valueCodes": ["top(2,1)"]},
        ],
        "placement": {"stub": ["Tid"], "heading": ["Region", "ContentsCode"]},
    }
    posted = requests.post(url, json=body, timeout=10)
    got = get(
        f"{url}?valuecodes[Region]=[range(3901,3905)]&codelist[Region]=vs_kommuner&valuecodes[ContentsCode]=*"
        "&valuecodes[Tid]=[top(2,1)]&stub=time&heading=Region,ContentsCode"
    )
    assert posted.json() == got.json()
    assert got.json()["id"] == ["Tid", "Region", "ContentsCode"]


def test_a_post_without_a_body_gives_the_default_selection(address):
    url = f"{address}/api/v2/tables/11645/data"
    assert requests.post(url, timeout=10).json() == get(url).json()


@pytest.mark.parametrize(
    ("path", "status", "title"),
    [
        ("/tables/nothing", 404, "Non-existent table"),
        ("/tables/nothing/data", 404, "Non-existent table"),
        ("/tables?pageNumber=9", 404, "Non-existent page"),
        ("/tables?lang=sv", 400, "Unsupported language"),
        ("/tables/OT001/data?valuecodes[Nothing]=1", 400, "Non-existent variable"),
        ("/tables/OT001/data?valuecodes[Region]=9999", 400, "Non-existent value"),
        ("/tables/OT001/data?valuecodes[Region]=39&codelist[Region]=agg_none", 400, "Non-existent codelist"),
        ("/tables/OT001/data?valuecodes[Region]=3901", 400, "Missing selection for mandantory variable"),
        ("/tables/OT001/data?valuecodes[Region]=3*1", 400, "Illegal selection expression"),
        ("/tables/OT001/data?valuecodesRegion=3901", 400, "Illegal selection expression"),
        ("/tables/OT001/data?outputFormat=docx", 400, "Unsupported output format"),
        ("/tables/OT001/data?outputFormatParams=UseTexts", 400, "Unsupported output format"),
        ("/codelists/agg_none", 404, "Non-existent codelist"),
        ('/tables?query="open', 400, "Illegal parameter"),
    ],
)
def test_a_faulty_request_is_told_what_is_wrong(address, path, status, title):
    answer = get(f"{address}/api/v2{path}")
    assert (answer.status_code, answer.json()["title"]) == (status, title)
    assert answer.json()["detail"]
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_too_many_cells_are_refused(narrow_address):
    answer = get(f"{narrow_address}/api/v2/tables/11642/data", **(ALL | {"valuecodes[Tjeneste]": "*"}))
    assert (answer.status_code, answer.json()["title"]) == (400, "Too many cells selected")


def test_too_many_calls_are_told_when_to_come_back_but_the_configuration_is_always_given(limited_address):
    answers = [get(f"{limited_address}/api/v2/tables") for _ in range(3)]
    assert [a.status_code for a in answers] == [200, 200, 429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
    assert get(f"{limited_address}/api/v2/config").status_code == 200


def test_an_unchanged_answer_is_not_sent_again(address):
    url = f"{address}/api/v2/tables/OT001/data"
    first = get(url, **ALL)
    again = requests.get(url, params=ALL, headers={"If-None-Match": first.headers["ETag"]}, timeout=10)
    assert (again.status_code, again.content) == (304, b"")
    other = requests.get(url, params=ALL | {"lang": "en"}, headers={"If-None-Match": first.headers["ETag"]}, timeout=10)
    assert other.status_code == 200


def test_any_web_page_may_read_the_interface(address):
    answer = requests.get(f"{address}/api/v2/config", headers={"Origin": "https://elsewhere.example"}, timeout=10)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    preflight = requests.options(
        f"{address}/api/v2/tables/OT001/data",
        headers={"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"},
        timeout=10,
    )
    assert preflight.ok


def test_a_placement_that_cannot_be_is_ignored_with_a_warning(address):
    answer = get(f"{address}/api/v2/tables/OT001/data", **(ALL | {"stub": "Nothing"}))
    assert answer.status_code == 200
    assert "placement" in answer.headers["Warning"]


def test_suppressed_cells_are_null_with_a_colon_and_true_zeros_are_zero(address):
    answer = get(f"{address}/api/v2/tables/OT001/data", **(ALL | {"valuecodes[Trinn]": "*"})).json()
    assert {":", "."} >= set(answer["status"].values())
    assert all(answer["value"][int(n)] is None for n in answer["status"])
    assert 0 in answer["value"]


def test_unknown_parameters_and_outputs_are_ignored(address):
    answer = get(
        f"{address}/api/v2/tables/OT001/metadata",
        **{"outputFormat": "x", "defaultSelection": "False", "outputValues[Region]": "single"},
    )
    assert answer.status_code == 200


def test_the_list_of_tables_has_pages_with_links(address):
    first = get(f"{address}/api/v2/tables/", pageSize="1", query="brukere").json()
    assert first["page"]["totalElements"] == 2
    following = next(link["href"] for link in first["page"]["links"] if link["rel"] == "next")
    assert get(following).json()["tables"][0]["id"] == "11645"
    assert get(f"{address}/api/v2/tables", query="nothing", pageNumber="7").json()["tables"] == []
