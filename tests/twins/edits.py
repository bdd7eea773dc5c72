"""Edits applied one at a time to one record at a time, as a clerk would with a list. Nothing of the program's own is used."""

WHO = ("reported_municipality", "data_year", "pseudonym")


def corrected(records, edits, names, read):
    """The records after all edits, in the order they were made.

    Args:
        names: columns that name a record of the person.
        read: the value of a text in a field.
    """
    found = [dict(r) for r in records]
    for edit in edits:
        for record in found:
            mine = all(record[k] == edit[k] for k in WHO) and all(str(record[k]) == edit[k] for k in names)
            if mine and record[edit["field"]] == read(edit["field"], edit["old"]):
                record[edit["field"]] = read(edit["field"], edit["new"])
    return found
