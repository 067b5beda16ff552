"""The three places with their real models, and M4A in and out."""

import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from sts_offline import dub, sound, speech

SENTENCE = "The company will build a new hospital near the river."


def spoken_m4a(text: str) -> bytes:
    """By flite: espeak-ng's English is understood by no recogniser."""
    with tempfile.TemporaryDirectory() as folder:
        wav, m4a = Path(folder, "speech.wav"), Path(folder, "speech.m4a")
        subprocess.run(["flite", "-voice", "rms", "-t", text, "-o", str(wav)], check=True)
        command = ["ffmpeg", "-nostdin", "-v", "error", "-i", str(wav), "-af", "adelay=400,apad,atrim=0:6", "-ar", "44100", str(m4a)]
        subprocess.run(command, check=True)
        return m4a.read_bytes()


@unittest.skipUnless(speech.direction("es") and shutil.which("flite"), "apertium-eng-spa and flite are not installed: ./dev setup --speak")
class SpeechTest(unittest.TestCase):
    def test_english_in_spanish_out_as_long_as_the_original_and_in_its_place(self) -> None:
        dubbed = dub.dub(dub.Job(spoken_m4a(SENTENCE), 6000, 44100, 1, "es", "default"))
        self.assertEqual(dubbed.transcript, "the company will build a new hospital near the river")
        self.assertIn("hospital nuevo", dubbed.translation)
        self.assertTrue(dubbed.whole)
        original_ms = dubbed.speech["original_end_ms"] - dubbed.speech["original_start_ms"]
        self.assertAlmostEqual(dubbed.speech["dub_ms"], original_ms, delta=150)
        self.assertAlmostEqual(dubbed.speech["dub_start_ms"], 400, delta=150)
        self.assertEqual(dubbed.m4a[4:8], b"ftyp")
        self.assertAlmostEqual(len(sound.decoded(dubbed.m4a)) / 2 / speech.HEARD_HZ, 6.0, delta=0.03)

    def test_silence_is_dubbed_with_silence(self) -> None:
        silence = sound.encoded(b"", 0, 6, 48000, 2)
        dubbed = dub.dub(dub.Job(silence, 6000, 48000, 2, "es", "default"))
        self.assertEqual((dubbed.transcript, dubbed.translation, dubbed.whole), ("", "", True))
        self.assertFalse(any(sound.decoded(dubbed.m4a)))

    def test_what_is_no_m4a_is_said_to_be_none(self) -> None:
        for given in (b"", b"hello", b"#EXTM3U\nhttp://127.0.0.1/", spoken_m4a("No.")[:200]):
            with self.subTest(given[:8]), self.assertRaises(sound.NoSound):
                sound.decoded(given)

    def test_text_is_never_an_option(self) -> None:
        self.assertTrue(speech.say("--help -v en", "es", 175))

    def test_what_cannot_fit_is_cut_and_says_so(self) -> None:
        spoken = speech.speak("El presidente hablará a las personas del país.", "es", "default", 0.4, 0.5)
        self.assertFalse(spoken.fits)
        self.assertEqual(spoken.words_per_minute, speech.FASTEST)
        self.assertLessEqual(len(spoken.pcm) / 2 / speech.SPOKEN_HZ, 0.5)


if __name__ == "__main__":
    unittest.main()
