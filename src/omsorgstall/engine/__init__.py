"""The only way to run an expression: DuckDB here, Spark elsewhere."""
