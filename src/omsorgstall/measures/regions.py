"""The smallest region of the tables that a person's submission says: city district in the four cities, else municipality."""

import ibis
from ibis.expr import types as ir

from omsorgstall.codes.regions import cities_with_districts, districts, unknown_district


def leaf_region(municipality: ir.StringValue, district: ir.StringValue) -> ir.StringValue:
    """Code of the district, ``…99`` when a city's district is not stated or unknown, or the municipality itself.

    Args:
        municipality: the reporting municipality within today's borders.
        district: the district as reported: six digits, or the two or fewer digits within the city.
    """
    full = (district.length() <= 2).ifelse(municipality + district.lpad(2, "0"), district)
    known = full.isin(sorted(districts())) & full.startswith(municipality)
    unknown = [(municipality == city, unknown_district(city)) for city in sorted(cities_with_districts())]
    return ibis.cases((known, full), *unknown, else_=municipality)
