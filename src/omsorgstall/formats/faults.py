"""Gate faults: what makes a file unreadable as a whole. A fault never quotes the content of the file."""

from collections.abc import Mapping

from omsorgstall.core import ErrorFamily, OmsorgstallError

TODO: Mapping[str, str] = {
    "empty-file": "Extract the file again.",
    "not-xml": "Send the XML file as the record system wrote it.",
    "truncated": "The file ends too early. Extract or transfer it again.",
    "wrong-encoding": "Write the file in UTF-8 and say so in its first line.",
    "doctype": "Write the file without DOCTYPE and entity declarations.",
    "wrong-root": "Check that this is the right kind of file, with the documented root element and namespace.",
    "wrong-version": "Ask the vendor for an extract in a supported version of the layout.",
    "bad-header": "Fill in the head of the file as the layout describes.",
    "too-large": "Split the submission or contact the receiver.",
    "not-edits": "Write the file as the page on edit sets describes: one row an edit, of one municipality and year.",
    "not-units": "Write a heading line with organisation_number and industry_code at least, each once.",
    "not-changes": "Write the columns old_number, new_number and known_on; old_type and new_type where they are not 1.",
    "not-dwellings": "Write a heading line of organisation_number or local_person_id and fields of the page on dwelling files.",
    "not-csv": "Write the CSV files as the layout describes: comma, UTF-8, a heading line.",
    "missing-file": "Send every file that holds rows, with the header file and the person file.",
}
"""What the sender can do, by error code."""


def rejected(code: str, what: str, where: str = "") -> OmsorgstallError:
    """The error of a gate fault.

    Args:
        code: one of ``TODO``.
        what: what was wrong, without quoting the content.
        where: file name and line.
    """
    return OmsorgstallError(ErrorFamily.INPUT_REJECTED, code, what, where=where, todo=TODO[code])
