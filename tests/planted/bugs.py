"""Fifteen ways to get it wrong, planted one at a time to see that a test of CI notices."""

from __future__ import annotations


def plant_from_environment() -> None:
    """Placeholder."""
