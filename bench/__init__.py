"""Benchmarks: each measures our work beside a named peer or floor in the same run, in processes of their own."""
