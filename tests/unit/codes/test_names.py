"""Names of codes: clients that show names and not codes must be able to tell them apart."""

from collections import Counter
from collections.abc import Iterable

import pytest

from omsorgstall.codes import age_bands, need_levels, regions, service_groups, service_types, statistical_services
from omsorgstall.codes.services import exclusive_groups, short_stair_steps, stair_steps
from omsorgstall.core import Text

LISTS: dict[str, Iterable[Text]] = {
    "regions": [r.name for r in regions().values()],
    "services and their groups": [
        *(service_types()[c].name for c in statistical_services()),
        *(g.name for g in service_groups()),
    ],
    "steps of the staircase in both views": [*(s.name for s in stair_steps()), *short_stair_steps().values()],
    "groups of table 06971": [g.name for g in exclusive_groups()],
    "ages": [b.name for b in age_bands()],
    "levels of need": [n.name for n in need_levels()],
}


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("name", LISTS)
def test_no_two_codes_of_a_list_have_the_same_name(name, language):
    counted = Counter(text.in_language(language) for text in LISTS[name])
    assert [text for text, count in counted.items() if count > 1] == []
