"""What people do on GitHub, as methods on the real repository and state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.sandbox.forge.forks import make_fork, need_fork
from pilotage.sandbox.forge.frozen import check_frozen
from pilotage.sandbox.forge.merging import MergeMethod, merge_pull
from pilotage.sandbox.forge.objects import ZERO, TagObject
from pilotage.sandbox.forge.pulls import Proposal, create_pull, edit_pull
from pilotage.sandbox.forge.refusals import not_found, unprocessable
from pilotage.sandbox.forge.releases import update_release
from pilotage.sandbox.forge.repository import Draft
from pilotage.sandbox.forge.state import Comment, Release

if TYPE_CHECKING:
    from pilotage.sandbox.forge.realm import Realm
    from pilotage.sandbox.forge.site import Site
    from pilotage.sandbox.forge.state import PullRequest

Files = dict[str, "str | bytes | None"]


class People:
    """Acts on a forge as people with every right would; each method takes the forge's lock.

    Args:
        realm: The repository and its state.
        site: Where it stands; its lock is the forge's.
    """

    def __init__(self, realm: Realm, site: Site) -> None:
        self.realm = realm
        self.site = site
        self.lock = site.lock

    def push(
        self,
        branch: str,
        files: Files,
        message: str,
        *,
        author: str = "octocat",
        base: str | None = None,
        parents: tuple[str, ...] | None = None,
    ) -> str:
        """Commit files (text, bytes, or None to remove) to a branch and give the commit's id.

        Args:
            branch: Its name; it comes into being when it does not exist.
            files: By path.
            message: The commit's whole message.
            author: A login.
            base: Where a new branch starts (branch, tag or sha); the default branch when None.
            parents: The commit's parents, to rewrite or merge; the branch's commit when None.
        """
        with self.lock:
            start = self._start(branch, base)
            if parents is None:
                parents = (start,) if start else ()
            sha = self._commit(files, message, parents, author=author)
            self.move_branch(branch, sha)
            return sha

    def move_branch(self, branch: str, sha: str) -> None:
        """Point a branch at a commit, as a forced push does."""
        with self.lock:
            if not self.realm.git.refs.write(f"refs/heads/{branch}", sha):
                raise unprocessable("Reference update failed")
            self.realm.settle()

    def push_to_fork(self, fork: str, branch: str, files: Files, message: str, *, author: str = "") -> str:
        """Commit files to a branch of a fork and give the commit's id; see `push`.

        Args:
            fork: Its full name; it comes into being when it does not exist.
            branch: Its name there; a new one starts from the default branch here.
            files: By path.
            message: The commit's whole message.
            author: A login; the fork's owner when empty.
        """
        with self.lock:
            there = make_fork(self.realm, fork)
            start = there.branches.get(branch) or self.realm.git.branch(self.realm.state.default_branch)
            sha = self._commit(files, message, (start,) if start else (), author=author or there.owner)
            there.branches[branch] = sha
            self.realm.settle()
            return sha

    def delete_branch(self, branch: str, *, fork: str = "") -> None:
        """Delete a branch, here or in a fork; its open pull requests close."""
        with self.lock:
            if fork:
                need_fork(self.realm, fork).branches.pop(branch, None)
            else:
                self.realm.git.refs.delete(f"refs/heads/{branch}")
            self.realm.settle()

    def delete_fork(self, name: str) -> None:
        """Delete a fork by its full name; its open pull requests stay open, as they are."""
        with self.lock:
            self.realm.state.forks.remove(need_fork(self.realm, name))

    def open_pull_request(  # noqa: PLR0913 - GitHub's form has as many fields
        self,
        branch: str,
        title: str,
        body: str | None = "",
        *,
        author: str = "",
        base: str | None = None,
        files: Files | None = None,
        fork: str = "",
    ) -> int:
        """Open a pull request and give its number.

        Args:
            branch: Its head.
            title: Its title.
            body: Its text.
            author: A login; `octocat` when empty, or the fork's owner.
            base: The branch to merge into; the default branch when None.
            files: When given, they are committed to the branch first, which starts from the base if it is new;
                the commit's message is the title.
            fork: The full name of the repository that the head is in, such as `someone/demo`, which comes into being
                when it does not exist; empty for this one.
        """
        with self.lock:
            base = base or self.realm.state.default_branch
            owner = make_fork(self.realm, fork).owner if fork else ""
            author = author or owner or "octocat"
            if files is not None and fork:
                self.push_to_fork(fork, branch, files, title, author=author)
            elif files is not None:
                self.push(branch, files, title, author=author, base=base)
            proposal = Proposal(f"{owner}:{branch}" if owner else branch, base, title, body)
            return create_pull(self.realm, proposal, author=author).number

    def edit_pull_request(self, number: int, *, title: str | None = None, body: str | None = None) -> None:
        """Change a pull request's title or text."""
        with self.lock:
            edit_pull(self.realm, self.pull_request(number), title=title, body=body)

    def label_pull_request(self, number: int, *labels: str) -> None:
        """Set a pull request's labels."""
        with self.lock:
            self.pull_request(number).labels = labels

    def close_pull_request(self, number: int) -> None:
        """Close a pull request without merging it."""
        with self.lock:
            edit_pull(self.realm, self.pull_request(number), state="closed")

    def reopen_pull_request(self, number: int) -> None:
        """Reopen a pull request that was closed without a merge."""
        with self.lock:
            edit_pull(self.realm, self.pull_request(number), state="open")

    def merge_pull_request(self, number: int, method: MergeMethod = "squash", *, author: str = "octocat") -> str:
        """Merge a pull request with a button of the web page and give the base's new commit.

        Raises:
            Refusal: when it conflicts or is closed.
        """
        with self.lock:
            return merge_pull(self.realm, self.pull_request(number), method=method, login=author)

    def comment(self, number: int, body: str, *, author: str = "octocat") -> int:
        """Comment on a pull request or an issue and give the comment's id."""
        with self.lock:
            if self.realm.issue(number) is None:
                self.pull_request(number)
            now = self.realm.now()
            made = Comment(self.realm.state.next_id(), number, body, author, now, now)
            self.realm.state.comments.append(made)
            return made.id

    def create_tag(self, name: str, target: str = "HEAD", *, message: str = "", author: str = "octocat") -> str:
        """Make a tag (annotated when there is a message) and give the id that its ref points at."""
        with self.lock:
            commit = self.realm.git.resolve_commit(target)
            if commit is None:
                raise unprocessable("Object does not exist")
            oid = commit.oid
            if message:
                made = TagObject("", oid, "commit", name, self.realm.signature(author), message)
                oid = self.realm.git.objects.write_tag(made)
            ref = f"refs/tags/{name}"
            check_frozen(self.realm.state, ref, exists=self.realm.git.refs.read(ref) is not None, target=oid)
            if not self.realm.git.refs.write(ref, oid):
                raise unprocessable("Reference update failed")
            return oid

    def delete_tag(self, name: str) -> None:
        """Delete a tag."""
        with self.lock:
            check_frozen(self.realm.state, f"refs/tags/{name}", exists=True, target=ZERO)
            self.realm.git.refs.delete(f"refs/tags/{name}")

    def publish_release(self, release_id: int) -> None:
        """Publish a draft; a missing tag is made at its target."""
        self.edit_release(release_id, draft=False)

    def edit_release(
        self, release_id: int, *, name: str | None = None, body: str | None = None, draft: bool | None = None
    ) -> None:
        """Change a release on its page."""
        with self.lock:
            release = self.release(release_id)
            wished = release.copy(name=name, body=body, draft=draft)
            update_release(self.realm, release, wished)

    def delete_release(self, release_id: int) -> None:
        """Delete a release; its tag stays."""
        with self.lock:
            self.realm.state.releases.remove(self.release(release_id))

    def pull_request(self, number: int) -> PullRequest:
        """Give the live record of a pull request."""
        pull = self.realm.pull(number)
        if pull is None:
            raise not_found()
        return pull

    def release(self, release_id: int) -> Release:
        """Give the live record of a release."""
        found = next((release for release in self.realm.state.releases if release.id == release_id), None)
        if found is None:
            raise not_found()
        return found

    def _commit(self, files: Files, message: str, parents: tuple[str, ...], *, author: str) -> str:
        below = self.realm.git.need_commit(parents[0]).tree if parents else None
        tree = self.realm.git.edit_files(below, files)
        return self.realm.git.make_commit(Draft(tree, parents, message, self.realm.signature(author)))

    def _start(self, branch: str, base: str | None) -> str | None:
        at = self.realm.git.branch(branch)
        if at is not None:
            return at
        commit = self.realm.git.resolve_commit(base or self.realm.state.default_branch)
        return commit.oid if commit is not None else None
