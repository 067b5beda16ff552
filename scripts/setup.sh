# shellcheck shell=bash
# What the project needs of a machine: looked for first (well under a second when all is there), then installed with apt.

MIN_JDK=17

# Debian package, and the commands it is needed for.
COMMANDS=(
  "gstreamer1.0-tools gst-inspect-1.0 gst-launch-1.0"
  "ffmpeg ffmpeg ffprobe"
  "nginx nginx"
  "espeak-ng espeak-ng"
  "python3 python3"
  "curl curl"
  "procps ps"
  "shellcheck shellcheck"
  "chromium chromium"
  # For the tests of the alert rules; its service is not wanted, see below. Not kubectl: Debian's is of 2020 and cannot read the overlays.
  "prometheus promtool"
)

# Debian package, and the GStreamer elements it is needed for.
ELEMENTS=(
  "gstreamer1.0-plugins-base appsrc appsink audioconvert audioresample"
  "gstreamer1.0-plugins-good flvdemux flvmux aacparse"
  "gstreamer1.0-plugins-bad rtmp2src rtmp2sink h264parse voaacenc pitch"
  "gstreamer1.0-libav avdec_aac"
)

# Debian package, and a file of it that cannot be asked for as a command.
FILES=(
  "libnginx-mod-rtmp /usr/lib/nginx/modules/ngx_rtmp_module.so"
  "glib-networking /usr/lib/$(uname -m)-linux-gnu/gio/modules/libgiognutls.so"
  "fonts-dejavu-core /usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf"
)

setup() {
  local missing=() service services=()
  for service in nginx prometheus; do has $service || services+=("$service"); done
  find_jdk || missing+=("$(jdk_package)")
  maven_is_there || missing+=(maven)
  mapfile -t -O "${#missing[@]}" missing < <(missing_packages)
  [ ${#missing[@]} -eq 0 ] && return 0

  can_install || refuse "missing: ${missing[*]} $(old_versions)(install them; on Debian, as root or with sudo, ./dev does it)"
  say "installing with apt: ${missing[*]} $(old_versions)"
  apt_install "${missing[@]}"
  for service in "${services[@]}"; do leave_stopped "$service"; done

  hash -r
  find_jdk || refuse "still no JDK $MIN_JDK or newer after installing"
  local left
  left=$(missing_packages | tr '\n' ' ')
  [ -z "$left" ] || refuse "still missing after installing: $left$(missing_elements_text)"
}

missing_packages() {
  local row package needs need elements
  for row in "${COMMANDS[@]}"; do
    read -r package needs <<<"$row"
    for need in $needs; do has "$need" || { echo "$package"; break; }; done
  done
  for row in "${FILES[@]}"; do
    read -r package need <<<"$row"
    [ -e "$need" ] || echo "$package"
  done
  # venv is part of Python, but Debian keeps ensurepip apart: without it a virtual environment has no pip.
  if ! has python3 || ! python3 -c 'import ensurepip, venv' 2>/dev/null; then echo python3-venv; fi
  elements=$(installed_elements)
  for row in "${ELEMENTS[@]}"; do
    read -r package needs <<<"$row"
    for need in $needs; do
      case $elements in *" $need "*) ;; *) echo "$package"; break ;; esac
    done
  done
}

# One listing instead of `gst-inspect-1.0 --exists` for each: 15 processes are a second, one is not.
installed_elements() {
  has gst-inspect-1.0 || return 0
  printf ' '
  gst-inspect-1.0 --no-colors 2>/dev/null | sed -n 's/^[^:]*:  *\([^: ]*\): .*/\1/p' | tr '\n' ' '
}

missing_elements_text() {
  local elements row package needs need text=''
  elements=$(installed_elements)
  for row in "${ELEMENTS[@]}"; do
    read -r package needs <<<"$row"
    for need in $needs; do
      case $elements in *" $need "*) ;; *) text="$text; GStreamer element $need ($package)" ;; esac
    done
  done
  echo "$text"
}

# The JDK in use: JAVA_HOME if it is set, else the newest fitting one of the PATH and of /usr/lib/jvm. Exports JAVA_HOME.
find_jdk() {
  local home
  if [ -n "${JAVA_HOME:-}" ]; then
    [ -x "$JAVA_HOME/bin/javac" ] || refuse "JAVA_HOME=$JAVA_HOME has no bin/javac: a JDK is needed (or unset JAVA_HOME)"
    version_at_least "$(jdk_version "$JAVA_HOME")" $MIN_JDK ||
      refuse "the JDK of JAVA_HOME=$JAVA_HOME is $(jdk_version "$JAVA_HOME"), too old: $MIN_JDK or newer is needed (or unset JAVA_HOME)"
    return 0
  fi
  for home in "$(jdk_of_path)" /usr/lib/jvm/java-{17,21,25}-openjdk-*; do
    if [ -x "$home/bin/javac" ] && version_at_least "$(jdk_version "$home")" $MIN_JDK; then
      export JAVA_HOME=$home
      return 0
    fi
  done
  return 1
}

jdk_of_path() {
  local javac
  javac=$(command -v javac) || return 0
  dirname "$(dirname "$(readlink -f "$javac")")"
}

# The file `release` instead of `java -version`: no virtual machine to start.
jdk_version() {
  local version
  version=$(sed -n 's/^JAVA_VERSION="\(.*\)"/\1/p' "$1/release" 2>/dev/null)
  [ -n "$version" ] || version=$("$1/bin/javac" -version 2>&1 | sed 's/^javac //')
  # 1.8.0_442 is Java 8.
  echo "${version#1.}"
}

jdk_package() {
  local version
  for version in 17 21 25; do
    if has apt-cache && apt-cache show "openjdk-$version-jdk-headless" >/dev/null 2>&1; then
      echo "openjdk-$version-jdk-headless"
      return
    fi
  done
  echo openjdk-17-jdk-headless
}

# A Maven that is too old is no reason to stop: mvnw fetches a newer one. None at all: Debian's is the quicker way.
maven_is_there() { has mvn || [ -n "$(ls -d "${XDG_CACHE_HOME:-${HOME:-/root}/.cache}"/stream-worker/apache-maven-*/bin/mvn 2>/dev/null)" ]; }

old_versions() {
  local home
  home=$(jdk_of_path)
  [ -z "$home" ] || version_at_least "$(jdk_version "$home")" $MIN_JDK ||
    printf '(the JDK here is %s, too old: %s or newer is needed) ' "$(jdk_version "$home")" $MIN_JDK
}

can_install() { has apt-get && [ -e /etc/debian_version ] && { [ "$(id -u)" = 0 ] || can_sudo; }; }

can_sudo() { has sudo && { sudo -n true 2>/dev/null || { [ -t 0 ] && sudo true; }; }; }

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

apt_install() {
  local policy=/usr/sbin/policy-rc.d policy_is_ours=no
  apt_get update -qq || say "apt-get update failed; going on with the lists that are there"
  # Packages start their services when they are installed; nginx would take port 80, prometheus 9090. policy-rc.d is Debian's switch for that.
  if [ ! -e $policy ]; then
    printf '#!/bin/sh\nexit 101\n' | as_root tee $policy >/dev/null
    as_root chmod 755 $policy
    policy_is_ours=yes
    trap 'as_root rm -f /usr/sbin/policy-rc.d' EXIT
  fi
  local status=0
  apt_get install -y -qq --no-install-recommends "$@" || status=$?
  if [ $policy_is_ours = yes ]; then
    as_root rm -f $policy
    trap - EXIT
  fi
  [ $status -eq 0 ] || refuse "apt-get could not install: $*"
}

# DPkg::Lock::Timeout waits for dpkg's lock only, not for that of the package lists: both are waited for here.
apt_get() {
  local log try status
  log=$(mktemp)
  for try in $(seq 1 60); do
    status=0
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0 \
      -o Acquire::Retries=3 "$@" >"$log" 2>&1 </dev/null || status=$?
    if [ $status -ne 0 ] && grep -q 'Could not get lock\|Unable to lock' "$log"; then
      [ "$try" -gt 1 ] || say "another apt is at work; waiting for it"
      sleep 5
      continue
    fi
    break
  done
  [ $status -eq 0 ] || tail -n 15 "$log" >&2
  rm -f "$log"
  return $status
}

# Ours run with their own configuration, port and folder; the system's service is not wanted, now or at the next boot.
leave_stopped() {
  has "$1" || return 0
  if [ -d /run/systemd/system ]; then
    as_root systemctl disable --now "$1" >/dev/null 2>&1 || true
    say "the $1 service is left stopped and disabled (systemctl enable --now $1 brings it back)"
  else
    as_root service "$1" stop >/dev/null 2>&1 || true
  fi
}
