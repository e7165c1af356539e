"""The embedded forge and index: real git and real HTTP on loopback."""
