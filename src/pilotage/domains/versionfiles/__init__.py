"""Editors of the files that carry a version; an edit touches only the version."""
