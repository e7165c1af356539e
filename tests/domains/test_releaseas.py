"""Versions that are asked for: a footer or an input, each wrong one with its own error."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domains.branch_world import line, next_of, propose
from pilotage.errors import ConfigError, ConflictError, PilotageError

if TYPE_CHECKING:
    from pilotage.model.line import Channel, Line


@pytest.mark.parametrize(
    ("last", "asked", "expected"),
    [
        ("1.4.0", "3.0.0", "3.0.0"),
        ("0.9.0", "1.0.0", "1.0.0"),  # leaving 0.x on purpose
        ("1.4.0", "2.0.0rc1", "2.0.0rc1"),
        ("1.4.0", "1.4.0.post1", "1.4.0.post1"),
        ("1.4.0", "1!1.0", "1!1.0"),
        ("1.5.0rc1", "1.5.0", "1.5.0"),
        (None, "0.0.1", "0.0.1"),
    ],
)
def test_the_default_branch_makes_what_is_asked_for(last: str | None, asked: str, expected: str) -> None:
    assert next_of(propose(f"chore: x\n\nRelease-As: {asked}", last=last)) == expected
    assert next_of(propose("chore: x", last=last, on=line(asked=asked))) == expected


def test_the_input_beats_every_footer() -> None:
    assert next_of(propose("fix: x\n\nRelease-As: 3.0.0", on=line(asked="2.0.0"))) == "2.0.0"
    assert next_of(propose("fix: x\n\nRelease-As: nonsense", on=line(asked="2.0.0"))) == "2.0.0"


def test_a_footer_that_was_followed_once_is_not_followed_again() -> None:
    before = ("feat: x\n\nRelease-As: 2.0.0rc1",)
    on = line("", "1.4.0 2.0.0rc1")
    assert next_of(propose("fix: y", last="2.0.0rc1", full="1.4.0", before=before, on=on)) == "2.0.0"


FOOTER = "commit 0000000001, footer Release-As"
INPUT = "input release-as"


@pytest.mark.parametrize(
    ("asked", "known", "error", "found"),
    [
        ("next", "", ConfigError, "{place}: 'next' is not a version"),
        ("1.3.0", "", ConfigError, "{place}: 1.3.0: 1.3.0 is lower than the released version 1.4.0"),
        ("1.4", "", ConfigError, "{place}: 1.4: 1.4 is already released"),
        ("1.5.0+x", "", ConfigError, "{place}: 1.5.0+x: the local part +x cannot be released"),
        (
            "1.5.0",
            "1.4.0 1.5",
            ConflictError,
            "{place}: 1.5.0: 1.5.0 is taken: a tag of that version exists, on another branch",
        ),
    ],
)
def test_what_cannot_be_released_is_refused_with_the_place_that_asks(
    asked: str, known: str, error: type[PilotageError], found: str
) -> None:
    footer, place = f"fix: x\n\nRelease-As: {asked}", line("", known)
    with pytest.raises(error) as by_footer:
        propose(footer, on=place)
    assert by_footer.value.message == found.format(place=FOOTER)
    with pytest.raises(error) as by_input:
        propose("fix: x", on=line("", known, asked=asked))
    assert by_input.value.message == found.format(place=INPUT)
    assert by_footer.value.hint
    assert by_input.value.hint


@pytest.mark.parametrize(
    ("on", "last", "asked", "expected"),
    [
        (line("rc", "1.4.0"), "1.4.0", "2.0.0", "2.0.0rc1"),
        (line("rc", "1.4.0 2.0.0rc3"), "1.4.0", "2.0.0", "2.0.0rc4"),
        (line("rc", "1.4.0"), "1.5.0rc2", "1.5.0", "1.5.0rc3"),
        (line("rc", "1.4.0"), "1.4.0", "2.0.0rc5", "2.0.0rc5"),
        (line("dev", "1.4.0"), "1.4.0", "2.0.0", "2.0.0.dev1"),
        (line("dev", "1.4.0"), None, "2.0.0.dev7", "2.0.0.dev7"),
        (line("post"), "1.4.0", "1.4.0.post3", "1.4.0.post3"),
        (line("maintenance", "2.0.0", branch="1.x"), "1.4.0", "1.9.0", "1.9.0"),
        (line("maintenance", branch="1.x"), "1.4.0", "1.9.0rc1", "1.9.0rc1"),
    ],
)
def test_a_channel_makes_what_is_asked_for_in_its_own_way(
    on: Line, last: str | None, asked: str, expected: str
) -> None:
    assert next_of(propose(f"chore: x\n\nRelease-As: {asked}", last=last, on=on)) == expected


@pytest.mark.parametrize(
    ("channel", "asked", "kinds"),
    [
        ("rc", "2.0.0b1", "candidates such as 1.5.0rc1"),
        ("rc", "2.0.0rc1.dev1", "candidates such as 1.5.0rc1"),
        ("rc", "2.0.0.post1", "candidates such as 1.5.0rc1"),
        ("a", "2.0.0.dev1", "alphas such as 1.5.0a1"),
        ("b", "2.0.0rc1", "betas such as 1.5.0b1"),
        ("dev", "2.0.0rc1", "developmental releases such as 1.5.0.dev1"),
        ("post", "2.0.0", "post-releases such as 1.4.2.post1"),
        ("post", "1.5.0rc1.post1", "post-releases such as 1.4.2.post1"),
        ("post", "1.5.0.post1.dev1", "post-releases such as 1.4.2.post1"),
    ],
)
def test_a_version_of_another_kind_than_the_branchs_is_refused(channel: Channel, asked: str, kinds: str) -> None:
    with pytest.raises(ConfigError) as caught:
        propose("fix: x", on=line(channel, branch="next", asked=asked))
    assert caught.value.message == (
        f"input release-as: {asked}: {asked} does not fit branch next, which makes {kinds} "
        f"([tool.pilotage.channels] {channel!r})"
    )


def test_a_number_below_what_another_branch_made_of_the_target_is_refused() -> None:
    with pytest.raises(
        ConflictError, match=r"^input release-as: 2\.0\.0rc1: 2\.0\.0rc1 is below what exists of 2\.0\.0"
    ):
        propose("fix: x", on=line("rc", "1.4.0 2.0.0rc4", asked="2.0.0rc1"))


@pytest.mark.parametrize(
    ("asked", "known", "found"),
    [
        ("2.0.0", "", "makes 2.0.0, which is not one of 1.*"),
        ("1.9.0", "1.8.0", "makes 1.9.0, but 1.8.0 exists on another branch and may not be overtaken"),
    ],
)
def test_a_version_outside_of_a_maintenance_line_is_refused(asked: str, known: str, found: str) -> None:
    on = line("maintenance", known, branch="1.x", asked=asked)
    with pytest.raises(ConflictError) as caught:
        propose("fix: x", last="1.4.0", on=on)
    assert caught.value.message == f"maintenance branch 1.x: input release-as: {asked} after 1.4.0 {found}"
