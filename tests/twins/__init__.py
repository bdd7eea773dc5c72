"""Slow twins: the definitions again, in plain Python, sharing nothing with the code they judge."""
