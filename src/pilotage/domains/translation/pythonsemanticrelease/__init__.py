"""python-semantic-release: where its configuration stands, and what it means here."""
