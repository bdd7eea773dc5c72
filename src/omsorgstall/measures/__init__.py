"""Facts per person as expressions."""
