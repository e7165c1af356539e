"""Reading built files for the checks: real archives, broken ones, and ones made to hurt."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import struct
import tarfile
import time
import tracemalloc
import zipfile
import zlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pilotage.domains.distchecks import find_secrets
from pilotage.errors import UsageError
from pilotage.model.distcontents import DistContents, DistMember, SecretSighting
from pilotage.providers.archivebounds import ArchiveBounds
from pilotage.providers.distcontents import list_dists, read_contents
from providers.distfiles import make_sdist, make_wheel

if TYPE_CHECKING:
    from pathlib import Path

W, S = "demo-1.0-py3-none-any.whl", "demo-1.0.tar.gz"
TOKEN = b"ghp_" + b"aB3dE5fG7hI9jK1lM2nO4pQ6rS8tU0vWx1y2"


def read(path: Path, **bounds: int) -> DistContents:
    return read_contents(path, scan=find_secrets, bounds=ArchiveBounds(**bounds) if bounds else None)


def write_zip(path: Path, *members: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


def write_tar(path: Path, *members: tuple[tarfile.TarInfo, bytes]) -> Path:
    with tarfile.open(path, "w:gz", format=tarfile.PAX_FORMAT) as archive:
        for info, content in members:
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


def entry(name: str, **more: object) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    for key, value in more.items():
        setattr(info, key, value)
    return info


def test_a_wheel_s_members_are_read_with_their_digests(tmp_path: Path) -> None:
    path, dist = make_wheel(tmp_path, filler=b"x = 1\n")
    found = read(path)
    digest = base64.urlsafe_b64encode(hashlib.sha256(b"x = 1\n").digest()).rstrip(b"=").decode()
    assert found.members[0] == DistMember("my_pkg/__init__.py", 6, digests={"sha256": digest})
    assert (found.name, found.size, found.sha256, found.damage, found.excess) == (
        path.name,
        dist.size,
        dist.sha256,
        "",
        "",
    )
    assert [text is not None for text in (found.metadata, found.record, found.wheel)] == [True, True, True]


def test_an_sdist_s_members_are_read_in_order(tmp_path: Path) -> None:
    path, _ = make_sdist(tmp_path, filler=b"x = 1\n")
    found = read(path)
    assert [(one.path, one.size) for one in found.members][1:2] == [("my_pkg-1.0/my_pkg.py", 6)]
    assert found.metadata is not None
    assert (found.metadata.startswith(b"Metadata-Version: 2.4"), found.record, found.damage) == (True, None, "")


def test_digests_that_record_uses_are_made(tmp_path: Path) -> None:
    record = b"a.py,sha512=x,1\na.py,sha384=x,1\na.py,md5=x,\n"
    found = read(write_zip(tmp_path / W, ("a.py", b"a"), ("demo-1.0.dist-info/RECORD", record)))
    assert sorted(found.members[0].digests) == ["sha256", "sha384", "sha512"]


def test_kinds_links_and_the_executable_bit_are_seen(tmp_path: Path) -> None:
    link, run, pipe, foreign = (zipfile.ZipInfo(name) for name in ("link", "run", "pipe", "foreign"))
    link.create_system = run.create_system = pipe.create_system = 3
    link.external_attr, run.external_attr, pipe.external_attr = 0o120777 << 16, 0o100755 << 16, 0o010644 << 16
    foreign.create_system, foreign.external_attr = 0, 0o120777 << 16
    wheel = read(write_zip(tmp_path / W, ("folder/", b""), (link, b"../x"), (run, b"x"), (pipe, b""), (foreign, b"x")))
    assert [(one.kind, one.target, one.is_executable) for one in wheel.members] == [
        ("dir", "", False),
        ("symlink", "../x", False),
        ("file", "", True),
        ("other", "", False),
        ("file", "", False),
    ]
    sdist = read(
        write_tar(
            tmp_path / S,
            (entry("d", type=tarfile.DIRTYPE), b""),
            (entry("link", type=tarfile.SYMTYPE, linkname="../x"), b""),
            (entry("hard", type=tarfile.LNKTYPE, linkname="d/x"), b""),
            (entry("tty", type=tarfile.CHRTYPE), b""),
            (entry("run", mode=0o755), b"x"),
        )
    )
    assert [(one.path, one.kind, one.target, one.is_executable) for one in sdist.members] == [
        ("d", "dir", "", False),
        ("link", "symlink", "../x", False),
        ("hard", "hardlink", "d/x", False),
        ("tty", "other", "", False),
        ("run", "file", "", True),
    ]


def test_secrets_are_seen_in_both_kinds_and_only_in_the_first_megabyte(tmp_path: Path) -> None:
    late = b"\n" * 1024 * 1024 + TOKEN
    wheel = read(write_zip(tmp_path / W, ("a.txt", b"\n" + TOKEN), ("b.txt", late)))
    sdist = read(write_tar(tmp_path / S, (entry("a.txt"), b"\n" + TOKEN), (entry("b.txt"), late)))
    for found in (wheel, sdist):
        assert [one.sightings for one in found.members] == [(SecretSighting(2, "a GitHub token"),), ()]


def test_a_folder_s_built_files_are_listed_with_old_kinds_and_others_passed_over(tmp_path: Path) -> None:
    for name in (W, S, "x.egg", "pilotage-dist.json", "SHA256SUMS", f"{W}.publish.attestation", "a.cdx.json"):
        (tmp_path / name).write_text("x")
    assert [path.name for path in list_dists(tmp_path)] == [W, S, "x.egg"]


@pytest.mark.parametrize("name", ["empty", "missing"])
def test_a_folder_without_built_files_is_an_error(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="no built files"):
        list_dists(tmp_path / name)


def test_a_file_of_an_old_kind_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "x.egg").write_text("x")
    assert read(tmp_path / "x.egg") == DistContents(name="x.egg", size=1, sha256=hashlib.sha256(b"x").hexdigest())


@pytest.mark.parametrize("kind", ["wheel", "sdist"])
def test_a_file_cut_anywhere_is_damaged_and_says_so(tmp_path: Path, kind: str) -> None:
    path = make_wheel(tmp_path)[0] if kind == "wheel" else make_sdist(tmp_path, filler=b"x" * 30_000)[0]
    whole = path.read_bytes()
    assert read(path).damage == ""
    for length in {*range(0, len(whole), max(1, len(whole) // 25)), len(whole) - 1}:
        path.write_bytes(whole[:length])
        assert read(path).damage != "", length


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.sampled_from(["wheel", "sdist"]), st.integers(0), st.integers(1, 255))
def test_a_changed_byte_is_seen_or_changes_nothing_and_never_ends_in_a_crash(
    tmp_path: Path, kind: str, at: int, change: int
) -> None:
    path = make_wheel(tmp_path, filler=b"x = 1\n")[0] if kind == "wheel" else make_sdist(tmp_path)[0]
    data = bytearray(path.read_bytes())
    data[at % len(data)] ^= change
    path.write_bytes(data)
    assert isinstance(read(path), DistContents)


def local(name: bytes, packed: bytes, *, size: int, crc: int, flags: int = 0, method: int = 8) -> bytes:
    head = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, flags, method, 0, 33, crc, len(packed), size, len(name), 0)
    return head + name + packed


def central(name: bytes, packed: bytes, *, size: int, crc: int, offset: int, flags: int = 0, method: int = 8) -> bytes:
    fields = (b"PK\x01\x02", 20, 20, flags, method, 0, 33, crc, len(packed), size, len(name), 0, 0, 0, 0, 0, offset)
    return struct.pack("<4s6H3L5H2L", *fields) + name


def end(directory: bytes, count: int, offset: int) -> bytes:
    return directory + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(directory), offset, 0)


def deflate(content: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


HIDDEN = b"x = 1\nimport evil\n"
PACKED = deflate(HIDDEN)
TRUE = {"size": len(HIDDEN), "crc": zlib.crc32(HIDDEN)}
LIE = {"size": 6, "crc": zlib.crc32(HIDDEN[:6])}


def one_member(here: dict[str, int], there: dict[str, int], *, packed: bytes = PACKED, name: bytes = b"a.py") -> bytes:
    start = local(b"a.py", packed, **here)
    return start + end(central(name, packed, offset=0, **there), 1, len(start))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (one_member(LIE, LIE), "is not what the directory says"),
        (one_member(TRUE, LIE), "says one size in the directory and another"),
        (one_member({**TRUE, "flags": 8}, {**LIE, "flags": 8}), "is not what the directory says"),
        (one_member({**TRUE, "flags": 8}, {**TRUE, "size": 30, "flags": 8}), "is not what the directory says"),
        (one_member(TRUE, TRUE, name=b"b.py"), "has another name where it stands"),
        (one_member({**TRUE, "flags": 1}, TRUE), "is encrypted"),
        (one_member(TRUE, {**TRUE, "flags": 1}), "is encrypted"),
        (one_member({**TRUE, "method": 12}, {**TRUE, "method": 12}), "is packed by method 12"),
        (one_member({**TRUE, "method": 0}, TRUE), "is packed by method 8"),
        (one_member(TRUE, TRUE, packed=PACKED + b"more"), "has bytes behind its end"),
        (one_member(TRUE, TRUE, packed=PACKED[:-1]), "is cut short"),
        (one_member(TRUE, {**TRUE, "crc": 1}), "says one size"),
        (b"no zip at all", "no end record"),
        (one_member(TRUE, TRUE).replace(b"PK\x03\x04", b"PK\x03\x05"), "is not where the directory says"),
    ],
)
def test_a_wheel_that_lies_about_a_member_is_damaged(tmp_path: Path, data: bytes, said: str) -> None:
    (tmp_path / W).write_bytes(data)
    found = read(tmp_path / W)
    assert said in found.damage


def test_an_honest_wheel_of_the_same_make_is_fine(tmp_path: Path) -> None:
    (tmp_path / W).write_bytes(one_member(TRUE, TRUE))
    found = read(tmp_path / W)
    assert (found.damage, found.members[0].size) == ("", len(HIDDEN))
    (tmp_path / W).write_bytes(one_member({"size": 0, "crc": 0, "flags": 8}, {**TRUE, "flags": 8}))
    assert read(tmp_path / W).damage == ""


def test_members_that_overlap_are_damage(tmp_path: Path) -> None:
    start = local(b"a.py", PACKED, **TRUE)
    entries = [central(b"a.py", PACKED, offset=0, **TRUE)] * 50
    (tmp_path / W).write_bytes(start + end(b"".join(entries), 50, len(start)))
    assert "overlaps with another member" in read(tmp_path / W).damage


def test_a_member_that_reaches_into_the_directory_is_damage(tmp_path: Path) -> None:
    start = local(b"a.py", PACKED + b"x" * 40, **TRUE)[:-40]
    (tmp_path / W).write_bytes(start + end(central(b"a.py", PACKED + b"x" * 40, offset=0, **TRUE), 1, len(start)))
    assert "reaches into the directory" in read(tmp_path / W).damage


def test_an_archive_of_more_than_four_gigabytes_is_measured_by_its_own_record(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / W, "w") as archive:
        for number in range(66_000):
            archive.writestr(f"{number}", b"")
    assert read(tmp_path / W, members=10).excess == "it has 66000 members, at most 10 are read"
    assert read(tmp_path / W, directory=1000).excess.startswith("its directory has 3")


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        ({"floor": 10, "ratio": 1}, "it would unpack to 1000000 bytes, at most"),
        ({"ceiling": 999_999}, "it would unpack to 1000000 bytes, at most 999999 are unpacked"),
        ({"metadata": 3}, "its METADATA has 6 bytes, at most 3 are read"),
    ],
)
def test_a_wheel_beyond_a_bound_is_not_unpacked(tmp_path: Path, bounds: dict[str, int], said: str) -> None:
    path = write_zip(tmp_path / W, ("a", b"\0" * 999_994), ("d-1.dist-info/METADATA", b"Name: "))
    assert read(path, **bounds).excess.startswith(said)


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        ({"floor": 10, "ratio": 1}, "it unpacks to more than"),
        ({"members": 1}, "it has more than 1 members"),
        ({"metadata": 3}, "its PKG-INFO has 6 bytes, at most 3 are read"),
    ],
)
def test_an_sdist_beyond_a_bound_is_not_read_on(tmp_path: Path, bounds: dict[str, int], said: str) -> None:
    path = write_tar(tmp_path / S, (entry("d/PKG-INFO"), b"Name: "), (entry("d/a"), b"\0" * 1_000_000))
    assert read(path, **bounds).excess.startswith(said)


def pax(size: int, data: bytes, *, kind: bytes = b"x") -> bytes:
    info = tarfile.TarInfo("././@PaxHeader")
    info.type, info.size = kind, size
    return info.tobuf(tarfile.USTAR_FORMAT) + data


@pytest.mark.parametrize("kind", [b"x", b"g", b"L", b"K", b"S"])
def test_a_header_of_gigabytes_is_not_read(tmp_path: Path, kind: bytes) -> None:
    bomb = pax(4 * 1024**3, b"", kind=kind)
    with gzip.open(tmp_path / S, "wb") as file:
        file.write(bomb)
        for _ in range(64):
            file.write(b"1" * 1024 * 1024)
    tracemalloc.start()
    found = read(tmp_path / S)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.excess or found.damage
    assert peak < 8 * 1024 * 1024


SLOW = {
    "a number without an end": b"1" * 60_000,
    "lines that are shorter than they are": b"2 " * 30_000,
    "a value of digits": b"60015 comment=" + b"1" * 60_000 + b"\n",
    "no key": b"5 abc\n",
    "longer than all": b"99 a=b\n",
    "no line end": b"6 a=bc",
    "no length": b"x a=b\n",
}


@pytest.mark.parametrize("what", SLOW)
@pytest.mark.parametrize("kind", [b"x", b"g"])
def test_headers_made_to_take_long_are_damage_and_end_soon(tmp_path: Path, what: str, kind: bytes) -> None:
    data = SLOW[what]
    with gzip.open(tmp_path / S, "wb") as file:
        file.write(pax(len(data), data.ljust(-(-len(data) // 512) * 512, b"\0"), kind=kind))
        file.write(tarfile.TarInfo("d/a").tobuf() + bytes(1024))
    begin = time.perf_counter()
    found = read(tmp_path / S)
    assert "an extended header" in found.damage
    assert time.perf_counter() - begin < 2


def test_extended_headers_of_every_make_are_read(tmp_path: Path) -> None:
    name = f"d/{'ä' * 150}/{'n' * 150}.py"
    for make in (tarfile.PAX_FORMAT, tarfile.GNU_FORMAT):
        with tarfile.open(tmp_path / S, "w:gz", format=make, pax_headers={"comment": "grüße"}) as archive:
            for number in range(3):
                info = tarfile.TarInfo(f"{name}{number}")
                info.size, info.mtime = 600, 1.5
                archive.addfile(info, io.BytesIO(b"x" * 600))
        found = read(tmp_path / S)
        assert (found.damage, [one.path for one in found.members]) == ("", [f"{name}{number}" for number in range(3)])


def test_an_sdist_that_goes_on_after_a_broken_header_is_damaged(tmp_path: Path) -> None:
    first, second = tarfile.TarInfo("d/a"), tarfile.TarInfo("d/b")
    with gzip.open(tmp_path / S, "wb") as file:
        file.write(first.tobuf() + b"\x01" * 512 + second.tobuf() + bytes(1024))
    found = read(tmp_path / S)
    assert ([one.path for one in found.members], "end marker" in found.damage) == (["d/a"], True)


def test_garbage_behind_an_sdist_is_damage(tmp_path: Path) -> None:
    path, _ = make_sdist(tmp_path)
    path.write_bytes(path.read_bytes() + b"garbage")
    assert read(path).damage != ""


def test_a_sparse_file_is_no_plain_file(tmp_path: Path) -> None:
    info = entry(
        "d/sparse", pax_headers={"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": "99"}
    )
    found = read(write_tar(tmp_path / S, (info, b"1\n0\n1\n".ljust(512, b"\0") + b"x" * 512)))
    assert [one.kind for one in found.members] == ["other"]


def test_names_that_are_not_utf_8_are_kept_as_they_are(tmp_path: Path) -> None:
    info = entry("d/x")
    raw = bytearray(info.tobuf())
    raw[2] = 0xFF
    raw[148:156] = b"%06o\0 " % (sum(raw[:148]) + sum(raw[156:512]) + 256)
    with gzip.open(tmp_path / S, "wb") as file:
        file.write(bytes(raw) + bytes(1024))
    assert [one.path for one in read(tmp_path / S).members] == ["d/\udcff"]


def test_a_large_wheel_is_read_in_constant_memory(tmp_path: Path) -> None:
    path = tmp_path / W
    with zipfile.ZipFile(path, "w") as archive, archive.open("demo/data.bin", "w") as file:
        for number in range(90):
            file.write(number.to_bytes(1, "big") * 1024 * 1024)
    tracemalloc.start()
    found = read(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (found.members[0].size, found.damage) == (90 * 1024 * 1024, "")
    assert peak < 12 * 1024 * 1024
