"""An independent attack on what is published."""
