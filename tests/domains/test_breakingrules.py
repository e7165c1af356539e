from __future__ import annotations

import pytest

from pilotage.domains.settings import read_config, render_config
from pilotage.errors import ConfigError
from pilotage.model.config import BreakingRules


def test_the_rules_are_read_in_the_spelling_of_the_file() -> None:
    config = read_config(
        "[tool.pilotage.breaking]\n"
        "require = 'both'\nrequire-level = 'warn'\nupgrade-path = 'required'\nrelease-pending-first = 'error'\n"
        "approval-label = 'breaking: approved'\napproval-level = 'warn'\nfreeze = 'error'\n"
    )
    assert config.breaking == BreakingRules("both", "warn", "required", "error", "breaking: approved", "warn", "error")
    assert config == read_config(render_config(config))


def test_what_is_left_out_has_a_level_that_refuses_nothing_but_an_unannounced_break() -> None:
    assert read_config("").breaking == BreakingRules("either", "error", "optional", "warn", "", "error", "off")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("requires = 'mark'", "pyproject.toml: [tool.pilotage.breaking] requires is unknown"),
        (
            "freeze = true",
            'pyproject.toml: [tool.pilotage.breaking] freeze is "True", expected one of "error", "warn", "off"',
        ),
        (
            "upgrade-path = 'error'",
            'pyproject.toml: [tool.pilotage.breaking] upgrade-path is "error", expected one of "required", "warn", '
            '"optional"',
        ),
    ],
)
def test_a_rule_that_does_not_exist_is_refused(line: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_config(f"[tool.pilotage.breaking]\n{line}")
    assert caught.value.message == message
