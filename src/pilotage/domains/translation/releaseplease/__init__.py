"""release-please: where its configuration stands, and what it means here."""
