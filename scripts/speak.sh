# shellcheck shell=bash
# What examples/sts-offline needs beyond scripts/setup.sh: 60 MB of Debian packages and 60 MB of Python's, so only who asks for it gets it.

SPEAK_HOME=examples/sts-offline

asks_to_speak() {
  local argument
  for argument in "$@"; do
    case $argument in --speak | --speak=*) return 0 ;; esac
  done
  return 1
}

setup_speak() {
  COMMANDS+=("apertium apertium" "flite flite")
  FILES+=("apertium-eng-spa /usr/share/apertium/modes/eng-spa.mode" "apertium-eng-cat /usr/share/apertium/modes/eng-cat.mode")
  setup
  speak_venv
}

# A virtual environment of its own; filled again when the list of packages has changed.
speak_venv() {
  local wanted=$SPEAK_HOME/requirements.txt home=$SPEAK_HOME/.venv
  cmp -s "$wanted" "$home/installed.txt" && return 0
  say "installing into $home: $(grep -v '^#' "$wanted" | tr '\n' ' ')"
  python3 -m venv "$home" || refuse "python3 could not make the virtual environment $home"
  "$home/bin/python" -m pip install -q --disable-pip-version-check -r "$wanted" || refuse "pip could not install $wanted"
  cp "$wanted" "$home/installed.txt"
}

# The example's own tests, where it is installed: without its packages there is nothing to test.
test_speak() {
  if [ ! -x $SPEAK_HOME/.venv/bin/python ]; then
    say "tests of $SPEAK_HOME: skipped, ./dev setup --speak has not been run"
    return 0
  fi
  say "tests of $SPEAK_HOME"
  (cd $SPEAK_HOME && .venv/bin/python -m unittest discover -q -s tests -t .)
}
