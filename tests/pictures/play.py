"""Play the train on the embedded forge and index, event by event, and keep what each run left for people to read."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pictures.normal import normalise
from pilotage.sandbox.index import Index, TokenScope
from train.harness import Bench
from train.publishear import listen
from train.publishyard import TOKEN, Site, build_files, trust

if TYPE_CHECKING:
    from pilotage.sandbox.forge.forge import Forge

BAD_TITLE, GOOD_TITLE = "Feature : greet people", "feat: greet people"


@dataclass(frozen=True)
class Run:
    """What one run left behind, without what differs from one play to the next.

    Args:
        event: The event's name.
        code: Its exit code.
        done: The steps that were done, in the words of the log.
        said: The whole log.
        summary: The job summary, Markdown.
        comment: The sticky comment as it stands on the forge afterwards, Markdown; empty when there is none.
    """

    event: str
    code: int
    done: tuple[str, ...]
    said: str
    summary: str
    comment: str


class Stage:
    """A forge, an index and somebody who listens, on which events are played.

    Args:
        site: The open world.
        ear: Where announcements go.
    """

    def __init__(self, site: Site, ear: str) -> None:
        self.site = site
        self.forge: Forge = site.forge
        site.variables["PILOTAGE_ANNOUNCE_URLS"] = f"json://{ear}/"

    def run(self, event: str, payload: object, **variables: str) -> Run:
        """Run an event, and keep what came out of it."""
        self.site.tells.clear()
        summary = self.site.folder / "summary"
        summary.unlink(missing_ok=True)
        code = self.site.run(event, payload, **variables)
        lines = [line.rstrip("\n") for tell in self.site.tells for line in tell.split("\n")]
        done = tuple(normalise(line.removeprefix("done: ")) for line in lines if line.startswith("done: "))
        comments = [comment.body for comment in self.forge.realm.state.comments]
        shown = normalise(summary.read_text(encoding="utf-8"))
        return Run(event, code, done, normalise("\n".join(lines)), shown, normalise("".join(comments)))

    def check(self, number: int, action: str) -> Run:
        """Run the title's event."""
        return self.run("pull_request", self.forge.event_pull_request(number, action))

    def merge(self, number: int) -> Run:
        """Merge a pull request, and run the event of that push."""
        before = self.site.head
        self.forge.merge_pull_request(number)
        return self.run("push", self.forge.event_push(before, self.site.head, "main"))

    def publish(self) -> Run:
        """Let a maintainer publish the draft, and run that event."""
        self.forge.publish_release(self.site.draft.id)
        return self.publish_again()

    def publish_again(self) -> Run:
        """Run the event of the publication once more."""
        return self.run("release", self.forge.event_release(self.site.draft.id, "published"), **self.site.with_identity)

    def push_again(self) -> Run:
        """Run the event of the last push once more, as the job that builds does."""
        before = self.site.forge.realm.git.need_commit(self.site.head).parents[0]
        payload = self.forge.event_push(before, self.site.head, "main")
        return self.run("push", payload, **self.site.with_dist)


def play() -> dict[str, Run]:
    """Play the whole train, and give its runs by their names, in order."""
    with tempfile.TemporaryDirectory(prefix="pilotage-pictures-") as name:
        bench = Bench(Path(name))
        with bench.world(bench.start()) as (forge, endpoint):
            settings = forge.realm.state.settings
            settings.squash_merge_commit_title, settings.squash_merge_commit_message = "PR_TITLE", "PR_BODY"
            settings.allow_merge_commit = settings.allow_rebase_merge = False
            index = Index(Path(name) / "index")
            index.tokens[TOKEN] = TokenScope()
            trust(index)
            with index.serve() as shop, listen() as ear:
                site = Site(bench, forge, endpoint, index, shop, Path(name))
                build_files(Path(name))
                return _travel(Stage(site, ear.url))


def _travel(stage: Stage) -> dict[str, Run]:
    forge = stage.forge
    number = forge.open_pull_request("greet", BAD_TITLE, "Hello.", files={"demo.py": "print('hi')\n"})
    runs = {"refused": stage.check(number, "opened")}
    forge.edit_pull_request(number, title=GOOD_TITLE)
    runs["accepted"] = stage.check(number, "edited")
    runs["proposed"] = stage.merge(number)
    fix = forge.open_pull_request("again", "fix: greet nobody twice", files={"twice.py": "once = True\n"})
    runs["updated"] = stage.merge(fix)
    (release,) = [pull.number for pull in forge.realm.state.pulls if pull.head == "pilotage/release-main"]
    runs["drafted"] = stage.merge(release)
    runs["attached"] = stage.push_again()
    runs["published"] = stage.publish()
    runs["idle"] = stage.push_again()
    runs["resent"] = stage.publish_again()
    return runs
