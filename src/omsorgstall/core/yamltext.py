"""Reading the YAML that rules, code lists, definitions and parameters are written in."""

from typing import Any

import yaml

# libyaml reads the project's files ten times faster, which every start of the program feels; some builds lack it.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def parse_yaml(text: str) -> dict[str, Any]:
    """The keys and values of a YAML text.

    Raises:
        yaml.YAMLError: when the text is not YAML; these texts are the project's own.
    """
    content: dict[str, Any] = yaml.load(text, _LOADER)  # noqa: S506  a safe loader either way
    return content
