#!/usr/bin/env bash
# Make examples/demo.mp4 from demo/voice.txt and demo/slides.html: one spoken line a slide.
# Needs espeak-ng, chromium, ffmpeg and the Inter font. Voice, words and drawings are our own.
set -euo pipefail
cd "$(dirname "$0")"

rate=30        # frames per second
fade=0.4       # seconds two slides overlap
pause=0.2      # seconds of silence after a line
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
quiet="-hide_banner -nostdin -v error -y"

slide=0 inputs=() chains="" sounds="" starts=0 offsets=()
while IFS= read -r line; do
    slide=$((slide + 1))
    espeak-ng -v en-us -s 160 -g 3 -w "$work/$slide.wav" "$line"
    chromium --headless --no-sandbox --disable-gpu --hide-scrollbars \
        --force-device-scale-factor=2 --window-size=1920,1080 \
        --screenshot="$work/$slide.png" "file://$PWD/demo/slides.html#$slide" 2> "$work/chromium.log"
    spoken=$(ffprobe -v error -show_entries format=duration -of csv=p=0 "$work/$slide.wav")
    shown=$(awk "BEGIN { print $spoken + $pause }")
    frames=$(awk "BEGIN { print int(($shown + $fade) * $rate + 1) }")
    inputs+=(-i "$work/$slide.png" -i "$work/$slide.wav")
    picture=$((2 * slide - 2)) sound=$((2 * slide - 1))
    # A slow push in; the doubled slide keeps it from trembling.
    chains+="[$picture:v]zoompan=z='1+0.06*on/$frames':x='(iw-iw/zoom)/2':y='(ih-ih/zoom)/2'"
    chains+=":d=$frames:s=1280x720:fps=$rate,format=yuv420p[p$slide];"
    chains+="[$sound:a]aresample=48000,apad=pad_dur=$pause[a$slide];"
    sounds+="[a$slide]"
    starts=$(awk "BEGIN { print $starts + $shown }")
    offsets+=("$starts")
done < demo/voice.txt

last="[p1]"
for ((next = 2; next <= slide; next++)); do
    offset=$(awk "BEGIN { print ${offsets[$((next - 2))]} - $fade / 2 }")
    chains+="${last}[p$next]xfade=transition=fade:duration=$fade:offset=$offset[x$next];"
    last="[x$next]"
done
chains+="${sounds}concat=n=$slide:v=0:a=1,highpass=f=70,volume=-3dB[voice]"

# shellcheck disable=SC2086
ffmpeg $quiet "${inputs[@]}" -filter_complex "$chains" -map "$last" -map "[voice]" \
    -c:v libx264 -preset slow -crf 23 -profile:v high -pix_fmt yuv420p \
    -color_primaries bt709 -color_trc bt709 -colorspace bt709 \
    -c:a aac -b:a 96k -t "$starts" -map_metadata -1 -movflags +faststart demo.mp4
