"""What explainers, how-tos and hosts of channels say, told as it was said and meant."""

from __future__ import annotations

import pytest
import regex

from socialcopy.copywriting.evidence.repair import sentences
from socialcopy.copywriting.text.anaphora import is_first_person
from socialcopy.copywriting.text.quantities import with_signs
from socialcopy.copywriting.text.screen_text import is_noise
from socialcopy.copywriting.text.spoken import clean
from socialcopy.copywriting.writers.write import write
from socialcopy.models import Brief, Region, ScreenText
from tests.copywriting.conftest import spoken

CARD = ScreenText(
    text="",
    box=Region(left=0.1, top=0.4, right=0.9, bottom=0.6),
    start_ms=0,
    end_ms=4_000,
    probability=0.99,
)


def posts(said: str, language: str = "en") -> str:
    written = write(spoken(said, language), Brief())
    return "\n".join(caption.text for caption in written.captions)


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("Jusqu'à 1 590 euros par mois.", "Jusqu'à 1 590 € par mois."),
        ("It costs 40 euros.", "It costs €40."),
        ("In 2024 15 euros more.", "In 2024 €15 more."),
    ],
)
def test_an_amount_keeps_all_its_figures(told: str, meant: str):
    assert with_signs(told) == meant


def test_initials_end_no_sentence_and_a_relative_clause_calls_nobody():
    said = "Ray Shearer, who has cut hair here since 1962, knew how J.L. Anderson built the hotel."

    assert sentences(said) == [said]
    assert "Shearer, who has cut hair here since 1962, knew how J.L. Anderson built" in posts(
        f"My name is Ray Shearer and I'm the owner. {said} The hotel opened a hundred years ago."
    )


@pytest.mark.parametrize("unit", ["60 km/h", "3 MB/s", "Sieg und/oder Niederlage"])
def test_what_a_stroke_joins_is_no_code(unit: str):
    said = f"Der alte Zug erreicht auf der geraden Strecke {unit}. Er ist hundert Jahre alt."

    assert unit in posts(said, "de")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Our solar system has eight planets."),
        ("de", "Unsere Erde dreht sich schneller."),
        ("nl", "U ziet een kaart met 'Mijn Bibliotheek'."),
        ("fr", "Notre planète se réchauffe."),
    ],
)
def test_what_is_everybodys_or_on_a_button_is_nobodys_own_word(language: str, text: str):
    assert not is_first_person(text, language)


def test_a_quotation_at_the_beginning_keeps_both_its_marks():
    heard = "“Est modus in rebus” non significa “fare di meno”."

    assert clean(heard, "it") == heard


@pytest.mark.parametrize(
    ("language", "asked"),
    [
        ("en", "If you enjoyed this, hit the like button and subscribe to my channel."),
        ("it", "Se ti ispira, lascia un like e iscriviti al canale."),
        ("fr", "Si ça vous plaît, abonnez-vous à la chaîne."),
        ("de", "Wenn es euch gefällt, abonniert den Kanal."),
    ],
)
def test_what_a_host_asks_of_a_channels_viewers_is_not_posted(language: str, asked: str):
    said = {
        "en": "A kelp forest grows half a metre a day. It feeds three hundred kinds of fish.",
        "it": "Il lino contiene fibre. La bilancia pesa dieci grammi di semi.",
        "fr": "Le lin contient des fibres. La balance pèse dix grammes de graines.",
        "de": "Der Leinsamen enthält Ballaststoffe. Die Waage wiegt zehn Gramm Samen ab.",
    }[language]

    assert asked not in posts(f"{said} {asked}", language)
    assert posts(f"{said} {asked}", language)


def test_who_names_their_station_names_no_product():
    said = (
        "This is the Tideline, and you are listening to KQRX. My name is Peggy Lorne. "
        "I'm a student, and radio gave me friends. Just go to the meetings, take the first step."
    )

    assert "Tideline" not in posts(said)


def test_a_program_that_is_at_something_says_nothing_to_viewers():
    assert is_noise("Kamera wird gestartet...")
    assert is_noise("Loading…")
    assert not any(map(is_noise, ("Coming soon...", "Wir suchen…", "Alles wird gut…")))


def test_a_card_that_sends_to_a_link_is_no_hashtag():
    shown = (CARD.model_copy(update={"text": "LINK NA BIO"}),)
    seen = spoken("O retiro dura 4 dias e é gratuito. Link na bio.", "pt")

    written = write(seen.model_copy(update={"screen": shown}), Brief())
    assert "LinkNaBio" not in "\n".join(caption.text for caption in written.captions)


@pytest.mark.parametrize(
    ("language", "said", "close"),
    [
        (
            "de",
            "Vollmora zeigt Ihnen alle Termine der Woche. Jeden Tag bleibt Ihnen eine Stunde.",
            "Sie",
        ),
        ("nl", "Met Vollmora ziet u alle afspraken. Zo bespaart u tijd met Vollmora.", "u"),
    ],
)
def test_the_last_line_speaks_to_readers_as_the_video_does(language: str, said: str, close: str):
    seen = spoken(said, language)
    shown = (CARD.model_copy(update={"text": "Vollmora"}),)
    texts = [c.text for c in write(seen.model_copy(update={"screen": shown}), Brief()).captions]

    assert any(
        regex.search(rf"\b{close}\b[^.]*(?:\?|kennen sollte\.)$", text, regex.M) for text in texts
    ), texts
