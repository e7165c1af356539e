"""A megabyte of anything comes to an end: by the default rules, and by all that can be configured."""

from __future__ import annotations

import pytest

from pilotage.domains.title import check_pull, check_title
from pilotage.domains.titlereport import render_title_report
from pilotage.model.config import Config, TitleRules
from pilotage.model.pullcontext import PullContext

CONFIG = Config()
MEGABYTE = 1 << 20


@pytest.mark.parametrize(
    "title",
    [
        "(" * (MEGABYTE // 8),
        "feat" + "(" * (MEGABYTE // 8) + ": x",
        "feat(" + "a," * (MEGABYTE // 2) + "): x",
        "feat" + "!" * (MEGABYTE // 8) + ": x",
        "feat" + "()" * (MEGABYTE // 8) + ": x",
        " " * MEGABYTE + "x",
        "[" * MEGABYTE,
        "[" + " " * MEGABYTE,
        ":a" * (MEGABYTE // 2),
        "✨" * (MEGABYTE // 8),
        "A" * MEGABYTE,
        "\u200b" * (MEGABYTE // 4),
        'Revert "' * (MEGABYTE // 8),
        "feat: " + "x  " * (MEGABYTE // 30),
    ],
    ids=range(14),
)
def test_a_hostile_megabyte_is_refused_in_the_end(title: str) -> None:
    report = check_title(title, CONFIG)
    assert not report.ok
    assert len(render_title_report(report)) < 50_000


STRICT = Config(
    scopes=("api", "/v[0-9]+/"),
    title=TitleRules(
        types=("feat", r"/[A-Z]+-\d+/"),
        require_scope=True,
        disallow_scopes=("/x+/",),
        subject_pattern="(a+)+b",
        min_length=10,
        max_length=72,
        subject_case="lower",
        full_stop=True,
        wip="allow",
    ),
)


@pytest.mark.parametrize(
    "title",
    [
        "wip " * (MEGABYTE // 4),
        "[wip]" * (MEGABYTE // 5),
        "feat(" + "a," * (MEGABYTE // 16) + "): x",
        "feat: " + "a" * MEGABYTE,
        "feat: " + "a." * (MEGABYTE // 2),
        "feat: x" + " (#1)" * (MEGABYTE // 5),
        "A-1 " * (MEGABYTE // 8),
    ],
    ids=range(7),
)
def test_a_hostile_megabyte_is_refused_by_every_configured_rule_in_the_end(title: str) -> None:
    report = check_pull(PullContext(title, number=3), STRICT).report
    assert not report.ok
    assert len(render_title_report(report)) < 60_000
