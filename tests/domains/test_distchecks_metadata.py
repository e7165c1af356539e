"""Rules about the metadata, the description, and that files agree."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domains.distworld import METADATA, check, make_sdist, make_wheel, rules, tell

FIELDS = (
    "Metadata-Version", "Name", "Version", "Requires-Dist", "Requires-Python", "License-Expression", "License-File",
    "Dynamic", "Provides-Extra", "Description-Content-Type", "Classifier", "Project-URL", "Import-Name", "Odd",
)  # fmt: skip
W, S = "demo-1.0-py3-none-any.whl", "demo-1.0.tar.gz"


def change(old: str, new: str) -> str:
    assert old in METADATA
    return METADATA.replace(old, new)


def test_files_without_metadata_are_told_what_is_missing() -> None:
    assert tell(check(make_wheel(metadata=None), make_sdist(metadata=None))) == [
        f"D101 e {W}: there is no METADATA in a .dist-info folder",
        f"D101 e {S}: there is no PKG-INFO in its top folder",
    ]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("2.4", "9.9", "D102 e {}: '9.9' is not a valid metadata version"),
        ("MIT", "Mine", "D103 e {}: 'Mine' is invalid for 'license-expression'"),
        (">=3.11", "three", "D103 e {}: 'three' is invalid for 'requires-python'"),
        ("packaging>=24", "packaging>>24", "D103 e {}: 'packaging>>24' is invalid for 'requires-dist'"),
        ("text/markdown", "text/html", "D103 e {}: 'description-content-type' must be one of"),
        ("Summary", "Sumary", "D104 w {}: unrecognized field: 'sumary'"),
    ],
)
def test_each_invalid_field_is_told(old: str, new: str, told: str) -> None:
    found = tell(check(make_wheel(metadata=change(old, new))))
    assert [line for line in found if line.startswith(told.format(W))] != []


def test_all_invalid_fields_are_told_at_once_in_order() -> None:
    metadata = change("MIT", "Mine").replace("packaging>=24", "?").replace(">=3.11", "?")
    found = [line.split(" ", 3)[3] for line in tell(check(make_wheel(metadata=metadata))) if line.startswith("D103")]
    assert found == [
        "'?' is invalid for 'requires-dist'",
        "'?' is invalid for 'requires-python'",
        "'Mine' is invalid for 'license-expression'",
    ]


def test_a_license_file_of_before_the_standard_is_no_finding() -> None:
    metadata = change("2.4", "2.1").replace("License-Expression: MIT\n", "")
    assert tell(check(make_wheel(metadata=metadata), make_sdist(metadata=metadata))) == []


def test_a_release_for_any_python_is_a_warning() -> None:
    assert tell(check(make_wheel(metadata=change("Requires-Python: >=3.11\n", "")))) == [
        f"D110 w {W}: there is no Requires-Python"
    ]


@pytest.mark.parametrize(("is_public", "weight"), [(True, "e"), (False, "w")])
def test_do_not_upload_keeps_files_from_public_indexes(weight: str, *, is_public: bool) -> None:
    metadata = change("Typing :: Typed", "Private :: Do Not Upload")
    assert tell(check(make_wheel(metadata=metadata), is_public=is_public)) == [
        f"D111 {weight} {W}: the classifier is Private :: Do Not Upload"
    ]


@pytest.mark.parametrize(("is_public", "weight"), [(True, "e"), (False, "w")])
def test_a_requirement_with_a_url_is_told_without_the_url(weight: str, *, is_public: bool) -> None:
    metadata = change("packaging>=24", "packaging @ https://ann:hunter2@example.org/p.whl")
    assert tell(check(make_wheel(metadata=metadata), is_public=is_public)) == [
        f"D112 {weight} {W}: the requirement packaging names a URL"
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (">=3.11", ">=3.12", "Requires-Python is not the sdist's: it adds >=3.12; it lacks >=3.11"),
        (
            "packaging>=24",
            "packaging>=25",
            "Requires-Dist is not the sdist's: it adds packaging>=25; it lacks packaging>=24",
        ),
        ("Requires-Dist: p", "Provides-Extra: x\nRequires-Dist: p", "Provides-Extra is not the sdist's: it adds x"),
        (
            "packaging>=24",
            "packaging @ https://a:b@example.org/p",
            "Requires-Dist is not the sdist's: it adds packaging @ URL; it lacks packaging>=24",
        ),
    ],
)
def test_a_wheel_needs_what_its_sdist_says(old: str, new: str, said: str) -> None:
    wheel = make_wheel(metadata=change(old, new))
    assert f"D105 e {W}: {said}" in tell(check(wheel, make_sdist()))
    field = said.partition(" ")[0]
    dynamic = make_sdist(metadata=change("Summary", f"Dynamic: {field}\nSummary"))
    assert "D105" not in rules(check(wheel, dynamic))
    older = make_sdist(metadata=change("2.4", "2.1").replace("License-Expression: MIT\n", ""))
    assert "D105" not in rules(check(wheel, older))


def test_one_need_spelled_two_ways_is_one_need() -> None:
    metadata = change("packaging>=24", "Packaging >= 24").replace(">=3.11", ">= 3.11")
    assert tell(check(make_wheel(metadata=metadata), make_sdist())) == []


def test_what_cannot_be_read_is_compared_as_text() -> None:
    metadata = change("packaging>=24", "?").replace(">=3.11", "?")
    assert "D105" not in rules(check(make_wheel(metadata=metadata), make_sdist(metadata=metadata)))


def test_wheels_that_need_different_things_are_a_warning() -> None:
    other = "demo-1.0-py3-none-win32.whl"
    wheel = make_wheel(
        name=other,
        metadata=change("packaging>=24", "packaging>=25"),
        wheel="Wheel-Version: 1.0\nTag: py3-none-win32\n",
    )
    assert tell(check(make_wheel(), wheel)) == [
        f"D105 w {other}: Requires-Dist is not that of {W}: it adds packaging>=25; it lacks packaging>=24"
    ]


@pytest.mark.parametrize("text", ["", "UNKNOWN\n"])
def test_a_release_without_a_description_is_told_once(text: str) -> None:
    metadata = METADATA.replace("# Demo\n", text)
    assert tell(check(make_wheel(metadata=metadata), make_sdist(metadata=metadata))) == [
        f"D106 w {W}: there is no description"
    ]


def test_a_description_of_no_type_is_a_warning_that_says_how_it_is_shown() -> None:
    metadata = change("Description-Content-Type: text/markdown\n", "")
    assert tell(check(make_wheel(metadata=metadata))) == [
        f"D107 w {W}: the description has no Description-Content-Type and is taken for reStructuredText"
    ]
    (told,) = tell(check(make_wheel(metadata=metadata.replace("# Demo", "broken"))))
    assert told.partition(" Description-Content-Type ")[2] == (
        "and is none that can be read as reStructuredText, and shows as plain text (line 7 of the description: bad )"
    )


def test_a_description_that_does_not_render_is_told_with_its_line() -> None:
    metadata = change("# Demo", "broken")
    assert tell(check(make_wheel(metadata=metadata))) == [f"D108 e {W}: line 7 of the description: bad text/markdown"]
    assert tell(check(make_wheel(metadata=change("# Demo", "nothing")))) == [f"D108 e {W}: it renders to nothing"]


def test_a_description_that_was_not_rendered_is_told_with_what_is_missing() -> None:
    assert tell(check(make_wheel(metadata=change("# Demo", "unchecked")))) == [
        f"D109 w {W}: the description was not rendered: docutils is not installed"
    ]


@pytest.mark.parametrize(
    "line",
    [
        "Requires-Dist: a; " + "(" * 5000,
        "Requires-Dist: a[" + "b," * 300_000,
        "Requires-Python: >=" + "1" * 5000,
        "Requires-Dist: a>=" + "1" * 5000,
        "Project-URL: a, " + "b" * 50_000,
        "License-Expression: " + "(" * 5000,
        "Summary: " + "x" * 30_000,
        "Dynamic: name",
    ],
)
def test_fields_made_to_hurt_parsers_end_soon_and_in_findings_or_nothing(line: str) -> None:
    metadata = METADATA.replace("Summary: A demo", line)
    begin = time.perf_counter()
    report = check(make_wheel(metadata=metadata), make_sdist())
    assert time.perf_counter() - begin < 3
    assert rules(report) <= {"D103", "D105", "D110"}


def test_a_version_of_thousands_of_digits_is_a_field_that_cannot_be_read() -> None:
    told = tell(check(make_wheel(metadata=METADATA.replace("Version: 1.0\nS", f"Version: {'1' * 5000}\nS"))))
    assert [line.partition(" Exceeds")[0] for line in told] == [f"D103 e {W}: a field cannot be read:"]


def test_a_value_that_is_too_long_is_told_by_its_field() -> None:
    metadata = METADATA.replace("Summary: A demo", "Summary: " + "x" * 20_001)
    assert tell(check(make_wheel(metadata=metadata))) == [
        f"D103 e {W}: summary has a value of more than 20000 characters"
    ]
    licence = METADATA.replace("2.4", "2.3").replace("License-Expression: MIT", "License: " + "x" * 30_000)
    assert tell(check(make_wheel(metadata=licence))) == []


@settings(max_examples=200)
@given(st.lists(st.tuples(st.sampled_from(FIELDS), st.text(max_size=40)), max_size=6))
def test_metadata_of_any_kind_end_in_findings_and_never_in_a_crash(fields: list[tuple[str, str]]) -> None:
    metadata = "".join(f"{name}: {value}\n" for name, value in fields)
    text = metadata.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    check(make_wheel(metadata=text), make_sdist(metadata=METADATA))
