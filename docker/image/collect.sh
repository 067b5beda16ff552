#!/bin/sh
# Copies into the tree $1 what the worker needs of GStreamer: the plugins of its elements, its TLS, and every library that these load.
# What else is given (programs, libraries) is not copied, but the libraries that it loads are. Libraries that lie in $LIBRARIES win.
#
#   collect.sh /root-of-the-image [FILE …]
set -eu

# As `stream-worker check` names them; ImagePackagesIT compares.
ELEMENTS="rtmp2src fakesink appsink appsrc rtmp2sink avdec_aac audioconvert audioresample capsfilter voaacenc avenc_aac pitch"

root=$1
shift
system=/usr/lib/$(uname -m)-linux-gnu
export LD_LIBRARY_PATH="${LIBRARIES:-}" GST_REGISTRY=/tmp/collect-registry.bin

copy() {
  mkdir -p "$root$(dirname "$1")"
  cp -a "$1" "$root$1"
}

plugins=''
for element in $ELEMENTS; do
  file=$(gst-inspect-1.0 "$element" | sed -n 's/^ *Filename *//p')
  [ -n "$file" ] || { echo "collect: there is no element $element" >&2; exit 1; }
  plugins="$plugins $(realpath "$file")"
done
rm -f "$GST_REGISTRY"

# The bindings open these by name, so that no `ldd` shows them.
bindings=''
for name in gstreamer gstapp gstbase gstvideo gstaudio; do bindings="$bindings $system/lib$name-1.0.so.0"; done
for name in glib gobject gio gmodule; do bindings="$bindings $system/lib$name-2.0.so.0"; done

tls=$system/gio/modules/libgiognutls.so
scanner=$system/gstreamer1.0/gstreamer-1.0/gst-plugin-scanner

# shellcheck disable=SC2086 # words on purpose
for file in $(printf '%s\n' $plugins "$tls" "$scanner" | sort -u); do copy "$file"; done
if [ -e "$system/gio/modules/giomodule.cache" ]; then copy "$system/gio/modules/giomodule.cache"; fi
copy /etc/ssl/certs/ca-certificates.crt

# Every library, under the name by which it is asked for.
for file in $plugins $bindings "$tls" "$scanner" "$@"; do
  case $file in *.so*) [ "${file#"$system"/lib}" = "$file" ] || echo "$file" ;; esac
  ldd "$file" 2>/dev/null | sed -n 's/.*=> \(\/[^ ]*\) .*/\1/p'
done | sort -u | while read -r library; do
  case $library in
    "$root"/*) continue ;; # part of what was given
    */libc.so.6 | */libm.so.6 | */libdl.so.2 | */libpthread.so.0 | */librt.so.1 | */libmvec.so.1 | */libresolv.so.2) continue ;; # the base's
  esac
  mkdir -p "$root$system"
  # Under the system's folder wherever it came from: that is where the loader looks.
  [ -e "$root$system/$(basename "$library")" ] || cp -L "$library" "$root$system/$(basename "$library")"
done
