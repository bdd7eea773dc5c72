"""Event messages of the made-up country are read back as written, with an unbroken chain."""

import pytest
from lxml import etree

from omsorgstall.formats.events import read_message
from omsorgstall.synthetic import Country, generate_events
from tests.national_schema import national_schema

ZERO = "00000000-0000-0000-0000-000000000000"


@pytest.fixture(scope="module")
def messages(tmp_path_factory):
    return generate_events(tmp_path_factory.mktemp("events"), Country(4, (2021,), frozenset({"4203"})), weeks=6)


@pytest.fixture(scope="module")
def notifications(messages):
    return [row for file in messages for row in read_message(file).table.to_pylist()]


def test_every_message_follows_the_national_schema(messages):
    for file in messages:
        national_schema().assertValid(etree.parse(file))


def test_running_numbers_rise_and_each_notification_points_to_the_one_before(notifications):
    assert [int(n["running_number"]) for n in notifications] == list(range(1, len(notifications) + 1))
    previous = [ZERO, *(n["notification_guid"] for n in notifications[:-1])]
    assert [n["previous_guid"] for n in notifications] == previous


def test_corrections_and_annulments_refer_to_an_original_sent_before(notifications):
    sent = {}
    for n in notifications:
        if n["status"] == "N":
            sent[n["notification_guid"]] = n
        else:
            assert sent[n["reference_guid"]]["service_id"] == n["service_id"]
    assert {"N", "M"} <= {n["status"] for n in notifications}


def test_only_stays_and_dwellings_have_events(notifications):
    assert {int(n["service_type"]) for n in notifications} <= {18, 19, 20, 21, 29}
    assert {"start", "end"} <= {n["event"] for n in notifications}
