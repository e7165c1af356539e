from __future__ import annotations

from pilotage.domains.reverts import read_reverted


def test_reverts_of_reverts_are_unwrapped_to_a_bound() -> None:
    assert read_reverted("revert: revert: feat: sing") == ("feat: sing", False)
    title, _ = read_reverted("revert: " * 1_000 + "feat: sing")
    assert title.startswith("revert: ")
    assert title.endswith("feat: sing")
