"""Where a package declares its version: each way that build backends know, and which one wins."""

import sys
import time

import pytest

from pilotage.domains.versionfiles.declared import paths_of_declaration
from pilotage.domains.versionfiles.project import edit_version, more_paths, paths_to_read, read_project
from pilotage.errors import ConfigError
from pilotage.model.config import Config
from pilotage.model.project import FileEdit, Project
from pilotage.model.version import Version

DYNAMIC = '[project]\nname = "my-pkg"\ndynamic = ["version"]\n'
HATCH = DYNAMIC + '[tool.hatch.version]\npath = "src/my_pkg/__about__.py"\n'
FLIT = '[build-system]\nbuild-backend = "flit_core.buildapi"\n' + DYNAMIC
ATTR = DYNAMIC + '[tool.setuptools.dynamic]\nversion = { attr = "my_pkg.__version__" }\n'
DIFFER = "two places differ:"
ABOUT = '"""My package."""\n\n__version__ = "1.2.3"  # "1.2.3"\n'


@pytest.mark.parametrize(
    ("files", "pointed", "text"),
    [
        ({"pyproject.toml": HATCH}, "src/my_pkg/__about__.py", ABOUT),
        ({"pyproject.toml": HATCH}, "src/my_pkg/__about__.py", "VERSION: str = '1.2.3'\n"),
        (
            {"pyproject.toml": HATCH + 'source = "code"\nexpression = "v"\n'},
            "src/my_pkg/__about__.py",
            "__version__ = '1'\nv = __version__ = '1.2.3'",
        ),
        ({"pyproject.toml": ATTR}, "my_pkg/__init__.py", ABOUT),
        ({"pyproject.toml": ATTR}, "src/my_pkg/__init__.py", ABOUT),
        ({"pyproject.toml": ATTR}, "my_pkg.py", ABOUT),
        ({"pyproject.toml": ATTR + "[tool.setuptools]\npackage-dir = { '' = 'lib' }\n"}, "lib/my_pkg.py", ABOUT),
        (
            {"pyproject.toml": DYNAMIC + '[tool.setuptools.dynamic]\nversion = { file = ["VERSION"] }\n'},
            "VERSION",
            "\ufeff1.2.3\r\n",
        ),
        ({"pyproject.toml": DYNAMIC + '[tool.setuptools.dynamic]\nversion.file = "./v/V"\n'}, "v/V", "1.2.3"),
        ({"pyproject.toml": FLIT}, "my_pkg/__init__.py", ABOUT),
        ({"pyproject.toml": FLIT}, "src/my_pkg.py", ABOUT),
        ({"pyproject.toml": FLIT + "[tool.flit.module]\nname = 'a.b'\n"}, "src/a/b/__init__.py", ABOUT),
        (
            {"pyproject.toml": '[build-system]\nbuild-backend = "flit.buildapi"\n[tool.flit.metadata]\nmodule="m"\n'},
            "m.py",
            ABOUT,
        ),
        ({"pyproject.toml": DYNAMIC + '[tool.pdm.version]\nsource = "file"\npath = "m.py"\n'}, "m.py", ABOUT),
        ({"pyproject.toml": DYNAMIC + '[tool.pdm.version]\nfrom = "m.py"\n'}, "m.py", ABOUT),
        (
            {
                "pyproject.toml": DYNAMIC + "[tool.scikit-build.metadata.version]\n"
                "provider = 'scikit_build_core.metadata.regex'\ninput = 'm.py'\n"
            },
            "m.py",
            ABOUT,
        ),
        ({"setup.cfg": "[metadata]\nname=x\nversion = attr: my_pkg.a.V\n"}, "src/my_pkg/a.py", "V='1.2.3'"),
        (
            {"setup.cfg": "[metadata]\nname=x\nversion = attr:m.V\n[options]\npackage_dir =\n    =lib\n    x=y\n"},
            "lib/m.py",
            "V = '1.2.3'",
        ),
        ({"setup.cfg": "[metadata]\nname = my-pkg\nversion = file: VERSION\n"}, "VERSION", "1.2.3\n"),
        (
            {"pyproject.toml": DYNAMIC, "setup.cfg": "[metadata]\nversion = file: VERSION\n"},
            "VERSION",
            "\n1.2.3",
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("folder", [".", "packages/a"])
def test_the_file_that_a_backend_reads_the_version_from_is_read_and_edited(
    files: dict[str, str], pointed: str, text: str, folder: str
) -> None:
    prefix = "" if folder == "." else f"{folder}/"
    files = {prefix + name: content for name, content in files.items()}
    assert read_project(files, path=folder).version is None  # the file is not there yet
    assert prefix + pointed in more_paths(files, path=folder)
    files[prefix + pointed] = text

    project = read_project(files, path=folder)

    assert (project.version, project.path) == ("1.2.3", prefix + pointed)
    (edit,) = edit_version(files, project=project, version=Version("1.3.0"), config=Config(), path=folder)
    kept, _, comment = text.partition("  # ")
    old = "v = __version__ = '1.2.3'" if "v = " in text else "1.2.3"
    expected = kept.replace(old, old.replace("1.2.3", "1.3.0")) + ("  # " + comment if comment else "")
    assert edit == FileEdit(prefix + pointed, expected)
    assert more_paths(files, path=folder) == tuple(
        name for name in more_paths({n: t for n, t in files.items() if n != prefix + pointed}, path=folder)
        if name != prefix + pointed
    )  # fmt: skip


@pytest.mark.parametrize(
    ("init", "sibling"),
    [
        ("from ._version import __version__\n", "_version.py"),
        ("from my_pkg._version import __version__ as __version__\n", "_version.py"),
        ("from .__about__ import __version__, x\n", "__about__.py"),
        ("from my_pkg.version import __version__\n", "version.py"),
    ],
)
def test_a_version_that_init_imports_from_a_sibling_is_found_there(init: str, sibling: str) -> None:
    files = {"pyproject.toml": ATTR, "src/my_pkg/__init__.py": init, f"src/my_pkg/{sibling}": ABOUT}

    assert f"src/my_pkg/{sibling}" in more_paths({"pyproject.toml": ATTR})
    assert read_project(files) == Project("my-pkg", "1.2.3", f"src/my_pkg/{sibling} __version__")


@pytest.mark.parametrize(
    "init",
    [
        "",
        "from importlib.metadata import version\n__version__ = version('my-pkg')\n",
        "__version__ = '1.2.3'\n__version__ = '1.2.4'\n",
        "__version__ = '1.2' '.3'\n",
        "__version__ = '1.2\\x2e3'\n",
        "__version__ = b'1.2.3'\n",
        "__version__ = (1, 2, 3)\n",
        "__version__: str\n",
        "if True:\n    __version__ = '1.2.3'\n",
        "def f():\n    __version__ = '1.2.3'\n",
        "'''\n__version__ = '1.2.3'\n'''\n",
        "from ._version import version as __version__\n",
        "from ._version import *\n",
        "from . import __version__\n",
        "from .gone import __version__\n",
        "print '1.2.3'\n__version__ = '1.2.3'\n",
        "__version__ = '1.2.3'\n" + "(" * 10_000,
        "__version__ = '1.2.3'\n\0",
    ],
)
def test_a_version_that_no_literal_gives_is_dynamic(init: str) -> None:
    files = {"pyproject.toml": ATTR, "my_pkg/__init__.py": init, "my_pkg/_version.py": "version = '1.2.3'\n"}

    project = read_project(files)

    assert project == Project("my-pkg", None, "pyproject.toml [project] dynamic")
    assert edit_version(files, project=project, version=Version("2.0"), config=Config()) == ()


@pytest.mark.parametrize(
    "tables",
    [
        '[tool.hatch.version]\nsource = "vcs"\n',
        '[tool.hatch.version]\nsource = "vcs"\npath = "m.py"\n',
        '[tool.hatch.version]\npath = "m.txt"\npattern = "v=(?P<version>.*)"\n',
        "[tool.hatch.version]\npath = 3\n",
        '[tool.hatch.version]\npath = "../m.py"\n',
        '[tool.setuptools_scm]\nwrite_to = "m.py"\n[tool.setuptools.dynamic]\nversion = { attr = "m.__version__" }\n',
        '[tool.setuptools.dynamic]\nversion = { attr = "m" }\n',
        "[tool.setuptools.dynamic]\nversion = { attr = 3 }\n",
        '[tool.setuptools.dynamic]\nversion = { attr = "../m.__version__" }\n',
        '[tool.setuptools.dynamic]\nversion = { file = ["m.py", "V"] }\n',
        '[tool.setuptools.dynamic]\nversion = { file = "m.py, V" }\n',
        '[tool.setuptools.dynamic]\nversion = { file = "." }\n',
        '[tool.setuptools]\npackage-dir = { "" = 3 }\n',
        '[tool.poetry-dynamic-versioning]\nenable = true\n[tool.hatch.version]\npath = "m.py"\n',
        '[tool.pdm.version]\nsource = "scm"\npath = "m.py"\n',
        '[tool.pdm.version]\nsource = "call"\ngetter = "m:f"\n',
        '[tool.scikit-build.metadata.version]\nprovider = "scikit_build_core.metadata.setuptools_scm"\n',
        "[tool.versioningit]\n",
        '[build-system]\nrequires = ["maturin"]\nbuild-backend = "maturin"\n',
    ],
)  # fmt: skip
def test_a_version_of_the_tag_points_at_no_file(tables: str) -> None:
    files = {"pyproject.toml": DYNAMIC + tables, "m.py": ABOUT, "V": "1.2.3"}

    assert more_paths(files) == ()
    assert read_project(files).version is None


SETUP = 'from setuptools import setup\n\nsetup(name="x", version="1.2.3", python_requires=">=1.2.3")\n'


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (SETUP, "x"),
        ("\ufeff" + SETUP.replace("\n", "\r\n"), "x"),
        ("import setuptools\nsetuptools.setup(\n  version = r'1.2.3',  # ☃\n  name='x')", "x"),
        ("import setuptools\n'ünï'; setuptools.setup(name='ünï', version='''1.2.3''')", "ünï"),
        ("NAME, V = 'x', 1\nVERSION = '1.2.3'\nif __name__ == '__main__':\n    setup(version=VERSION, name=NAME)", ""),
        ("NAME: str = 'x'\nversion: str = '1.2.3'\nsetup(version=version, name=NAME, **more)", "x"),
        ("x = '\\d'\nsetup(version='1.2.3')", ""),
    ],
)
def test_setup_py_may_give_a_literal(text: str, name: str) -> None:
    files = {"p/setup.py": text}

    project = read_project(files, path="p")

    assert project == Project(name, "1.2.3", "p/setup.py setup()")
    (edit,) = edit_version(files, project=project, version=Version("2.0a1"), config=Config(), path="p")
    before, _, after = text.partition('"1.2.3"' if '"1.2.3"' in text else "1.2.3")
    assert edit.text == before + ('"2.0a1"' if '"1.2.3"' in text else "2.0a1") + after


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("setup(name='x', version=open('VERSION').read())", "setup.py setup() version"),
        ("setup(name='x', version=about['__version__'])", "setup.py setup() version"),
        ("setup(name='x', version=VERSION)", "setup.py setup() version"),
        ("VERSION = V\nV = VERSION\nsetup(name='x', version=VERSION)", "setup.py setup() version"),
        ("setup(name='x', use_scm_version=True)", "setup.py setup() use_scm_version"),
        ("setup(name='x', setup_requires=['pbr'], pbr=True)", "setup.py setup() pbr"),
    ],
)
def test_a_computed_version_of_setup_py_is_dynamic(text: str, source: str) -> None:
    assert read_project({"setup.py": text}) == Project("x", None, source)


@pytest.mark.parametrize(
    ("opened", "path"),
    [
        ("with open(os.path.join(root, 'a/b/version.py')) as f: exec(f.read(), about)", "a/b/version.py"),
        ("about = runpy.run_path('src/x/__about__.py')\nexec('')", "src/x/__about__.py"),
        ("exec(open(os.path.join(here, 'src', 'x', '__version__.py')).read(), about)", "src/x/__version__.py"),
        ("t = (Path(__file__).parent / 'x' / '__init__.py').read_text()", "x/__init__.py"),
        ("t = ('x' / Path('__init__.py')).read_text('utf-8')", "__init__.py"),
        ("with open('VERSION') as f: about = f.read()", "VERSION"),
        ("about = open(os.path.join('.', 'x', 'version.txt')).read()", "x/version.txt"),
    ],
)
@pytest.mark.parametrize("folder", [".", "p"])
def test_a_computed_version_of_setup_py_is_read_where_it_reads_it(opened: str, path: str, folder: str) -> None:
    prefix = "" if folder == "." else "p/"
    files = {f"{prefix}setup.py": f"{opened}\nsetup(name='x', version=about['__version__'])\n"}
    assert read_project(files, path=folder) == Project("x", None, f"{prefix}setup.py setup() version")
    assert prefix + path in more_paths(files, path=folder)
    files[prefix + path] = ABOUT if path.endswith(".py") else "1.2.3\n"

    project = read_project(files, path=folder)

    assert (project.version, project.path) == ("1.2.3", prefix + path)
    (edit,) = edit_version(files, project=project, version=Version("2.0"), config=Config(), path=folder)
    assert (edit.path, edit.text) == (prefix + path, files[prefix + path].replace("1.2.3", "2.0", 1))


@pytest.mark.parametrize("found", [{"VERSION": "none"}, {"x/version.py": "__version__ = 'none'"}, {"VERSION": ""}])
def test_what_setup_py_speaks_of_may_be_something_else(found: dict[str, str]) -> None:
    text = "with open('x/version.py') as f: exec(f.read())\nopen('VERSION')\nsetup(name='x', version=v())"

    assert read_project({"setup.py": text} | found).version is None


def test_a_setup_py_that_speaks_of_many_files_is_not_followed_far() -> None:
    opened = (
        "".join(f"open('p{n}/__init__.py')\n" for n in range(100)) + "open('../version.py')\nopen('/etc/version')\n"
    )

    paths = more_paths({"setup.py": opened + "setup(version=version())"})

    assert len([path for path in paths if path.endswith("__init__.py")]) == 8
    assert not any(path.startswith(("..", "/", "etc")) for path in paths)


@pytest.mark.parametrize(
    "text",
    [
        "from setuptools import setup\nsetup()\n",
        "setup(name='x')",
        "setup(name='x', version='1')\nsetup(name='y', version='2')",
        "version = '1.2.3'",
        "print 'version'",
        "getattr(s, 'setup')(version='1.2.3')",
    ],
)
def test_a_setup_py_that_gives_no_version_says_nothing(text: str) -> None:
    with pytest.raises(ConfigError, match="no version is declared"):
        read_project({"setup.py": text})
    assert read_project({"pyproject.toml": '[project]\nversion = "1.0"\n', "setup.py": text}).version == "1.0"


def test_setup_py_is_never_executed() -> None:
    text = "import sys\nsys.pilotage_ran = True\nraise SystemExit\n" + SETUP

    assert read_project({"setup.py": text}).version == "1.2.3"
    assert not hasattr(sys, "pilotage_ran")


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"setup.py": "setup(version='one')"}, "setup.py: setup() version: 'one' is not a version"),
        (
            {"setup.py": "setup(version='1.2' '.3')"},
            "setup.py: setup() version is '1.2.3', written in a way that cannot be edited in place",
        ),
        (
            {"setup.py": SETUP, "pyproject.toml": '[project]\nname = "x"\nversion = "1.2.4"\n'},
            f"{DIFFER} pyproject.toml line 3 ([project] version) says 1.2.4, setup.py line 3 (setup()) says 1.2.3",
        ),
        (
            {"setup.py": SETUP, "setup.cfg": "[metadata]\nversion = file: V\n", "V": "2.0\n"},
            "two places differ: setup.py line 3 (setup()) says 1.2.3, V line 1 ([file] version) says 2.0",
        ),
        (
            {"pyproject.toml": ATTR, "my_pkg.py": "__version__ = '1'", "setup.cfg": "[metadata]\nversion=2"},
            f"{DIFFER} setup.cfg line 2 ([metadata] version) says 2, my_pkg.py line 1 (__version__) says 1",
        ),
        ({"setup.cfg": "[metadata]\nversion=file: V\n", "V": "a"}, "V line 1 ([file] version): 'a' is not a version"),
        (
            {"pyproject.toml": HATCH, "src/my_pkg/__about__.py": "\n__version__ = 'unknown'"},
            "src/my_pkg/__about__.py line 2 (__version__): 'unknown' is not a version",
        ),
    ],
)  # fmt: skip
def test_contradicting_declarations_are_errors_that_name_the_places(files: dict[str, str], message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_project(files)

    assert caught.value.message == message
    assert caught.value.hint


def test_a_file_that_two_tables_point_at_is_one_place() -> None:
    files = {
        "pyproject.toml": ATTR,
        "setup.cfg": "[metadata]\nversion = attr: my_pkg.__version__\n",
        "my_pkg.py": ABOUT,
    }

    project = read_project(files)

    assert edit_version(files, project=project, version=Version("2.0"), config=Config()) == (
        FileEdit("my_pkg.py", ABOUT.replace("1.2.3", "2.0", 1)),
    )


def test_a_packages_files_are_those_of_its_folder() -> None:
    config = Config(changelog_path="packages/a/CHANGELOG.md", version_files=("packages/a/x.py", "docs/conf.py"))

    assert paths_to_read(config, path="packages/a") == (
        "packages/a/pyproject.toml",
        "packages/a/setup.cfg",
        "packages/a/setup.py",
        "packages/a/x.py",
        "docs/conf.py",
        "packages/a/CHANGELOG.md",
    )
    assert paths_of_declaration() == ("pyproject.toml", "setup.cfg", "setup.py")
    assert paths_of_declaration("a")[2] == "a/setup.py"
    with pytest.raises(ConfigError, match=r"there is no pyproject.toml and no setup.cfg in packages/a"):
        read_project({"pyproject.toml": '[project]\nversion = "1.0"\n'}, path="packages/a")


def test_the_path_of_a_source_may_hold_blanks() -> None:
    assert Project("x", "1", "a b/pyproject.toml [project]").path == "a b/pyproject.toml"
    assert Project("x", "1", "a b/m.py __version__").path == "a b/m.py"


@pytest.mark.parametrize(
    "text",
    ["setup(version='" + "1" * 1_000_000 + "')", "version = " + "1 + " * 100_000 + "1", "setup(" * 90 + "version"],
)
def test_a_megabyte_of_setup_py_takes_linear_time(text: str) -> None:
    started = time.process_time()

    with pytest.raises(ConfigError):
        read_project({"setup.py": text})
    assert time.process_time() - started < 10
