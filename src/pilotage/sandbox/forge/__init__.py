"""The embedded forge: GitHub's REST and GraphQL over a bare git repository."""
