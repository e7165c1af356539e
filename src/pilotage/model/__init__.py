"""Frozen records that cross boundaries; no I/O."""
