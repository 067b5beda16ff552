# shellcheck shell=bash
# Building and testing, for ./dev. Sourced, never run.

LAUNCHER=target/stream-worker

# Builds the worker when it was never built, or when a source is newer than the build.
build_worker() {
  [ -z "${WORKER_COMMAND:-}" ] || return 0
  local stamp=target/quarkus-app/quarkus-run.jar
  if [ -x $LAUNCHER ] && [ -e $stamp ] && [ -z "$(find pom.xml src/main src-native-config -newer $stamp -print -quit 2>/dev/null)" ]; then
    return 0
  fi
  say "building the worker"
  ./mvnw -q -B package -DskipTests || refuse "the build failed"
  [ -x $LAUNCHER ] || refuse "the build made no $LAUNCHER"
  touch $stamp
}

# The scripts first: they take two seconds. When one of them fails, Maven does not begin: half an hour later nobody would see why.
run_tests() {
  test_scripts || refuse "a test of the scripts failed: see above"
  ./mvnw -B verify "$@"
}

# Everything that is not Java.
test_scripts() {
  local status=0
  say "shellcheck"
  # find, not git: a source archive has no .git.
  find . -path ./target -prune -o -path ./.git -prune -o -name '*.sh' -print0 |
    xargs -0 shellcheck -x dev mvnw .ci/run src/main/launcher/stream-worker || status=1
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

build_native() {
  has native-image || [ -x "${GRAALVM_HOME:-/nonexistent}/bin/native-image" ] ||
    {
      say "no native-image: install a GraalVM (Mandrel) for Java 21 or newer and set GRAALVM_HOME" >&2
      exit 3
    }
  ./mvnw -B package -Dnative -DskipTests
  # By itself: beside the jars the launcher would start those.
  mkdir -p target/native
  ln -f target/stream-worker-runner target/native/
  cp -p $LAUNCHER target/native/
  say "target/native/stream-worker starts it"
}

build_docs() {
  ./mvnw -q -B test -Dtest=ConfigurationPageTest -Dconfiguration-page.write=true -Dsurefire.failIfNoSpecifiedTests=false
  say "written to docs/configuration.md"
}
