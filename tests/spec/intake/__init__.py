"""What intake says about small submissions."""
