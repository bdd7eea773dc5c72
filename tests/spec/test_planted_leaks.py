"""Each known attack, planted in a small release where everyone can see the answer; the attacker must find it and say how."""

import dataclasses

import numpy as np

from omsorgstall.disclosure.attack import attack
from omsorgstall.disclosure.attack.report import Attack
from omsorgstall.tables import CellStatus, Composition, Identity, ReleasedTable
from tests.builders.made_up_draft import (
    LEAF_COLUMNS,
    People,
    amount_content,
    dimension,
    draft_of,
    member,
    model,
    persons_content,
    ratio_content,
    region_dimension,
    years,
)

OSLO = region_dimension(
    [member("EAK", ["0301", "1101", "1102"]), member("EKA03", ["0301"]), *map(member, ["0301", "1101", "1102"])]
)


def published(shape, figures, hidden, content="Brukere"):
    """One content as published: figures by codes (without year), those in ``hidden`` suppressed, all others zero."""
    values, status = np.zeros(shape.shape), np.full(shape.shape, CellStatus.TRUE_ZERO, np.uint8)
    for codes, figure in figures.items():
        at = tuple(d.index()[c] for d, c in zip(shape.dimensions, (*codes.split(), "2022"), strict=True))
        values[at] = np.nan if codes in hidden else figure
        status[at] = CellStatus.SUPPRESSED if codes in hidden else CellStatus.VALUE
    return {content: values}, {content: status}


def released(shape, *parts, edition="2023-1"):
    values = {k: v for part in parts for k, v in part[0].items()}
    statuses = {k: v for part in parts for k, v in part[1].items()}
    return ReleasedTable(shape, edition, values, statuses, "planted", {})


def users(regions=OSLO, table="11642", family="users", **more):
    return model(table, [regions, years(2022)], [persons_content(family, **more)])


def by_service(codes=("01", "15")):
    service = dimension("Tjeneste", [member("00", codes), *map(member, codes)], composition=Composition.UNION)
    return model("11642", [OSLO, service, years(2022)], [persons_content("users")], "Tjeneste")


def found(*tables, **more):
    report = attack(tables, **more)
    return {(e.attack, *e.cell[:-2]) for e in report.exposures}, report


def flat(*codes):
    leaves = [f"11{n:02d}" for n in range(1, len(codes) + 1)]
    return region_dimension([member("EAK", leaves), *map(member, leaves)]), dict(zip(leaves, codes, strict=True))


def test_subtraction_gives_the_only_hidden_municipality():
    regions, counts = flat(40, 30, 3)
    shape = users(regions)
    leak, report = found(released(shape, published(shape, {"EAK": 73} | counts, {"1103"})))
    assert (Attack.DETERMINED, "1103") in leak
    how = next(e.how for e in report.exposures if e.cell[0] == "1103")
    assert all(code in how for code in ("EAK", "1101", "1102"))


def test_two_partitions_of_the_same_municipalities_give_what_one_alone_hides():
    leaves = ["1101", "1102", "1103", "1104"]
    groups = [member("EKA11", leaves[:2]), member("EKA46", leaves[2:]), member("EKG01", leaves[:3]), member("EKG02", leaves[3:])]
    shape = users(region_dimension([member("EAK", leaves), *groups, *map(member, leaves)]))
    figures = {"EAK": 100, "EKA11": 50, "EKA46": 50, "EKG01": 53, "EKG02": 47, "1101": 20, "1102": 30, "1103": 3, "1104": 47}
    leak, _ = found(released(shape, published(shape, figures, {"1103", "1104", "1101", "1102"})))
    assert (Attack.DETERMINED, "1103") in leak
    assert (Attack.DETERMINED, "1101") not in leak


def test_hidden_ones_with_an_open_sum_are_all_one():
    regions, counts = flat(1, 1, 1, 1, 1)
    shape = users(regions)
    leak, _ = found(released(shape, published(shape, {"EAK": 5} | counts, set(counts))))
    assert {(Attack.NARROW, code) for code in counts} <= leak


def test_a_lone_person_subtracts_herself():
    regions, counts = flat(1, 4, 40)
    shape = users(regions)
    people = People()
    for code, count in counts.items():
        people.add("users", "", [code], "", count)
    table = released(shape, published(shape, {"EAK": 45} | counts, {"1101", "1102"}))
    assert not found(table)[0]
    assert (Attack.INSIDER, "1102") in found(table, inner=people.table(), leaf_columns=LEAF_COLUMNS)[0]


def test_an_open_zero_opens_everything_in_it():
    shape = by_service()
    figures = {"EAK 00": 20, "EAK 01": 20, "1101 00": 12, "1101 01": 12, "1102 00": 8, "1102 01": 8, "1101 15": 0, "EAK 15": 0}
    values, status = published(shape, figures, {"1101 15"})
    status["Brukere"][0, 2, 0] = CellStatus.TRUE_ZERO
    leak, _ = found(released(shape, (values, status)))
    assert (Attack.DETERMINED, "1101", "15") in leak


def test_the_capital_is_its_county_and_both_are_hidden_or_none():
    shape = users()
    figures = {"EAK": 60, "EKA03": 7, "0301": 7, "1101": 30, "1102": 23}
    leak, _ = found(released(shape, published(shape, figures, {"0301", "1101"})))
    assert (Attack.DETERMINED, "0301") in leak


def test_a_union_with_one_child_left_is_that_child():
    shape = by_service()
    figures = {"EAK 00": 60, "EAK 01": 40, "EAK 15": 40, "1101 00": 6, "1101 01": 6, "1102 00": 54, "1102 01": 34, "1102 15": 40}
    hidden = {"1101 00", "1102 00"}
    leak, _ = found(released(shape, published(shape, figures, hidden)))
    assert (Attack.DETERMINED, "1101", "00") in leak


def test_a_union_of_overlapping_children_stays_uncertain():
    shape = by_service()
    figures = {"EAK 00": 60, "EAK 01": 40, "EAK 15": 46, "1101 00": 9, "1101 01": 6, "1101 15": 6, "1102 00": 51, "1102 01": 34}
    hidden = {"1101 00", "1102 00"}
    leak, _ = found(released(shape, published(shape, figures | {"1102 15": 40}, hidden)))
    assert not leak


def test_the_same_persons_divided_in_two_tables_have_one_total():
    everyone = persons_content("by_group", identities=(Identity((), "at_year_end", ("00",)),))
    group = dimension("Gruppe", [member("00", ["A", "B"]), member("A"), member("B")])
    parts = model("06971", [OSLO, group, years(2022)], [everyone])
    service = dimension("Tjeneste", [member("00", ["01"]), member("01")], composition=Composition.UNION)
    total = model("11645", [OSLO, service, years(2022)], [persons_content("at_year_end")], "Tjeneste")
    counts = {"EAK": 60, "EKA03": 20, "0301": 20, "1101": 17, "1102": 23}
    one = published(
        total, {f"{r} {s}": n for r, n in counts.items() for s in ("00", "01")}, {"1101 00", "1101 01", "1102 00", "1102 01"}
    )
    two = {f"{r} 00": n for r, n in counts.items()} | {f"{r} A": n - 8 for r, n in counts.items() if n < 60}
    two |= {f"{r} B": 8 for r in counts if r != "EAK"} | {"EAK A": 36, "EAK B": 24}
    leak, _ = found(released(total, one), released(parts, published(parts, two, set())))
    assert (Attack.DETERMINED, "1101", "00") in leak


def test_a_group_that_is_a_service_shows_that_service():
    group = dimension("Gruppe", [member("00", ["A", "B"]), member("A"), member("B")])
    same = persons_content("by_group", identities=(Identity(("A",), "at_year_end", ("21",)),))
    parts = model("06971", [OSLO, group, years(2022)], [same])
    service = dimension("Tjeneste", [member("21"), member("15")], composition=Composition.UNION)
    services = model("11645", [OSLO, service, years(2022)], [persons_content("at_year_end")], "Tjeneste")
    counts = {"EAK 21": 60, "EKA03 21": 20, "0301 21": 20, "1101 21": 17, "1102 21": 23}
    groups = {"EAK 00": 100, "EAK A": 60, "EAK B": 40, "EKA03 00": 30, "EKA03 A": 20, "EKA03 B": 10, "0301 00": 30, "0301 A": 20}
    groups |= {"0301 B": 10, "1101 00": 20, "1101 A": 17, "1101 B": 3, "1102 00": 50, "1102 A": 23, "1102 B": 27}
    hidden = {"1101 A", "1101 B", "1102 A", "1102 B"}
    leak, _ = found(released(services, published(services, counts, set())), released(parts, published(parts, groups, hidden)))
    assert {(Attack.DETERMINED, "1101", "A"), (Attack.DETERMINED, "1101", "B")} <= leak


def test_the_same_persons_divided_in_two_tables_have_one_total_in_each_age():
    ages = dimension("Alder", [member("999", ["-066", "067-"]), member("-066"), member("067-")])
    group = dimension("Gruppe", [member("00", ["A", "B"]), member("A"), member("B")])
    everyone = persons_content("by_group", identities=(Identity((), "at_year_end", ("00",)),))
    parts = model("06969", [OSLO, ages, group, years(2022)], [everyone])
    service = dimension("Tjeneste", [member("00", ["01"]), member("01")], composition=Composition.UNION)
    total = model("11645", [OSLO, ages, service, years(2022)], [persons_content("at_year_end")], "Tjeneste")
    counts = {"EAK": (60, 30), "EKA03": (20, 10), "0301": (20, 10), "1101": (17, 12), "1102": (23, 8)}
    whole = {f"{r} {a}": n for r, pair in counts.items() for a, n in (("999", sum(pair)), ("-066", pair[0]), ("067-", pair[1]))}
    services = {f"{cell} {s}": n for cell, n in whole.items() for s in ("00", "01")}
    groups = {f"{cell} {g}": n if g == "00" else n - 5 if g == "A" else 5 for cell, n in whole.items() for g in ("00", "A", "B")}
    crossed = [f"{r} {a} {s}" for r in ("1101", "1102") for a in ("-066", "067-") for s in ("00", "01")]
    leak, _ = found(released(total, published(total, services, set(crossed))))
    assert not leak
    leak, _ = found(released(total, published(total, services, set(crossed))), released(parts, published(parts, groups, set())))
    assert (Attack.DETERMINED, "1101", "067-", "00") in leak


def test_those_at_the_end_of_the_year_were_there_during_it():
    during, at_end = users(), model("11645", [OSLO, years(2022)], [persons_content("at_year_end", among="users")])
    counts = {"EAK": 60, "EKA03": 20, "0301": 20, "1101": 26, "1102": 14}
    left = {"EAK": 45, "EKA03": 6, "0301": 6, "1101": 25, "1102": 14}
    hidden = released(during, published(during, counts, {"1101", "1102"}))
    assert not found(hidden)[0]
    leak, _ = found(hidden, released(at_end, published(at_end, left, set())))
    assert leak == {(Attack.NARROW, "1101"), (Attack.NARROW, "1102")}


def test_a_county_less_its_largest_municipality_shows_the_few_outside_it():
    leaves = ["1101", "1102", "1103"]
    shape = users(region_dimension([member("EAK", leaves), *map(member, leaves)]))
    leak, _ = found(released(shape, published(shape, {"EAK": 43, "1101": 41, "1102": 1, "1103": 1}, {"1102", "1103"})))
    assert (Attack.COMPLEMENT, "EAK") in leak


def test_a_figure_under_a_mark_and_a_second_mark_are_seen():
    regions, counts = flat(40, 30, 20)
    shape = users(regions)
    values, status = published(shape, {"EAK": 90} | counts, set())
    status["Brukere"][1, 0], status["Brukere"][2, 0] = CellStatus.SUPPRESSED, 9
    leak, _ = found(released(shape, (values, status)))
    assert {(Attack.MARK, "1101"), (Attack.MARK, "1102")} <= leak


def test_a_small_count_left_open_is_seen():
    regions, counts = flat(40, 30, 3)
    shape = users(regions)
    assert (Attack.SMALL, "1103") in found(released(shape, published(shape, {"EAK": 73} | counts, set())))[0]


def test_a_mean_beside_a_hidden_count_is_seen():
    regions, counts = flat(40, 30, 3, 3)
    contents = [persons_content("users"), amount_content("hours", "users"), ratio_content("Timer", "Brukere")]
    shape = model("12293", [regions, years(2022)], contents)
    everywhere = {"EAK": 76} | counts
    parts = [published(shape, everywhere, {"1103", "1104"})]
    parts += [published(shape, {k: v * 10 for k, v in everywhere.items()}, {"1103", "1104"}, "Timer")]
    parts += [published(shape, dict.fromkeys(everywhere, 10.0), set(), "Snitt")]
    assert (Attack.RATIO, "1103") in found(released(shape, *parts))[0]


def test_a_mean_gives_hours_that_are_not_published():
    regions, counts = flat(40, 30, 20)
    hours = amount_content("hours", "users", published=False)
    shape = model("12293", [regions, years(2022)], [persons_content("users"), hours, ratio_content("Timer", "Brukere")])
    figures = {"EAK": 90} | counts
    means = published(shape, dict.fromkeys(figures, 10.0), {"1103"}, "Snitt")
    assert (Attack.DETERMINED, "1103") in found(released(shape, published(shape, figures, set()), means))[0]


def test_hours_of_hidden_persons_are_seen():
    regions, counts = flat(40, 30, 3, 3)
    contents = [persons_content("users"), amount_content("hours", "users")]
    shape = model("11643", [regions, years(2022)], contents)
    figures = {"EAK": 76} | counts
    parts = [published(shape, figures, {"1103", "1104"})]
    parts += [published(shape, {k: v * 9 for k, v in figures.items()}, set(), "Timer")]
    assert (Attack.SMALL, "1103") in found(released(shape, *parts))[0]


def test_hours_in_two_ways_hide_together():
    regions, counts = flat(40, 30, 20, 10)
    contents = [amount_content("hours", "users"), amount_content("hours_raw", "users", "TimerMedOverlapp")]
    shape = model("11643", [regions, years(2022)], contents)
    figures = {"EAK": 100} | counts
    parts = [published(shape, figures, {"1103", "1104"}, "Timer"), published(shape, figures, set(), "TimerMedOverlapp")]
    assert (Attack.RATIO, "1103") in found(released(shape, *parts))[0]


def test_what_an_earlier_edition_showed_cannot_be_hidden():
    regions, counts = flat(40, 30, 20, 10)
    shape = users(regions)
    earlier = released(shape, published(shape, {"EAK": 100} | counts, set()))
    now = dataclasses.replace(released(shape, published(shape, {"EAK": 100} | counts, {"1103", "1104"})), edition="2023-2")
    assert (Attack.REVISION, "1103") in found(now, earlier=[earlier])[0]
    withdrawn = {("11642", (code, "2022", "Brukere")) for code in ("1103", "1104")}
    assert not found(now, earlier=[earlier], withdrawn=withdrawn)[0]


def test_a_draft_shown_as_it_is_fails():
    regions, counts = flat(40, 30, 3, 2)
    people = People()
    for code, count in counts.items():
        people.add("users", "", [code], "", count)
    draft = draft_of([users(regions)], people)
    (table,) = draft.tables
    status = {c: np.where(v == 0, CellStatus.TRUE_ZERO, CellStatus.VALUE).astype(np.uint8) for c, v in table.values.items()}
    assert not attack([ReleasedTable(table.model, "x", table.values, status, "none", {})]).passed
