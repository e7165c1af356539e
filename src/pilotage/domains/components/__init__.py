"""Repositories with several packages: which there are, what changes belong to them, and what moves with what."""
