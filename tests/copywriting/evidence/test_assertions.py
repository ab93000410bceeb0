"""What may be posted of a talk: harmless lines pass, assertions follow, words stay somebody's."""

from __future__ import annotations

import pytest

from socialcopy.copywriting.evidence.repair import judge, sentences
from socialcopy.copywriting.evidence.sources import know
from socialcopy.models import Brief, Region, ScreenText
from tests.copywriting.conftest import spoken

SAID = (
    "With me is the mayor of Hollin, Agnes Rowe. Does the bus stay? It stays if we fill it. "
    "We hope to open a second line in May. Two out of three riders are nurses. "
    "The depot was half empty. What would you change? The first hundred tickets are free."
)
CARD = ScreenText(
    text="Agnes Rowe, Mayor of Hollin",
    box=Region(left=0.1, top=0.8, right=0.6, bottom=0.9),
    start_ms=0,
    end_ms=4_000,
)
SEEN = spoken(SAID).model_copy(update={"screen": (CARD,)})


def fault(line: str, brief: Brief | None = None, before: str = "") -> str:
    wanted = brief or Brief()
    return judge(line, know(SEEN, wanted), wanted, before)[0]


@pytest.mark.parametrize(
    "line",
    [
        "Who rides at three in the morning?",
        "Tag a nurse who rides with you.",
        "Save this for Friday.",
        "Not another empty depot.",
        "Two out of three riders are nurses.",
        "“It stays if we fill it,” says Agnes Rowe.",
        "Sometimes less is more.",
    ],
)
def test_questions_invitations_rhetoric_and_what_was_said_pass(line: str):
    assert fault(line, before="The bus.") == "" or fault(line) == ""


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("The depot burns hydrogen.", "nothing in the video"),
        ("The second line opens in May.", "hope"),
        ("The depot was empty.", "half"),
        ("Riders are always nurses.", "always"),
        ("We hope to open a second line.", "first person"),
        ("“The bus is too slow,” says Agnes Rowe.", "word for word"),
        ("“It stays if we fill it,” says Peter.", "Peter"),
        ("Tag a friend and win a free ticket.", "nothing in the video"),
        ("Did you know that tickets are free?", "first hundred"),
        ("She runs the depot.", "stands on a sentence"),
    ],
)
def test_what_does_not_follow_is_stopped_with_the_reason(line: str, reason: str):
    assert reason in fault(line)


def test_a_condition_may_not_be_left_out():
    seen = spoken("If it rains, the walk is on Sunday. The walk starts at six.")
    known = know(seen, Brief())

    assert "condition" in judge("The walk is on Sunday.", known, Brief())[0]
    assert judge("If it rains, the walk is on Sunday.", known, Brief())[0] == ""


def test_two_sentences_are_not_mixed_into_a_third():
    known = know(spoken("Sand drains fast. Clay holds on to everything."), Brief())

    assert judge("Clay drains fast.", known, Brief())[0]


def test_the_words_of_the_brief_need_no_proof():
    brief = Brief(call_to_action="Call us before noon.", who="Hollin Buses")

    assert fault("Call us before noon.", brief) == ""


def judged(line: str, said: str, *shown: str, language: str = "en", brief: str = "") -> str:
    """Why a line is stopped of what is said in a language and shown."""
    cards = tuple(
        CARD.model_copy(update={"text": text, "start_ms": n * 900, "end_ms": n * 900 + 800})
        for n, text in enumerate(shown)
    )
    heard = spoken(said).transcript.model_copy(update={"language": language})
    wanted = Brief(instruction=brief)
    seen = SEEN.model_copy(update={"transcript": heard, "screen": cards})
    return judge(line, know(seen, wanted), wanted)[0]


HENS = "I'm Ana Reyes, I keep hens. "
OFFER = "Hens are six pounds, chicks go free."
TWO = "I'm Ben, I own a van. And I'm Dr. Ida Holm, I'm a vet in Marsh. Ida, what helps?"


@pytest.mark.parametrize(
    ("line", "said", "shown", "language"),
    [
        ("14 coops are full.", "Our coops are full.", ["Due this week: 14"], "en"),
        ("The farm has 30 hens.", "The farm has 12 hens and waited 30 days.", [], "en"),
        ("Hens go free.", OFFER, [], "en"),
        ("Im Jahr davor waren es 380 Kilo.", "Es waren 380 Kilo, im Jahr davor 520.", [], "de"),
        ("The first boat is at 21:00.", "First boat at 6, last one at 9 in the evening.", [], "en"),
        ("In July we got 4,100 jars.", "In May we got 4,100 jars, in July it was 3,600.", [], "en"),
        ("Servono 100 grammi di pane.", "Servono 100 grammi di sale e il pane.", [], "it"),
        ("Ben is a vet in Marsh.", TWO, [], "en"),
        ("You don't need a coat.", "You don't need to book. You do need a coat.", [], "en"),
        ("Pela los dientes.", "Los dientes no se pelan.", [], "es"),
        ("Man sollte nie Eiche schlagen.", "Ich finde, man sollte nie Eiche schlagen.", [], "de"),
        ("Il faut couper la mèche.", "Des gens pensent qu'il faut couper la mèche.", [], "fr"),
        ("Pon cera de cinco centímetros.", "La cera, de cinco centímetros.", ["Cera: 4 cm"], "es"),
        ("We got 60 letters.", "They got 60 letters. Sixty three. Sixty three letters.", [], "en"),
        ("A colher é de pinho.", "A colher é de pinho, não, desculpa, de cedro.", [], "pt"),
        ("62chicks", "Our chicks.", ["62chicks"], "en"),
        ("£11,500 to go.", "", ["Goal: £18,000", "Raised so far: £11,500"], "en"),
        ("More than half of the seats are sold.", "Of 140 seats we sold 20 seats.", [], "en"),
    ],
)  # fmt: skip
def test_a_number_a_role_and_a_denial_hold_for_what_they_are_said_of(
    line: str, said: str, shown: list[str], language: str
):
    assert judged(line, said, *shown, language=language)


@pytest.mark.parametrize(
    ("line", "said", "shown", "language"),
    [
        ("The fair is on 24 December.", "", ["Fair: 24 Dec"], "en"),
        ("Das Hoffest ist am 12. Oktober.", "Kommt zum Fest.", ["Hoffest: 12. Okt."], "de"),
        ("Le jeudi, vous avez jusqu'à 21 heures.", "Bonjour.", ["Jeudi jusqu'à 21 h"], "fr"),
        ("The doors close at 21:00.", "The doors close at 9 in the evening.", [], "en"),
        ("A dozen hens.", "We have 12 hens.", [], "en"),
        ("£6,500 to go.", "", ["Goal: £18,000", "Raised so far: £11,500"], "en"),
        ("Zestig paar meer dan de winter daarvoor.",
         "Deze winter 640 paar, de winter daarvoor 580 paar.", [], "nl"),
        ("Metà dei posti è già andata.", "I posti sono 80 e quaranta sono già andati.", [], "it"),
        ("No hace falta máquina.", "Vamos a tapizar una silla sin máquina.", [], "es"),
        ("Auch die Zeiten werden dabei geprüft.", "Die Zeiten prüft er.", [], "de"),
    ],
)  # fmt: skip
def test_the_same_in_other_figures_and_other_small_words_passes(
    line: str, said: str, shown: list[str], language: str
):
    assert judged(line, said, *shown, language=language) == ""


def test_what_an_instruction_states_with_a_day_is_stated():
    brief = "Demos run every Thursday. Make it short by Friday."

    assert judged("Demos run every Thursday.", HENS, brief=brief) == ""
    assert judged("Make hens by Friday.", HENS, brief=brief)


def test_a_share_is_told_of_the_part_that_has_it():
    said = "Of 11 boats two boats are on the rocks, and nine boats are home."

    assert judged("Most of the boats are on the rocks.", said)


@pytest.mark.parametrize(
    ("line", "said", "shown", "language"),
    [
        ("Plant garlic above the frost line.", "Plant garlic below the frost line.", [], "en"),
        ("Renters pay more.", "With a meter renters pay less, not more.", [], "en"),
        ("Le club a donné la barque.", "Le club nous a vendu la barque.", [], "fr"),
        ("If the lamp sits on the right, it's charging.",
         "If the lamp sits on the left, it's charging. If it's on the right, it's on.", [], "en"),
        ("Por cada taza de sal, dos de miel.", "Por cada taza de miel, dos de sal.", [], "es"),
        ("The oven door is stuck.", "You think the oven door is stuck. It's not.", [], "en"),
        ("Weigh it while the fan is running.",
         "Take a minute when nothing's running. You weigh it then, fan or no fan.", [], "en"),
        ("The gate opens automatically.", "The gate opens at six, you lift the latch.", [], "en"),
        ("Moving the stall brought 40 new guests.",
         "We had 40 more guests in June. We moved the stall. It was a guest's idea.", [], "en"),
        ("Lena Brandt is a tax adviser.", "I'm Lena, with me is Paul Weiss, he's a tax adviser.",
         ["Lena Brandt, Fuchsbau", "Paul Weiss, tax adviser"], "en"),
        ("From 9 jars in May to 4 in June.", "I think it was 9 jars in June and 4 in May.",
         ["Jars: 9 → 4"], "en"),
        ("We ask for a receipt.",
         "I'm Joan, I run, well, we run the tool shed. We don't ask for a receipt.", [], "en"),
        ("Would you move the hives? Yes.", "Would you move the hives? No.", [], "en"),
        ("The barge is run by six people.", "I think the barge is run by six people.", [], "en"),
    ],
)  # fmt: skip
def test_an_opposite_a_bare_no_and_what_is_said_of_another_stop_a_line(
    line: str, said: str, shown: list[str], language: str
):
    assert judged_all(line, said, *shown, language=language)


@pytest.mark.parametrize(
    ("line", "said", "shown", "language"),
    [
        ("The oven door isn't stuck.", "You think the oven door is stuck. It's not.", [], "en"),
        ("Don't like beets? Take the leeks.", "If you don't like beets take the leeks.", [], "en"),
        ("It's not the rain, it's the wind.",
         "What nobody tells you is it's not the rain, it's the wind.", [], "en"),
        ("Onions? No.", "Onions no, garlic a little.", [], "en"),
        ("On the left it's empty.",
         "If the lamp is on the left, it's empty. If it's on the right, it's full.", [], "en"),
        ("We don't ask for a receipt.",
         "I'm Joan, I run, well, we run the tool shed. We don't ask for a receipt.", [], "en"),
        ("Petra will check your tyres.", "I'm Petra. I'll check your tyres.", [], "en"),
        ("You still have to knock.", "You do have to knock though.", [], "en"),
        ("The barge is run by six people.", "I think the barge is run by six people.",
         ["Barge: 6 people"], "en"),
        ("Noor came on Sundays.", "I'm Noor Vos, I came on Sundays. Mr. Pell let me.", [], "en"),
        ("One bag of sand gives five bags of mortar.",
         "You put in one bag of sand and you get five of mortar, five bags.", [], "en"),
    ],
)  # fmt: skip
def test_a_denial_an_answer_and_a_house_in_its_own_words_pass(
    line: str, said: str, shown: list[str], language: str
):
    assert judged_all(line, said, *shown, language=language) == ""


def judged_all(line: str, said: str, *shown: str, language: str) -> str:
    """Why a line of one sentence or two is stopped."""
    cards = tuple(CARD.model_copy(update={"text": t, "start_ms": n}) for n, t in enumerate(shown))
    heard = spoken(said).transcript.model_copy(update={"language": language})
    known = know(SEEN.model_copy(update={"transcript": heard, "screen": cards}), Brief())
    first, *rest = sentences(line)
    faults = [judge(first, known, Brief())[0]]
    faults += [judge(sentence, known, Brief(), first)[0] for sentence in rest]
    return next(filter(None, faults), "")
