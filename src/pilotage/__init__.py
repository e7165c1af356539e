"""Pilotage: the release train for Python packages on GitHub."""

__version__ = "0.1.0"  # x-pilotage-version
