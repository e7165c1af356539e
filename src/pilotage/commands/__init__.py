"""One file per verb: arguments to one call to a report."""
