"""What people and GitHub's runners do with workflows, and the settings that decide about releases and runs."""

from __future__ import annotations

from pilotage.sandbox.forge import workflows
from pilotage.sandbox.forge.people import People
from pilotage.sandbox.forge.refusals import not_found, unprocessable
from pilotage.sandbox.forge.runs import COMPLETED, Run, find_run


class Operators(People):
    """Acts on workflows as people with every right would; see `People`."""

    @property
    def immutable_releases(self) -> bool:
        """Tell whether the repository freezes each release when it is published."""
        return self.realm.state.settings.immutable_releases

    @immutable_releases.setter
    def immutable_releases(self, value: bool) -> None:
        self.realm.state.settings.immutable_releases = value

    @property
    def runs_take(self) -> int | None:
        """Give how often an unfinished run is seen so before it ends; None when it never ends by itself."""
        return self.realm.state.runs_take

    @runs_take.setter
    def runs_take(self, value: int | None) -> None:
        self.realm.state.runs_take = value

    @property
    def runs_end(self) -> str:
        """Give the conclusion of runs that end by themselves."""
        return self.realm.state.runs_end

    @runs_end.setter
    def runs_end(self, value: str) -> None:
        self.realm.state.runs_end = value

    def add_run(
        self,
        workflow: str,
        sha: str,
        *,
        event: str = "push",
        branch: str = "main",
        status: str = COMPLETED,
        conclusion: str = "success",
    ) -> int:
        """Let a workflow run for a commit, and give the run's number.

        Args:
            workflow: Its file's name; the file need not be there.
            sha: The commit (branch, tag or sha).
            event: What started it.
            branch: The branch or tag that it runs on.
            status: Where it stands; one that is not `completed` goes on when it is looked at, see `runs_take`.
            conclusion: How it ended; not looked at while it has not.
        """
        with self.lock:
            commit = self.realm.git.resolve_commit(sha)
            if commit is None:
                raise unprocessable("No commit found for SHA: " + sha)
            run = workflows.add_run(self.realm, workflow, commit.oid, event=event, branch=branch, actor="octocat")
            run.status = status
            if status == COMPLETED:
                run.finish(conclusion, now=self.realm.now())
            return run.id

    def finish_run(self, run_id: int, conclusion: str = "success") -> None:
        """Bring a run to its end."""
        with self.lock:
            self.run(run_id).finish(conclusion, now=self.realm.now())

    def run(self, run_id: int) -> Run:
        """Give the live record of a run."""
        found = find_run(self.realm.state, run_id)
        if found is None:
            raise not_found()
        return found
