"""Copy for what nobody speaks in, and the text beside it."""

from __future__ import annotations

from socialcopy.copywriting.writers.extractive import write
from socialcopy.copywriting.writers.without_speech import title
from socialcopy.models import Brief, Platform, Region, ScreenText, Understanding
from tests.copywriting.conftest import spoken

NETWORKS = Brief(platforms=(Platform.X, Platform.LINKEDIN, Platform.FACEBOOK))


def slides(*pages: tuple[str, ...], probability: float = 0.99) -> Understanding:
    screen = tuple(
        ScreenText(
            text=line,
            box=Region(left=0.1, top=0.1 + 0.2 * n, right=0.9, bottom=0.2 + 0.2 * n),
            start_ms=page * 3_000,
            end_ms=page * 3_000,
            probability=probability,
        )
        for page, lines in enumerate(pages)
        for n, line in enumerate(lines)
    )
    return Understanding(duration_ms=9_000, has_audio=False, screen=screen)


def test_a_name_and_the_line_that_says_what_it_is_become_one_sentence():
    x, linkedin, facebook = write(
        slides(("Northpeak", "A tent for two"), ("Up in four minutes",)), NETWORKS
    ).captions

    assert x.text == "Northpeak, a tent for two. Up in four minutes."
    assert linkedin.text == "Northpeak, a tent for two.\n\nUp in four minutes."
    assert facebook.title == "Northpeak, a tent for two"


def test_a_heading_above_a_sentence_of_its_own_stays_a_heading():
    x = write(slides(("Northpeak", "The tent is back"), ("Up in four minutes",)), NETWORKS)

    assert x.captions[0].text.startswith("Northpeak. The tent is back.")


def test_the_title_of_a_silent_video_is_its_first_sentence_without_the_full_stop():
    brief = NETWORKS.model_copy(update={"about": "We sailed to Bergen. It rained for nine days."})

    assert write(slides(), brief).captions[-1].title == "We sailed to Bergen"


def test_which_version_of_a_file_it_is_belongs_to_no_title():
    assert title("harvest festival final v3") == "Harvest festival"
    assert title("raw footage b-roll 02") == ""


def test_alt_text_says_who_is_seen_and_heard_in_a_sentence():
    talk = spoken("The kettle boils in ninety seconds and switches itself off.")
    seen = talk.model_copy(update={"most_faces": 2})

    x = write(seen, NETWORKS).captions[0]

    assert x.alt_text == "Two people in view while someone speaks, in a video of 4 seconds."


def test_alt_text_repeats_the_surest_of_several_readings_of_one_line():
    sure, unsure = slides(("HARVEST FAIR",)).screen[0], slides(("HARVEST FAIK",)).screen[0]
    unsure = unsure.model_copy(update={"probability": 0.85, "start_ms": 4_000, "end_ms": 4_000})
    video = slides().model_copy(update={"screen": (unsure, sure)})

    alt_text = write(video, NETWORKS).captions[0].alt_text

    assert "“HARVEST FAIR”" in alt_text
    assert "FAIK" not in alt_text
