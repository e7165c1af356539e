"""One class per remote or device; no policy."""
