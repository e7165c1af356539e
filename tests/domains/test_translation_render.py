"""The table to paste: what differs from the defaults, and in comments what has no equivalent."""

from __future__ import annotations

import pytest

from domains.translated import release_please
from pilotage.domains.settings import read_config
from pilotage.domains.translation import render_translation, render_unmatched, translate
from pilotage.errors import ConfigError
from pilotage.model.config import Config, VersionFile
from pilotage.model.publishrules import PublishRules
from pilotage.model.translation import TranslatedComponent, Translation, Unmatched

EXPECTED = """\
# Translated from release-please-config.json (release-please).
# What has no equivalent:
# - release-please-config.json: reviewers = ["me"]: ask for reviews with a CODEOWNERS file

[tool.pilotage]
major-on-zero = true
release = "published"
reverts = "count"
workspace = "off"

[tool.pilotage.extend-types]
docs = { bump = "patch" }

[tool.pilotage.components.core]
path = "packages/core"
tag-format = "core-v{version}"
version-files = ["README.md", { path = "app.json", key = "$.version" }]

[tool.pilotage.components."b c"]
path = "packages/b c"
tag-format = "b-v{version}"
"""


def test_only_what_differs_from_the_defaults_is_written() -> None:
    packages = {
        "packages/core": {"component": "core", "extra-files": ["README.md", "app.json"]},
        "packages/b c": {"component": "", "package-name": "b"},
    }
    text = render_translation(release_please(packages, reviewers=["me"]))
    assert text == EXPECTED.replace('"b c"]', "b]")


def test_a_table_within_the_table_is_written_too() -> None:
    config = Config(publish=PublishRules(index=""), version_files=("a", VersionFile("b.json", "$.v")))
    text = render_translation(Translation("tool", "file", config, (TranslatedComponent("", ".", config),)))
    assert '[tool.pilotage.publish]\nindex = ""\n' in text
    assert read_config(text) == config


def test_a_translation_that_differs_in_nothing_is_an_empty_table() -> None:
    text = render_translation(Translation("tool", "file", Config(), ()))
    assert text == "# Translated from file (tool).\n\n[tool.pilotage]\n"


def test_no_text_of_others_gets_out_of_its_comment() -> None:
    note = Unmatched("a\nb", "1\r\n[tool]\x1b", "x" * 500)
    line = render_unmatched(note)
    assert line.startswith("a b = 1 [tool] : xxx")
    assert (len(line.rpartition(": ")[2]), "\n" in line) == (300, False)


def test_texts_that_toml_escapes_read_back() -> None:
    config = Config(changelog_path='a"\\\x7f\té', channels={"a.b": "rc"})
    assert read_config(render_translation(Translation("tool", "file", config, ()))) == config


def test_a_folder_outside_of_the_repository_is_an_error() -> None:
    with pytest.raises(ConfigError, match=r"^the path 'pyproject.toml', seen from '../x', leads out|^the path"):
        translate("commitizen", {}, path="../x")


@pytest.mark.parametrize(
    "text",
    [
        "jobs:\n  a:\n    uses: own/release-please-action@v4\n    with:\n      release-type: python\n",
        "uses: own/release-please-action@v4\nwith:\n  release-type: python\n",
        "# a\n    uses: own/release-please-action@v4\n    with:\n      release-type: python\n",
    ],
)
def test_inputs_outside_of_any_step_are_read_too(text: str) -> None:
    assert translate("release-please", {".github/workflows/r.yml": text}).source == ".github/workflows/r.yml"
