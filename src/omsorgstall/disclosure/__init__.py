"""From draft tables to tables that may be shown: presets, primary and secondary suppression, proven by attack."""

from omsorgstall.disclosure.loss import Loss
from omsorgstall.disclosure.presets import Preset, preset, presets
from omsorgstall.disclosure.protect import Protected, protect
from omsorgstall.disclosure.release import LP_SECONDS, Release, release

__all__ = ["LP_SECONDS", "Loss", "Preset", "Protected", "Release", "preset", "presets", "protect", "release"]
