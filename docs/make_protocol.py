"""Write docs/protocol.md: what of the API is proven, and by which test.

The coverage table is read off the tests' `covers` marks; the rows of the founding document's
tables are listed here beside the test that proves each, and a test checks that it exists.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "protocol.md"
CONTRACT = ROOT / "tests" / "contract" / "test_service.py"
SCRIPTED = ROOT / "tests" / "pipeline" / "test_service_errors.py"

ENDPOINTS = (
    "token", "claim", "session", "message", "upload", "credits",
    "state", "render", "poll", "download", "cancel", "link",
)  # fmt: skip
CODES = (0, 1001, 1002, 2001, 4001, 4002, 400, 402, 404, 429)

R, C, E, N = (
    "tests/pipeline/",
    "tests/contract/test_service.py",
    "tests/engine/",
    "tests/nemovideo/",
)
TABLE = f"{R}test_service_errors.py::test_a_refusal_ends_as_the_table_says"
WHOLE = f"{C}::test_a_video_becomes_captions_and_an_mp4"
ROUTED = f"{N}test_routing.py::test_a_text_is_routed_by_what_it_asks_for"
WINDOW = f"{N}test_routing.py::test_window_talk_becomes_an_action_and_is_not_shown"

SEED: list[tuple[str, list[tuple[str, str]]]] = [
    ("Setup", [
        ("`NEMO_TOKEN` is used when set", f"{N}test_tokens.py::test_a_given_token_is_used_and_nothing_is_asked_for"),
        ("else a free token, by a client id", f"{N}test_tokens.py::test_a_token_is_kept_for_the_next_process"),
        ("100 credits, seven days", f"{E}api/test_routes.py::test_a_token_ends_after_seven_days"),
        ("a session, its id kept", f"{C}::test_a_session_id_is_text_of_digits"),
        ("the session is told the language", f"{R}steps/test_upload.py::test_a_session_is_told_the_language_of_the_brief"),
        ("tokens and raw JSON are never shown", f"{R}steps/test_refine.py::test_the_token_is_found_nowhere"),
    ]),
    ("Matching input to actions", [
        ("export, 导出, download, send me the video", ROUTED),
        ("credits, 积分, balance, 余额", ROUTED),
        ("status, 状态, show tracks", ROUTED),
        ("upload, 上传", ROUTED),
        ("everything else goes to the agent", ROUTED),
        ("the first four send no message", f"{R}steps/test_refine.py::test_what_is_no_wish_is_answered_without_a_message"),
    ]),
    ("Endpoints", [
        ("`POST /api/tasks/me/with-session/nemo_agent`", f"{C}::test_a_session_begins_without_anything_exportable"),
        ("`POST /run_sse`", WHOLE),
        ("`POST /api/upload-video/…`", f"{C}::test_an_uploaded_video_is_in_the_state"),
        ("… several files, by URL", f"{E}api/test_uploads.py::test_a_video_is_fetched_from_a_listed_host"),
        ("`GET /api/credits/balance/simple`", f"{C}::test_a_balance_adds_up"),
        ("`GET /api/state/…/latest`", f"{C}::test_an_uploaded_video_is_in_the_state"),
        ("`POST /api/render/proxy/lambda` and its poll", WHOLE),
    ]),
    ("Skill attribution", [
        ("the three headers name this skill", f"{N}test_wire.py::test_the_three_headers_name_this_skill"),
        ("they travel with every request", f"{N}test_client.py::test_the_three_headers_travel_with_every_request"),
        ("the platform by the documented order", f"{N}test_wire.py::test_the_platform_is_the_variable_then_the_path_then_unknown"),
        ("without them an export is answered 402", f"{C}::test_an_export_without_the_three_headers_is_blocked"),
    ]),
    ("Error codes", [
        ("0: go on", WHOLE),
        ("1001: another token", TABLE),
        ("1002: another session", TABLE),
        ("2001: registration link with `bind`", f"{R}test_service_errors.py::test_an_anonymous_user_gets_the_registration_link_with_bind"),
        ("4001: the accepted formats", f"{R}test_service_errors.py::test_a_refused_file_is_told_what_to_do_about_it"),
        ("4002: compress or trim", f"{R}test_service_errors.py::test_a_refused_file_is_told_what_to_do_about_it"),
        ("400: once more", TABLE),
        ("402: the plan, not credits", f"{R}test_service_errors.py::test_a_blocked_export_is_about_the_plan_and_not_about_credits"),
        ("429: wait, once more", f"{R}test_service_errors.py::test_too_many_requests_twice_rest_the_token_for_everybody"),
    ]),
    ("SSE events", [
        ("text is shown without window talk", WINDOW),
        ("tool calls stay internal", f"{N}test_events.py::test_text_before_a_tool_result_is_progress_not_the_reply"),
        ("heartbeats in every form keep waiting", f"{N}test_events.py::test_every_form_of_heartbeat_is_a_sign_of_life_and_nothing_else"),
        ("a note every two minutes", f"{N}test_events.py::test_a_long_wait_is_told_every_two_minutes"),
        ("the close is the end", f"{N}test_events.py::test_a_silent_end_is_an_empty_reply_not_an_error"),
        ("a silent edit is told from the state", f"{R}steps/test_refine.py::test_rounds_gather_in_one_living_session_and_each_is_a_delivery"),
    ]),
    ("Backend response translation", [
        ("click, 点击", WINDOW),
        ("open a panel, 打开", WINDOW),
        ("drag, drop, 拖拽", WINDOW),
        ("preview in timeline", WINDOW),
        ("Export button, 导出", WINDOW),
        ("the timeline summary", f"{N}test_wire.py::test_the_summary_is_the_documented_one"),
    ]),
    ("Workflows and limits", [
        ("quick edit", f"{E}editing/test_edits.py::test_an_edit_is_in_the_rendered_mp4"),
        ("several files in one session, in an order or one by one", f"{E}test_batch.py::test_several_files_of_one_session_are_done_one_by_one"),
        ("iterative: the session keeps its timeline", f"{R}steps/test_refine.py::test_rounds_gather_in_one_living_session_and_each_is_a_delivery"),
        ("iterative: a dead session is replaced", f"{R}steps/test_refine.py::test_a_dead_session_is_replaced_and_the_captions_stay"),
        ("500 MB: as much is taken, streamed", f"{N}test_load.py::test_an_upload_of_any_size_takes_little_memory_and_no_temporary_file"),
        ("500 MB: more is refused by the service", f"{C}::test_a_file_over_the_limit_is_refused"),
        ("500 MB: more is refused by us, unread", f"{R}test_walk.py::test_a_file_over_the_limit_is_refused_with_no_byte_of_it_read"),
        ("thirteen kinds of file", f"{E}api/test_uploads.py::test_every_documented_kind_of_file_is_taken"),
        ("15 minutes for a message", f"{N}test_client.py::test_a_stream_of_heartbeats_only_ends_at_the_hard_limit"),
        ("draft keys `t`, `tt`, `sg`, `d`, `m`, and unknown ones", f"{N}test_wire.py::test_unknown_keys_of_a_draft_survive"),
        ("an orphaned job is found again", f"{R}test_dropped_replies.py::test_no_message_and_no_render_is_sent_twice"),
    ]),
]  # fmt: skip


def page() -> str:
    """Write the whole page."""
    head = (
        "# The protocol, and what is proven of it\n\n"
        "Written by `make docs` from the tests; don't edit it by hand. What the service is known "
        "to do, and how sure each fact is, was compiled from public documents only: nobody here "
        "has seen its traffic.\n"
    )
    return "\n".join((head, *_coverage(), *_outcomes(), *_faults(), *_seed(), *_measured()))


def covered(path: Path) -> dict[tuple[str, int], str]:
    """Endpoint and code to the test that carries the mark."""
    found: dict[tuple[str, int], str] = {}
    for function in ast.walk(ast.parse(path.read_text())):
        for mark in getattr(function, "decorator_list", ()):
            if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.covers":
                endpoint, *codes = (ast.literal_eval(argument) for argument in mark.args)
                found |= {(endpoint, code): function.name for code in codes}  # type: ignore[attr-defined]
    return found


def scripted() -> set[tuple[str, int]]:
    """List what the failures that are scripted step by step cover."""
    names = {
        name: ast.literal_eval(value)
        for name, value in re.findall(
            r"^(STEPS|CODES) = (\(.+\))$", SCRIPTED.read_text(), re.MULTILINE
        )
    }
    return {(step, code) for step in names["STEPS"] for code in names["CODES"]}


def _coverage() -> Iterator[str]:
    contract, engine = covered(CONTRACT), scripted()
    yield "## Endpoints and codes\n"
    yield (
        "● proven by the contract suite, which runs against the engine and, with `NEMO_API_URL` "
        "set and `-m remote`, against the real service; ○ scripted on the engine, with the "
        "pipeline's outcome checked.\n"
    )
    yield f"| endpoint | {' | '.join(map(str, CODES))} |"
    yield f"|---|{'---|' * len(CODES)}"
    for name in ENDPOINTS:
        cells = (
            "●" if (name, code) in contract else "○" if (name, code) in engine else " "
            for code in CODES
        )
        yield f"| {name} | {' | '.join(cells)} |"
    yield ""


def _outcomes() -> Iterator[str]:
    source = (ROOT / "src/socialcopy/pipeline/service_errors.py").read_text()
    yield "## What each refusal ends in\n"
    yield "\n".join(line for line in source.splitlines() if line.startswith("|"))
    yield "\n8 codes at 9 steps are scripted, one by one: `tests/pipeline/test_service_errors.py`.\n"


def _faults() -> Iterator[str]:
    yield "## Faults on demand\n"
    yield (
        "The engine itself has no faults to switch on. From a checkout, "
        "`python -m tests.fault_injection DATA_FOLDER FAULTS` serves one that has those of a JSON "
        "list, and prints its URL. Examples:\n"
    )
    for about, plan in (
        ("out of credits at the third message", '{"at":"message","does":"refuse","code":2001,"after":2}'),
        ("every reply to a render request lost after the job began", '{"at":"render","does":"drop_reply","times":0}'),
        ("a fifth of the streams broken off, the work completing", '{"at":"message","does":"drop_stream","times":0,"share":0.2}'),
        ("heartbeats only, the work completing", '{"at":"message","does":"hang"}'),
        ("a message charged and never worked on", '{"at":"message","does":"lose"}'),
        ("a slow and a broken download", '{"at":"link","does":"slow","seconds":2},{"at":"link","does":"truncate"}'),
        ("a first render that fails", '{"at":"render","does":"fail"}'),
        ("too many requests, for ten seconds", '{"at":"session","does":"refuse","code":429,"seconds":10}'),
    ):  # fmt: skip
        yield f"- {about}: `'[{plan}]'`"
    yield (
        "\nA third argument of `0.3` makes edits end without a word as often as NemoVideo's do. Where "
        "documents disagree, `tests/wire_forms.py` makes the engine write any of the forms.\n"
    )


def _seed() -> Iterator[str]:
    yield "## The founding document, row by row\n"
    for title, rows in SEED:
        yield f"### {title}\n\n| row | proven by |\n|---|---|"
        yield from (f"| {row} | `{test}` |" for row, test in rows)
        yield ""


MEASURED = (
    (
        "`make adk`: events from the engine's socket, every kind and every heartbeat form, parsed by google-adk 2.13.0",
        "174 of 174",
    ),
    (
        "recorded streams read the same whole, byte by byte and cut in two at every offset (40 of ours, 15 captured from ADK 1.18, 1.27 and 2.13)",
        "55 of 55",
    ),
    ("scripted refusals, 8 codes at 9 steps, ending as the table says", "72 of 72"),
    (
        "replies dropped on `/run_sse` and the render request, 250 each: sent twice / reconciled / parked",
        "0 / 500 / 0",
    ),
    (
        "requests for a token by 100 runs that find an expired one, on threads and in four processes",
        "1 and 1",
    ),
    (
        "500 MB uploaded: growth of the client's memory / of the engine's / temporary files",
        "0 MB / 5 MB / 0",
    ),
    (
        "edits by instruction, 17 kinds in 10 English and 5 Chinese phrasings, in the draft and in the re-probed MP4",
        "255 of 255",
    ),
    ("unsupported requests refused in words, the draft unchanged", "64 of 64"),
)
"""What the campaigns gave when they were last run (2026-11-23); `make campaign` and `make adk` run them."""


def _measured() -> Iterator[str]:
    yield "## Measured\n\n| what | figure |\n|---|---|"
    yield from (f"| {what} | {figure} |" for what, figure in MEASURED)
    yield "\n`make adk` and `make campaign` run these again; the figures are of 2026-11-23.\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
