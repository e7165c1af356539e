"""The law of version files, for every kind of file at once: an edit changes the version's characters and nothing else.

Files are templates in which one character stands for the version and another for the day, so what an edit must give is
known without asking the editor: the same templates, filled with the other version and the other day.
"""

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pilotage.domains.versionfiles.lockfile import edit_locks
from pilotage.domains.versionfiles.project import edit_version, more_paths, paths_to_read, paths_to_write, read_project
from pilotage.model.config import Config, VersionFile
from pilotage.model.version import Version

SLOT, DAY = "\x01", "\x02"
NOW = "\x03"  # a decoy that equals the current version and must stay

DECLARED = [
    {"pyproject.toml": f'[project]\nname = "my-pkg"\nversion = "{SLOT}" # {NOW}\ndependencies = ["x=={NOW}"]\n'},
    {"pyproject.toml": f"[tool.poetry]\nversion = '{SLOT}'\nname = 'my-pkg'\ndependencies.x = '{NOW}'\n"},
    {"setup.cfg": f"[metadata]\nname = my-pkg\nversion = {SLOT}\npython_version = {NOW}\n"},
    {"setup.py": f"V = '{NOW}'\nsetup(name='my-pkg', version='{SLOT}', python_requires='{NOW}')\n"},
    {
        "pyproject.toml": '[project]\nname = "my-pkg"\ndynamic = ["version"]\n[tool.hatch.version]\npath = "v.py"\n',
        "v.py": f"'''\n__version__ = '{NOW}'\n'''\n__version__ = '{SLOT}'  # {NOW}\n",
    },
    {"setup.cfg": "[metadata]\nname = my-pkg\nversion = file: VERSION\n", "VERSION": f"\n {SLOT}\n\n"},
    {
        "setup.cfg": "[metadata]\nname = my-pkg\nversion = attr: my_pkg.__version__\n",
        "my_pkg/__init__.py": f"from ._version import __version__\n'{NOW}'\n",
        "my_pkg/_version.py": f"☃ = __version__ = '{SLOT}'; x = '{NOW}'\n".replace("☃", "ünï"),
    },
]
NAMED: dict[str, tuple[str | VersionFile, str]] = {
    "a.json": (
        VersionFile("a.json", "$.info.version"),
        f'{{\n\t"v": "{NOW}",\n\t"info": {{"version" :"{SLOT}"}}\n}}\n',
    ),
    "b.toml": (VersionFile("b.toml", "a[?(@.n=='x')].v"), f"[[a]]\nn='y'\nv='{NOW}'\n[[a]]\nn='x'\nv = '{SLOT}'\n"),
    "c.yaml": (VersionFile("c.yaml", "a[1].v"), f"# {NOW}\na:\n- v: {NOW}\n-   v:   '{SLOT}'   # {NOW}\n"),
    "d.txt": ("d.txt", f"{NOW}\nv{SLOT} of {DAY} x-pilotage-version-date\n{NOW}\n"),
    "e.md": ("e.md", f"<!-- x-release-please-start-version -->\nx {SLOT}\n<!-- x-release-please-end -->\n{NOW}\n"),
    "f.json": ("f.json", f'{{"version":"{SLOT}","x":"{NOW}"}}\n'),
    "g.txt": ("g.txt", f"{SLOT}\n"),
    "h.md": ("h.md", f"my-pkg=={SLOT} x=={NOW}\n"),
}
OWN = {
    "src/my_pkg/__about__.py": f"__version__ = '{SLOT}'\nx = '{NOW}'\n",
    "CITATION.cff": f"version: {SLOT}\ndate-released: '{DAY}'\nreferences:\n- version: {NOW}\n",
    "Dockerfile": f'FROM x:{NOW}\nLABEL org.opencontainers.image.version="{SLOT}" x="{NOW}"\n',
    "README.md": f"{NOW} my-pkg=={SLOT} other=={NOW} my-pkg>={NOW}\nuses: o/my-pkg@v{SLOT} # {NOW}\n",
}
LOCKS = {
    "uv.lock": (
        '[[package]]\nname = "my-pkg"\nversion = "\x01"\nsource = { editable = "FOLDER" }\n\n'
        '[[package]]\nname = "my-pkg"\nversion = "\x03"\nsource = { editable = "other" }\n'
    ),
    "poetry.lock": (
        '[[package]]\nname = "My_Pkg"\nversion = "\x01"\n[package.source]\ntype = "directory"\nurl = "FOLDER"\n\n'
        '[[package]]\nname = "x"\nversion = "\x03"\n'
    ),
    "pylock.toml": '[[packages]]\nname = "my-pkg"\nversion = "\x01"\ndirectory = { path = "FOLDER" }\n',
}

numbers = st.integers(0, 40)
releases = st.lists(numbers, min_size=3, max_size=4).map(lambda parts: ".".join(map(str, parts)))
suffixes = st.sampled_from(["", "", "", "a1", "b2", "rc3", ".post1", ".dev4", "rc1.dev2"])
versions = st.builds(lambda release, suffix: Version(release + suffix), releases, suffixes)
shapes = st.tuples(st.sampled_from(["\n", "\r\n"]), st.sampled_from(["", "\ufeff"]), st.booleans())


def filled(template: str, *, version: Version, now: Version, day: str, shape: tuple[str, str, bool]) -> str:
    newline, bom, final = shape
    text = bom + (template if final else template.removesuffix("\n"))
    text = text.replace("\n", newline).replace(SLOT, str(version))
    return text.replace(NOW, str(now)).replace(DAY, day)


@st.composite
def packages(draw: st.DrawFn) -> tuple[str, dict[str, str], Config]:
    """A package's folder, its templates with paths from the root, and its configuration."""
    folder = draw(st.sampled_from([".", "packages/a b"]))
    prefix = "" if folder == "." else f"{folder}/"
    files = dict(draw(st.sampled_from(DECLARED)))
    named = draw(st.sets(st.sampled_from(sorted(NAMED))))
    files |= {name: NAMED[name][1] for name in named}
    files |= {name: OWN[name] for name in draw(st.sets(st.sampled_from(sorted(OWN))))}
    files = {prefix + name: text for name, text in files.items()}
    locks = draw(st.sets(st.sampled_from(sorted(LOCKS))))
    files |= {name: LOCKS[name].replace("FOLDER", folder) for name in locks}
    entries = (NAMED[name][0] for name in sorted(named))
    placed = (
        prefix + one if isinstance(one, str) else VersionFile(prefix + one.path, one.key)
        for one in entries
    )  # fmt: skip
    return folder, files, Config(version_files=tuple(placed))


def read_as_the_shell_does(files: dict[str, str], folder: str, config: Config) -> dict[str, str]:
    """Take the files in the phases in which a caller reads them, so that one that is never asked for is missed."""
    seen = {name: files[name] for name in paths_to_read(config, path=folder) if name in files}
    seen |= {name: files[name] for name in more_paths(seen, path=folder) if name in files}
    project = read_project(seen, config=config, path=folder)
    return seen | {
        name: files[name] for name in paths_to_write(seen, project=project, path=folder) if name in files
    }  # fmt: skip


@settings(deadline=None)  # the first example imports, and the machine may be busy
@given(package=packages(), shape=shapes, old=versions, new=versions)
def test_an_edit_gives_the_same_files_with_the_other_version_and_day(
    package: tuple[str, dict[str, str], Config], shape: tuple[str, str, bool], old: Version, new: Version
) -> None:
    assume(old != new)
    folder, templates, config = package
    before = {p: filled(t, version=old, now=old, day="2024-05-06", shape=shape) for p, t in templates.items()}
    after = {p: filled(t, version=new, now=old, day="2025-01-02", shape=shape) for p, t in templates.items()}
    assert read_as_the_shell_does(before, folder, config) == before
    project = read_project(before, config=config, path=folder)
    assert (project.name, project.version) == ("my-pkg", str(old))

    edits = edit_version(before, project=project, version=new, config=config, path=folder, date="2025-01-02")

    again = before | {edit.path: edit.text for edit in edits}
    assert again == after
    now = read_project(again, config=config, path=folder)
    assert now.version == str(new)
    assert edit_version(again, project=now, version=new, config=config, path=folder, date="2025-01-02") == ()
    back = edit_version(again, project=now, version=old, config=config, path=folder, date="2024-05-06")
    assert again | {edit.path: edit.text for edit in back} == before
    locks = {path: text for path, text in before.items() if path in LOCKS}
    in_one_pass = edit_locks(locks, {folder: new}, names={folder: project.name})
    assert {edit.path: edit.text for edit in in_one_pass} == {p: after[p] for p in locks if after[p] != before[p]}
