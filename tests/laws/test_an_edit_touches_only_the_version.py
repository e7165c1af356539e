"""The law of version files: an edit changes the version's own characters and not one byte more.

Files are generated as templates in which one character stands for the version, so what an edit must give is known
without asking the editor: the same template, filled with the other version.
"""

from hypothesis import given
from hypothesis import strategies as st

from pilotage.domains.versionfiles.project import edit_version, read_project
from pilotage.model.config import Config
from pilotage.model.version import Version

SLOT = "\x00"
NOW = "\x01"  # a version-like decoy that equals the current version and must stay

numbers = st.integers(0, 40)
releases = st.lists(numbers, min_size=3, max_size=4).map(lambda parts: ".".join(map(str, parts)))
suffixes = st.sampled_from(["", "", "", "a1", "b2", "rc3", ".post1", ".dev4", "rc1.dev2", "+local.7"])
versions = st.builds(lambda release, suffix: Version(release + suffix), releases, suffixes)

spaces = st.sampled_from(["", " ", "  ", "\t"])
comments = st.sampled_from(["", " # x", f' # version = "{NOW}"', " # ünï → ☃", f"  # {NOW}"])
quotes = st.sampled_from(['"', "'", '"""', "'''"])
keys = st.sampled_from(["version", '"version"', "'version'"])

decoys = st.lists(
    st.sampled_from(
        [
            f"[tool.other]\nversion = '{NOW}'\n",
            f'[tool.mypy]\npython_version = "{NOW}"\n',
            '[tool.black]\ntarget-version = ["py311"]\n',
            f'[tool.x]\ntext = """\n[project]\nversion = "{NOW}"\n"""\n',
            f"[tool.y]\ntext = 'version = \"{NOW}\"'\n",
            f'[tool.z]\nproject = {{ version = "{NOW}" }}\n',
            f"[[tool.list]]\nproject.version = '{NOW}'\n",
            f'# [project]\n# version = "{NOW}"\n',
            "[tool.\"ünï\"]\n'☃' = 1\n\n\n",
            f'[dependency-groups]\ndev = ["example=={NOW}", "version=={NOW}"]\n',
        ]
    ),
    unique=True,
    max_size=5,
).map(lambda blocks: ["", *blocks])


@st.composite
def project_tables(draw: st.DrawFn) -> str:
    """A `[project]` or `[tool.poetry]` table in one of the spellings of TOML."""
    quote, key = draw(quotes), draw(keys)
    pair = f"{key}{draw(spaces)}={draw(spaces)}{quote}{SLOT}{quote}"
    table = draw(st.sampled_from(["project", "tool.poetry"]))
    shape = draw(st.sampled_from(["table", "dotted", "inline"]))
    if shape == "inline":
        return f"{table} = {{ name = 'example',{pair} }}{draw(comments)}\n"
    if shape == "dotted":
        return f"{table}.{pair}{draw(comments)}\n{table} . name = 'example'\n"
    lines = [
        "name = 'example'",
        f'description = "version = {NOW}"',
        f'dependencies = ["other=={NOW}"]',
        f'requires-python = ">={NOW}"',
        f"# version = '{NOW}'",
    ]
    order = draw(st.permutations([*lines, f"{draw(spaces)}{pair}{draw(comments)}"]))
    return f"[{table}]{draw(comments)}\n" + "\n".join(order) + "\n"


@st.composite
def pyprojects(draw: st.DrawFn) -> str:
    table, blocks = draw(project_tables()), draw(decoys)
    at = draw(st.integers(1, len(blocks))) if table.startswith("[") else 0
    return "".join([*blocks[:at], table, *blocks[at:]])


@st.composite
def setup_cfgs(draw: st.DrawFn) -> str:
    indent = draw(st.sampled_from(["", "  "]))
    delimiter = draw(st.sampled_from(["=", " = ", ":", " : ", " =\n    \t"]))
    comment = draw(st.sampled_from(["", " # x-y", f" ; {NOW}"]))
    lines = [
        "name = example",
        f"python_version = {NOW}",
        f"long_description =\n      version = {NOW}\n      ☃",
        f"; version = {NOW}",
        f"# version = {NOW}",
        f"{draw(st.sampled_from(['version', 'Version']))}{delimiter}{SLOT}{comment}",
    ]
    metadata = "[metadata]\n" + "".join(f"{indent}{line}\n" for line in draw(st.permutations(lines)))
    before = draw(st.sampled_from(["", f"[mypy]\npython_version = {NOW}\nversion = {NOW}\n", "# ünï\n\n"]))
    return before + metadata + f"[bumpversion]\nversion = {NOW}\n"


LOCK = f"""version = 1

[[package]]
name = "example"
version = "{SLOT}"
source = {{ editable = "." }}
dependencies = [
    {{ name = "other" }},
]

[package.metadata]
requires-dist = [{{ name = "other", specifier = "=={NOW}" }}]

[[package]]
name = "example"
version = "{NOW}"
source = {{ registry = "simple" }}

[[package]]
name = "other"
version = "{NOW}"
source = {{ editable = "other" }}
"""
locks = st.sampled_from(["editable", "virtual", "directory"]).map(lambda kind: LOCK.replace("editable", kind))
BLOCK = f"""# x-release-please-start-version
pip install example=={SLOT}
Python 3.11
# x-pilotage-end
{NOW}
"""
marked = st.sampled_from(
    [
        BLOCK,
        f'__version__ = "{SLOT}"  # x-pilotage-version\nother = "{NOW}"\n',
        f"# {NOW}\n__version__: str = '{SLOT}'\n",
        f"uses: owner/example@v{SLOT} # x-release-please-version\n",
        f"Python 3.11 example-{SLOT} <!-- x-pilotage-version -->\n",
    ]
)
shapes = st.tuples(st.sampled_from(["\n", "\r\n"]), st.sampled_from(["", "\ufeff"]), st.booleans())


def filled(template: str, *, version: Version, now: Version, shape: tuple[str, str, bool]) -> str:
    newline, bom, final = shape
    text = bom + (template if final else template.removesuffix("\n"))
    return text.replace("\n", newline).replace(SLOT, str(version)).replace(NOW, str(now))


@st.composite
def repositories(draw: st.DrawFn) -> dict[str, str]:
    files = {"pyproject.toml": draw(pyprojects())}
    others = {"setup.cfg": setup_cfgs(), "uv.lock": locks, "marked.txt": marked}
    for path in draw(st.sets(st.sampled_from(sorted(others)))):
        files[path] = draw(others[path])
    if "setup.cfg" in files and draw(st.booleans()):
        del files["pyproject.toml"]
    return files


@given(templates=repositories(), shape=shapes, old=versions, new=versions)
def test_an_edit_gives_the_same_files_with_the_other_version(
    templates: dict[str, str], shape: tuple[str, str, bool], old: Version, new: Version
) -> None:
    config = Config(version_files=tuple(path for path in templates if path == "marked.txt"))
    before = {path: filled(text, version=old, now=old, shape=shape) for path, text in templates.items()}
    after = {path: filled(text, version=new, now=old, shape=shape) for path, text in templates.items()}
    project = read_project(before, config=config)
    assert (project.name, project.version) == ("example", str(old))

    edits = edit_version(before, project=project, version=new, config=config)

    assert {edit.path: edit.text for edit in edits} == {p: t for p, t in after.items() if t != before[p] and old != new}
    assert [edit.path for edit in edits] == sorted(edit.path for edit in edits)
    again = before | {edit.path: edit.text for edit in edits}
    assert read_project(again, config=config).version == str(new if edits else old)
    assert edit_version(again, project=read_project(again), version=new, config=config) == ()
    back = edit_version(again, project=read_project(again), version=old, config=config)
    assert again | {edit.path: edit.text for edit in back} == before
