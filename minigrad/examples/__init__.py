"""Programs to run, read and change, each with ``python -m minigrad.examples.NAME``."""
