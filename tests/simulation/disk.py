"""A disk in memory, for the stages that keep files while they work."""

from __future__ import annotations

import io
import os
from pathlib import Path, PosixPath
from typing import Any, ClassVar


class MemoryPath(PosixPath):
    """A path whose file is in memory. Histories are told one after the other: one disk will do."""

    files: ClassVar[dict[str, bytes]] = {}

    def open(self, mode: str = "r", *_: Any, **__: Any) -> Any:
        return _Written(str(self)) if "w" in mode else io.BytesIO(self.read_bytes())

    def read_bytes(self) -> bytes:
        if str(self) not in self.files:
            raise FileNotFoundError(str(self))
        return self.files[str(self)]

    def write_bytes(self, data: Any) -> int:
        self.files[str(self)] = bytes(data)
        return len(data)

    def write_text(self, data: str, *_: Any, **__: Any) -> int:
        return self.write_bytes(data.encode())

    def is_file(self) -> bool:
        return str(self) in self.files

    def stat(self, **_: Any) -> os.stat_result:
        return os.stat_result((0o100644, 0, 0, 0, 0, 0, len(self.read_bytes()), 0, 0, 0))

    def replace(self, target: Any) -> Path:
        self.files[str(target)] = self.files.pop(str(self))
        return target

    def unlink(self, missing_ok: bool = False) -> None:  # noqa: FBT002  (pathlib's own)
        if self.files.pop(str(self), None) is None and not missing_ok:
            raise FileNotFoundError(str(self))

    def clear(self) -> None:
        """Remove everything below."""
        for name in [name for name in self.files if name.startswith(f"{self}/")]:
            del self.files[name]


class _Written(io.BytesIO):
    """A file being written; it is on the disk when it is closed."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    def close(self) -> None:
        if not self.closed:
            MemoryPath.files[self._name] = self.getvalue()
        super().close()
