"""Where sentences end, which language they are in, and which words should be heard again."""

from __future__ import annotations

import pytest

from socialcopy.copywriting.evidence.sources import know
from socialcopy.copywriting.text.languages import tongue
from socialcopy.copywriting.text.sentences import spoken_sentences, strung
from socialcopy.copywriting.text.spoken import clean
from socialcopy.copywriting.writers.gather import gather
from socialcopy.copywriting.writers.write import write
from socialcopy.models import Brief, Platform, Transcript, Understanding, Word, later
from tests.copywriting.conftest import spoken


def said(text: str, pauses_ms: int = 300, probability: float = 0.95) -> Transcript:
    """A `|` in the text is a pause."""
    words: list[Word] = []
    at = 0
    for part in text.split("|"):
        for word in part.split():
            words.append(Word(start_ms=at, end_ms=at + 300, text=word, probability=probability))
            at += 300
        at += pauses_ms
    return Transcript(language="en", words=tuple(words))


def texts(transcript: Transcript) -> list[str]:
    return [sentence.text for sentence in spoken_sentences(transcript)]


def test_a_comma_at_a_pause_before_a_new_subject_was_a_full_stop():
    heard = said("You hear your own heart,| we walked ninety kilometres,| and we met nobody.")

    assert texts(heard) == [
        "You hear your own heart.",
        "We walked ninety kilometres, and we met nobody.",
    ]


@pytest.mark.parametrize(
    "heard",
    [
        "If you want to try it,| we start with one day.",
        "In the evening,| we walked to the lake.",
        "When the bread is done,| it sounds hollow inside.",
        "A year ago,| our team had nineteen hours of meetings.",
    ],
)
def test_a_clause_that_waits_for_another_stays_with_it(heard: str):
    assert len(texts(said(heard))) == 1


def test_a_name_that_looks_like_an_order_ends_no_sentence():
    assert len(spoken_sentences(said("We write it in the Go programming language."))) == 1


def test_a_condition_is_not_parted_from_what_it_is_for():
    heard = "If the sluice had not shut, and the tide had come in, I would have no shop left today."

    assert strung(heard, "en") == [heard]


@pytest.mark.parametrize(
    ("heard", "read"),
    [
        ("It went super well- super well for me.", "It went super well for me."),
        ("It took a ve- a very long time.", "It took a very long time."),
        ("I -- the first bowl was for you.", "The first bowl was for you."),
        ("Hello, all the people.", "Hello, all the people."),
        ("Hello, we have eleven tanks now.", "We have eleven tanks now."),
        ("I'm here to show you the new tide table, which is free.", "The new tide table is free."),
        ("Welcome to The Kettle, a podcast about beer.", "The Kettle is a podcast about beer."),
    ],
)
def test_what_only_belongs_to_speaking_is_taken_out_whole(heard: str, read: str):
    assert clean(heard) == read


def test_a_sentence_whose_end_was_lost_is_not_glued_to_the_next():
    first, second = spoken_sentences(said("Dogs are not allowed on the Bring a blanket with you."))

    assert not first.is_complete
    assert second.text == "Bring a blanket with you."


def test_a_label_belongs_to_what_it_announces():
    talk = spoken("Sharpen your knife at home. Step one. Soak the stone. Step two. Draw the blade.")

    text = write(talk, Brief()).captions[0].text

    assert "1. Soak the stone.\n2. Draw the blade." in text


def test_fillers_of_other_languages_go_too():
    assert clean("Also, wir backen, ähm, jeden Morgen.", "de") == "Wir backen jeden Morgen."
    assert clean("Bueno, el pan, eh, necesita tiempo.", "es") == "El pan necesita tiempo."


@pytest.mark.parametrize(
    ("heard", "language", "meant"),
    [
        ("At night it's, well, it's a lot.", "en", "At night it's a lot."),
        ("Before, um, before the app it was paper.", "en", "Before the app it was paper."),
        ("It was the, the big one, the blue one.", "en", "It was the big one, the blue one."),
        ("Hoy vamos a, a tapizar una silla.", "es", "Hoy vamos a tapizar una silla."),
        ("Das Holz ist, na ja, zu hell.", "de", "Das Holz ist zu hell."),
        ("He was tired, cold, tired and hungry.", "en", "He was tired, cold, tired and hungry."),
        ("Rob drove a, what was it, an ice cream van.", "en", "Rob drove an ice cream van."),
        ("O pão ficou, gente, ficou duro.", "pt", "O pão ficou duro."),
        ("Two are, well, two boats are adrift.", "en", "Two boats are adrift."),
        ("Nous nous levons, bon, à cinq heures.", "fr", "Nous nous levons à cinq heures."),
        ("There nobody in, nobody on our boat slept.", "en", "There nobody on our boat slept."),
        ("So if I, hang on, wrong one, if I tap it.", "en", "If I tap it."),
        ("We read it in the, on Monday, to all.", "en", "We read it on Monday, to all."),
        ("If it's gone then I'm, that's a big job.", "en", "If it's gone then that's a big job."),
        ("Our users are, they're truck drivers.", "en", "Our users, they're truck drivers."),
        ("Das ist so wie ein, ja, wie ein Karton.", "de", "Das ist so wie ein Karton."),
        ("A criança, né, eu não.", "pt", "A criança, eu não."),
        ("O Caio treina e eu também, né?", "pt", "O Caio treina e eu também."),
        ("I could I could have asked.", "en", "I could have asked."),
        ("Um it it's it's bad, we're we're late.", "en", "It's bad, we're late."),
        ("It was was late.", "en", "It was late."),
        ("We struggle with;.", "en", "We struggle with."),
        ("It never, ever rains.", "en", "It never, ever rains."),
        ("We went bit by bit, day by day.", "en", "We went bit by bit, day by day."),
        ("No form, no fee.", "en", "No form, no fee."),
        ("Bring the screws, the plugs, the glue.", "en", "Bring the screws, the plugs, the glue."),
        ("I log in, I click on it.", "en", "I log in, I click on it."),
        ("They want it, they don't want it.", "en", "They want it, they don't want it."),
        ("Es ist die, die alle kennen.", "de", "Es ist die, die alle kennen."),
        ("Um adicional de, no mínimo, 50.", "pt", "Um adicional de, no mínimo, 50."),
        ("She ran it, well, he ran it.", "en", "She ran it, well, he ran it."),
    ],
)
def test_words_that_were_begun_again_are_said_once(heard: str, language: str, meant: str):
    assert clean(heard, language) == meant


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Wir backen jeden Morgen um vier und das Brot ist frisch.", "de"),
        ("We bake every morning and the bread is fresh.", "en"),
        ("Nous cuisons le pain tous les matins et il est frais.", "fr"),
        ("今日はパンを焼きます。", "ja"),
        ("Brightline Harbor Mug.", "en"),
    ],
)
def test_a_sentences_language_is_told_by_its_small_words(text: str, language: str):
    assert tongue(text, "en") == language


def test_of_two_languages_the_copy_keeps_to_one_and_the_brief_may_choose():
    both = spoken(
        "Das Brot ist frisch und wir backen es jeden Morgen um vier. Der Teig ruht bei uns "
        "achtzehn Stunden. Our flour comes from the mill next door and it is milled on Mondays.",
        "de",
    )
    german, english = (write(both, Brief(language=told)) for told in (None, "en"))

    assert "Mondays" not in german.captions[0].text
    assert english.captions[0].text.startswith('"Our flour comes from the mill')
    assert (german.language, english.language) == ("de", "en")
    assert any("Several languages" in note for note in german.notes)


@pytest.mark.parametrize("word", ["not", "12", "twelve", "nobody"])
def test_a_number_or_negation_that_was_hard_to_hear_is_named_for_review(word: str):
    video = spoken(f"The new oven is {word} loud in the morning.")
    words = tuple(
        w.model_copy(update={"probability": 0.6}) if w.text == word else w
        for w in video.transcript.words
    )
    transcript = video.transcript.model_copy(update={"words": words})

    notes = write(video.model_copy(update={"transcript": transcript}), Brief()).notes

    assert any(f"“{word}”" in note for note in notes)


def test_a_question_is_not_posted_without_its_answer():
    talk = spoken(
        "What surprised you most about the desert? The silence surprised me. After two days you "
        "hear your own heart. What would you pack next time? I would pack more water and fewer "
        "clothes, since everything you carry gets heavier with every hour that you walk."
    )

    for caption in write(talk, Brief(platforms=tuple(Platform))).captions:
        assert "next time?" not in caption.text or "more water" in caption.text


def test_words_that_the_recogniser_heard_in_another_language_are_a_sentence_of_their_own():
    german = spoken("Gutes Brot braucht Zeit, wir backen jeden Morgen um vier", "de")
    english = spoken("Good bread. There is no sugar in it at all, not even in the cake.")
    words = [
        *(word.model_copy(update={"language": "de"}) for word in german.transcript.words),
        *later(
            [word.model_copy(update={"language": "en"}) for word in english.transcript.words],
            german.duration_ms,
        ),
    ]
    seen = Understanding(
        duration_ms=60_000,
        has_audio=True,
        transcript=Transcript(language="en", words=tuple(words)),
    )
    brief = Brief(language="de")
    talk = gather(seen, brief, know(seen, brief))

    assert talk.spoken == ("en", "de")
    assert [point.text for point in talk.points] == [
        "Gutes Brot braucht Zeit, wir backen jeden Morgen um vier."
    ]


@pytest.mark.parametrize(
    ("said", "found"),
    [
        (
            "Gutes Brot braucht Zeit, unser Teig ruht 18 Stunden, Zucker kommt nicht hinein.",
            [
                "Gutes Brot braucht Zeit.",
                "Unser Teig ruht 18 Stunden.",
                "Zucker kommt nicht hinein.",
            ],
        ),
        (
            "Wenn der Teig lange ruht, geht er gut auf.",
            ["Wenn der Teig lange ruht, geht er gut auf."],
        ),
        ("Das ist meine Schwester Anna, die Bäckerin aus Köln.", None),
        ("Wir brauchen nur Mehl vom Hof, Wasser, Salz und Hefe.", None),
    ],
)
def test_german_clauses_are_parted_where_the_speaker_paused_and_each_has_its_verb(
    said: str, found: list[str] | None
):
    words: list[Word] = []
    for text in said.split():
        pause_ms = 300 if words and words[-1].text.endswith(",") else 0
        start_ms = (words[-1].end_ms if words else 0) + pause_ms
        words.append(Word(start_ms=start_ms, end_ms=start_ms + 300, text=text, probability=0.9))

    sentences = spoken_sentences(Transcript(language="de", words=tuple(words)))

    assert [sentence.text for sentence in sentences] == (found or [said])


def test_a_string_of_clauses_without_commas_is_parted_in_the_middle():
    said = "I had four shirts and I wore one of them and I would take a map since my phone died."

    parts = ["I had four shirts and I wore one of them.", "I would take a map since my phone died."]
    assert strung(said, "en") == parts


def test_a_pause_within_a_sentence_does_not_end_it():
    found = texts(said("You can leave reviews|on all albums. They are kept.", pauses_ms=2_000))

    assert found == ["You can leave reviews on all albums.", "They are kept."]


def test_a_capital_begins_a_sentence_whose_full_stop_was_not_heard():
    found = texts(said("You can add an artist here We keep all of them."))

    assert found == ["You can add an artist here.", "We keep all of them."]


@pytest.mark.parametrize(
    ("heard", "told"),
    [
        ("And what about the shops here.", "What about the shops here?"),
        ("What can you do.", "What can you do?"),
        ("What is new is the roof.", "What is new is the roof."),
        ("What we did is simple.", "What we did is simple."),
    ],
)
def test_a_question_mark_that_was_not_heard_is_set(heard: str, told: str):
    assert texts(said(heard)) == [told]


def test_a_small_word_that_is_said_twice_is_told_once():
    assert clean("I can see their their albums.") == "I can see their albums."
    assert clean("It was very, very good.") == "It was very, very good."
