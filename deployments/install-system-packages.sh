#!/usr/bin/env bash
# Install ffmpeg, fonts and what the tests need, if they are missing. Debian and Ubuntu by apt,
# macOS by Homebrew; elsewhere it says what to install. `--run-only` leaves out what only tests need.
set -euo pipefail

packages=(ffmpeg fontconfig fonts-inter fonts-dejavu-core fonts-noto-core fonts-noto-cjk fonts-symbola)
[ "${1:-}" = --run-only ] || packages+=(espeak-ng chromium)

missing() {
  for program in ffmpeg ffprobe fc-match espeak-ng; do command -v "$program" >/dev/null || return 0; done
  command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || return 0
  for family in "Inter" "DejaVu Sans" "Noto Sans CJK SC"; do
    fc-match -f '%{family}' "$family" | grep -qF "$family" || return 0
  done
  fc-list : family | grep -qE "Symbola|Noto Emoji" || return 0
  return 1
}

missing || exit 0
if command -v apt-get >/dev/null; then
  sudo=""; [ "$(id -u)" -eq 0 ] || sudo="sudo"
  echo "installing ${packages[*]}"
  $sudo apt-get -qq update
  DEBIAN_FRONTEND=noninteractive $sudo apt-get -qq install -y --no-install-recommends "${packages[@]}" >/dev/null
elif command -v brew >/dev/null; then
  brew install --quiet ffmpeg espeak-ng fontconfig
  brew install --quiet --cask font-inter font-dejavu font-noto-sans font-noto-sans-cjk font-noto-emoji
else
  echo "please install: ffmpeg, espeak-ng, chromium and the fonts Inter, DejaVu, Noto and Symbola" >&2
  exit 1
fi
