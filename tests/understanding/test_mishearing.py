"""Words put right by what is shown; the transcripts and screens are written here, not heard."""

from __future__ import annotations

import pytest

from socialcopy.models import Region, ScreenText, Transcript, Word
from socialcopy.understanding.mishearing import corrected
from socialcopy.understanding.spelling import respelled

BOX = Region(left=0, top=0, right=1, bottom=1)
MS_PER_WORD = 400


def heard(said: str, language: str = "en", unsure: str = "") -> Transcript:
    words = tuple(
        Word(
            start_ms=n * MS_PER_WORD,
            end_ms=(n + 1) * MS_PER_WORD,
            text=word,
            probability=0.3 if word.strip(".,") in unsure.split() else 0.95,
        )
        for n, word in enumerate(said.split())
    )
    return Transcript(language=language, language_probability=1.0, words=words)


def screen(*lines: str, at_ms: int = 0) -> list[ScreenText]:
    return [ScreenText(text=text, box=BOX, start_ms=at_ms, end_ms=at_ms + 2_000) for text in lines]


def right(said: str, *lines: str, language: str = "en", unsure: str = "") -> str:
    return corrected(heard(said, language, unsure), screen(*lines), ()).text


@pytest.mark.parametrize(
    ("language", "said", "lines", "meant"),
    [
        (
            "en",
            "We measured at the Oak Haven.",
            ["OAKHAVEN MUSEUM"],
            "We measured at the Oakhaven.",
        ),
        ("de", "Wir prüfen die Ruhe Zeiten.", ["Ruhezeiten: 11 h"], "Wir prüfen die Ruhezeiten."),
        ("en", "Ask Doc line for it.", ["DOCKLINE"], "Ask Dockline for it."),
        (
            "en",
            "I would rather be outside.",
            ["wouldrather be outside"],
            "I would rather be outside.",
        ),
        (
            "it",
            "Sono Corrado, della corsa.",
            ["CORSA DELLE CARRIOLE"],
            "Sono Corrado, della corsa.",
        ),
        (
            "de",
            "12 km durch das Watt wandern.",
            ["Wattwanderung Cuxhaven"],
            "12 km durch das Watt wandern.",
        ),
    ],
)
def test_one_word_that_was_heard_as_two_is_written_as_it_is_shown(
    language: str, said: str, lines: list[str], meant: str
):
    assert right(said, *lines, language=language) == meant


def test_a_number_is_the_same_in_words_and_in_digits():
    told = right("Deux sauts de suie.", "2 seaux de suie", language="fr", unsure="sauts")

    assert told == "Deux seaux de suie."


@pytest.mark.parametrize(
    ("language", "said", "lines", "meant"),
    [
        ("en", "We met at Quillfern twice.", ["QUILLFURN"], "We met at Quillfurn twice."),
        ("de", "Gib die Ekdatten ein.", ["Eckdaten eingeben"], "Gib die Eckdaten ein."),
        ("es", "Mide la umedad del suelo.", ["Humedad"], "Mide la humedad del suelo."),
        ("fr", "Avec Carnézo tout va mieux.", ["Carnaizo"], "Avec Carnaizo tout va mieux."),
        ("en", "I work at Papelvivo now.", ["Papel Vivo"], "I work at Papel Vivo now."),
    ],
)  # fmt: skip
def test_a_word_of_no_dictionary_is_the_shown_one_that_sounds_like_it(
    language: str, said: str, lines: list[str], meant: str
):
    assert right(said, *lines, language=language) == meant


def test_a_known_word_gives_way_where_all_around_it_is_shown():
    assert right("Then the weak ends early for us.", "The week ends early") == (
        "Then the week ends early for us."
    )


def test_a_line_that_runs_over_two_rows_is_read_as_one():
    said = "Pieces and what most busy people think it is."

    assert right(said, "Peace isn't what", "most busy people").startswith("Peace isn't what most")


def test_a_sentence_shown_in_another_order_says_which_word_was_meant():
    assert right("So wächst du sicher.", "Ganz neu. Du wirkst sicher.", language="de") == (
        "So wirkst du sicher."
    )


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ("You should know by now.", "Buy now"),
        ("We sell baked bread.", "Best bread"),
        ("Export contacts first.", "Import contacts"),
        ("It has 30 settings.", "13 settings"),
        ("We update all our stores.", "Updates for stores"),
        ("Ask Mark about it.", "Clark about town"),
        # The picture was misread, or misspells it.
        ("It was a true story of the door.", "a truel story of the door"),
        ("We build APIs for teams like yours.", "APls for teams like yours"),
    ],
)
def test_an_honest_word_stays_as_it_was_heard(said: str, line: str):
    assert right(said, line) == said


@pytest.mark.parametrize("unsure", ["", "Never", "this"])
def test_what_is_said_in_other_words_than_shown_stays_as_it_was_said(unsure: str):
    said = "Draw it 10 times on each side. Never sharpen a serrated knife this way."
    shown = ("10 times on each side", "Not for serrated knives")

    assert right(said, *shown, unsure=unsure) == said


def test_two_words_on_a_screen_are_no_context_for_what_is_said_minutes_later():
    said = heard("All the side updates went out.")
    late = screen("Sign updates", at_ms=300_000)

    assert corrected(said, late, ()).text == said.text
    assert "sign updates" in corrected(said, screen("Sign updates"), ()).text


def test_a_name_of_the_brief_counts_as_shown():
    assert corrected(heard("Welcome to Kneeson today."), [], ("Kneesong",)).text == (
        "Welcome to Kneesong today."
    )


def test_what_was_heard_stands_beside_what_is_written():
    words = corrected(heard("I work at Papelvivo. Now."), screen("Papel Vivo"), ()).words

    assert [(word.text, word.heard) for word in words[3:5]] == [
        ("Papel", "Papelvivo"),
        ("Vivo.", "Papelvivo"),
    ]
    assert (words[3].start_ms, words[4].end_ms) == (3 * MS_PER_WORD, 4 * MS_PER_WORD)


def test_nouns_of_a_clause_have_the_capitals_that_german_gives_them():
    said = heard("Und klare Zahlen schaffen vertrauen.", "de")

    shown = respelled(said, screen("Klare Zahlen schaffen Vertrauen."), ())

    assert shown.text == "Und klare Zahlen schaffen Vertrauen."


@pytest.mark.parametrize(
    ("language", "said", "lines", "unsure", "meant"),
    [
        ("en", "We run Fern and Sack here.", ["FERN & SAGE"], "Sack", "We run Fern & Sage here."),
        ("en", "The Corn Jet Two is fast.", ["CORNJET 2"], "", "The Cornjet 2 is fast."),
        ("de", "Da ist Ilka Moss am Telefon.", ["Ilka Mosz, Stadtwerke"], "Moss",
         "Da ist Ilka Mosz am Telefon."),
        ("en", "Play the A above middle see again.", ["the A above middle C"], "see",
         "Play the A above middle C again."),
        ("en", "Come to the Lie Do today.", ["LIDO"], "Lie Do", "Come to the Lido today."),
        ("fr", "Le musée de Corvaine ouvre.", ["CORVENNES"], "", "Le musée de Corvennes ouvre."),
        ("en", "It moves up buy itself.", ["Moves up by itself"], "buy", "It moves up by itself."),
        ("en", "We had mill right then.", ["Millwright"], "", "We had Millwright then."),
        ("pt", "Eu sou a Neide, costureira daqui.", ["NEIDE COSTURA"], "",
         "Eu sou a Neide, costureira daqui."),
    ],
)  # fmt: skip
def test_a_name_is_heard_by_the_sounds_of_its_language(
    language: str, said: str, lines: list[str], unsure: str, meant: str
):
    assert right(said, *lines, language=language, unsure=unsure) == meant


@pytest.mark.parametrize(
    ("language", "said", "card", "meant"),
    [
        ("en", "We plan it in kettle gram now.", "KETTELGRAM", "We plan it in Kettelgram now."),
        ("en", "Since May we do it in tassel.", "TASSIL", "Since May we do it in Tassil."),
        ("de", "Bei uns läuft das über Wochen blatt.", "Wochenblatt",
         "Bei uns läuft das über Wochenblatt."),
        ("de", "Nimm den vier Lochschlüssel dafür.", "2 Vierlochschlüssel",
         "Nimm den Vierlochschlüssel dafür."),
        ("de", "Wer macht die Apfertigung heute?", "Abfertigung: Tor 3",
         "Wer macht die Abfertigung heute?"),
        ("fr", "Voici Odile corps bel, la gérante.", "Corbelle",
         "Voici Odile Corbelle, la gérante."),
        ("fr", "Trois tasses de lin à l'huile de pois.", "Huile de bois",
         "Trois tasses de lin à l'huile de bois."),
        ("it", "Poi c'è l'in tarso, a mano.", "INTARSIO", "Poi c'è l'intarsio, a mano."),
        ("pt", "Esse é o filho Norte de hoje.", "FIO NORTE", "Esse é o fio Norte de hoje."),
        ("sv", "Två bock heter appen.", "Tvåbock", "Tvåbock heter appen."),
        ("es", "Viven en el barrio de la fresca, arriba.", "Obras: barrio de la Fresga",
         "Viven en el barrio de la Fresga, arriba."),
    ],
)  # fmt: skip
def test_what_sounds_like_a_name_that_is_shown_and_never_said_is_the_name(
    language: str, said: str, card: str, meant: str
):
    assert right(said, card, language=language) == meant


@pytest.mark.parametrize(
    ("language", "said", "card"),
    [
        ("en", "We carry the mill stones up the stairs.", "Corrie"),
        ("en", "People stay in line for an hour.", "Stayline"),
        ("en", "We walk by the harbor every day.", "Jo Harper, guide"),
        ("en", "Set up the table before noon.", "Setup"),
        ("en", "You can plant it in March.", "Planted"),
        ("de", "Er kann nicht mehr laufen.", "Lauffen"),
        ("de", "Statt Zucker nehme ich Honig.", "Start"),
        ("es", "Mañana abrimos la tienda a las diez.", "Tiendeo"),
        ("es", "Se pliega sin grapas.", "Singrapas"),
        ("sv", "Barnen leker i sanden.", "Sandén"),
    ],
)
def test_what_everybody_says_is_no_name_that_only_sounds_like_it(
    language: str, said: str, card: str
):
    assert right(said, card, language=language) == said


@pytest.mark.parametrize(
    ("language", "said", "lines", "unsure", "meant"),
    [
        ("en", "So we plan it in mallow desk now.", ["Mallowdesk"], "",
         "So we plan it in Mallowdesk now."),
        ("en", "Ask brine well for a copy.", ["Brinewell Tips #4"], "",
         "Ask Brinewell for a copy."),
        ("de", "Die Liege zeiten seht ihr hier.", ["Liegezeit 9 h"], "zeiten",
         "Die Liege zeiten seht ihr hier."),
        ("de", "Die Brut seid steht oben.", ["Brutzeit 9 Tage"], "seid",
         "Die Brutzeit steht oben."),
        ("en", "The sallow ships in May.", ["Sallo", "May"], "", "The Sallo ships in May."),
        ("en", "Ask Corrick about it.", ["Corag Dunn, Lathe Farm"], "Corrick",
         "Ask Corag about it."),
        ("en", "Farrow, you tried it once.", ["Farah Lind, owner"], "Farrow",
         "Farah, you tried it once."),
        ("en", "So we at Pert Doors are nine.", ["Ann Perte, Perte Doors"], "",
         "So we at Perte Doors are nine."),
        ("en", "We run it, nine of us, Third Rag.", ["THIRD RACK"], "",
         "We run it, nine of us, Third Rack."),
        ("en", "Come to St. Annes Hall at ten.", ["St Anne's Hall, Lower Road"], "",
         "Come to St Anne's Hall at ten."),
        ("en", "This is Bess Furlow, she paints.", ["Bess Furlowe, painter"], "",
         "This is Bess Furlowe, she paints."),
        ("en", "Hi, I'm Karrit Mole Bag.", ["Karit Molbagg"], "Karrit", "Hi, I'm Karit Molbagg."),
        ("en", "Then cut all above 60 hearts here.", ["High cut 60 Hz"], "",
         "Then cut all above 60 Hz here."),
        ("fr", "On l'a fait avec code hier.", ["Léa et Caud, fondateurs"], "code",
         "On l'a fait avec Caud hier."),
    ],
)  # fmt: skip
def test_a_name_or_unit_is_the_shown_one_wherever_on_a_card_it_stands(
    language: str, said: str, lines: list[str], unsure: str, meant: str
):
    assert right(said, *lines, language=language, unsure=unsure) == meant


@pytest.mark.parametrize(
    ("said", "line", "unsure"),
    [
        ("Buy now and save.", "Buynow", ""),
        ("We ship with free shipping.", "FREESHIPPING", ""),
        ("We set it to 60 hertz.", "60 Hz", ""),
        ("It took 60 hours.", "50 Hz", ""),
        ("My sister Marta said no.", "Marty Reyes, nurse", ""),
        ("Paula said no.", "Paul Reyes, nurse", "Paula"),
        ("Hard work is what it takes.", "Harde Windows", "Hard"),
        ("Colin Strand came too.", "Colin Strake, County", ""),
        ("The leaves are red.", "Harbor Leafs", ""),
        ("What's new today?", "What's New", ""),
        ("The Reeds arms his boat.", "The Reed's Arms", ""),
        ("I used to speak broken English.", "SPOKEN ENGLISH", "broken"),
    ],
)
def test_what_is_no_name_or_another_one_stays_as_it_was_heard(said: str, line: str, unsure: str):
    assert right(said, line, unsure=unsure) == said


def test_a_form_of_a_verb_with_another_vowel_stays_as_it_was_heard():
    said = "Nie übersichtlich und nie schnell entschieden."

    assert right(said, "Schnell entscheiden.", language="de") == said
