"""Documentation as files: written whole, nothing of others overwritten, the same each time."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

import sqlcore
from sqlcore.errors import ConfigurationError, ConflictError
from sqlcore_mcp import document_files
from sqlcore_mcp.cli import main
from sqlcore_mcp.document_files import MANIFEST, write_files


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("SQLCORE_URL", "DATABASE_URL", "SQLCORE_ACCESS", "SQLCORE_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    empty = tmp_path / "config.toml"
    empty.write_text("")
    monkeypatch.setenv("SQLCORE_CONFIG", str(empty))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "docs"


@pytest.fixture
def words(shop: str, folder: Path) -> list[str]:
    return ["docs", "--url", f"memory://{shop}/main", "--out", str(folder)]


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {
        MANIFEST
    }


def contents(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in names(folder)}


def test_the_documentation_of_a_database_is_written(
    words: list[str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 0
    assert names(folder) == {
        "README.md",
        "schemas/main.md",
        "relationships.md",
        "inferred-rules.md",
        "data-dictionary.md",
        "data-dictionary.csv",
        "data-dictionary.json",
        "schema.mmd",
    }
    assert capsys.readouterr().out == f"{folder}: 8 written. Begin with README.md.\n"
    assert "### Table main.orders" in (folder / "schemas/main.md").read_text()
    assert (folder / "schema.mmd").read_text().startswith("erDiagram\n")
    assert json.loads((folder / "data-dictionary.json").read_text())["database"] == "main"


def test_every_file_is_named_by_the_contents(words: list[str], folder: Path) -> None:
    main(words)
    linked = set(re.findall(r"\]\(([^)#]+)", (folder / "README.md").read_text()))
    assert linked | {"README.md"} == names(folder)


def test_a_second_run_changes_nothing(
    words: list[str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(words)
    before = contents(folder)
    capsys.readouterr()
    assert main(words) == 0
    assert contents(folder) == before
    assert capsys.readouterr().out == f"{folder}: 8 unchanged. Begin with README.md.\n"


def test_a_change_of_the_schema_changes_its_files(
    words: list[str], folder: Path, shop: str
) -> None:
    main(words)
    with sqlcore.connect(f"memory://{shop}/main", access="write") as database:
        database.query("CREATE TABLE new_one (id INTEGER)")
    assert main(words) == 0
    assert "[Table main.new_one](schemas/main.md" in (folder / "README.md").read_text()


def test_what_somebody_else_has_written_is_not_overwritten(
    words: list[str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder.mkdir()
    (folder / "README.md").write_text("mine")
    assert main(words) == 1
    said = capsys.readouterr().err
    assert "README.md" in said
    assert "--force" in said
    assert names(folder) == {"README.md"}
    assert (folder / "README.md").read_text() == "mine"
    assert main([*words, "--force"]) == 0
    assert (folder / "README.md").read_text() != "mine"


def test_what_somebody_has_changed_since_is_not_overwritten(words: list[str], folder: Path) -> None:
    main(words)
    (folder / "schemas/main.md").write_text("mine")
    assert main(words) == 1
    assert (folder / "schemas/main.md").read_text() == "mine"


def test_other_files_in_the_folder_are_left_alone(words: list[str], folder: Path) -> None:
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    assert main(words) == 0
    assert main([*words, "--force"]) == 0
    assert (folder / "notes.txt").read_text() == "mine"


def test_the_sample_documentation_of_one_schema_and_an_unknown_one(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, "--schema", "main", "--include-sizes"]) == 0
    assert main([*words, "--schema", "mian"]) == 1
    assert "Did you mean main?" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["docs"], ["docs", "--out", "x"]])
def test_without_a_folder_or_a_database_it_is_misused(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        code: object = main(words)
    except SystemExit as ended:
        code = ended.code
    assert code == 2
    assert capsys.readouterr().err


def test_a_folder_that_cannot_be_written_is_said(words: list[str], folder: Path) -> None:
    folder.write_text("a file")
    assert main(words) == 2


# The folder


def test_what_is_no_longer_written_is_removed(folder: Path) -> None:
    write_files(folder, {"a.md": "a", "schemas/b.md": "b"})
    done = write_files(folder, {"a.md": "a2"})
    assert (done.written, done.removed) == (("a.md",), ("schemas/b.md",))
    assert names(folder) == {"a.md"}
    assert not (folder / "schemas").exists()


def test_what_was_changed_since_is_not_removed(folder: Path) -> None:
    write_files(folder, {"a.md": "a", "b.md": "b"})
    (folder / "b.md").write_text("mine")
    write_files(folder, {"a.md": "a"})
    assert (folder / "b.md").read_text() == "mine"


def test_a_run_that_was_stopped_can_be_repeated(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_files(folder, {"a.md": "a", "b.md": "b"})
    put = document_files._put

    def stop_at_b(path: Path, content: bytes) -> None:
        if path.name == "b.md":
            raise KeyboardInterrupt
        put(path, content)

    with monkeypatch.context() as patched:
        patched.setattr(document_files, "_put", stop_at_b)
        with pytest.raises(KeyboardInterrupt):
            write_files(folder, {"a.md": "a2", "b.md": "b2"})
    assert (folder / "a.md").read_text() == "a2"
    assert (folder / "b.md").read_text() == "b"
    write_files(folder, {"a.md": "a2", "b.md": "b2"})
    assert (folder / "b.md").read_text() == "b2"


def test_a_file_is_replaced_whole_or_not_at_all(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_files(folder, {"a.md": "a"})

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", fail)
        with pytest.raises(ConfigurationError, match="No space left"):
            write_files(folder, {"a.md": "a2"})
    assert (folder / "a.md").read_text() == "a"
    assert names(folder) == {"a.md"}


def test_a_link_in_the_place_of_a_file_is_not_followed(folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("mine")
    folder.mkdir()
    (folder / "a.md").symlink_to(outside)
    with pytest.raises(ConflictError):
        write_files(folder, {"a.md": "a"})
    write_files(folder, {"a.md": "a"}, force=True)
    assert outside.read_text() == "mine"
    assert (folder / "a.md").read_text() == "a"


@pytest.mark.parametrize("force", [False, True])
def test_a_folder_that_is_a_link_is_not_followed(
    folder: Path, tmp_path: Path, *, force: bool
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    folder.mkdir()
    (folder / "schemas").symlink_to(outside)
    with pytest.raises(ConflictError, match="leads out of"):
        write_files(folder, {"schemas/a.md": "a"}, force=force)
    assert names(outside) == names(folder) == set()


def test_a_list_of_files_that_leads_outside_removes_nothing(folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("mine")
    folder.mkdir()
    hashed = document_files._hash(b"mine")
    for name in ("../outside", str(outside), "a/../../outside"):
        (folder / MANIFEST).write_text(json.dumps({"files": {name: [hashed]}}))
        write_files(folder, {"a.md": "a"})
        assert outside.read_text() == "mine"


@pytest.mark.parametrize("text", ["", "[]", '{"files": 1}', "{"])
def test_a_list_of_files_that_cannot_be_read_stops_it(folder: Path, text: str) -> None:
    folder.mkdir()
    (folder / MANIFEST).write_text(text)
    with pytest.raises(ConfigurationError, match="--force"):
        write_files(folder, {"a.md": "a"})
    assert write_files(folder, {"a.md": "a"}, force=True).written == ("a.md",)


def test_files_have_the_rights_that_new_files_have(folder: Path) -> None:
    write_files(folder, {"a.md": "a"})
    plain = folder / "plain"
    plain.write_text("x")
    if os.name == "posix":
        assert (folder / "a.md").stat().st_mode == plain.stat().st_mode
