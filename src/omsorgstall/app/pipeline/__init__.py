"""The chain from files to a published edition, wired once for the command line, the demo and the benchmarks.

``taking_in`` and ``releasing`` are imported apart: each costs the start-up time of what it needs.
"""
