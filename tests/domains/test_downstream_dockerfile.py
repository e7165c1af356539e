"""Dockerfiles: what they install, and which characters say the version."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domains.downstream_texts import WANTED, edited, told
from pilotage.domains.downstream.dockerfile import read_dockerfile
from pilotage.domains.downstream.reading import apply_changes
from pilotage.errors import ConfigError
from pilotage.model.downstream import Reference, Standing, Wanted
from pilotage.model.version import Version


def read(text: str) -> list[Reference]:
    return read_dockerfile("Dockerfile", text, WANTED)


def after(text: str) -> str:
    return edited(read_dockerfile, text)


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("pip install demo==1.2", "exact ==1.2"),
        ("pip3 install -U demo==1.2", "exact ==1.2"),
        ("/opt/venv/bin/pip3.11 install --no-cache-dir 'demo == 1.2'", "exact == 1.2"),
        ("sudo -H pip --no-input --proxy x install demo", "unpinned"),
        ("python -m pip install Demo[all]~=1.2", "admits ~=1.2"),
        ("python3.12 -m pip download demo===1.4.0", "current ===1.4.0"),
        ("PIP_NO_CACHE=1 pip wheel demo==1.5", "ahead ==1.5"),
        ('pip install "demo>=1,<1.2"', "excludes >=1,<1.2"),
        ("pip install -r requirements.txt -c demo --index-url demo demo==1.2", "exact ==1.2"),
        ("pip install --target=demo -e git+https://github.com/acme/demo@v1.2#egg=demo", "exact v1.2"),
        ("pip install --editable=git+https://github.com/acme/demo@v1.2", "exact v1.2"),
        ("pip install --editable git+https://github.com/acme/demo@v1.2", "exact v1.2"),
        ("pip install 'demo @ git+https://github.com/acme/demo@v1.2'", "exact v1.2"),
        ("uv pip install --system demo==1.2", "exact ==1.2"),
        ("uv --quiet pip install demo==1.2", "exact ==1.2"),
        ("uv run pip install demo==1.2", "exact ==1.2"),
        ("uv tool install demo@1.2", "exact 1.2"),
        ("uv tool install demo@latest", "unpinned"),
        ("uv add 'demo>=1.2'", "admits >=1.2"),
        ("uv add git+https://github.com/acme/demo --tag v1.2", "unclear"),
        ("uv add git+https://github.com/acme/demo --rev=v1.2", "unclear"),
        ("uv add git+https://github.com/acme/demo --branch main", "unpinned"),
        ("uv add demo==1.2 git+https://github.com/acme/other --tag v3", "exact ==1.2"),
        ("pipx install --python 3.12 demo==1.2", "exact ==1.2"),
        ("pipx inject tools demo==1.2", "exact ==1.2"),
        ("uv tool install --with demo==1.2 tool", "exact ==1.2"),
        ("uv tool install --with=demo==1.2 tool", "exact ==1.2"),
        ("poetry add demo@^1.2", "admits ^1.2"),
        ("poetry add demo@~1.2 -G dev", "excludes ~1.2"),
        ("pdm add demo==1.2", "exact ==1.2"),
        ("conda install -y -c demo demo=1.2", "excludes =1.2"),
        ("mamba create -n demo demo==1.2", "exact ==1.2"),
        ("micromamba install conda-forge::demo=1.4", "admits =1.4"),
        ("pip install demo==$(cat VERSION)", "unclear ==$"),
        ("pip install 'demo==${X}'", "unclear ==${X}"),
        ("bash -ec 'pip install demo==1.2'", "exact ==1.2"),
        ('sh -c "set -e; pip install \\"demo==1.2\\""', "exact ==1.2"),
        ("pip install demo\\==1.2", "exact ==1.2"),
        ("(cd x && pip install demo==1.2) | tee log", "exact ==1.2"),
        ("pip install > log demo==1.2", "exact ==1.2"),
        ("pip install demo==1.2>/dev/null 2>&1", "exact ==1.2"),
    ],
)
def test_each_way_to_install_is_read(command: str, expected: str) -> None:
    assert told(read(f"FROM x\nRUN {command}\n")) == [f"2 {expected}"]


@pytest.mark.parametrize(
    "command",
    [
        "pip install other demo-extra==1.2 demo_extra",
        "pip uninstall demo",
        "pip install -r demo -c demo --no-binary demo",
        "pip install ./demo",
        "pip --version demo install",
        "echo demo==1.2",
        "echo 'pip install demo==1.2'",
        "true # pip install demo==1.2",
        "poetry add demo2@1.2",
        "pip",
        "pip " + "-v " * 30 + "install demo",
        "sh -c",
        "sh script.sh demo",
        "sh -c demo",
        "pip install $PACKAGE==1.2",
        "pip install de${X}mo==1.2",
        "pip install > demo",
        "pip install " + "x" * 30_000 + "demo",
        "",
    ],
)
def test_anything_else_is_no_use_of_the_package(command: str) -> None:
    assert read(f"FROM demo\nRUN {command}\nCOPY demo .\n# RUN pip install demo\n") == []


def test_each_word_of_each_command_is_read_with_its_line() -> None:
    text = (
        "FROM x\nRUN --mount=type=cache,target=/cache/pip \\\n    pip install other \\\n"
        "    # it's a comment\n\n    demo==1.2 \\\n && pip install demo\nONBUILD RUN pip install demo~=1.0\n"
    )
    assert told(read(text)) == ["6 exact ==1.2", "7 unpinned", "8 admits ~=1.0"]
    assert after(text) == text.replace("==1.2", "==1.4.0")


def test_only_the_versions_change() -> None:
    text = 'RUN pip install "demo[x] >=1.0, <1.2" demo=="1.2" git+https://github.com/acme/demo.git@v1.2#egg=demo\r\n'
    assert after(text) == text.replace('1.0, <1.2"', '1.4.0, <1.5"').replace('"1.2"', '"1.4.0"').replace(
        "@v1.2", "@v1.4.0"
    )


def test_a_tag_of_another_format_changes_as_a_whole() -> None:
    wanted = Wanted("demo", Version("1.4.0"), "demo-v1.4.0", tag_prefix="demo-v", repository="github.com/acme/demo")
    text = "RUN pip install git+https://github.com/acme/demo@v1.2 git+https://github.com/acme/demo@'v0'.2\n"
    whole, pieces = read_dockerfile("Dockerfile", text, wanted)
    assert apply_changes(text, whole.changes) == text.replace("@v1.2", "@demo-v1.4.0")
    assert pieces.changes == ()


def test_a_version_in_pieces_is_left_to_people() -> None:
    assert after("RUN pip install demo==1'.2'\n") == "RUN pip install demo==1'.4.0'\n"
    (found,) = read("RUN pip install demo==0'.2'\n")
    assert (found.standing, found.changes) == (Standing.EXACT, ())
    assert "pieces" in found.why


def test_the_list_form_is_read_word_by_word() -> None:
    text = 'RUN --network=none ["pip", "install", \\\n "demo==1.2"]\nRUN ["sh","-c","pip install \\"demo==1.3\\" x"]\n'
    assert told(read(text)) == ["2 exact ==1.2", "3 exact ==1.3"]
    assert after(text) == text.replace("1.2", "1.4.0").replace("1.3", "1.4.0")


def test_what_only_looks_like_a_list_is_a_command() -> None:
    assert told(read("RUN [ -f x ] && pip install demo==1.2\n")) == ["1 exact ==1.2"]


def test_heredocs_that_a_shell_reads_are_read() -> None:
    text = (
        "RUN <<EOF\npip install \\\n  demo==1.2\nEOF\nRUN bash -e <<-'END'\n\tpip install demo==1.3\n\tEND\n"
        "RUN python3 <<PY\npip install demo==1.0\nPY\nCOPY <<A <<B /x/\nRUN pip install demo==0.1\nA\n"
        "RUN pip install demo==0.2\nB\nRUN pip install demo"
    )
    assert told(read(text)) == ["3 exact ==1.2", "6 exact ==1.3", "16 unpinned"]


def test_a_shift_of_bits_is_no_heredoc() -> None:
    text = "RUN echo $((n <<m))\nRUN <<EOF\nRUN pip install demo\n  EOF\n"
    assert told(read(text)) == ["3 unpinned"]
    assert told(read("# x\nA\nRUN <<A\nRUN pip install demo")) == ["4 unpinned"]


def test_a_backtick_may_continue_lines() -> None:
    text = "# syntax=x\n# escape=`\nFROM x\nRUN C:\\py\\pip.exe install `\n  # why\n  demo==1.2 c:\\`\n\\demo\n"
    assert told(read(text)) == ["6 exact ==1.2"]
    assert after(text) == text.replace("1.2", "1.4.0")
    assert told(read("# escape=\\\nRUN pip install \\\n  demo")) == ["3 unpinned"]
    assert told(read("\ufeff# a comment\n# escape=`\nRUN pip install \\\n  demo")) == ["4 unpinned"]


@pytest.mark.parametrize("use", ["==$V", "==${V}", '=="${V}"', "==${V:-9}", "==${V-9}", "${V:+==$V}", "${V+==${V}}"])
def test_an_argument_holds_the_version(use: str) -> None:
    text = f"FROM x\nARG OTHER V=1.2.3\nRUN pip install demo{use}\n"
    (found,) = read(text)
    assert (found.line, found.standing, found.holder) == (2, Standing.ARGUMENT, "ARG V")
    assert found.before == "==1.2.3"
    assert after(text) == text.replace("1.2.3", "1.4.0")


@pytest.mark.parametrize(
    ("definition", "use", "changed"),
    [
        ('ARG V="v1.2.3"', "demo==${V}", 'ARG V="v1.4.0"'),
        ("ARG V='v1.2.3'", "demo==${V#v}", "ARG V='v1.4.0'"),
        ("ARG V=1.2.3", "demo==${V#v}", "ARG V=1.4.0"),
        ("ARG V=v1.2.3", "git+https://github.com/acme/demo@${V}", "ARG V=v1.4.0"),
        ("ARG V=1.2.3", "git+https://${TOKEN}@github.com/acme/demo@v${V}", "ARG V=1.4.0"),
        ("ARG V===1.2.3", "demo${V}", "ARG V===1.4.0"),
        ("ARG V='>=1,<1.2'", "demo$V", "ARG V='>=1.4.0,<1.5'"),
        ("ARG V=>=1,<1.2", "demo$V", "ARG V=>=1.4.0,<1.5"),
        ("ARG V=demo==1.2", "$V", "ARG V=demo==1.4.0"),
        ("ARG V=1.2", "demo==$V.0", "ARG V=1.4"),
        ("ARG V=0.2", "'demo<'$V,!=0.1", "ARG V=1.5"),
        ("ARG A=1.2\nARG V=$A", "demo==$V", "ARG A=1.4.0\nARG V=$A"),
        ("ARG V=1.2\nFROM x\nARG V", "demo==$V", "ARG V=1.4.0\nFROM x\nARG V"),
        ("ARG V\nENV V=${V:-1.2}", "demo==$V", "ARG V\nENV V=${V:-1.4.0}"),
        ("ARG V=1.2\nENV V=$V", "demo==$V", "ARG V=1.4.0\nENV V=$V"),
    ],
)
def test_the_place_that_says_the_version_is_edited(definition: str, use: str, changed: str) -> None:
    end = f"\nRUN pip install {use}\n"
    assert [one.standing for one in read(definition + end)] == [Standing.ARGUMENT]
    assert after(definition + end) == changed + end


@pytest.mark.parametrize("definition", ["ENV V=1.2", "ENV OTHER=x V=1.2", "ENV V 1.2", 'ENV V "1.2"'])
def test_a_variable_of_the_image_is_edited_as_if_it_stood_there(definition: str) -> None:
    text = f"{definition}\nRUN pip install demo==$V\n"
    (found,) = read(text)
    assert (found.line, found.standing, found.holder) == (1, Standing.EXACT, "ENV V")
    assert after(text) == text.replace("1.2", "1.4.0")


def test_an_argument_that_is_new_enough_is_none_to_give() -> None:
    assert told(read("ARG V=1.4.0\nRUN pip install demo==$V demo>=$V")) == ["1 current ==1.4.0", "2 unpinned"]
    assert told(read("ARG V=1.5\nRUN pip install demo==$V")) == ["1 ahead ==1.5"]


@pytest.mark.parametrize("definition", ["ARG V", "ARG V=", "ARG V\nARG V=$V", "ARG V=$NOWHERE", "ARG V=" + "1" * 2000])
@pytest.mark.parametrize("use", ["demo==$V", "demo$V", "git+https://github.com/acme/demo@${V}", "demo[x]==1.$V"])
def test_an_argument_without_a_default_is_given_by_a_rebuild(definition: str, use: str) -> None:
    (found,) = read(f"{definition}\nRUN pip install {use}\n")
    assert (found.standing, found.before, found.changes) == (Standing.ARGUMENT, "", ())
    assert "ARG V" in found.why


def test_a_default_beside_the_use_is_the_arguments() -> None:
    text = "ARG V\nRUN pip install demo==${V:-1.2}\n"
    (found,) = read(text)
    assert (found.line, found.standing, found.holder) == (2, Standing.ARGUMENT, "ARG V")
    assert after(text) == text.replace("1.2", "1.4.0")
    assert told(read("RUN pip install demo==${V:-1.2}")) == ["1 exact ==1.2"]
    assert told(read("RUN pip install demo==${V:-${W:-1.2}}")) == ["1 exact ==1.2"]


@pytest.mark.parametrize(
    "text",
    [
        "RUN pip install demo==$V",
        "RUN pip install demo${V:+==$V}",
        "ENV V one two\nRUN pip install demo==$V",
        "RUN V=1.2 && pip install demo==$V",
        "ARG V=1.2.3\nRUN pip install demo==${V%.*}",
        "ARG W\nRUN pip install demo==$V$W",
        "RUN pip install demo==${{ x }}",
    ],
)
def test_a_variable_that_is_set_nowhere_is_unclear(text: str) -> None:
    (found,) = read(text)
    assert (found.standing, found.changes) == (Standing.UNCLEAR, ())
    assert found.why == "its value is not set in this file"


def test_a_commit_in_an_argument_is_an_argument_that_is_not_edited() -> None:
    (found,) = read(f"ARG REF={'a1' * 20}\nRUN pip install git+https://github.com/acme/demo@$REF")
    assert (found.standing, found.changes) == (Standing.ARGUMENT, ())


def test_extras_from_a_variable_do_not_matter() -> None:
    assert told(read("RUN pip install demo[$EXTRA]==1.2")) == ["1 exact ==1.2"]


def test_one_argument_used_twice_is_one_place() -> None:
    text = "ARG V=1.2\nRUN pip install demo==$V\nRUN pip install demo==$V\n"
    assert told(read(text)) == ["1 argument ==1.2"]


def test_a_redirection_is_told() -> None:
    (found,) = read("RUN pip install demo>=1.2\n")
    assert (found.standing, found.changes) == (Standing.UNPINNED, ())
    assert "quotes" in found.why


@pytest.mark.parametrize(
    "text",
    [
        "RUN pip install demo==1.2 # pilotage: keep it",
        "# pilotage: keep it\nRUN pip install \\\n  demo==1.2",
        "RUN pip install \\\n  # pilotage: keep it\n  demo==1.2",
        "# pilotage: keep it\nARG V=1.2\nRUN pip install demo==$V",
        "ARG V=1.2\n# pilotage: keep it\nRUN pip install demo==$V",
        'RUN ["pip", "install", \\\n# pilotage: keep it\n"demo==1.2"]',
    ],
)
def test_what_is_pinned_on_purpose_stays(text: str) -> None:
    (found,) = read(text)
    assert (found.standing, found.why, found.changes) == (Standing.KEPT, "pilotage: keep (it)", ())
    assert found.before == "==1.2"


def test_an_image_that_installs_without_end_is_refused() -> None:
    with pytest.raises(ConfigError, match="more than 5000 times"):
        read("ENV P=demo\nRUN pip install " + "$P " * 5001)


_WORDS = st.sampled_from(
    [
        *[
            "RUN ",
            "ARG ",
            "ENV ",
            "FROM x",
            "V=",
            "1.2",
            "pip install ",
            "demo",
            "==",
            "$V",
            "${V",
            "}",
            ":-",
            ":+",
            '"',
            "'",
        ],
        *[
            "\\",
            "\\\n",
            "\n",
            "#",
            "<<A",
            "A\n",
            "[",
            "]",
            ",",
            " ",
            ">",
            "&&",
            "sh -c ",
            "git+https://github.com/acme/demo@v1",
        ],
        *["# escape=`\n", "`\n", "\r\n", "\t", "conda install ", "\x00", "\u202e", "@", "~", "pilotage: keep", "#v"],
    ]
)


@given(st.one_of(st.text(), st.lists(_WORDS, max_size=40).map("".join)))
@settings(max_examples=300)
def test_any_text_is_read_and_edited_for_good(text: str) -> None:
    found = read(text)
    for one in found:
        assert 1 <= one.line <= text.count("\n") + 1
        for change in one.changes:
            assert 0 <= change.start <= change.end <= len(text)
            assert text[change.start : change.end] != change.text


@pytest.mark.parametrize(
    "text",
    [
        *[
            "RUN " + "pip -x " * 20_000,
            "RUN " + "${" * 60_000,
            "RUN " + "\\\n" * 60_000,
            "RUN <<A\n" * 20_000 + "A\n",
        ],
        *["RUN " + "sh -c '" * 20_000, 'RUN ["' + "a" * 600_000, "ARG A=x\n" + "ARG A=$A$A\n" * 10_000, "\n" * 600_000],
        "ARG A=" + "1" * 900 + "\nRUN pip install " + ("demo==" + "$A" * 5000 + " ") * 10,
    ],
)
def test_a_monster_is_read_in_time(text: str) -> None:
    begin = time.perf_counter()
    assert read(text) == []
    assert time.perf_counter() - begin < 20
