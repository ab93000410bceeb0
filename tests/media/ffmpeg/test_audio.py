import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from socialcopy.media.errors import ToolFailedError
from socialcopy.media.ffmpeg.audio import SPEECH_RATE_HZ, speech_samples
from tests.media.clips import make_clip, run_ffmpeg

TONE = "sine=440:d={seconds}"


def test_speech_samples_are_mono_floats_at_16_khz(clip, settings):
    samples = speech_samples(clip(sound=TONE), settings=settings)

    assert samples.dtype == np.float32
    assert samples.ndim == 1
    assert len(samples) == pytest.approx(2 * SPEECH_RATE_HZ, abs=400)
    assert 0.05 < np.abs(samples).max() <= 1


def test_a_relative_path_is_meant_from_where_we_are(tmp_path, settings, monkeypatch):
    path = make_clip(tmp_path / "short clip.mp4", seconds=0.5, sound=TONE)
    monkeypatch.chdir(tmp_path)

    assert len(speech_samples(path.relative_to(tmp_path), settings=settings)) > 7_000


def test_sound_that_starts_late_is_heard_late(tmp_path, clip, settings):
    late = tmp_path / "late.mp4"
    source = str(clip(sound=TONE))
    run_ffmpeg(
        *("-i", source, "-itsoffset", "1.0", "-i", source, "-map", "0:v", "-map", "1:a"),
        *("-c", "copy", str(late)),
    )

    samples = speech_samples(late, settings=settings)
    first_heard = np.flatnonzero(np.abs(samples) > 0.02)[0]

    assert first_heard / SPEECH_RATE_HZ == pytest.approx(1.0, abs=0.06)


def test_a_url_is_read_in_place(clip, settings, tmp_path):
    path = clip(sound=TONE, options=("-movflags", "+faststart"))

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=path.parent)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}/{path.name}?X-Amz-Signature=abc"
        samples = speech_samples(url, settings=settings)
        server.shutdown()
        thread.join()

    assert len(samples) == pytest.approx(2 * SPEECH_RATE_HZ, abs=400)


def test_a_video_without_sound_is_an_error(clip, settings):
    with pytest.raises(ToolFailedError):
        speech_samples(clip(sound=None), settings=settings)
