#!/bin/sh
# Builds Debian's own FFmpeg with nothing but the AAC decoder and encoder, into $1. Debian's libavcodec loads 230 MB of other
# codecs that this program never uses, and every one of them would read what a stranger sends. The source is Debian's, with its security fixes.
set -eu

into=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# The official image names its sources in deb822 form, debootstrap in the older one.
if [ -e /etc/apt/sources.list.d/debian.sources ]; then sed -i 's/^Types: deb$/Types: deb deb-src/' /etc/apt/sources.list.d/debian.sources; fi
if [ -s /etc/apt/sources.list ]; then sed -n 's/^deb /deb-src /p' /etc/apt/sources.list >/etc/apt/sources.list.d/sources-of-packages.list; fi
apt-get update -qq
apt-get install -y -qq --no-install-recommends dpkg-dev gcc libc6-dev make nasm >/dev/null
# Built by _apt otherwise, which cannot write here.
apt-get -o APT::Sandbox::User=root source -qq ffmpeg >/dev/null

cd ffmpeg-*/
# The names and versions of symbols are those that Debian's gstreamer1.0-libav was linked with.
./configure --disable-everything --disable-autodetect --disable-programs --disable-doc --disable-network --disable-debug \
  --disable-static --enable-shared --enable-decoder=aac --enable-encoder=aac --enable-parser=aac \
  --prefix="$work/made" --libdir="$into" --shlibdir="$into" >/dev/null
make -s -j"$(nproc)" >/dev/null
make -s install-libs >/dev/null
rm -rf "$into"/pkgconfig "$into"/*.so
