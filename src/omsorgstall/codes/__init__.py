"""Classifications valid in time, one data file per list and version, with correspondences between them.

Sources and what is ASSUMED stand in each data file.
"""

from omsorgstall.codes.lists import Code, CodeList, code_list
from omsorgstall.codes.people import AgeBand, FunctionVariable, NeedLevel, age_bands, function_variables, need_levels
from omsorgstall.codes.population import population
from omsorgstall.codes.regions import Region, RegionLevel, municipalities, municipalities_in, regions
from omsorgstall.codes.services import (
    ServiceType,
    service_groups,
    service_recodes,
    service_types,
    statistical_services,
)

__all__ = [
    "AgeBand",
    "Code",
    "CodeList",
    "FunctionVariable",
    "NeedLevel",
    "Region",
    "RegionLevel",
    "ServiceType",
    "age_bands",
    "code_list",
    "function_variables",
    "municipalities",
    "municipalities_in",
    "need_levels",
    "population",
    "regions",
    "service_groups",
    "service_recodes",
    "service_types",
    "statistical_services",
]
