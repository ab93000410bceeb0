"""Ten thousand captions, counted by other people's code: npm's twitter-text and the ICU of Node."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from socialcopy.copywriting.writers.checks import check
from socialcopy.copywriting.writers.write import write
from socialcopy.models import Brief, Caption, Platform
from socialcopy.platforms import rules
from tests.copywriting.conftest import spoken

FOLDER = Path(__file__).parent / "oracle"
CAPTIONS = 10_000
PARTS = [
    *"the app saves hours for bakers and their guests every morning with fresh bread".split(),  # noqa: SIM905  (reads as the sentence it is)
    *("👩‍👩‍👧‍👦", "🏳️‍🌈", "👍🏽", "🇩🇪", "1️⃣", "❤️", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "😀", "©", "™"),
    *("今日は良い天気です", "我们每天早上烤面包", "안녕하세요", "สวัสดีครับ", "नमस्ते", "مرحبا", "שלום", "e\u0301te\u0301", "ẞtraße"),
    *("don't", "“quoted”", "— dash —", "…", "#bread", "#日本", "a/b", "3.5", "ﷺ", "\u200d", "Ａｂｃ"),
]  # fmt: skip
LINKS = [
    "https://example.com",
    "https://example.com/" + "a" * 180,
    "https://bäckerei.example/brot?x=1",
]


def text(random_: random.Random) -> str:
    words = [random_.choice(PARTS) for _ in range(random_.randrange(1, 400))]
    ends = (
        random_.choice([".", "!", "?", "。", ""]) if n % 9 == 8 else "" for n in range(len(words))
    )
    return " ".join(word + end for word, end in zip(words, ends, strict=True))


def captions(random_: random.Random) -> tuple[Caption, ...]:
    brief = Brief(
        platforms=tuple(Platform),
        instruction=random_.choice(["", "long", "short"]),
        link=random_.choice([None, *LINKS]),
        call_to_action=random_.choice(["", "Come and see us."]),
        hashtags=random_.choice([(), ("bread", "fresh", "a", "b", "c", "d", "e")]),
        emoji=True,
    )
    said = spoken(text(random_))
    if random_.random() < 0.5:
        return write(said, brief).captions
    drafts = {
        platform: said.transcript.text[: random_.randrange(1, 4_000)] for platform in Platform
    }
    return check(drafts, said, brief).captions


def counts(texts: list[str], folder: Path) -> list[dict[str, int]]:
    done = subprocess.run(
        ["node", "count.js"], input=json.dumps(texts), cwd=folder, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    return json.loads(done.stdout)


OWN = {
    Platform.X: "weighted",
    Platform.BLUESKY: "graphemes",
    Platform.TIKTOK: "utf16",
    Platform.YOUTUBE: "bytes",
    Platform.THREADS: "emoji_bytes",
    Platform.INSTAGRAM: "characters",
    Platform.LINKEDIN: "characters",
    Platform.FACEBOOK: "characters",
}


@pytest.mark.slow
@pytest.mark.timeout(1_800)
def test_no_caption_breaks_a_rule_as_others_count_it(tmp_path: Path):
    if shutil.which("npm") is None:
        pytest.skip("needs Node")
    shutil.copytree(FOLDER, tmp_path / "oracle")
    subprocess.run(["npm", "install", "--silent"], cwd=tmp_path / "oracle", check=True)
    random_ = random.Random(4)
    made: list[Caption] = []
    while len(made) < CAPTIONS:
        made += captions(random_)

    found = counts([caption.text for caption in made], tmp_path / "oracle")

    broken = [(c.platform, c.text) for c, n in zip(made, found, strict=True) if breaks(c, n)]
    miscounted = [
        (c.platform, c.length, n[OWN[c.platform]], c.text)
        for c, n in zip(made, found, strict=True)
        if c.length < n[OWN[c.platform]]
    ]
    assert broken == []
    assert miscounted == []


def breaks(caption: Caption, counted: dict[str, int]) -> bool:
    network = rules(caption.platform)
    tags = network.hashtag_limit
    return (
        counted[OWN[caption.platform]] > network.text_limit.value
        or bool(network.byte_limit and counted["bytes"] > network.byte_limit.value)
        or bool(tags and counted["hashtags"] > tags.value)
        or (caption.platform is Platform.X and not counted["valid"])
        or (caption.platform is Platform.YOUTUBE and ("<" in caption.text or ">" in caption.text))
    )
