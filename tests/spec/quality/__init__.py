"""How good the data are, on small tables drawn by hand."""
