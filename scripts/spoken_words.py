"""`./dev spoken-words`: the demo's sentences through the three places alone, as fast as it goes: words understood, translations, CPU time."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from lab import sources, spoken

# In the example's own Python, where the models are. Prints a line of JSON for each fragment.
DUB = """
import json, resource, subprocess, sys
from sts_offline import dub
def cpu_s():
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
dub.warm()
for slot in range(int(sys.argv[2])):
    cut = ["ffmpeg", "-nostdin", "-v", "error", "-ss", str(6 * slot), "-t", "6", "-i", sys.argv[1], "-c", "copy", "-f", "ipod"]
    m4a = subprocess.run([*cut, "-movflags", "frag_keyframe+empty_moov", "-"], check=True, capture_output=True).stdout
    before = cpu_s()
    done = dub.dub(dub.Job(m4a, 6000, 48000, 2, sys.argv[3], "default"))
    print(json.dumps([done.transcript, done.translation, done.speech["words_per_minute"], cpu_s() - before]), flush=True)
"""


def sound(folder):
    """What the worker would cut its fragments from, without the picture."""
    seconds = spoken.SLOT_S * len(spoken.SENTENCES)
    plain = sources.CATALOGUE["plain"]
    path = folder / "sound.m4a"
    command = ["ffmpeg", "-nostdin", "-v", "error", "-i", str(spoken.say(seconds, folder)), *spoken.ticking(plain.rate, seconds, 0)]
    subprocess.run([*command, "-map", "[a]", "-t", str(seconds), *sources.audio_options(plain), str(path)], check=True)
    return path


def main():
    target = sys.argv[1] if len(sys.argv) > 1 else "es"
    count = len(spoken.SENTENCES)
    wrong = words = 0
    cpu_s = []
    with tempfile.TemporaryDirectory(prefix="stream-worker-spoken-words-") as folder:
        command = [str(spoken.PYTHON), "-c", DUB, str(sound(Path(folder))), str(count), target]
        child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(spoken.EXAMPLE)})
        for said, line in zip(spoken.SENTENCES, child.stdout):
            heard, translation, rate, used_s = json.loads(line)
            wrong += spoken.errors(spoken.words(said), spoken.words(heard))
            words += len(spoken.words(said))
            cpu_s.append(used_s)
            print(f"said        {said}\nunderstood  {heard}\n{target}          {translation}   ({rate} words/min)\n", flush=True)
        child.wait()
    if child.returncode != 0 or len(cpu_s) != count:
        print("spoken-words: the example failed, see above", file=sys.stderr)
        return 1
    mean_s = sum(cpu_s) / count
    print(f"{words - wrong} of {words} words understood (word error rate {100 * wrong / words:.1f} %)")
    print(f"CPU time for a fragment of {spoken.SLOT_S} s: {mean_s:.2f} s, longest {max(cpu_s):.2f} s")
    return 0 if wrong <= (1 - spoken.WORDS_UNDERSTOOD) * words else 1


if __name__ == "__main__":
    sys.exit(main())
