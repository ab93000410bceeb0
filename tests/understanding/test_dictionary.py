"""Stems of words, asked for by several threads at once as the engine does."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from socialcopy.understanding import dictionary

WORDS = ("scheduled", "reports", "nobody", "remembering", "spreadsheets", "generalisation", "go")
ROUNDS = 400


def test_threads_do_not_stem_each_others_words():
    stems = dictionary.stem.__wrapped__
    alone = [stems(word, "en") for word in WORDS]

    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda _: [stems(word, "en") for word in WORDS], range(ROUNDS)))

    assert together == [alone] * ROUNDS
