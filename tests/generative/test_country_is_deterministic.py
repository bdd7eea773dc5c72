"""The made-up country is the same whoever asks, for whatever part of it."""

from omsorgstall.synthetic import Country, generate


def test_the_same_seed_gives_the_same_files_with_one_process_and_two(tmp_path):
    country = Country(5, (2021,), frozenset({"1151", "1144"}))
    first = generate(tmp_path / "a", country, processes=1)
    second = generate(tmp_path / "b", country, processes=2)
    assert [f.read_bytes() for f in first] == [f.read_bytes() for f in second]


def test_what_a_municipality_reports_does_not_depend_on_other_municipalities_and_years(tmp_path):
    alone = generate(tmp_path / "a", Country(5, (2021,), frozenset({"4213"})), processes=1)
    several = generate(tmp_path / "b", Country(5, (2016, 2021, 2024), frozenset({"4213", "1144"})), processes=1)
    same = next(f for f in several if f.parent.name == "2021" and f.name == alone[0].name)
    assert alone[0].read_bytes() == same.read_bytes()
