"""The public npm packages that judge the server, in the folder that a variable names."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Self

import attrs

__all__ = ["NOT_INSTALLED", "VARIABLE", "NodePackages"]

VARIABLE = "SQLCORE_TEST_NODE_MODULES"
"""Names a folder `node_modules`."""

NOT_INSTALLED = (
    f"{VARIABLE} names no folder with the public npm packages; "
    "`make conformance` installs them and sets it"
)
"""Why the checks do not run."""

_SCOPE = "@modelcontextprotocol"
_TIMEOUT_S = 120


@attrs.frozen
class _Manifest:
    """What a package says about itself: its version, and the script of each command."""

    version: str
    scripts: Mapping[str, str]


@attrs.frozen
class NodePackages:
    """Packages and the Node to run them with. They keep what they write in `home`."""

    folder: Path
    home: Path

    @classmethod
    def from_environment(cls, environ: Mapping[str, str], home: Path) -> Self | None:
        """Find the packages; None where the variable is not set."""
        named = environ.get(VARIABLE)
        return cls(Path(named), home) if named else None

    def version(self, package: str) -> str:
        """Return the version of a package that is installed."""
        return self._manifest(package).version

    def run(self, package: str, command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of a package; its exit code and its output are the caller's to judge."""
        script = self.folder / _SCOPE / package / self._manifest(package).scripts[command]
        here = {"HOME": str(self.home), "USERPROFILE": str(self.home), "NO_PROXY": "127.0.0.1"}
        return subprocess.run(  # noqa: S603  # a package that the caller chose
            [self._node(), str(script), *arguments],
            env={**os.environ, **here},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=_TIMEOUT_S,
            check=False,
        )

    def _manifest(self, package: str) -> _Manifest:
        path = self.folder / _SCOPE / package / "package.json"
        raw = json.loads(path.read_text(encoding="utf-8"))
        return _Manifest(raw["version"], raw["bin"])

    def _node(self) -> str:
        """Prefer the Node that is installed beside the packages, which need a recent one."""
        program = "node.exe" if os.name == "nt" else "node"
        beside = self.folder / "node" / "bin" / program
        node = str(beside) if beside.exists() else shutil.which("node")
        if node is None:
            raise FileNotFoundError(f"There is no Node in {VARIABLE}, and none on the path.")
        return node
