"""Results are private, and what a crash left is removed; nothing else is."""

from __future__ import annotations

import gc
import os
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from sqlcore.domain.query import Column
from sqlcore.domain.types import SqlType, TypeKind
from sqlcore.errors import ConfigurationError, LimitExceededError
from sqlcore.services.limits import SessionLimits
from sqlcore.services.spool import Spool
from sqlcore.services.spool.folders import make_process_folder

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="Modes, users and signals are as POSIX has them"
)

_COLUMNS = (Column(name="a", type=SqlType(name="integer", kind=TypeKind.INTEGER)),)

_LIVING = """
import sys
from sqlcore.domain.query import Column
from sqlcore.domain.types import SqlType, TypeKind
from sqlcore.services.limits import SessionLimits
from sqlcore.services.spool import Spool
spool = Spool(SessionLimits(folder=sys.argv[1]))
writer = spool.create("a")
writer.begin((Column(name="a", type=SqlType(name="integer", kind=TypeKind.INTEGER)),))
writer.add([(1,)])
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def living(root: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that has written a session, and lives until its input ends."""
    with subprocess.Popen(  # noqa: S603  # our own code
        [sys.executable, "-c", _LIVING, str(root)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert _open(process.stdout).readline() == "ready\n"
        yield process
        process.kill()


def _open(pipe: IO[str] | None) -> IO[str]:
    assert pipe is not None
    return pipe


def _spool(root: Path) -> Spool:
    return Spool(SessionLimits(folder=str(root)))


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def test_nobody_else_can_read(spool: Spool, root: Path) -> None:
    before = os.umask(0)
    try:
        spool.create("a").begin(_COLUMNS)
    finally:
        os.umask(before)
    folder = spool.folder_of("a")

    assert [_mode(path) for path in (folder.parent, folder)] == [0o700, 0o700]
    files = [path for path in root.rglob("*") if path.is_file()]
    assert len(files) == 3
    assert {_mode(path) for path in files} == {0o600}


def test_nothing_is_made_before_the_first_session(tmp_path: Path) -> None:
    root = tmp_path / "new" / "results"
    spool = _spool(root)
    assert not root.exists()

    spool.create("a")
    assert _mode(root) == 0o700
    spool.close()
    assert list(root.iterdir()) == []


def test_the_next_start_removes_what_a_killed_process_left(
    root: Path, living: subprocess.Popen[str]
) -> None:
    assert len(list(root.iterdir())) == 2

    _spool(root)
    assert len(list(root.iterdir())) == 2, "it lives"

    living.send_signal(signal.SIGKILL)
    living.wait(30)
    assert len(list(root.iterdir())) == 2

    _spool(root)
    assert list(root.iterdir()) == []


def test_a_process_that_ends_by_itself_leaves_nothing(
    root: Path, living: subprocess.Popen[str]
) -> None:
    _open(living.stdin).close()

    assert living.wait(30) == 0
    assert list(root.iterdir()) == []


def test_a_store_that_is_forgotten_leaves_nothing(root: Path) -> None:
    spool = _spool(root)
    spool.create("a").close()
    del spool
    gc.collect()

    assert list(root.iterdir()) == []


def test_two_stores_of_one_process_leave_each_other_alone(spool: Spool, root: Path) -> None:
    spool.create("a").begin(_COLUMNS)
    other = _spool(root)
    other.create("a").begin(_COLUMNS)
    other.close()

    assert len(spool.open("a").summaries()) == 1


def test_a_forked_child_removes_nothing(spool: Spool) -> None:
    spool.create("a").begin(_COLUMNS)
    folder = make_process_folder(str(spool.folder_of("a")))
    here = os.getpid()
    folder._process = here + 1

    folder.remove()
    assert folder.path.is_dir()
    folder._process = here
    folder.remove()
    assert not folder.path.exists()


def test_nothing_is_removed_that_was_not_made_here(root: Path) -> None:
    name = f"sqlcore-results-{'0' * 32}"
    unlocked = root / name  # has no lock, so that nobody can tell whether it is in use
    (unlocked / "s-a").mkdir(parents=True)
    (root / "sqlcore-results-1.lock").touch()
    (root / "notes.lock").touch()
    (root / "notes").mkdir()
    victim = root.parent / "victim"
    victim.mkdir()
    (victim / "file").touch()
    linked = root / f"sqlcore-results-{'1' * 32}"
    linked.symlink_to(victim)
    linked.with_name(f"{linked.name}.lock").touch()
    lock_link = root / f"sqlcore-results-{'2' * 32}.lock"
    lock_link.symlink_to(victim / "file")
    (root / f"sqlcore-results-{'2' * 32}").mkdir()
    before = sorted(root.rglob("*"))

    _spool(root)

    assert sorted(root.rglob("*")) == before
    assert (victim / "file").exists()


def test_one_folder_that_cannot_be_removed_does_not_keep_the_others(root: Path) -> None:
    for digit in "023456789abcdef":  # the order of a folder is not ours
        (root / f"sqlcore-results-{digit * 32}.lock").symlink_to(root / "nothing")
    dead = root / f"sqlcore-results-{'1' * 32}"
    dead.mkdir()
    dead.with_name(f"{dead.name}.lock").touch()

    _spool(root)

    assert not dead.exists()


def test_links_in_an_abandoned_folder_are_not_followed(root: Path) -> None:
    victim = root.parent / "victim"
    victim.mkdir()
    (victim / "file").touch()
    dead = root / f"sqlcore-results-{'1' * 32}"
    dead.mkdir()
    (dead / "s-a").symlink_to(victim)
    dead.with_name(f"{dead.name}.lock").touch()

    _spool(root)

    assert not dead.exists()
    assert (victim / "file").exists()


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o722])
def test_a_folder_that_others_may_write_is_refused(root: Path, mode: int) -> None:
    root.chmod(mode)

    with pytest.raises(ConfigurationError, match="can be written by other users"):
        _spool(root).create("a")


def test_a_folder_for_everybody_in_which_each_keeps_his_own_will_do(root: Path) -> None:
    root.chmod(0o1777)
    spool = _spool(root)

    spool.create("a")
    assert _mode(spool.folder_of("a").parent) == 0o700
    spool.close()


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(ConfigurationError, match="is not a folder"):
        _spool(tmp_path / "file").create("a")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs another user")
def test_a_folder_or_link_of_another_user_is_refused(root: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(root)
    os.lchown(link, 12345, 12345)
    with pytest.raises(ConfigurationError, match="belongs to another user"):
        _spool(link).create("a")

    os.chown(root, 12345, 12345)
    with pytest.raises(ConfigurationError, match="belongs to another user"):
        _spool(root).create("a")
    assert list(root.iterdir()) == []


def test_a_link_of_ours_is_followed(root: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(root)
    spool = _spool(link)

    spool.create("a")
    assert len(list(root.iterdir())) == 2
    spool.close()


def test_a_file_in_the_place_of_ours_is_not_written(spool: Spool, tmp_path: Path) -> None:
    spool.create("a")
    victim = tmp_path / "victim"
    victim.touch()
    folder = spool.folder_of("a").parent / "s-b"
    folder.symlink_to(tmp_path)

    with pytest.raises(LimitExceededError, match="File exists"):
        spool.create("b")
    assert victim.read_bytes() == b""


def test_without_a_folder_results_are_in_the_cache_of_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    spool = Spool(SessionLimits())
    spool.create("a")

    if sys.platform == "linux":
        assert spool.folder_of("a").is_relative_to(tmp_path / "sqlcore" / "sessions")
    spool.close()


def test_where_there_is_no_cache_results_are_in_a_private_folder_among_temporary_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "blocked"
    blocked.touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    monkeypatch.setenv("HOME", str(blocked))
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    usual = temporary / f"sqlcore-sessions-{os.getuid()}"

    spool = Spool(SessionLimits())
    spool.create("a")
    assert spool.folder_of("a").is_relative_to(usual)
    spool.close()

    usual.chmod(0o777)
    spool = Spool(SessionLimits())
    spool.create("a")
    assert not spool.folder_of("a").is_relative_to(usual)
    assert spool.folder_of("a").is_relative_to(temporary)
    spool.close()


def test_a_folder_that_something_cleared_away_is_made_again(spool: Spool, root: Path) -> None:
    spool.create("a")
    folder = spool.folder_of("a")
    for path in sorted(root.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()

    writer = spool.create("b")
    writer.begin(_COLUMNS)
    assert len(spool.open("b").summaries()) == 1
    assert not folder.exists()
