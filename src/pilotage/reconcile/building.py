"""Building a commit: its files are laid out apart, checked before anything leaves, and listed with their digests."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from packaging.version import Version

from pilotage.domains.distchecks import check_contents, find_secrets
from pilotage.domains.distlisting import render_findings, render_report
from pilotage.domains.lockedversions import LOCKS, read_locked
from pilotage.domains.safetext import show
from pilotage.domains.sbom import BomFacts, name_bom, render_bom
from pilotage.domains.sums import SUMS, render_sums
from pilotage.errors import CheckError
from pilotage.model.dist import Dist, DistManifest, read_release
from pilotage.model.distcontents import CheckTerms, DistReport
from pilotage.model.indexaddress import PYPI, TESTPYPI, find_public
from pilotage.model.publishrules import PublishRules
from pilotage.providers.actions import Runner
from pilotage.providers.build import Builder, deliver
from pilotage.providers.distcontents import list_dists, read_contents
from pilotage.providers.distfile import read_digests
from pilotage.providers.git import Git
from pilotage.providers.manifest import write_manifest
from pilotage.providers.readme import render_readme
from pilotage.reconcile.bootstrap import keep_quiet
from pilotage.reconcile.forest import choose_tree, read_forest
from pilotage.reconcile.tree import read_texts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pilotage.reconcile.bootstrap import Surroundings
    from pilotage.reconcile.tree import Tree

_SHOWN_CHANGES = 5


class BuildPlace(msgspec.Struct, frozen=True):
    """What is built.

    Args:
        commit: The commit.
        path: The package's folder in it; "." for the root.
        tag: A tag that stands on the commit, for backends that read the version from it.
        rules: What the configuration at the commit says about publishing.
    """

    commit: str
    path: str = "."
    tag: str = ""
    rules: PublishRules = PublishRules()


class Tagged(msgspec.Struct, frozen=True):
    """A release's tag and the version that it names.

    Args:
        tag: The tag; backends that read the version from git find it.
        version: The version that every file must carry.
    """

    tag: str
    version: str


def build_commit(
    git: Git,
    place: BuildPlace,
    out: Path,
    *,
    environment: Mapping[str, str],
    version: str | None,
    tell: Callable[[str], None] = keep_quiet,
) -> DistManifest:
    """Build the sdist and the wheel of a commit, check them, and put them into a folder with their lists.

    Beside the files come `pilotage-dist.json`, `SHA256SUMS` and, where the rules ask for it, the bill of materials.
    The job summary shows what is in the files. Nothing reaches the folder when a check fails.

    Args:
        git: The clone.
        place: The commit, and which package in it.
        out: The folder for the files.
        environment: The process's environment, of which the build sees nothing secret.
        version: The version that every file must carry; None when only the build can tell (a dynamic version).
        tell: Hears of warnings.

    Raises:
        CheckError: The build failed, made another version, or made what must not leave.
    """
    with tempfile.TemporaryDirectory(prefix="pilotage-source-", ignore_cleanup_errors=True) as folder:
        made = Path(folder) / "made"
        source = git.export(place.commit, Path(folder) / "source", tag=place.tag) / place.path
        epoch = git.commit_date(place.commit)
        dists = Builder(environment=environment).build(source, made, epoch=epoch)
        project, built = read_release(tuple(dist.name for dist in dists))
        terms = read_terms(place.rules, version=version)
        report = inspect_dists(
            made, tag_version=terms.tag_version, allow_files=terms.allow_files, is_public=terms.is_public
        )
        tell_report(report, environment, tell=tell)
        manifest = write_manifest(made, project=project, version=built, commit=place.commit)
        more = [_write_bom(git, place, made, manifest, report)] if "sbom" in place.rules.asset_kinds else []
        (made / SUMS).write_text(render_sums((*manifest.files, *more)), encoding="ascii", newline="\n")
        deliver(made, out, [path.name for path in made.iterdir()])
    return manifest


def read_terms(rules: PublishRules, *, version: str | None) -> CheckTerms:
    """Read what built files are held against.

    Args:
        rules: What the configuration says about publishing.
        version: The release's version; None when only the files can tell.
    """
    is_public = any(_is_public(name, rules) for name in rules.index_names)
    return CheckTerms(Version(version) if version else None, is_public=is_public, allow_files=rules.allow_files)


def _is_public(name: str, rules: PublishRules) -> bool:
    rule = rules.indexes.get(name)
    return name in (PYPI.name, TESTPYPI.name) or find_public(rule.upload_url if rule else name) is not None


def inspect_dists(
    folder: Path, *, tag_version: Version | None, allow_files: tuple[str, ...], is_public: bool = True
) -> DistReport:
    """Look into every built file of a folder, and hold them against all rules (docs/build-checks.md).

    Args:
        folder: The folder; its other files (lists, attestations) are passed over.
        tag_version: The version of the release; None when only the files can tell.
        allow_files: Globs of members that the checks of their content let pass.
        is_public: Whether the files go to PyPI or TestPyPI, whose limits then are errors.

    Returns:
        The files' contents and all findings; an error among them is not raised, see `tell_report`.

    Raises:
        UsageError: There is no built file.
        ConfigError: A glob cannot be read.
    """
    terms = CheckTerms(tag_version, is_public=is_public, allow_files=allow_files)
    contents = [read_contents(path, scan=find_secrets) for path in list_dists(folder)]
    return check_contents(contents, terms, render=render_readme)


def tell_report(report: DistReport, environment: Mapping[str, str], *, tell: Callable[[str], None]) -> None:
    """Tell what the checks found: warnings to people, everything to the job summary.

    Args:
        report: What they found.
        environment: The process's environment, which names the job summary.
        tell: Hears of warnings.

    Raises:
        CheckError: There are errors; all of them are in it, the warnings too.
    """
    Runner(environment, write_line=tell).write_summary(render_report(report))
    if report.errors:
        raise CheckError(
            f"the built files are not fit to leave:\n{render_findings(report.findings)}",
            hint="Each rule is explained in docs/build-checks.md; a file that is meant to be there can be named in "
            "[tool.pilotage.publish] allow-files.",
        )
    if report.warnings:
        tell(render_findings(report.warnings))


def _write_bom(git: Git, place: BuildPlace, folder: Path, manifest: DistManifest, report: DistReport) -> Dist:
    metadata = next((each.metadata for each in report.contents if each.metadata is not None), b"")
    prefix = "" if place.path == "." else f"{place.path}/"
    paths = tuple(dict.fromkeys([*(f"{prefix}{name}" for name in LOCKS), *LOCKS]))
    texts = read_texts(git, place.commit, paths)
    locked = next((read_locked(texts[path], path=path) for path in paths if path in texts), {})
    text = render_bom(BomFacts(manifest, metadata, git.commit_date(place.commit), locked))
    path = folder / name_bom(manifest)
    path.write_text(text, encoding="utf-8", newline="\n")
    sha256, _, size = read_digests(path)
    return Dist(path.name, sha256, size)


def build_tree(
    git: Git,
    tree: Tree,
    out: Path,
    *,
    surroundings: Surroundings,
    tagged: Tagged | None = None,
    tell: Callable[[str], None] = keep_quiet,
) -> DistManifest:
    """Build one package of a commit, as its configuration there says.

    Args:
        git: The clone.
        tree: The package.
        out: The folder for the files.
        surroundings: Where the command stands.
        tagged: The release's tag; None for a commit that is no release yet.
        tell: Hears of warnings.

    Raises:
        CheckError: The build failed, made another version, or made what must not leave.
    """
    place = BuildPlace(tree.commit, tree.path, tagged.tag if tagged else "", tree.config.publish)
    expected = tagged.version if tagged else tree.project.version
    return build_commit(git, place, out, environment=surroundings.environment, version=expected, tell=tell)


def build_head(
    surroundings: Surroundings,
    out: Path,
    *,
    component: str | None = None,
    tell: Callable[[str], None] = keep_quiet,
) -> DistManifest:
    """Build the checked-out commit into a folder.

    Args:
        surroundings: Where the command stands.
        out: The folder.
        component: Which package; the only one when left out.
        tell: Hears of warnings.

    Raises:
        CheckError: The build failed, made another version, or made what must not leave.
        ConfigError: There are several packages and none is named, or none has this name.
    """
    git = Git(surroundings.repo)
    forest = read_forest(git, git.head(), config_path=surroundings.config_path)
    tell_uncommitted(git, out, tell=tell)
    return build_tree(git, choose_tree(forest, component), out, surroundings=surroundings, tell=tell)


def tell_uncommitted(git: Git, out: Path, *, tell: Callable[[str], None]) -> None:
    """Say plainly which changes of the work tree a build leaves out, since it takes committed files only.

    Args:
        git: The clone.
        out: The folder for the files, which is no change.
        tell: Hears of them.
    """
    if git.text("rev-parse", "--is-bare-repository") == "true":
        return
    top = Path(git.text("rev-parse", "--show-toplevel"))
    listed = git.run("status", "--porcelain", "-z", "--no-renames", "--untracked-files=normal")
    paths = [entry[3:].decode("utf-8", "replace") for entry in listed.split(b"\0") if entry]
    changed = [path for path in paths if not (top / path).resolve().is_relative_to(out.resolve())]
    if changed:
        names = ", ".join(show(path) for path in changed[:_SHOWN_CHANGES])
        more = f" and {len(changed) - _SHOWN_CHANGES} more" if len(changed) > _SHOWN_CHANGES else ""
        tell(f"warning: uncommitted changes are not built: {names}{more}")
