"""Every known way to lose, repeat, mix or pay twice (F1 to F47), and what shows that it is met.

`docs/make_reliability.py` makes the table of docs/reliability.md from this and from the last
campaigns; a test checks that the named tests exist.
"""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """One row of the failure model; `tests/simulation` makes each of them happen."""

    failure: str
    mechanism: str
    tests: tuple[str, ...] = ()
    """Of real things."""


def row(failure: str, mechanism: str, *tests: str) -> Row:
    """A row that is tried with real things too."""
    return Row(failure, mechanism, tests)


FEWEST_HITS = 50
"""Of each row in 10,000 seeds."""

WALK = "tests/pipeline/test_walk.py"
RUNNER = "tests/media/ffmpeg/test_runner.py"
KILLS = (
    "tests/campaign/test_kills.py::test_whatever_step_a_worker_dies_at_its_video_is_delivered_once"
)
PREFECT = "tests/stack/test_prefect_restarts.py::test_a_killed_prefect_server_costs_no_video"
OUTAGES = "tests/pipeline/test_outages.py::test_an_outage_of_prefect_never_parks_a_video"

ROWS: dict[str, Row] = {
    "F1": Row("an event is lost", "a full listing is the truth"),
    "F2": Row("an event comes twice, or late", "the claim decides, not the event"),
    "F3": Row("stamps are equal, old or wrong", "no timestamp decides"),
    "F4": row(
        "ten thousand objects at once", "paged, streamed listings; ids as sorted numbers",
        "tests/storage/test_inbox.py::"
        "test_what_is_done_or_in_hand_is_not_found_however_little_fits_into_memory",
    ),
    "F5": row(
        "an upload in parts is under way", "only what is complete is listed",
        "tests/storage/test_bucket.py::"
        "test_an_upload_in_parts_is_not_listed_before_it_is_complete",
    ),
    "F6": row(
        "a truncated file", "its tail is read; uploads in place have to settle",
        f"{WALK}::test_what_is_no_whole_video_is_refused_with_a_reason",
        "tests/pipeline/test_policies.py::"
        "test_an_upload_in_place_is_taken_up_when_it_has_settled",
    ),
    "F7": Row("overwritten before it is read", "`If-Match` on reads; a new version is a new job"),
    "F8": Row(
        "overwritten while it is read", "the same",
        (("tests/campaign/test_overwrites.py::"
         "test_a_video_that_is_overwritten_while_it_is_read_is_never_mixed"),),
    ),
    "F9": Row("the same bytes again", "the ETag is a part of the job's identity"),
    "F10": Row("deleted while it is worked on", "finished if it was fetched, else gone"),
    "F11": Row("a delivered file is deleted", "`socialcopy verify` compares manifests with files"),
    "F12": row(
        "an empty file", "refused by its size",
        f"{WALK}::test_what_is_no_whole_video_is_refused_with_a_reason",
    ),
    "F13": row(
        "a file that is too large", "refused by its size, no byte read",
        f"{WALK}::test_a_file_over_the_limit_is_refused_with_no_byte_of_it_read",
    ),
    "F14": row(
        "odd keys", "names on disk and in the bucket come from the id",
        "tests/campaign/test_odd_keys.py::"
        "test_every_odd_key_is_its_own_delivery_inside_its_folder",
        "tests/campaign/test_odd_keys.py::"
        "test_a_key_that_climbs_is_its_own_delivery_inside_its_folder",
    ),
    "F15": row(
        "output inside the input", "our own prefixes are no input",
        "tests/pipeline/steps/test_batch.py::test_a_batch_over_our_own_output_is_refused",
    ),
    "F16": Row("killed before the intent", "the journal; the step is done again", (KILLS,)),
    "F17": Row("killed between upload and message", "session and upload are journaled", (KILLS,)),
    "F18": Row("killed between message and receipt", "an intent is never sent again", (KILLS,)),
    "F19": Row("killed while the message is answered", "the same; the state is read", (KILLS,)),
    "F20": Row("killed during a render", "its id is journaled before it is submitted", (KILLS,)),
    "F21": Row("killed between two output files", "the manifest comes last", (KILLS,)),
    "F22": Row("killed between manifest and mark", "who takes over finds the manifest", (KILLS,)),
    "F23": Row("a sleeper wakes up after its lease", "epochs; a folder of its own", (KILLS,)),
    "F24": Row("a dead worker nobody can see", "the lease runs out by the store's clock", (KILLS,)),
    "F25": Row(
        "two workers, one video", "a conditional write",
        (("tests/campaign/test_watchers.py::"
         "test_eight_watchers_claim_and_deliver_every_key_once"),),
    ),
    "F26": Row("the event stream is cut", "the state tells; nothing is sent again"),
    "F27": Row("the message ends without a word", "the same"),
    "F28": row(
        "a malformed or endless stream", "bounds on events, stream and time",
        "tests/nemovideo/test_events.py::test_a_stream_that_does_not_stop_growing_is_given_up",
        "tests/nemovideo/test_events.py::test_a_stream_says_the_same_cut_at_every_offset",
    ),
    "F29": Row("the token is refused (1001)", "no new identity once something was sent"),
    "F30": Row("the session is lost (1002)", "another one only while nothing was sent"),
    "F31": Row("too many requests (429)", "one more try; then the token rests for everybody"),
    "F32": Row("out of credits (2001)", "the job waits and goes on by itself"),
    "F33": Row("export blocked (402)", "captions are published, the source is the master"),
    "F34": Row("the service refuses the file (4001, 4002)", "rejected with a reason"),
    "F35": Row("the service breaks or is slow", "reads are tried again, a message is in doubt"),
    "F36": Row(
        "the store throttles, breaks, conflicts", "boto3's retries; a lost answer is looked up",
        (("tests/storage/test_outages.py::"
         "test_a_good_video_is_not_refused_because_the_store_broke_off"),),
    ),
    "F37": row(
        "Prefect's database is locked or gone", "the journal is in the bucket", PREFECT, OUTAGES
    ),
    "F38": row("Prefect's server restarts", "no side effect depends on it", PREFECT, OUTAGES),
    "F39": Row(
        "the disk is full", "counts against no video",
        (f"{WALK}::test_a_full_disk_never_parks_a_video",),
    ),
    "F40": Row(
        "a worker's clock is wrong", "only the store's clock counts",
        (("tests/storage/test_claims.py::"
         "test_a_worker_whose_clock_is_wrong_takes_nothing_over"),),
    ),
    "F41": row(
        "ffmpeg or ffprobe hangs", "a time limit for the process group",
        f"{RUNNER}::test_a_run_past_its_time_is_killed_and_leaves_nothing",
    ),
    "F42": Row(
        "a video that kills its worker", "counted before the step; parked after three",
        (f"{WALK}::test_a_video_that_kills_three_workers_is_parked",),
    ),
    "F43": Row("the result's link has expired", "asked again by the render's id"),
    "F44": row(
        "the result is not what was asked for", "the certificate; it is kept back",
        f"{WALK}::test_an_mp4_that_fails_its_certificate_is_kept_back_and_the_rest_delivered",
    ),
    "F45": row(
        "an empty or invented transcript", "gates on speech and repetition",
        "tests/understanding/test_speech.py::test_silence_noise_and_tones_give_no_words",
        f"{WALK}::test_a_clip_without_sound_is_delivered_and_claims_nothing",
    ),
    "F46": Row("a worker is asked to stop", "it gives its job back, and nothing is counted"),
    "F47": row(
        "orphans and unfinished uploads", "collected a week later",
        "tests/pipeline/test_operations.py::test_garbage_is_named_first_and_goes_only_when_told",
    ),
}  # fmt: skip
