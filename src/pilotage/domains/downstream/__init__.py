"""Downstream: what the repositories that use a package ask of it, and what a release means for them."""
