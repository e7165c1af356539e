"""What is known about a pull request decides with: drafts, bots, labels, authors, and its own release."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotage.domains.title import check_pull, check_title
from pilotage.model.config import ChangeType, Config, TitleRules
from pilotage.model.pullcontext import PullContext
from pilotage.model.title import TitleReport, TitleVerdict


def test_without_a_context_the_verdict_is_that_of_the_title() -> None:
    assert check_pull(PullContext("Feat: x"), Config()) == TitleVerdict(check_title("Feat: x", Config()))


SKIPS = [
    (PullContext("x", head_branch="pilotage/release-main"), TitleRules(), "it is a release pull request of Pilotage"),
    (PullContext("x", head_branch="pilotage/release-main", is_fork=True), TitleRules(), ""),
    (PullContext("x", head_branch="my/pilotage/release-main"), TitleRules(), ""),
    (PullContext("x", author_is_bot=True), TitleRules(bots="skip"), 'a bot opened it (bots = "skip")'),
    (PullContext("x", author_is_bot=True), TitleRules(), ""),
    (PullContext("x", author="bot"), TitleRules(bots="skip"), ""),
    (PullContext("x", is_draft=True), TitleRules(drafts="skip"), 'it is a draft (drafts = "skip")'),
    (PullContext("x", is_draft=True), TitleRules(), ""),
    (PullContext("x"), TitleRules(drafts="skip"), ""),
    (
        PullContext("x", labels=("b", "a")),
        TitleRules(ignore_labels=("a", "b")),
        "it has the label 'a' of ignore-labels",
    ),
    (PullContext("x", labels=("A",)), TitleRules(ignore_labels=("a",)), ""),
]


@pytest.mark.parametrize(("context", "rules", "reason"), SKIPS)
def test_a_title_that_is_not_checked_is_all_right_and_says_why(
    context: PullContext, rules: TitleRules, reason: str
) -> None:
    verdict = check_pull(context, Config(title=rules))
    assert reason == verdict.skipped
    assert verdict.report.ok == bool(reason)
    assert (verdict.report.problems == ()) == bool(reason)


def test_what_a_skipped_title_says_is_still_read() -> None:
    context = PullContext("chore(release): 1.4.0", head_branch="pilotage/release-main--api")
    wanted = TitleReport(context.title, ok=True, type="chore", scope=("release",), subject="1.4.0")
    rules = TitleRules(disallow_scopes=("release",))
    assert check_pull(context, Config(title=rules)).report == wanted


@pytest.mark.parametrize(
    ("login", "pattern", "is_ignored"),
    [
        ("ann", "ann", True),
        ("Ann", "aNN", True),
        ("annie", "ann", False),
        ("ann", "annie", False),
        ("", "*", False),
        ("ann", "*", True),
        ("annie", "ann*", True),
        ("annie", "*ie", True),
        ("annie", "a*n*e", True),
        ("annie", "a*x*e", False),
        ("annie", "a*ann*e", False),
        ("ab", "ab*b", False),
        ("dependabot[bot]", "dependabot[bot]", True),
        ("dependabot[bot]", "dependabot", True),
        ("dependabot", "dependabot[bot]", True),
        ("renovate[bot]", "*[bot]", True),
        ("b", "[bot]", False),
        ("dependabo", "dependabot?", False),
    ],
)
def test_an_author_is_ignored_by_login_or_by_a_star(login: str, pattern: str, *, is_ignored: bool) -> None:
    config = Config(title=TitleRules(ignore_authors=("nobody", pattern)))
    assert is_ignored == bool(check_pull(PullContext("x", author=login), config).skipped)


@pytest.mark.parametrize("mark", ["[WIP] ", "WIP: ", "wip ", "[Draft]", "fixup! ", "[wip] squash! "])
@pytest.mark.parametrize(
    ("wip", "is_draft", "is_fine"),
    [("draft", True, True), ("draft", False, False), ("error", True, False), ("allow", False, True)],
)
def test_unfinished_work_is_fine_on_a_draft(mark: str, wip: str, *, is_draft: bool, is_fine: bool) -> None:
    rules = TitleRules(wip="draft" if wip == "draft" else "error" if wip == "error" else "allow")
    report = check_pull(PullContext(f"{mark}feat(a)!: x", is_draft=is_draft), Config(title=rules)).report
    assert report.ok == is_fine
    assert (report.scope, report.bump) == ((("a",), "major") if is_fine else ((), "none"))
    assert report.suggestion == (None if is_fine else "feat(a)!: x")


def test_behind_the_mark_of_a_draft_the_title_is_checked_and_the_mark_is_kept() -> None:
    report = check_pull(PullContext("[WIP] Feat:x", is_draft=True), Config()).report
    assert [(problem.rule, problem.start, problem.end) for problem in report.problems] == [
        ("T020", 6, 10),
        ("T004", 11, 11),
    ]
    assert report.suggestion == "[WIP] feat: x"


def test_a_configured_type_is_no_mark() -> None:
    config = Config(extend_types={"wip": ChangeType()}, title=TitleRules(wip="allow"))
    assert check_title("wip: x", config).type == "wip"
    assert check_title("WIP: feat: x", config).type == "feat"


FILES = [
    (("docs/a.rst", "README.md"), "Better words", "docs: Better words"),
    (("README.rst", "src/pkg/notes.md"), "Add a page", "docs: add a page"),
    (("tests/test_a.py", "pkg/test/data.json", "conftest.py"), "Cover more", "test: Cover more"),
    ((".github/workflows/ci.yml", ".github/CODEOWNERS"), "Run it twice", "ci: Run it twice"),
    (("uv.lock",), "Newer click", "deps: Newer click"),
    (("requirements/dev.txt", "requirements-docs.in", "pyproject.toml"), "Newer click", "deps: Newer click"),
    (("pyproject.toml", "setup.cfg"), "Build with hatchling", "build: Build with hatchling"),
    (("pyproject.toml",), "Bump version to 1.4.0", "chore: bump version to 1.4.0"),
    (("pyproject.toml", "src/a.py"), "Newer click", None),
    (("docs/a.rst", "tests/test_a.py"), "Better words", None),
    (("docs/a.rst",), "Drop the old page", None),
    (("pyproject.toml",), "Remove Python 3.10", None),
    (("tests/test_a.py",), "Deleted old tests", None),
    ((), "Better words", None),
    (("docs/a.rst",), "ui: better words", None),
    (("docs/a.rst",), "✨ Better words", "feat: Better words"),
    (("docs/a.rst",), "feat:x", "feat: x"),
    (("docs/a.rst",), "WIP: better words", "docs: better words"),
]


@pytest.mark.parametrize(("files", "title", "suggestion"), FILES)
def test_the_files_tell_the_type_of_a_title_without_one(
    files: tuple[str, ...], title: str, suggestion: str | None
) -> None:
    assert suggestion == check_pull(PullContext(title, files=files), Config()).report.suggestion


def test_no_type_is_inferred_that_the_repository_has_not() -> None:
    config = Config(title=TitleRules(types=("feat", "fix")))
    assert check_pull(PullContext("Better words", files=("docs/a.rst",)), config).report.suggestion is None


PIECES = [
    "feat",
    "Fix",
    "fxi",
    "chore",
    "(",
    ")",
    "api",
    "aip",
    "release",
    "!",
    ":",
    " ",
    "  ",
    "[WIP] ",
    "wip: ",
    "✨",
]
PIECES += ["[A-1] ", "Add x", "add x", "Drop x", ".", "Revert ", '"', "fixup! ", " (#1)", "\u200b", "\uff1a"]
TITLES = st.lists(st.sampled_from(PIECES), max_size=9).map("".join) | st.text(max_size=40)
RULES = st.builds(
    TitleRules,
    types=st.sampled_from([(), ("feature", "fix", "/[A-Z]+/"), ("feat", "docs")]),
    require_scope=st.booleans(),
    disallow_scopes=st.sampled_from([(), ("release",), ("/a.*/",)]),
    subject_pattern=st.sampled_from(["", "[a-z].*", ".{3,}"]),
    min_length=st.sampled_from([0, 10]),
    max_length=st.sampled_from([0, 20]),
    subject_case=st.sampled_from(["any", "lower", "sentence"]),
    full_stop=st.booleans(),
    wip=st.sampled_from(["error", "draft", "allow"]),
    severity=st.dictionaries(
        st.sampled_from(["T042", "T002", "T030", "T041", "T013", "T050", "min-length", "subject-case", "T004", "T021"]),
        st.sampled_from(["error", "warn", "off"]),
        max_size=4,
    ),
)
CONFIGS = st.builds(
    Config,
    extend_types=st.sampled_from([{}, {"chore": ChangeType(scope="forbidden"), "fix": ChangeType(scope="required")}]),
    scopes=st.sampled_from([(), ("api", "/v[0-9]/")]),
    title=RULES,
)
CONTEXTS = st.builds(
    PullContext,
    title=TITLES,
    number=st.sampled_from([0, 1]),
    is_draft=st.booleans(),
    files=st.sampled_from([(), ("docs/a.md",), ("uv.lock",), ("a.py",)]),
)


@given(CONTEXTS, CONFIGS)
def test_a_suggestion_is_accepted_in_its_place_and_has_none_itself(context: PullContext, config: Config) -> None:
    report = check_pull(context, config).report
    assert all(0 <= problem.start <= problem.end <= len(context.title) for problem in report.problems)
    if report.suggestion is not None:
        assert report.problems
        again = check_pull(
            PullContext(report.suggestion, number=context.number, is_draft=context.is_draft, files=context.files),
            config,
        ).report
        assert (again.ok, again.suggestion) == (True, None)
