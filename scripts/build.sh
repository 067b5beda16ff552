# shellcheck shell=bash
# Building and testing, for ./dev. Sourced, never run.

LAUNCHER=target/stream-worker

# Builds the worker when it was never built, or when a source is newer than the build. The stamp is a file of its own: the class archive is
# only good for a jar with the time that it had when the archive was made, and a start without the archive costs a third more.
build_worker() {
  [ -z "${WORKER_COMMAND:-}" ] || return 0
  local stamp=target/stream-worker.built
  if [ -x $LAUNCHER ] && [ -e target/quarkus-app/quarkus-run.jar ] && [ -e $stamp ] && [ -z "$(find pom.xml src/main src-native-config -newer $stamp -print -quit 2>/dev/null)" ]; then
    return 0
  fi
  say "building the worker"
  ./mvnw -q -B package -DskipTests || refuse "the build failed"
  [ -x $LAUNCHER ] || refuse "the build made no $LAUNCHER"
  touch $stamp
}

# The scripts beside Maven, which compiles on one core meanwhile. What they said comes last where one of them failed: half an hour earlier
# nobody would see it.
run_tests() {
  local said scripts status=0
  said=$(mktemp)
  test_scripts >"$said" 2>&1 &
  scripts=$!
  ./mvnw -B verify "$@" || status=$?
  wait $scripts || status=$?
  cat "$said"
  rm -f "$said"
  [ $status -eq 0 ] || refuse "a test failed: see above"
}

# Everything that is not Java.
test_scripts() {
  local status=0
  say "shellcheck"
  # find, not git: a source archive has no .git.
  find . -path ./target -prune -o -path ./.git -prune -o -name '*.sh' -print0 |
    xargs -0 shellcheck -x dev mvnw .ci/run scripts/container-worker src/main/launcher/stream-worker src/main/launcher/class-archive || status=1
  say "tests of the measuring tool"
  python3 -m unittest discover -q -s scripts/tests -t scripts || status=1
  test_speak || status=1
  return $status
}

# The generators live in the test tree; each is run by the test that compares its result with what is committed.
native_config() {
  ./mvnw -q -B test -Dtest=NativeConfigTest -Dnative-config.write=true -Dsurefire.failIfNoSpecifiedTests=false
  say "written to src-native-config"
}

# build_native [--test [TEST …]]: the binary; --test runs the black-box tests against it, all or those that are named.
build_native() {
  case ${1:-} in
    '' ) compile_native ;;
    --test)
      shift
      native_is_new || compile_native
      test_native "$@"
      ;;
    *) refuse "native takes --test and names of tests, not '$1'" ;;
  esac
}

native_is_new() {
  [ -x target/native/stream-worker-runner ] &&
    [ -z "$(find pom.xml src/main src-native-config -newer target/native/stream-worker-runner -print -quit)" ]
}

compile_native() {
  native_compiler
  ./mvnw -B package -Dnative -DskipTests
  # By itself: beside the jars the launcher would start those.
  mkdir -p target/native
  ln -f target/stream-worker-runner target/native/
  cp -p $LAUNCHER target/native/
  say "target/native/stream-worker starts it"
}

# Says everything that is missing, not the first thing alone.
native_compiler() {
  local compiler='' version missing=() memory
  if [ -n "${GRAALVM_HOME:-}" ]; then
    compiler=$GRAALVM_HOME/bin/native-image
    [ -x "$compiler" ] || missing+=("native-image in GRAALVM_HOME=$GRAALVM_HOME/bin")
  elif has native-image; then
    compiler=native-image
  else
    missing+=("native-image: a Mandrel or GraalVM for Java 21 or newer, its folder named in GRAALVM_HOME")
  fi
  if [ -n "$compiler" ] && has "$compiler"; then
    version=$("$compiler" --version 2>/dev/null | sed -n 's/^native-image \([0-9]*\).*/\1/p;s/^GraalVM \([0-9]*\).*/\1/p' | head -n 1)
    [ "${version:-99}" -ge 21 ] || missing+=("a native-image for Java 21 or newer: $compiler is for Java $version")
  fi
  has gcc || missing+=("a C compiler (Debian: gcc, libc6-dev)")
  [ -e /usr/include/zlib.h ] || missing+=("zlib's headers (Debian: zlib1g-dev)")
  memory=$(sed -n 's/^MemAvailable: *\([0-9]*\) kB/\1/p' /proc/meminfo)
  [ "${memory:-8000000}" -ge 6000000 ] || missing+=("6 GB of free memory: there are $((memory / 1000)) MB")
  [ ${#missing[@]} -eq 0 ] && return 0
  say "native needs" >&2
  printf '  - %s\n' "${missing[@]}" >&2
  exit 3
}

test_native() {
  local tests
  tests=$(IFS=,; echo "$*")
  ./mvnw -B verify -Dtest=None -Dsurefire.failIfNoSpecifiedTests=false -Dit.test="${tests:-io.livedub.blackbox.*IT}" \
    -Dcoverage.skip=true -Dworker.command="$ROOT/target/native/stream-worker"
}

build_docs() {
  ./mvnw -q -B test -Dtest=ConfigurationPageTest -Dconfiguration-page.write=true -Dsurefire.failIfNoSpecifiedTests=false
  say "written to docs/configuration.md"
}
