"""Downstream, with its effects: looking at many repositories, changing each by itself, and telling how far it is."""
