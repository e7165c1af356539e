"""uv.lock: only the project's own entry is a place."""

import time

import pytest

from pilotage.domains.versionfiles.lockfile import find_own_entries


def entry(name: str, source: str, *, version: str = 'version = "1.0"\n') -> str:
    return f'[[package]]\nname = "{name}"\n{version}source = {{ {source} }}\n'


@pytest.mark.parametrize("source", ['editable = "."', 'virtual = "."', 'directory = "."'])
@pytest.mark.parametrize("name", ["my-package", "my_package", "My.Package"])
def test_the_entry_of_the_locks_own_folder_is_the_projects(source: str, name: str) -> None:
    lock = "version = 1\n\n" + entry("other", 'registry = "simple"') + "\n" + entry("my-package", source)

    (place,) = find_own_entries(lock, name)

    assert (place.text, place.line, place.source) == ("1.0", 10, "uv.lock [[package]]")
    assert lock[: place.start].endswith('name = "my-package"\nversion = "')


@pytest.mark.parametrize(
    "lock",
    [
        "",
        entry("x", 'registry = "simple"'),
        entry("x", 'editable = "packages/x"'),
        entry("x", 'editable = "."', version=""),
        entry("y", 'editable = "."'),
        '[[manifest.dependency-metadata]]\nname = "x"\nversion = "1.0"\nsource = { editable = "." }\n',
        '[[package]]\nname = "y"\ndependencies = [\n    { name = "x", version = "1.0" },\n]\n',
        entry("x", 'registry = "simple"') + '\n[package.metadata]\nversion = "1.0"\nsource = { editable = "." }\n',
    ],
)
def test_no_other_entry_is_the_projects(lock: str) -> None:
    assert find_own_entries(lock, "x") == ()


def test_the_first_entry_of_a_lock_with_crlf_is_found() -> None:
    lock = entry("x", 'editable = "."').replace("\n", "\r\n")

    assert [place.text for place in find_own_entries(lock, "x")] == ["1.0"]


@pytest.mark.parametrize(
    "repeated", [entry("other", 'registry = "simple"'), 'name = "x"\n', entry("y", 'editable = "."')]
)
def test_a_lock_of_five_megabytes_is_read_in_well_under_a_second(repeated: str) -> None:
    lock = repeated * (5_000_000 // len(repeated)) + entry("x", 'editable = "."')
    started = time.process_time()

    (place,) = find_own_entries(lock, "x")

    assert lock[place.start :].startswith('1.0"\nsource = { editable = "." }')
    assert time.process_time() - started < 5
