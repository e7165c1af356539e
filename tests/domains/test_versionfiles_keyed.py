"""Versions at a key of a JSON, TOML or YAML file: found exactly, edited without writing the file anew."""

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilotage.domains.versionfiles.keyed import check_version_files, find_keyed
from pilotage.domains.versionfiles.keypath import find_keys, read_key
from pilotage.errors import ConfigError
from pilotage.model.config import VersionFile
from pilotage.model.version import Version

CURRENT = Version("1.2.3")
IN_PLACE = "written in a way that cannot be edited in place"
NOT_ONCE = "which is not a version and does not hold 1.2.3 exactly once"
DATA = {
    "version": "0",
    "info": {"version": "1", "my key": {"a.b": "2"}, "value": "3"},
    "packages": [{"name": "demo", "version": "4"}, {"name": {"value": "x"}, "version": "5"}, "6"],
    "": {"version": "7"},
}


def with_places_bracketed(path: str, text: str, key: str, *, current: Version | None = CURRENT) -> str:
    """Return the text with each place in angle quotes, so that a test shows what is meant."""
    for place in reversed(find_keyed(path, text, key, current=current)):
        assert place.text == text[place.start : place.end]
        assert place.line == text[: place.start].count("\n") + 1
        text = f"{text[: place.start]}«{place.text}»{text[place.end :]}"
    return text


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("version", "0"),
        ("$.version", "0"),
        ("@.version", "0"),
        ("$.info.version", "1"),
        ("info['version']", "1"),
        ('$["info"]["my key"]["a.b"]', "2"),
        ("$.info['my key'].['a.b']", "2"),
        ("$.info.value", "3"),
        ("$.version.value", "0"),
        ("$.packages[0].version", "4"),
        ("$.packages[ -1 ]", "6"),
        ("$.packages[*].version", "45"),
        ("$.packages.*.version", "45"),
        ("$.packages[?(@.name=='demo')].version", "4"),
        ('$.packages[?@.name == "demo"].version', "4"),
        ("$.packages[ ?( @['name'] == 'demo' ) ].version", "4"),
        ("$.packages[?(@.name.value=='demo')].version", "4"),
        ("$.packages[?(@.name.value=='x')].version", "5"),
        ("$[?(@.version=='1')].version", "1"),
        ("$[''].version", "7"),
        ("$.packages[3]", ""),
        ("$.packages[-4]", ""),
        ("$.info[0]", ""),
        ("$.gone.version", ""),
        ("$.packages.version", ""),
        ("$.version[*]", ""),
        ("$.version.x", ""),
    ],
)
def test_a_key_names_values(key: str, values: str) -> None:
    keys = find_keys(DATA, key)

    found = []
    for one in keys:
        value: object = DATA
        for step in one:
            value = value[step]  # type: ignore[index]  # the keys fit the data
        found.append(value)
    assert found == list(values)


@pytest.mark.parametrize(
    "key",
    [
        *("", "$", "@", "$.", "$..version", "$version.", "*", "a b", "a]", "a.'b'"),
        *("a[", "a[b]", "a['b", "a[1:2]", "a[0]b", "a[99999999999]"),
        *("a[?(@.b=='c']", "a[?(@=='c')]", "a[?@.b=='c')]", "a[?(@.b==c)]"),
    ],
)
def test_a_key_that_cannot_be_read_is_an_error(key: str) -> None:
    with pytest.raises(ConfigError, match="cannot be read") as caught:
        read_key(key)
    assert caught.value.hint


def test_a_key_of_many_values_names_a_thousand_at_most() -> None:
    data = [["x"] * 100] * 100

    assert len(find_keys(data, "$[*][*]")) == 1000


@pytest.mark.parametrize(
    ("path", "key", "marked"),
    [
        ("package.json", "version", '{"name": "1.2.3", "version" : "«1.2.3»"}'),
        ("package.json", "$.version", '\ufeff{\r\n\t"a": {"version": "1.2.3"},\r\n\t"version":"«1.2.3»"\r\n}'),
        ("l.json", "$.packages[''].version", '{"packages": {"": {"version": "v«1.2.3»"}, "x": {"version": "1.2.3"}}}'),
        ("a.json", "a[*]", '{"a": ["«1.2.3»", "«1.2.4»"], "b": ["1.2.3", "1.2.4"]}'),
        ("a.json", "a", '{"a": "1.2.3", "\\u0061": "«1.2.3»"}'),
        ("server.json", "a", '{"a": "ghcr.io/o/x:v«1.2.3»", "b": "1.2.3"}'),
        ("a.toml", "package.version", "[package]\nversion = '«1.2.3»' # '1.2.3'\n[other]\nversion = '1.2.3'\n"),
        ("Cargo.lock", "package[?(@.name.value=='x')].version", "[[package]]\nname='x'\nversion='«1.2.3»'\n"),
        ("a.toml", "a", 'a = """«1.2.3»"""\n'),
        ("a.toml", 'a."b"'.replace('."b"', "['b c']"), "a.'b c' = \"«1.2.3»\"\n"),
        ("a.yaml", "version", "version: «1.2.3» # 1.2.3\n"),
        ("a.yml", "appVersion", 'version: 1.2.3\r\nappVersion: "v«1.2.3»"\r\n'),
        ("a.yml", "a.b[1]", "\ufeffa:\n  b: [1.2.3, '«1.2.3»']\n"),
        ("a.yml", "a", "a:   «1.4»\n"),
        ("a.yml", "a[-1]", "a: [1.2.3, «1.2.3»]\n"),
        ("a.yml", "a", "a: !!str &x «1.2.3»\nb: *x\n"),
        ("a.yml", "b", "a: !!str &x '«1.2.3»'\nb: *x\n"),
        ("a.yml", "services.*.image", "services:\n  a:\n    image: o/x:«1.2.3»\n  b: {image: 'x@«1.2.3»'}\n"),
        ("a.yml", "version", "a: 1\n---\nversion: «1.2.3»\n---\nversion: «1.2.3»\n"),
        ("CITATION.cff", "version", "title: ☃ version\nversion: «1.2.3»"),
        ("a.yml", "a[0].v", "a: &a\n- v: «1.2.3»\n- *a\n? [x]\n: 1.2.3\n"),
    ],
)  # fmt: skip
def test_the_place_is_the_version_at_the_key(path: str, key: str, marked: str) -> None:
    assert with_places_bracketed(path, marked.replace("«", "").replace("»", ""), key) == marked


@pytest.mark.parametrize(
    ("path", "text", "key", "message"),
    [
        ("a.json", "{}", "version", "a.json stands in [tool.pilotage] version-files, but it has nothing at version"),
        ("a.json", '{"a": 1.4}', "a", "a.json: a is 1.4, expected a text"),
        ("a.json", '{"a": {"b": []}}', "a", 'a.json: a is {"b": []}, expected a text'),
        ("a.toml", "a = 1979-05-27", "a", 'a.toml: a is "1979-05-27", expected a text'),
        ("a.yml", "a: [1.2.3]", "a", 'a.yml: a is ["1.2.3"], expected a text'),
        ("a.json", '{"a": "1.2\\u002e3"}', "a", f"a.json: a is '1.2.3', {IN_PLACE}"),
        ("a.yml", 'a: "1.2\\x2e3"', "a", f"a.yml: a is '1.2.3', {IN_PLACE}"),
        ("a.yml", "a: >\n  1.2.3\n", "a", f"a.yml: a is '1.2.3\\n', {IN_PLACE}"),
        ("a.yml", "a:\n", "a", f"a.yml: a is '', {IN_PLACE}"),
        ("a.json", '{"a": "one"}', "a", f"a.json: a is 'one', {NOT_ONCE}"),
        (
            "a.json",
            '{"a": "1.2.3 1.2.3"}',
            "a",
            f"a.json: a is '1.2.3 1.2.3', {NOT_ONCE}",
        ),
        ("a.json", '{"a": 1,}', "a", "a.json is not JSON: "),
        ("a.json", "[" * 100_000, "a", "a.json cannot be read as JSON: "),
        ("a.json", "1" * 10_000, "a", "a.json cannot be read as JSON: "),
        ("a.toml", "a = ", "a", "a.toml is not TOML: Invalid value (at line 1, column 5)"),
        ("a.yml", "a: b: c", "a", "a.yml is not YAML: line 1, column 5: mapping values are not allowed here"),
        ("a.yml", "a: \0", "a", "a.yml is not YAML: "),
        ("a.yml", "[" * 600, "a", "a.yml is nested too deeply to be read"),
        ("a.md", "1.2.3", "a", "[tool.pilotage] version-files: a.md has the key 'a', but only JSON, TOML and YAML"),
        ("a.json", "{}", "a..b", "[tool.pilotage] version-files: the key 'a..b' cannot be read"),
    ],
)  # fmt: skip
def test_what_cannot_be_edited_is_an_error_with_its_place(path: str, text: str, key: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        find_keyed(path, text, key, current=CURRENT)

    assert caught.value.message.startswith(message)
    assert caught.value.hint


def test_a_dynamic_project_can_only_have_whole_versions_at_keys() -> None:
    assert with_places_bracketed("a.json", '{"a": "1.2.3"}', "a", current=None) == '{"a": "«1.2.3»"}'
    with pytest.raises(ConfigError, match=r"'x 1.2.3', which is not a version$"):
        find_keyed("a.json", '{"a": "x 1.2.3"}', "a", current=None)


def test_entries_of_version_files_can_be_checked_alone() -> None:
    check_version_files(["a.md", VersionFile("a.md"), VersionFile("a.json", "a"), VersionFile("a.cff", "a")])
    with pytest.raises(ConfigError, match=r"^here: a.txt has the key 'a'"):
        check_version_files([VersionFile("a.txt", "a")], where="here")


def test_aliases_of_aliases_do_not_grow() -> None:
    text = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 60)) + "v: 1.2.3\n"
    started = time.process_time()

    assert len(find_keyed("a.yml", text, "v", current=CURRENT)) == 1
    assert time.process_time() - started < 5


jsons = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8), st.sampled_from(["1.2.3", '"1.2.3"'])),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=12,
)


@settings(deadline=None)  # the first example imports, and the machine may be busy
@given(
    data=st.dictionaries(st.text(max_size=8), jsons, max_size=4),
    inner=st.dictionaries(st.text(max_size=8), jsons, max_size=4),
    indent=st.sampled_from([None, 2, "\t"]),
    ascii_only=st.booleans(),
    at=st.integers(0, 4),
)
def test_only_the_value_at_the_key_changes_in_any_json(
    data: dict[str, object], inner: dict[str, object], indent: int | str | None, ascii_only: bool, at: int
) -> None:
    def dump(version: str) -> str:
        pairs = [pair for pair in data.items() if pair[0] != "the key"]
        pairs.insert(at, ("the key", [{**inner, "version": version}]))
        return json.dumps(dict(pairs), indent=indent, ensure_ascii=ascii_only)

    text = dump("1.2.3")

    (place,) = find_keyed("a.json", text, "$['the key'][0].version", current=CURRENT)

    assert text[: place.start] + "2.0rc1" + text[place.end :] == dump("2.0rc1")


@pytest.mark.parametrize(
    ("path", "text", "key"),
    [
        ("a.json", '{"a": [' + '"1.2.3", ' * 20_000 + '"1.2.3"], "v": "1.2.3"}', "v"),
        ("a.json", '{"a": "' + "\\\"'" * 300_000 + '", "v": "1.2.3"}', "v"),
        ("a.toml", "a = [" + "'1.2.3', " * 20_000 + "]\nv = '1.2.3'", "v"),
        ("a.toml", "v = '1.2.3' # " + "'\"" * 500_000, "v"),
        ("a.toml", "v = '1.2.3'\n" + "#'\n" * 300_000, "v"),
        ("a.yml", "v: 1.2.3\n" + "# '\"\n" * 40_000, "v"),
        ("a.json", '{"v": "x-' + "1." * 400_000 + ' 1.2.3"}', "v"),
    ],
)
def test_a_large_file_takes_linear_time(path: str, text: str, key: str) -> None:
    started = time.process_time()

    assert find_keyed(path, text, key, current=CURRENT)[0].text == "1.2.3"
    assert time.process_time() - started < 20


@pytest.mark.parametrize("key", ["[?(@" + ".a" * 50_000 + "=='x')", "a[" * 50_000, "." * 100_000, "a." * 50_000])
def test_a_long_key_takes_linear_time(key: str) -> None:
    started = time.process_time()

    with pytest.raises(ConfigError, match="cannot be read"):
        read_key(key)
    assert time.process_time() - started < 5
