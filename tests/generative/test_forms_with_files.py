"""A form with files is read as another program wrote it, whatever the files hold; a damaged one is refused and never misread."""

from contextlib import suppress

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omsorgstall.app.web.multipart import MOST_PARTS, MultipartError, parts_of

BOUNDARY = "grense7"
PIECES = st.sampled_from(
    [b"\r\n", b"--", b"\r\n--", b"--grense7", b"\r\n\r\n", b"--grense", b"\n", b"", b"7", b"Content-Disposition: "]
)
CONTENT = st.lists(st.one_of(st.binary(max_size=5), PIECES), max_size=12).map(b"".join)
NAMES = st.text(st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\\%"), min_size=1, max_size=12)


def written(fields: list[tuple[str, str | None, bytes]]) -> tuple[str, bytes]:
    """The form as ``httpx`` writes it."""
    sent = [(name, (file, content) if file is not None else (None, content)) for name, file, content in fields]
    request = httpx.Request(
        "POST", "http://test", files=sent, headers={"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    )
    return request.headers["Content-Type"], request.read()


FORMS = st.lists(
    st.tuples(NAMES, st.one_of(st.none(), NAMES), CONTENT.filter(lambda c: b"\r\n--" + BOUNDARY.encode() not in b"\r\n" + c)),
    min_size=1,
    max_size=4,
)


@given(FORMS)
def test_every_field_comes_out_as_it_went_in(fields):
    assert [(p.name, p.file_name, p.content) for p in parts_of(*written(fields))] == fields


@given(FORMS, st.data())
def test_a_form_that_is_cut_off_is_refused(fields, data):
    kind, body = written(fields)
    with pytest.raises(MultipartError):
        parts_of(kind, body[: data.draw(st.integers(0, len(body) - 5))])


@given(FORMS, st.binary(min_size=1, max_size=20), st.data())
def test_a_damaged_form_gives_fields_or_is_refused(fields, garbage, data):
    kind, body = written(fields)
    place = data.draw(st.integers(0, len(body)))
    damaged = body[:place] + garbage + body[place:]
    with suppress(MultipartError):
        assert all(part.content in damaged for part in parts_of(kind, damaged))


def test_what_stands_before_the_first_field_is_no_field():
    kind, body = written([("fil", "a.xml", b"<a/>")])
    assert [p.content for p in parts_of(kind, b"hello\r\n" + body)] == [b"<a/>"]


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"--x"),
        (f"multipart/form-data; boundary={BOUNDARY}", written([("a", None, b"")] * (MOST_PARTS + 1))[1]),
        (f"multipart/form-data; boundary={BOUNDARY}", b"--grense7\r\nA: " + b"a" * 9_000 + b"\r\n\r\n\r\n--grense7--"),
        (f"multipart/form-data; boundary={BOUNDARY}", b"--grense7\r\nContent-Disposition: form-data\r\n\r\n\r\n--grense7--"),
    ],
)
def test_a_form_without_boundary_or_with_endless_or_nameless_fields_is_refused(kind, body):
    with pytest.raises(MultipartError):
        parts_of(kind, body)
