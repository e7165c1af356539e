"""Rules about files that nobody meant to ship, and secrets in those that are meant."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from domains.distworld import check, make_sdist, make_wheel, member, tell
from pilotage.domains.distchecks import find_secrets
from pilotage.model.distcontents import DistMember, SecretSighting

S = "demo-1.0.tar.gz"


def told_of(path: str) -> list[str]:
    return [line.partition(f" {S}: ")[0] for line in tell(check(make_sdist(DistMember(f"demo-1.0/{path}", 1))))]


@pytest.mark.parametrize(
    "path",
    [
        ".env", "a/.ENV", ".env.production", ".netrc", "_netrc", ".pypirc", ".git-credentials", "id_rsa",
        "x/id_ed25519", "id_rsa.old", "cert.p12", "cert.PFX", "vault.kdbx", "store.jks", ".aws/credentials",
        "home/.docker/config.json", ".kube/config",
    ],
)  # fmt: skip
def test_a_file_of_secrets_stays_here(path: str) -> None:
    assert told_of(path) == ["D501 e"]


@pytest.mark.parametrize(
    "path",
    [
        ".env.example", ".env.sample", "environment", "id_rsa.pub", "id_rsa_tools.py", "credentials", "config.json",
        "p12", ".gitignore", ".gitattributes", ".github/workflows/ci.yml", "git/x.py", "cacert.pem",
        "pycache/x.py", ".envrc",
    ],
)  # fmt: skip
def test_a_file_of_a_similar_name_is_fine(path: str) -> None:
    assert told_of(path) == []


@pytest.mark.parametrize("path", [".git/config", "a/.git/HEAD", ".hg/x", ".svn/entries", ".git"])
def test_the_folders_of_version_control_stay_here(path: str) -> None:
    assert told_of(path) == ["D503 e"]


@pytest.mark.parametrize(
    "path",
    [
        ".DS_Store",
        "a/.x.swp",
        "a~",
        "x.orig",
        ".#lock",
        ".venv/bin/python",
        "node_modules/x/y.js",
        ".mypy_cache/x",
        ".coverage",
    ],
)
def test_leftovers_are_a_warning(path: str) -> None:
    assert told_of(path) == ["D504 w"]


@pytest.mark.parametrize("path", ["a/__pycache__/b.cpython-311.pyc", "b.pyc", "b.pyo"])
def test_compiled_python_is_a_warning(path: str) -> None:
    assert told_of(path) == ["D505 w"]


def test_a_folder_is_told_once_by_its_own_path() -> None:
    extra = [DistMember(f"demo-1.0/lib/.Git/{number}", 1) for number in range(50)]
    assert tell(check(make_sdist(*extra))) == [f"D503 e {S}: demo-1.0/lib/.Git/: it is a version control system's own"]


@pytest.mark.parametrize(
    "glob", ["demo-1.0/tests/.env", "tests/.env", "tests", "**/.env", "demo-*/tests/**", "*/tests/.env"]
)
def test_what_the_configuration_names_passes(glob: str) -> None:
    extra = DistMember("demo-1.0/tests/.env", 1, sightings=(SecretSighting(1, "a key"),))
    assert tell(check(make_sdist(extra), allow=(glob,))) == []
    assert len(tell(check(make_sdist(extra), allow=("other/**",)))) == 2


def test_a_wheel_s_paths_have_no_top_folder_to_leave_out() -> None:
    wheel = make_wheel(member("demo/.env"))
    assert tell(check(wheel, allow=(".env",))) != []
    assert tell(check(wheel, allow=("demo/.env",))) == []


def test_a_secret_is_told_by_its_file_and_line() -> None:
    extra = DistMember("demo-1.0/a.py", 1, sightings=(SecretSighting(3, "a PyPI token"), SecretSighting(9, "a key")))
    assert tell(check(make_sdist(extra))) == [
        f"D502 e {S}: demo-1.0/a.py: line 3 holds what looks like a PyPI token",
        f"D502 e {S}: demo-1.0/a.py: line 9 holds what looks like a key",
    ]


MIXED = "aB3dE5fG7hI9jK1lM2nO4pQ6rS8tU0vW"
BODY = "MIIEpAIBAAKCAQEAx7Vb3kW9qYt0LmPzS4uJc8hNfR2d\n"
TOKENS = {
    "a PyPI token": "pypi-AgEIcHlwaS5vcmcC" + MIXED * 2,
    "a GitHub token": "ghp_" + MIXED + "x1y2",
    "a GitLab token": "glpat-" + MIXED[:20],
    "a Slack token": "xoxb-1234567890-" + MIXED,
    "a Slack webhook": "https://hooks.slack.com/services/T0AB1CD2E/B0AB1CD2E/" + MIXED[:24],
    "an AWS access key": "AKIA" + "Q3EGR7LMN2XPT5VW",
    "an npm token": "npm_" + MIXED + "x1y2",
    "a Stripe key": "sk_live_" + MIXED[:24],
    "a private key": "-----BEGIN RSA PRIVATE KEY-----\n" + BODY,
}


@pytest.mark.parametrize("what", TOKENS)
def test_a_secret_of_an_unmistakable_form_is_found_on_its_line(what: str) -> None:
    text = f"first\nsecond = {TOKENS[what]!s}\nthird\n"
    assert find_secrets(text.encode()) == (SecretSighting(2, what),)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("github_pat_" + MIXED[:22] + "_" + (MIXED * 2)[:59], "a GitHub token"),
        ("//registry.example/:_authToken=" + MIXED, "an npm token"),
        ("-----BEGIN OPENSSH PRIVATE KEY-----\\n" + BODY, "a private key"),
        ("-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: 1\n\n" + BODY, "a private key"),
        ("-----BEGIN PRIVATE KEY-----\n" + BODY, "a private key"),
    ],
)
def test_other_forms_of_the_same_are_found_too(text: str, what: str) -> None:
    assert [one.what for one in find_secrets(text.encode())] == [what]


@pytest.mark.parametrize(
    "text",
    [
        "ghp_" + "x" * 36,
        "AKIAIOSFODNN7EXAMPLE",
        "pypi-AgEIcHlwaS5vcmc",
        "_authToken=${NPM_TOKEN}",
        "-----BEGIN PRIVATE KEY-----",
        "if '-----BEGIN RSA PRIVATE KEY-----' in text: raise ValueError",
        "-----BEGIN PUBLIC KEY-----\n" + BODY,
        "-----BEGIN CERTIFICATE-----\n" + BODY,
        "sk_test_" + MIXED,
        "\0" + TOKENS["a GitHub token"],
    ],
)
def test_samples_placeholders_and_binary_files_are_no_secrets(text: str) -> None:
    assert find_secrets(text.encode()) == ()


def test_our_own_files_hold_nothing_that_looks_like_a_secret() -> None:
    root = Path(__file__).resolve().parents[2]
    texts = [path for folder in ("src", "tests") for path in sorted((root / folder).rglob("*.py"))]
    assert {str(path.relative_to(root)): found for path in texts if (found := find_secrets(path.read_bytes()))} == {}


def test_a_file_full_of_secrets_is_told_by_its_first_ones() -> None:
    text = f"{TOKENS['a GitHub token']}\n" * 50
    assert [one.line for one in find_secrets(text.encode())] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    "unit",
    [b"-----BEGIN ", b"-----BEGIN PRIVATE KEY-----", b"AKIA", b"ghp_a", b"xoxb-1", b"pypi-AgE", b"A" * 7 + b"\n"],
)
def test_hostile_text_is_searched_in_linear_time(unit: bytes) -> None:
    text = unit * (1_000_000 // len(unit))
    begin = time.perf_counter()
    find_secrets(text)
    assert time.perf_counter() - begin < 3
