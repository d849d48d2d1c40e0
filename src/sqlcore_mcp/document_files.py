"""`sqlcore-mcp docs`: the documentation of a database as a folder of files.

What was written stands in `.sqlcore-docs.json`, with the hash of each file. So what somebody else
has written, or changed since, is not overwritten without being asked for, and what is no longer
needed is removed. Each file is replaced at once or not at all.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import attrs

from sqlcore.domain.schema import SchemaSnapshot
from sqlcore.errors import ConfigurationError, ConflictError
from sqlcore.services.database import Database
from sqlcore.services.documenting import DictionaryFormat, DocumentOptions
from sqlcore.services.exploring.diagrams import draw
from sqlcore.services.exploring.index import SchemaIndex

__all__ = ["MANIFEST", "Written", "document_files", "write_files"]

MANIFEST = ".sqlcore-docs.json"
_FURTHER = (
    ("Data dictionary", "data-dictionary.md"),
    ("Data dictionary as CSV", "data-dictionary.csv"),
    ("Data dictionary as JSON", "data-dictionary.json"),
    ("Diagram of the tables (Mermaid)", "schema.mmd"),
)
"""Files beside those of the document: the dictionary in each of its formats, then the diagram."""
_FILE_MODE = 0o666
_SHOWN = 5
_MOST_DRAWN = 200
"""Tables in the diagram; programs that draw it do not take many more."""


@attrs.frozen(kw_only=True)
class Written:
    """What came of it: names of files, sorted."""

    written: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]


def document_files(
    database: Database, *, schema: str | None = None, include_sizes: bool = False
) -> Iterator[tuple[str, str]]:
    """Give the files of a documentation: the path, with slashes, and the text.

    Raises:
        NotFoundError: There is no such schema.
    """
    options = DocumentOptions(
        schema=schema, include_sizes=include_sizes, in_files=True, further=_FURTHER
    )
    yield from database.catalog.documentation(options).files()
    dictionary = database.catalog.data_dictionary(schema=schema)
    for form, (_, file) in zip(DictionaryFormat, _FURTHER, strict=False):
        yield file, dictionary.text(form)
    yield _FURTHER[-1][1], _diagram(database.catalog.snapshot(), schema)


def _diagram(snapshot: SchemaSnapshot, schema: str | None) -> str:
    """Draw the tables that others refer to most; sizes, which change, are left out of account."""
    without_sizes = attrs.evolve(
        snapshot,
        tables=tuple(
            attrs.evolve(table, estimated_rows=None, size_bytes=None) for table in snapshot.tables
        ),
    )
    diagram = draw(SchemaIndex(without_sizes), schema=schema, max_tables=_MOST_DRAWN)
    cut = f"%% {len(diagram.tables)} of {len(diagram.tables) + diagram.omitted} tables\n"
    return (cut if diagram.omitted else "") + diagram.text.rstrip("\n") + "\n"


def write_files(folder: Path, files: Mapping[str, str], *, force: bool = False) -> Written:
    """Write files into a folder, and remove what was written before and is not among them.

    Args:
        folder: Made where it is not there.
        files: Texts by path below the folder, with slashes.
        force: Overwrite what others have written or changed.

    Raises:
        ConflictError: Something is there that this has not written, or not as it is now.
        ConfigurationError: The folder or the file that lists its files cannot be used.
    """
    try:
        return _write_files(folder, files, force=force)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ConfigurationError(
            f"The documentation cannot be written into {folder}: {reason}."
        ) from error


def _write_files(folder: Path, files: Mapping[str, str], *, force: bool) -> Written:
    folder.mkdir(parents=True, exist_ok=True)
    known = _known(folder, force=force)
    _check_folders(folder, {*files, *known})
    contents = {name: text.encode("utf-8", "backslashreplace") for name, text in files.items()}
    there = {name: _hash_of(folder / name) for name in {*contents, *known}}
    if not force:
        _check(folder, contents, known, there)
    hashes = {name: _hash(content) for name, content in contents.items()}
    # Until all is done both the old and the new are ours: a run that is stopped can be repeated.
    ours = {name: {*known.get(name, ()), *_listed(hashes.get(name))} for name in there}
    _put(folder / MANIFEST, _manifest(ours))
    written = [name for name in sorted(contents) if there[name] != hashes[name]]
    for name in written:
        _put(folder / name, contents[name])
    removed = [
        name for name in sorted(known) if name not in contents and there[name] in known[name]
    ]
    for name in removed:
        (folder / name).unlink()
        with suppress(OSError):  # others have files there, or it is the folder itself
            (folder / name).parent.rmdir()
    _put(folder / MANIFEST, _manifest({name: {value} for name, value in hashes.items()}))
    return Written(
        written=tuple(written),
        unchanged=tuple(sorted(set(contents) - set(written))),
        removed=tuple(removed),
    )


def _listed(value: str | None) -> tuple[str, ...]:
    return () if value is None else (value,)


def _known(folder: Path, *, force: bool) -> dict[str, list[str]]:
    """Read which files were written here, each with the hashes that it may have."""
    try:
        read = json.loads((folder / MANIFEST).read_bytes())["files"]
        known = {str(name): [str(value) for value in hashes] for name, hashes in read.items()}
    except FileNotFoundError:
        return {}
    except (ValueError, TypeError, KeyError, AttributeError):
        if force:
            return {}
        raise ConfigurationError(
            f"{folder / MANIFEST} cannot be read, so that it is not known what may be overwritten.",
            hint="Choose another folder, or pass --force.",
        ) from None
    return {name: hashes for name, hashes in known.items() if _is_inside(name)}


def _is_inside(name: str) -> bool:
    """Say whether a path stays below the folder: somebody may have written the list of files."""
    parts = name.split("/")
    return all(
        part not in ("", ".", "..") and "\\" not in part and ":" not in part for part in parts
    )


def _check_folders(folder: Path, names: Iterable[str]) -> None:
    """Go on if no folder of the files is a link that leads out of the folder."""
    inside = folder.resolve()
    for part in sorted({(folder / name).parent for name in names}):
        if not part.resolve().is_relative_to(inside):
            raise ConflictError(
                f"{part} is a link that leads out of {folder}.",
                hint="Remove the link, or choose another folder.",
            )


def _check(
    folder: Path,
    contents: Mapping[str, bytes],
    known: Mapping[str, list[str]],
    there: Mapping[str, str | None],
) -> None:
    foreign = [
        name
        for name in sorted(contents)
        if there[name] is not None
        and there[name] not in known.get(name, ())
        and there[name] != _hash(contents[name])
    ]
    if foreign:
        more = f" and {len(foreign) - _SHOWN} more" if len(foreign) > _SHOWN else ""
        raise ConflictError(
            f"In {folder} there is something that sqlcore has not written, or not as it is now: "
            f"{', '.join(foreign[:_SHOWN])}{more}.",
            hint="Choose another folder, or pass --force to overwrite it.",
        )


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _hash_of(path: Path) -> str | None:
    """Return the hash of a file; None where there is none, and a word for what is no file."""
    try:
        return _hash(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return None
    except IsADirectoryError:
        return "folder"


def _manifest(files: Mapping[str, set[str]]) -> bytes:
    listed = {name: sorted(hashes) for name, hashes in sorted(files.items())}
    return (
        json.dumps({"written_by": "sqlcore-mcp docs", "files": listed}, indent=1) + "\n"
    ).encode()


def _put(path: Path, content: bytes) -> None:
    """Replace a file at once; a reader sees the old or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".sqlcore-", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        temporary.chmod(_FILE_MODE & ~_umask())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
