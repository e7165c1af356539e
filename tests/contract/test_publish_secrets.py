"""No secret is in anything that a publish writes, whatever goes wrong; what is masked is masked before it is used."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from commands.cliruns import environment, spawn
from contract.faultproxy import Death, Page, serve_proxy
from contract.indexservers import Server, Yard
from contract.publishes import digests, make_dist, publish, run_publish
from contract.secretworld import STRANGERS, Leaks, in_files, lines_of, open_trusted, repeat_everything, written

if TYPE_CHECKING:
    from pathlib import Path

ECHOES = (400, 401, 403, 409, 422, 429, 503)


@pytest.fixture
def embedded(index_yard: Yard) -> Server:
    return index_yard.open("embedded")


class TestTrustedPublishing:
    def test_a_publish_by_the_command_line_shows_only_masks(self, tmp_path: Path) -> None:
        with open_trusted(tmp_path / "world") as world:
            dist = make_dist(tmp_path, "demo")
            run = run_publish(world.seen, dist, "-v", "--json", env=world.environment)
            assert run.code == 0, run.err
            leaks = world.leaks()
            assert len(leaks.secrets) == len(STRANGERS) + 6
            assert leaks.find([*lines_of(run), *in_files(tmp_path)]) == []
            assert list(world.index.tokens) == [], "the minted token was given back"

    def test_each_secret_is_masked_before_it_is_used(self, tmp_path: Path) -> None:
        with open_trusted(tmp_path / "world") as world:
            attempt = world.publish(make_dist(tmp_path, "demo"))
            assert attempt.outcome == "published", attempt.message
            minted = {name: secret for name, secret in world.leaks().secrets.items() if "at request" in name}
            for name, secret in minted.items():
                use = "mint-token" if "/oidc/token" in name else "/legacy/"
                used = next(at for at, line in enumerate(attempt.told) if f"{use}: HTTP" in line)
                assert attempt.told.index(f"::add-mask::{secret}") < used

    @pytest.mark.parametrize("how", [Death.BEFORE, Death.AFTER, Death.ANSWER], ids=lambda how: how.value)
    def test_a_death_at_any_request_shows_nothing(self, tmp_path: Path, how: Death) -> None:
        with open_trusted(tmp_path / "clean") as world:
            assert world.publish(make_dist(tmp_path / "0", "demo")).outcome == "published"
            requests = len(world.proxy.log)
        for at in range(1, requests + 1):
            with open_trusted(tmp_path / f"world{at}") as world:
                world.proxy.die(at, how)
                attempt = world.publish(make_dist(tmp_path / str(at), "demo"))
                assert world.leaks().find(written(attempt, tmp_path / str(at))) == [], f"{how.value} at request {at}"
                world.proxy.revive()
                again = world.publish(tmp_path / str(at) / "dist")
                assert again.report is not None, again.message
                assert world.leaks().find(written(again, tmp_path / str(at))) == []

    @pytest.mark.parametrize("status", [200, *ECHOES])
    @pytest.mark.parametrize("kind", ["header", "login", "body"])
    def test_an_index_that_repeats_what_it_was_given_shows_nothing(
        self, tmp_path: Path, status: int, kind: str
    ) -> None:
        """Each address by itself repeats the whole request: its headers, its body."""
        for path in ("/_/oidc/audience", "/oidc/token", "/_/oidc/mint-token", "/legacy/", "/_/oidc/burn-token", "/"):
            with open_trusted(tmp_path / f"world{path.replace('/', '-')}") as world:
                repeat = repeat_everything(status, kind)
                world.proxy.answer = lambda call, path=path, repeat=repeat: (
                    repeat(call) if call.path.startswith(path) else None
                )
                folder = tmp_path / f"dist{path.replace('/', '-')}"
                attempt = world.publish(make_dist(folder, "demo"))
                assert world.leaks().find(written(attempt, folder)) == [], f"{status} at {path}"

    @pytest.mark.parametrize(
        "odd",
        [
            "grüße-und-☃",
            "with\nline end",
            "with\r\nboth",
            "\nbefore",
        ],
    )
    def test_a_request_token_of_an_odd_shape_shows_nothing(self, tmp_path: Path, odd: str) -> None:
        with open_trusted(tmp_path / "world") as world:
            world.index.request_token = f"runner-odd0{odd}0token"
            attempt = world.publish(make_dist(tmp_path, "demo"))
            assert attempt.error is not None
            assert world.leaks().find(written(attempt, tmp_path)) == []

    def test_an_answer_that_is_no_json_shows_nothing_of_itself(self, tmp_path: Path) -> None:
        """A token in an answer that cannot be read is a secret all the same."""
        secret = "pypi-secret0in0an0answer"  # noqa: S105 - that is the point
        for path in ("/oidc/token", "/_/oidc/mint-token"):
            for body in (
                f'{{"value": ["{secret}"]}}',
                f'{{"token": 3, "value": 4, "{secret}": 5}}',
                f"<p>{secret}</p>",
            ):
                with open_trusted(tmp_path / "world") as world:
                    page = Page(200, body.encode(), {"Content-Type": "application/json"})
                    world.proxy.answer = lambda call, path=path, page=page: page if path in call.path else None
                    dist = (
                        make_dist(tmp_path / "dist", "demo")
                        if not (tmp_path / "dist").exists()
                        else tmp_path / "dist/dist"
                    )
                    attempt = world.publish(dist)
                    leaks = Leaks({"answered": secret})
                    assert attempt.outcome in {"exit 2", "exit 5"}
                    assert leaks.find(written(attempt, tmp_path / "dist")) == []


class TestTokens:
    def test_every_end_of_a_publish_shows_only_masks(self, embedded: Server, name: str, tmp_path: Path) -> None:
        log = {name: str(tmp_path / name.lower()) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        surroundings = {**STRANGERS, **log, "GITHUB_ACTIONS": "true"}
        leaks = Leaks()
        leaks.add_login(embedded.user, embedded.token)
        ours, theirs = make_dist(tmp_path / "1", name), make_dist(tmp_path / "2", name, text="# other\n")
        for dist, code in ((ours, 0), (ours, 0), (theirs, 3)):
            run = run_publish(embedded, dist, "-v", env=surroundings)
            assert run.code == code, run.err
            assert leaks.find([*lines_of(run), *in_files(tmp_path)]) == []

    @pytest.mark.parametrize("status", [200, 301, *ECHOES])
    @pytest.mark.parametrize("kind", ["header", "login", "body"])
    def test_an_index_that_repeats_what_it_was_given_shows_nothing(
        self, embedded: Server, name: str, tmp_path: Path, status: int, kind: str
    ) -> None:
        with serve_proxy(embedded.root) as proxy:
            proxy.answer = repeat_everything(status, kind)
            attempt = publish(embedded.behind(proxy.url), make_dist(tmp_path, name), environment=STRANGERS)
        leaks = Leaks()
        leaks.add_login(embedded.user, embedded.token)
        assert leaks.find(written(attempt, tmp_path)) == []

    @pytest.mark.parametrize("status", [403, 503])
    @pytest.mark.parametrize("kind", ["header", "login"])
    def test_an_index_that_repeats_what_it_was_given_for_a_file_shows_nothing(
        self, embedded: Server, name: str, tmp_path: Path, kind: str, status: int
    ) -> None:
        """A file without a digest is fetched, with the credentials."""
        dist = make_dist(tmp_path, name)
        assert publish(embedded, dist).outcome == "published"
        with serve_proxy(embedded.root) as proxy:
            repeat = repeat_everything(status, kind)
            proxy.has_hashes = False
            proxy.answer = lambda call: repeat(call) if call.path.startswith("/files/") else None
            attempt = publish(embedded.behind(proxy.url), dist, environment=STRANGERS)
            assert "Authorization" in proxy.log[-1].headers
        leaks = Leaks()
        leaks.add_login(embedded.user, embedded.token)
        assert attempt.outcome == "exit 5"
        assert leaks.find(written(attempt, tmp_path)) == []

    @pytest.mark.parametrize(
        "token",
        ["with\nline end", "with\r\nboth", "grüße-und-☃", "percent%0Aencoded", " spaces around ", "nul\x00byte"],
    )
    def test_a_token_of_an_odd_shape_shows_nothing(
        self, tmp_path: Path, token: str, embedded: Server, name: str
    ) -> None:
        with serve_proxy(embedded.root) as proxy:
            odd = Server(embedded.kind, embedded.index, embedded.user, f"pypi-odd0{token}0token").behind(proxy.url)
            attempt = publish(odd, make_dist(tmp_path, name), environment={"GITHUB_ACTIONS": "true"})
        leaks = Leaks()
        leaks.add_login(odd.user, odd.token)
        assert attempt.error is not None
        assert leaks.find(written(attempt, tmp_path)) == []

    def test_a_token_is_masked_before_the_first_request(self, embedded: Server, name: str, tmp_path: Path) -> None:
        attempt = publish(embedded, make_dist(tmp_path, name), environment={"GITHUB_ACTIONS": "true"})
        used = next(at for at, line in enumerate(attempt.told) if ": HTTP" in line)
        assert attempt.told.index(f"::add-mask::{embedded.token}") < used


class TestABug:
    def test_the_traceback_of_a_bug_shows_nothing(self, tmp_path: Path) -> None:
        """Nothing can be written to stdout: that is no error that Pilotage knows, after all secrets were in use."""
        with open_trusted(tmp_path / "world") as world:
            dist = make_dist(tmp_path, "demo")
            options = ["publish", "--dist", str(dist), "--index", world.seen.index, "--json", "-v"]
            with open("/dev/full", "wb") as full:  # noqa: PTH123 - a device
                done = subprocess.run(
                    [sys.executable, "-m", "pilotage", *options],
                    env=environment(world.environment),
                    stdout=full,
                    stderr=subprocess.PIPE,
                    check=False,
                    timeout=60,
                )
            said = done.stderr.decode()
            assert (done.returncode, "This is a bug in Pilotage" in said) == (70, True), said
            assert world.leaks().find(said.splitlines()) == []
            assert sorted(digests(dist)) == [row["name"] for row in world.index.world()["demo"]]


def test_a_plan_holds_no_secret(embedded: Server, name: str, tmp_path: Path) -> None:
    dist = make_dist(tmp_path, name)
    for command in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", "feat: start"]):
        author = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
        subprocess.run(["git", *author, *command], cwd=tmp_path / "source", check=True)
    surroundings = {
        **STRANGERS,
        **embedded.environment,
        "INPUT_INDEX": embedded.index,
        "GITHUB_REPOSITORY": "octo/demo",
    }
    plan = tmp_path / "plan.json"
    run = spawn(
        "plan",
        "publish",
        "--repo",
        tmp_path / "source",
        "--dist",
        dist,
        "--out",
        plan,
        "-v",
        "--json",
        env=surroundings,
    )
    assert run.code == 0, run.err
    leaks = Leaks()
    leaks.add_login(embedded.user, embedded.token)
    assert f"{name}-1.0.tar.gz" in plan.read_text()
    assert leaks.find([*lines_of(run), *in_files(tmp_path)]) == []
