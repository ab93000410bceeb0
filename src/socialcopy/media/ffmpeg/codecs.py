"""The decoders that may open, and the containers they are found in.

A decoder is on the list when people's cameras, phones and recorders need it, and when no fault of
it is known in the version we ask for. Looked up in the CVE list, Debian's security tracker and
FFmpeg's own changelogs up to 5.1.9:

* pictures and the sound of phones and editors: see docs/why.md (CVE-2026-8461 is why there is a
  list at all: MagicYUV is not on it)
* `mp2`, `mp2float` (DVD, television): no fault of layer II known; CVE-2012-2797 was in the decoder
  of MP3on4, which is not on the list
* `adpcm_ms`, `adpcm_ima_wav`, `adpcm_ima_qt` (cameras, dashcams): CVE-2013-0844 was in ADPCM DK4,
  not on the list, and mended in 1.0.4; 5.1 checks the size of the input buffer
* `pcm_*`: none known; plain numbers only, no planar and no delta forms (CVE-2012-0854 was in DPCM)

DTS, TrueHD, WMA, WavPack, G.726 and the like stay out: much parsing for few files.
"""

from __future__ import annotations

CONTAINERS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi"
# For a file that only its sound is taken of, such as background music.
SOUND_CONTAINERS = f"mp3,wav,aac,{CONTAINERS}"
# For a logo.
PICTURE_CONTAINERS = "png_pipe,jpeg_pipe"

PICTURES = (
    *("h264", "hevc", "vp8", "vp9", "libvpx", "libvpx-vp9", "av1", "libdav1d", "libaom-av1"),
    *("mpeg4", "mpeg2video", "prores", "mjpeg", "dnxhd", "png"),
)
SOUNDS = (
    *("aac", "mp3", "mp3float", "mp2", "mp2float", "opus", "libopus", "vorbis", "libvorbis"),
    *("flac", "ac3", "eac3", "alac", "amrnb", "amrwb"),
    *("adpcm_ms", "adpcm_ima_wav", "adpcm_ima_qt"),
    *("pcm_alaw", "pcm_mulaw", "pcm_u8", "pcm_s8", "pcm_u16le", "pcm_u16be"),
    *("pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be", "pcm_s32le", "pcm_s32be"),
    *("pcm_f32le", "pcm_f32be", "pcm_f64le", "pcm_f64be"),
)
SUBTITLES = ("mov_text", "subrip", "srt", "ass", "ssa", "webvtt", "text")

# For ffmpeg's `-codec_whitelist`.
DECODERS = ",".join((*PICTURES, *SOUNDS, *SUBTITLES))

# Codecs whose only decoder has another name than ffprobe gives the codec.
DECODER_OF = {"amr_nb": "amrnb", "amr_wb": "amrwb"}

# As people know them.
NAMES = {
    "dts": "DTS",
    "truehd": "TrueHD",
    "mlp": "MLP",
    "wmav2": "WMA",
    "wmapro": "WMA",
    "hdmv_pgs_subtitle": "PGS",
    "dvd_subtitle": "VobSub",
    "ffv1": "FFV1",
    "wmv3": "WMV",
    "vc1": "VC-1",
    "dvvideo": "DV",
    "mpeg1video": "MPEG-1",
    "h263": "H.263",
    "flv1": "Flash",
    "svq1": "Sorenson Video",
    "svq3": "Sorenson Video",
    "qtrle": "QuickTime Animation",
    "cinepak": "Cinepak",
    "cfhd": "CineForm",
    "hap": "Hap",
    "theora": "Theora",
    "rawvideo": "uncompressed",
    "v210": "uncompressed",
    "utvideo": "Ut Video",
    "huffyuv": "HuffYUV",
    "msmpeg4v2": "MS MPEG-4",
    "msmpeg4v3": "DivX 3",
    "wmv1": "WMV",
    "wmv2": "WMV",
    "vvc": "H.266",
    "speex": "Speex",
    "wavpack": "WavPack",
    "ra_144": "RealAudio",
    "cook": "RealAudio",
    "magicyuv": "MagicYUV",
    "apac": "Apple's spatial sound",
}


def is_readable(codec: str) -> bool:
    """Tell whether a codec, by ffprobe's name, has a decoder on the list."""
    return DECODER_OF.get(codec, codec) in (*PICTURES, *SOUNDS, *SUBTITLES)


def shown(codec: str) -> str:
    """Name a codec as a sentence would."""
    return NAMES.get(codec, codec)
