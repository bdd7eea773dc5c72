"""Names that only others use: vulture reads them here as used. Each group says who uses it."""

# Arguments of a progress listener that shows nothing.
step
done

# Arguments that the protocol of context managers prescribes.
trace
