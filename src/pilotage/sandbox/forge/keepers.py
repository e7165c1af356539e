"""What those who keep a repository do beside its code: settings, rules, issues and deployments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.sandbox.forge.issues import create_issue, edit_issue
from pilotage.sandbox.forge.operators import Operators
from pilotage.sandbox.forge.records import Deployment, DeploymentStatus
from pilotage.sandbox.forge.refusals import not_found, unprocessable

if TYPE_CHECKING:
    from pilotage.sandbox.forge.records import Issue
    from pilotage.sandbox.forge.state import Settings


class Keepers(Operators):
    """Acts on a repository as its keepers would; see `People`."""

    @property
    def settings(self) -> Settings:
        """Give the repository's settings (`topics`, `description`, `archived`, `has_issues`, …), to be changed."""
        return self.realm.state.settings

    def protect(self, *patterns: str) -> None:
        """Keep clients from making, moving and deleting refs by hand; pull requests are merged as before.

        Args:
            patterns: Globs of full names (`refs/heads/main`), or of branches alone (`main`, `pilotage/*`).
        """
        with self.lock:
            self.settings.protected += patterns

    def open_issue(self, title: str, body: str | None = "", *, author: str = "octocat") -> int:
        """Open an issue and give its number, which no pull request has."""
        with self.lock:
            return create_issue(self.realm, title, body=body, author=author).number

    def edit_issue(
        self, number: int, *, title: str | None = None, body: str | None = None, state: str | None = None
    ) -> None:
        """Change an issue's title or text, or close (`closed`) or reopen (`open`) it."""
        with self.lock:
            edit_issue(self.realm, self.issue(number), title=title, body=body, state=state)

    def issue(self, number: int) -> Issue:
        """Give the live record of an issue."""
        found = self.realm.issue(number)
        if found is None:
            raise not_found()
        return found

    def add_deployment(
        self, environment: str, state: str = "", *, ref: str = "", author: str = "octocat", run: int = 0
    ) -> int:
        """Deploy a commit to an environment and give the deployment's number.

        Args:
            environment: Its name.
            state: How the deployment stands; empty for one that nobody has told anything of yet.
            ref: The branch, tag or sha; the default branch when empty.
            author: A login.
            run: The run of a workflow whose job deploys; 0 for none.
        """
        with self.lock:
            ref = ref or self.realm.state.default_branch
            commit = self.realm.git.resolve_commit(ref)
            if commit is None:
                raise unprocessable(f"No ref found for: {ref}")
            number = self.realm.state.next_id()
            made = Deployment(number, environment, commit.oid, ref, author, self.realm.now(), run=run)
            self.realm.state.deployments.append(made)
            if state:
                self.set_deployment(number, state, author=author)
            return number

    def set_deployment(self, number: int, state: str, *, author: str = "octocat", description: str = "") -> None:
        """Tell how a deployment stands now; what was told before stays in its history."""
        with self.lock:
            found = next((row for row in self.realm.state.deployments if row.id == number), None)
            if found is None:
                raise not_found()
            told = DeploymentStatus(self.realm.state.next_id(), state, author, self.realm.now(), description)
            found.statuses.append(told)
