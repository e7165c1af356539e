"""A repository as the source of a package: `git+https://host/owner/name@ref#egg=demo`, ssh forms, archives of a tag."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pilotage.domains.downstream.judging import judge_version
from pilotage.domains.downstream.meaning import Meaning, is_wanted
from pilotage.domains.safetext import show
from pilotage.model.downstream import Change, Standing
from pilotage.model.version import TagFormat

if TYPE_CHECKING:
    from pilotage.model.downstream import Wanted
    from pilotage.model.version import Version

_ADDRESS = re.compile(
    r"[ \t]*(?P<vcs>[a-z]{2,3}\+)?(?:(?P<scheme>[a-z]{2,5})://)?(?:[^\s@/#\"']*@)?(?P<host>[a-z0-9._-]+)"
    r"(?::(?P<port>[0-9]{1,5})(?=/))?[:/]+(?P<path>[^\s@#?;\"']{1,500})",
    flags=re.IGNORECASE | re.ASCII,
)
"""Up to the ref of a repository's address; `git@host:owner/name` has no scheme."""

_GIT = re.compile(r"[ \t]*(?:git\+|git@)", flags=re.IGNORECASE)
_REF = re.compile(r"@(?P<ref>[^\s#?;\"']*)")
_FRAGMENT = re.compile(r"[^\s#]*#(?P<fragment>[^\s;\"']*)")
_EGG = re.compile(r"(?:^|&)egg=(?P<name>[A-Za-z0-9._-]+)")
_HASH = re.compile(r"(?:^|&)(?:md5|sha(?:1|224|256|384|512))=")
_ARCHIVE = re.compile(
    r"(?P<repository>[^/]+/[^/]+)/(?:archive/(?P<ref>.+)(?:\.tar\.gz|\.tgz|\.zip)"
    r"|(?:tarball|zipball)/(?P<ball>.+)|releases/download/(?P<tag>.+)/(?P<file>[^/]+))"
)
"""GitHub's addresses of a tag's source and of a release's files, from the owner on."""

_ASSET = re.compile(r"(?P<name>[A-Za-z0-9._-]*[A-Za-z0-9])-(?P<version>v?[0-9][^-/]*?)(?=-|\.tar\.gz|\.zip|\.whl)")
_SHA = re.compile(r"[0-9a-f]{7,40}|[0-9a-f]{64}", flags=re.IGNORECASE)
_VERSION_LIKE = re.compile(r"(?:.*[-_/@])?v?[0-9]+(?:\.[0-9]+)+[0-9a-z.]*", flags=re.IGNORECASE)
_SPELLABLE = re.compile(r"[A-Za-z0-9._/+!@-]+")
_HOSTS = {"www.github.com": "github.com", "ssh.github.com": "github.com"}
_PORTS = frozenset({"", "22", "80", "443"})
_LONGEST = 250
_TAGS, _HEADS = "refs/tags/", "refs/heads/"


def read_git(text: str, wanted: Wanted, *, is_named: bool = False) -> Meaning | None:
    """Read an address that may be the package's repository, or an archive or a file of one of its releases.

    It counts when it is an address of the released repository, or when the requirement's name is the package. Then a
    tag is judged as a version that is named exactly, and only the tag changes; a branch is followed; a commit stays.

    Args:
        text: The address and what follows it, such as `#egg=demo` or a marker after a blank.
        wanted: The release.
        is_named: Whether the package's name stands before it.

    Returns:
        What it means; None when it is another package's.
    """
    match = _ADDRESS.match(text)
    fragment = _FRAGMENT.match(text, match.end() if match else 0)
    egg = _EGG.search(fragment["fragment"]) if fragment else None
    if egg and not is_wanted(egg["name"], wanted):
        return None
    archive = _ARCHIVE.fullmatch(match["path"]) if match and not match["vcs"] else None
    if not (is_named or egg or archive or _GIT.match(text)):
        return None
    if match is None or _name_repository(match, archive) != wanted.repository:
        return _read_elsewhere(text) if is_named or egg else None
    if archive is None:
        return _read_ref(text, match.end(), wanted)
    found = _read_archive(archive, wanted).shift(match.start("path"))
    has_hash = fragment is not None and _HASH.search(fragment["fragment"])
    return found.freeze("its hash belongs to one version") if has_hash else found


def judge_ref(ref: str, wanted: Wanted) -> Meaning:
    """Judge a git ref by itself: a tag that reads as a version, a commit, or a branch.

    Args:
        ref: A tag's name, a commit's full or short SHA, a branch's name, or a full name such as `refs/tags/v1.2.3`.
        wanted: The release.
    """
    start = len(_TAGS) if ref.startswith(_TAGS) else 0
    name = ref[start:]
    if len(ref) > _LONGEST:
        return Meaning(Standing.UNCLEAR, name[:100], why="the ref is longer than git allows")
    version = _read_tag(name, wanted)
    if version is not None:
        standing = judge_version(str(version), wanted)
        if standing != Standing.EXACT:
            return Meaning(standing, name)
        found = Meaning(standing, name, (Change(start, len(ref), wanted.tag),))
        return found if _SPELLABLE.fullmatch(wanted.tag) else found.freeze("the released tag cannot be written there")
    if _SHA.fullmatch(name) and not start:
        return Meaning(Standing.EXACT, name, why="a commit, not a tag")
    if start or _VERSION_LIKE.fullmatch(name):
        return Meaning(Standing.UNCLEAR, name, why="the tag does not read as a version of the package")
    return judge_branch(name)


def judge_branch(name: str) -> Meaning:
    """Judge a branch that a requirement follows, "" for the default one: it has each release once it is rebuilt."""
    short = name.removeprefix(_HEADS)
    followed = f"the branch {short[:100]}" if short else "the default branch"
    return Meaning(Standing.UNPINNED, short, why=f"it follows {followed}")


def is_released_repository(address: str, wanted: Wanted) -> bool:
    """Tell whether an address, without a ref, is the released repository's."""
    match = _ADDRESS.match(address)
    return match is not None and _name_repository(match, None) == wanted.repository


def _read_ref(text: str, start: int, wanted: Wanted) -> Meaning:
    """Read what follows the address of the released repository."""
    ref = _REF.match(text, start)
    if ref is None:
        return judge_branch("")
    found = judge_ref(ref["ref"], wanted).shift(ref.start("ref"))
    return found.freeze(f"the tag {wanted.tag} cannot be written in an address") if "@" in wanted.tag else found


def _read_elsewhere(text: str) -> Meaning:
    return Meaning(Standing.UNCLEAR, why=f"it comes from elsewhere than the released repository: {_shorten(text)}")


def _shorten(text: str) -> str:
    """Give an address as people may see it: without who logs in, and short."""
    return show(re.sub(r"//[^\s/@]*@", "//", text[:300].strip().partition(" ")[0]), limit=100)


def _name_repository(match: re.Match[str], archive: re.Match[str] | None) -> str:
    path = archive["repository"] if archive else match["path"]
    host = match["host"].lower()
    port = match["port"] or ""
    server = _HOSTS.get(host, host) + ("" if port in _PORTS else f":{port}")
    return f"{server}/{path.lower().strip('/').removesuffix('.git')}"


def _read_tag(name: str, wanted: Wanted) -> Version | None:
    """Read a tag as a version: in the format of the package's tags, or else as a version as such."""
    version = TagFormat(wanted.tag_prefix, wanted.tag_suffix).read(name)
    if version is None and not _SHA.fullmatch(name):
        version = TagFormat("").read(name.removeprefix("v"))
    return version


def _read_archive(match: re.Match[str], wanted: Wanted) -> Meaning:
    """Read an archive of a ref, or a file of a release, whose tag and version both change."""
    group = next(group for group in ("ref", "ball", "tag") if match[group])
    found = judge_ref(match[group], wanted).shift(match.start(group))
    if group != "tag" or not found.changes:
        return found
    asset = _ASSET.match(match["file"])
    if asset is None or not is_wanted(asset["name"], wanted):
        return found.freeze("the name of the release's file does not say its version")
    start, end = (match.start("file") + index for index in asset.span("version"))
    changes = (*found.changes, Change(start, end, str(wanted.version)))
    return Meaning(found.standing, found.before, changes)
