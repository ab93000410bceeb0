"""Three hundred and more wrong values: everything a person can type, drop or set, wrong.

Settings, briefs and policies are made wrong field by field from their models, so a new field is
tried as soon as it is there; command lines and forms are written out.
"""

from __future__ import annotations

import json
import typing
from collections.abc import Iterator, Mapping
from enum import Enum
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

import yaml
from pydantic import BaseModel, SecretStr

import socialcopy.settings  # noqa: F401  (its classes are what is asked for)
from socialcopy import environment
from socialcopy.models import Brief
from socialcopy.policies import Policy


class Case(NamedTuple):
    """Something wrong, and the exit code that says so."""

    name: str
    arguments: tuple[str, ...]
    environment: Mapping[str, str] = MappingProxyType({})
    files: Mapping[str, bytes] = MappingProxyType({})
    """Written before, by name; `{name}` in the arguments is where."""
    code: int = 2


def kinds(annotation: Any) -> set[type]:
    """The plain types that a field's annotation is made of."""
    if isinstance(annotation, type):
        return {annotation}
    found: set[type] = set()
    for part in typing.get_args(annotation):
        found |= kinds(part) if not isinstance(part, str | int | tuple) else {Literal}  # type: ignore[arg-type]
    return found


def wrong_texts(annotation: Any) -> list[str]:
    """Texts that no field of such a type takes."""
    found = kinds(annotation)
    if float in found:
        return ["banana", "nan", "-1", "inf", "1,5"]
    if int in found:
        return ["banana", "-1", "1.5", "9" * 30]
    if any(issubclass(kind, Enum) for kind in found if isinstance(kind, type)):
        return ["nonsense", "ÄÖ"]
    if Literal in found:
        return ["nonsense", "9"]
    if any("Url" in kind.__name__ for kind in found if isinstance(kind, type)):
        return ["banana", "ftp://example.com", "http://"]
    return []


SHAPED = {
    "S3_ENDPOINT_URL": ("banana", "localhost:8333", "ftp://x", "http://"),
    "S3_BUCKET": ("Bucket", "a", "with blank", "under_score", "x" * 64),
    "S3_REGION": ("eu central", "EU"),
    "HINTS_QUEUE_URL": ("banana", "arn:aws:sqs:x"),
    "HINTS_QUEUE_ENDPOINT_URL": ("banana",),
    "HINTS_HOST": ("two words", "a/b"),
    "METRICS_HOST": ("two words",),
    "MEDIA_BRAND_COLOR": ("orange", "#F60", "FF6600"),
    "NOTIFY_URLS": ("banana", "nonsense://x"),
    "REVIEW_URL": ("banana", "file:///etc/passwd"),
    "LLM_MODEL": ("qwen",),
    "LLM_BASE_URL": ("http://127.0.0.1:11434/v1",),
    "ENGINE_TOKEN_SCOPES": ("admin", "read,write,sudo", "[1"),
    "SOCIALCOPY_DATA_DIR": ("/proc/nowhere", "/dev/null/x", "~nobody-of-that-name/x"),
    "SOCIALCOPY_CACHE_DIR": ("/proc/nowhere", "/dev/null/x"),
}
PLACES = ("SOCIALCOPY_DATA_DIR", "SOCIALCOPY_CACHE_DIR")


def settings() -> Iterator[Case]:
    """Every variable with every kind of wrong value; `up` must not say ready."""
    for found in environment.Settings.__subclasses__():
        for field, info in found.model_fields.items():
            [name, *_] = found.names_of(field)
            is_secret = SecretStr in kinds(info.annotation)
            texts = SHAPED.get(name) or ([] if is_secret else wrong_texts(info.annotation))
            for text in texts:
                code = 3 if name in PLACES and "~" not in text else 2
                yield Case(f"{name}={text[:20]}", ("up",), {name: text}, code=code)


def wrong_values(model: type[BaseModel], field: str) -> list[Any]:
    """Values of a document that no such field takes."""
    annotation = model.model_fields[field].annotation
    found = kinds(annotation)
    if bool in found:
        return ["maybe", 7]
    if float in found or int in found:
        return ["banana", -1, 10**9, [1]]
    if tuple in found or "tuple" in str(annotation):
        return [7, {"a": 1}, [""], ["x" * 600]]
    if dict in found or "dict" in str(annotation):
        return [7, ["a"]]
    if any(issubclass(kind, Enum) for kind in found):
        return ["nonsense", 7]
    return [["a"], "x" * 3_000, "nul\x00"]


OWN_SHAPES: dict[str, list[Any]] = {
    "language": ["klingon", "German", "xx", "deutsch", "e", 7],
    "link": ["javascript:alert(1)", "example.com", "https://a b"],
    "brand_color": ["orange", "#F60"],
    "subtitles_encoding": ["klingon-8", "hex", "utf 8 bom"],
    "background": ["red", "#12"],
    "campaign_tag": ["two words", "a-b"],
    "accounts": [{"myspace": "premium"}, {"x": "banana"}, 7],
    "platforms": [["myspace"], "instgram", [], 7],
    "aspect": ["3:2", "tall", 7],
}
PRIVATE = ("fault", "follows")


def brief_values() -> Iterator[tuple[str, Any]]:
    """Every field of a brief with wrong values, and fields that it has not."""
    for field in Brief.model_fields:
        if field not in PRIVATE:
            for value in OWN_SHAPES.get(field) or wrong_values(Brief, field):
                yield field, value
    for field in (*PRIVATE, "colour", "langauge", "platform", "hash-tags"):
        yield field, "x"


NO_BRIEFS = {
    "a list": b"- a\n- b\n",
    "no YAML": b"who: [",
    "tabs": b"\twho: x",
    "aliases": b"a: &a [x]\nb: [*a, *a]\n",
    "no text": b"\xff\xfe\x00\x01",
    "a bomb": b"{" * 3_000,
    "too long": b"who: " + b"x" * 40_000,
    "a number": b"7",
    "a tag": b"who: !!python/object/apply:os.system [ls]",
}


def briefs() -> Iterator[Case]:
    """Wrong briefs by the command line; nothing is started."""
    documents = {
        f"{field}={str(value)[:20]!r}": yaml.safe_dump({field: value}).encode()
        for field, value in brief_values()
    }
    for name, document in {**documents, **NO_BRIEFS}.items():
        arguments = ("caption", "{clip.mp4}", "--brief", "{wrong.yaml}")
        yield Case(f"brief {name}", arguments, files={"wrong.yaml": document, "clip.mp4": b"x"})


def toml(value: Any) -> str:
    """A value as TOML writes it."""
    return json.dumps(value).replace("\\u0000", "\\u0001")


NO_POLICIES = {
    "no TOML": b"[defaults",
    "no text": b"\xff\xfe\x00",
    "another table": b"[other]\nx = 1",
    "no table": b"defaults = 3",
    "a prefix that is none": b'[prefix]\n"in/" = 3',
    "a brief that is none": b"[defaults]\nbrief = 3",
    "a misspelt field": b"[defaults]\nsettle = 3",
    "not a number": b"[defaults]\nsettle_seconds = nan",
    "too long": b"x = '" + b"x" * 200_000 + b"'",
    "a wrong brief": b'[prefix."in/".brief]\nplatforms = ["myspace"]',
    "a brief's misspelt field": b"[defaults.brief]\nbrand_colour = '#FF6600'",
    "a private field": b"[defaults.brief]\nfollows = 'x'",
}


def policies() -> Iterator[Case]:
    """Wrong policies; none gets into the bucket."""
    documents = {
        f"{field}={value!r}"[:40]: f"[defaults]\n{field} = {toml(value)}".encode()
        for field in Policy.model_fields
        if field != "brief"
        for value in wrong_values(Policy, field)
        if not isinstance(value, dict)
    }
    for name, document in {**documents, **NO_POLICIES}.items():
        yield Case(f"policy {name}", ("policies", "{wrong.toml}"), files={"wrong.toml": document})


LINES: tuple[tuple[tuple[str, ...], int], ...] = (
    (("stauts",), 2),
    (("--bogus",), 2),
    (("status", "--bogus"), 2),
    (("status", "surplus"), 2),
    (("caption",), 2),
    (("caption", "nowhere.mp4"), 2),
    (("caption", "/"), 2),
    (("caption", "{clip.mp4}", "--platform", "instgram"), 2),
    (("caption", "{clip.mp4}", "--platform", ""), 2),
    (("caption", "{clip.mp4}", "--language", "klingon"), 2),
    (("caption", "{clip.mp4}", "--language", "German"), 2),
    (("caption", "{clip.mp4}", "--instruction", "x" * 2_001), 2),
    (("caption", "{clip.mp4}", "--out", "/proc/nowhere"), 3),
    (("caption", "{clip.mp4}", "--out", "/dev/null/x"), 3),
    (("caption", "{clip.mp4}", "--out", "{clip.mp4}"), 2),
    (("caption", "{clip.mp4}", "--brief", "nowhere.yaml"), 2),
    (("caption", "{clip.mp4}", "--brief"), 2),
    (("drop",), 2),
    (("drop", "nowhere.mp4"), 2),
    (("drop", "/"), 2),
    (("drop", "{a/clip.mp4}", "{b/clip.mp4}"), 2),
    (("drop", "{clip.mp4}", "--out", "/proc/nowhere"), 3),
    (("refine",), 2),
    (("refine", "clip.mp4"), 2),
    (("refine", "clip.mp4", ""), 2),
    (("refine", "clip.mp4", "   "), 2),
    (("refine", "clip.mp4", "x" * 2_001), 2),
    (("refine", "never-delivered.mp4", "make it shorter"), 2),
    (("refine", "", "make it shorter"), 2),
    (("open",), 2),
    (("open", "never-delivered.mp4"), 2),
    (("open", ""), 2),
    (("retry",), 2),
    (("retry", "foo"), 2),
    (("retry", "../../etc/passwd"), 2),
    (("retry", "0123456789abcdef"), 2),
    (("retry", "0123456789abcdef", "--parked"), 2),
    (("retry", ""), 2),
    (("policies", "nowhere.toml"), 2),
    (("policies", "/"), 2),
    (("gc", "--remove"), 2),
    (("verify", "outbox/"), 2),
    (("engine", "--port", "banana"), 2),
    (("engine", "--port", "65536"), 2),
    (("engine", "--port", "-1"), 2),
    (("engine", "--host", "no such host"), 3),
    (("up", "--store-port", "banana"), 2),
    (("up", "--store-port", "0"), 2),
    (("up", "--prefect-port", "70000"), 2),
    (("up", "--engine-port", "1.5"), 2),
    (("up", "--pages-port"), 2),
    (("demo",), 2),
    (("demo", "nowhere.mp4"), 2),
    (("demo", "{clip.mp4}", "--out", "/proc/nowhere"), 3),
    (("rules", "instagram"), 2),
    (("doctor", "--fix"), 2),
    (("account", "me"), 2),
    (("model", "gte"), 2),
    (("model", "get"), 2),
    (("model", "get", "gpt-9"), 2),
    (("model", "rm", "gpt-9"), 2),
    (("model", "use", "gpt-9"), 2),
    (("model", "use", "nowhere.gguf"), 2),
    (("model", "use", "{clip.mp4}"), 2),
    (("model", "use", "http://127.0.0.1:9/v1"), 2),
    (("model", "use", "http://:80"), 2),
    (("model", "use", "qwen3-4b"), 3),
    (("model", "try"), 2),
)  # fmt: skip


def lines() -> Iterator[Case]:
    """Wrong command lines."""
    names = "clip.mp4", "a/clip.mp4", "b/clip.mp4"
    clips: dict[str, bytes] = dict.fromkeys(names, b"no clip")
    for arguments, code in LINES:
        name = f"socialcopy {' '.join(arguments)}"[:60]
        yield Case(name, arguments, files=clips, code=code)


def every_case() -> list[Case]:
    """All of them."""
    return [*settings(), *briefs(), *policies(), *lines()]


FORMS: dict[str, tuple[dict[str, Any], ...]] = {
    "caption_video": (
        {},
        {"key": ""},
        {"key": "x" * 1_025},
        {"key": 7},
        {"key": "inbox/a.mp4", "language": "klingon"},
        {"key": "inbox/a.mp4", "language": "German"},
        {"key": "inbox/a.mp4", "platforms": []},
        {"key": "inbox/a.mp4", "platforms": ["myspace"]},
        {"key": "inbox/a.mp4", "platforms": 7},
        {"key": "inbox/a.mp4", "instruction": "x" * 2_001},
        {"key": "inbox/a.mp4", "brief": "short"},
        {"key": "inbox/a.mp4", "brief": {"follows": "0123456789abcdef"}},
        {"key": "inbox/a.mp4", "brief": {"fault": "x"}},
        {"key": "inbox/a.mp4", "brief": {"language": "en"}},
        *(
            {"key": "inbox/a.mp4", "brief": {field: value}}
            for field, value in brief_values()
            if field not in ("platforms", "instruction", "language", *PRIVATE)
            and value != {"x": "banana"}  # a network's accounts are known further up; rejected
        ),
    ),
    "refine_video": (
        {"key": "inbox/a.mp4"},
        {"key": "inbox/a.mp4", "instruction": ""},
        {"key": "inbox/a.mp4", "instruction": "x" * 2_001},
        {"key": "", "instruction": "shorter"},
    ),
    "nightly_batch": (
        {"prefix": ""},
        {"prefix": "/"},
        {"prefix": "a\x00b"},
        {"credit_ceiling": -1},
        {"credit_ceiling": "banana"},
        {"instruction": "x" * 2_001},
    ),
    "watch_bucket": ({"prefix": ""}, {"scans": 0}, {"scans": "banana"}, {"prefix": 7}),
    "retry_video": ({"oid": ""}, {"oid": "foo"}, {"oid": "../../x"}, {"oid": "G" * 16}, {}),
}
"""Parameters of the deployments, by flow."""


def in_folder(case: Case, folder: Path) -> list[str]:
    """Write a case's files; its arguments with their paths."""
    places: dict[str, str] = {}
    for name, data in case.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        places[f"{{{name}}}"] = str(path)
    return [places.get(argument, argument) for argument in case.arguments]


__all__ = ["FORMS", "Case", "every_case", "in_folder"]
