"""From draft tables to tables that may be shown: presets, primary and secondary suppression, proven by attack."""

from omsorgstall.disclosure.presets import Preset, preset, presets
from omsorgstall.disclosure.protect import Protected, protect

__all__ = ["Preset", "Protected", "preset", "presets", "protect"]
