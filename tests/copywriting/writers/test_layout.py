"""What stands where in a post, and how versions of it differ."""

from __future__ import annotations

from socialcopy.copywriting.writers.extractive import write
from socialcopy.models import Brief, Platform
from tests.copywriting.conftest import spoken

SHOP = (
    "Our bookshop turned a hundred in April. Three generations have stood behind the counter. "
    "The oldest book in the window is from 1743. We repair spines on Tuesdays in the cellar. "
    "A reading lamp stands at every second shelf. Children get their first library card for free."
)


def sentences(text: str) -> list[str]:
    body = text.split("\n\n#", maxsplit=1)[0]
    return [part for part in body.replace("\n", " ").split(". ") if part]


def test_another_version_tells_another_part_of_the_talk():
    for caption in write(spoken(SHOP), Brief(variants=3)).captions:
        told = [frozenset(sentences(text)) for text in (caption.text, *caption.variants)]

        assert len(told) == 3
        assert len(set(told)) == 3


def test_the_answer_to_an_opening_question_follows_it_at_once():
    talk = spoken(
        "Bees find their way home from five kilometres. Why do they dance in the hive? "
        "The dance tells the others where flowers are. A hive holds forty thousand bees in June."
    )

    for caption in write(talk, Brief(platforms=tuple(Platform), variants=3)).captions:
        for text in (caption.text, *caption.variants):
            flowing = " ".join(text.split())
            assert "in the hive?" not in flowing or "in the hive? The dance tells" in flowing


def test_a_post_made_to_fit_keeps_the_answer_to_its_opening_question():
    talk = spoken(
        "What surprised you most about the desert? The silence surprised me. After two days you "
        "hear your own heart. We walked 90 kilometers in five days with two camels."
    )

    for most in range(60, 140, 5):
        brief = Brief(platforms=(Platform.X,), instruction=f"at most {most} characters")
        text = write(talk, brief).captions[0].text
        assert "heart" not in text or "The silence surprised me" in text


def test_an_answer_in_an_interview_is_not_posted_without_its_question():
    talk = spoken(
        "What surprised you most about the desert? The silence surprised me. After two days you "
        "hear your own heart. We walked 90 kilometers in five days, and we did not meet a single "
        "person. What would you pack next time? More water, and fewer clothes. I had four shirts "
        "and I wore one of them, and I would take a paper map, because my phone died on the second "
        "day."
    )
    captions = write(talk, Brief(platforms=tuple(Platform), variants=3)).captions

    for text in (text for caption in captions for text in (caption.text, *caption.variants)):
        assert "four shirts" not in text or "What would you pack" in text


def test_what_warns_of_a_list_stands_behind_it_and_goes_when_the_list_does():
    talk = spoken(
        "Your tent leaks because the seams are dry. Step one, wash the seams with warm water. "
        "Step two, brush two coats of sealer on them and let it dry for a whole night outside. "
        "Step three, hang the tent in the shade until nothing of it sticks to your hands any more. "
        "Never seal a wet tent this way. Save this video for spring."
    )
    roomy, short = write(talk, Brief(platforms=(Platform.INSTAGRAM, Platform.X))).captions

    assert roomy.text.index("3. Hang the tent") < roomy.text.index("Never seal a wet tent")
    assert "this way" not in short.text


def test_a_long_post_of_a_premium_account_is_set_in_paragraphs():
    brief = Brief(platforms=(Platform.X,), accounts={Platform.X: "premium"})
    text = write(spoken(SHOP), brief).captions[0].text

    assert all(len(paragraph) < 280 for paragraph in text.split("\n\n"))


def test_an_opener_goes_when_there_is_no_room_for_what_takes_it_back():
    talk = spoken(
        "Our old mill ground flour for every bakery in the valley, from the first snow of the year "
        "until the last cherry was picked, and nobody could imagine it standing still. "
        "But the river changed its bed in 1962, the wheel hung dry over the stones for a whole "
        "generation, and the village bought its flour in paper bags from the town. "
        "Last spring we brought the water back."
    )

    text = write(talk, Brief(platforms=(Platform.X,))).captions[0].text

    assert "stand" not in text or "But the river" in text
    assert "brought the water back" in text


def test_a_brief_sentence_that_leads_over_takes_no_room():
    talk = spoken(
        "Wet shoes before breakfast? Meet the Tidewell boot. It stays dry in a river for an hour. "
        "The boot weighs less than your phone and folds into a jacket pocket. A pair is 80 euros."
    )
    brief = Brief(platforms=(Platform.X,))

    assert "Meet the Tidewell boot. It stays dry" in write(talk, brief).captions[0].text
