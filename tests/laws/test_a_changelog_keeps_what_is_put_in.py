"""The laws of a changelog: a section is read as it was put in, twice is once, and the rest stays as it was."""

from hypothesis import assume, given
from hypothesis import strategies as st

from pilotage.domains.changelog import insert_section, read_section, read_section_date
from pilotage.errors import ConfigError
from pilotage.model.version import Version

versions = st.builds(
    lambda release, suffix: Version(".".join(map(str, release)) + suffix),
    st.lists(st.integers(0, 30), min_size=2, max_size=4),
    st.sampled_from(["", "", "rc1", ".post1", "a2.dev3"]),
)
dates = st.dates().map(lambda day: f"{day:%Y-%m-%d}".rjust(10, "0"))
words = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="#`~\r\n[]"), max_size=12)
harmless = st.one_of(
    words,
    st.sampled_from(
        ["", "", "### Features", "* a (#1)", "### 3.12 support", "    ## 1.0.0", "[1]: https://x.org", "<!-- -->"]
    ),
)
fenced = st.sampled_from(
    ["```\n## 1.0.0\n```", "~~~~ md\n~~~\n## [2.0.0] (2020-01-01)\n~~~~", "````\n```\n# 3.0.0\n````"]
)
bodies = st.lists(harmless | fenced, max_size=6).map("\n".join)


@st.composite
def headings(draw: st.DrawFn, version: Version) -> str:
    shapes = ["## {v}", "## v{v}", "## [{v}]", "## {v} ({d})", "## [{v}](https://x.org/v{v}) ({d})", "## [{v}] - {d}"]
    return draw(st.sampled_from(shapes)).format(v=version, d=draw(dates))


@st.composite
def changelogs(draw: st.DrawFn) -> tuple[str, list[Version]]:
    """A changelog with a preamble and sections, and the versions of its sections."""
    known = draw(st.lists(versions, max_size=3, unique=True))
    blocks = [
        draw(st.sampled_from(["", "# Changelog\n", "# Changelog\n\nText\n", "## [Unreleased]\n\n* x\n", "\ufeff# C\n"]))
    ]
    blocks += [f"{draw(headings(version))}\n{draw(bodies)}\n" for version in known]
    text = "\n".join(blocks) + draw(st.sampled_from(["", "\n[unreleased]: https://x.org\n[1.0.0]: https://x.org\n"]))
    text = text if draw(st.booleans()) else text.rstrip()
    return text.replace("\n", draw(st.sampled_from(["\n", "\r\n"]))), known


def trimmed(body: str) -> str:
    lines = body.rstrip().split("\n")
    while lines and not lines[0].strip(" \t"):
        del lines[0]
    return "\n".join(lines)


@given(changelogs(), versions, bodies, st.data())
def test_a_section_is_read_as_it_was_put_in_and_the_rest_stays(
    changelog: tuple[str, list[Version]], version: Version, body: str, data: st.DataObject
) -> None:
    text, known = changelog
    section = data.draw(headings(version)) + "\n" + body

    once = insert_section(text, section, version=version)

    assert read_section(once, version) == trimmed(body)
    assert insert_section(once, section, version=version) == once
    for other in known:
        if other != version:
            assert read_section(once, other) == read_section(text, other)
            assert read_section_date(once, other) == read_section_date(text, other)
    if version not in known and text.strip():
        kept = [at for at in range(len(text) + 1) if once.startswith(text[:at]) and once.endswith(text[at:])]
        assert kept
    if version in known:
        old = read_section(text, version)
        assert old is not None
        restored = insert_section(once, f"{data.draw(headings(version))}\n{old}", version=version)
        assert read_section(restored, version) == old


lines = st.sampled_from(
    [
        "```",
        "~~~",
        "````x",
        "## 1.0.0",
        "# [2.0.0]",
        "### [1.0.0] (2020-01-01)",
        "### [2.0.0](https://x.org)",
        "text",
        "",
        "[1.0.0]: x",
        "## Unreleased",
        "\r",
    ]
)
wild = st.lists(lines, max_size=8).map("\n".join)


@given(wild, wild, versions)
def test_even_broken_markdown_loses_nothing_and_stays_stable(text: str, body: str, version: Version) -> None:
    assume(version not in (Version("1.0.0"), Version("2.0.0")))
    section = f"## {version}\n\n{body}"

    try:
        once = insert_section(text, section, version=version)
    except ConfigError:
        assert "```" in text or "~~~" in text
        return

    assert insert_section(once, section, version=version) == once
    assert read_section(once, version) is not None
    for other in (Version("1.0.0"), Version("2.0.0")):
        assert read_section(once, other) == read_section(text, other)
