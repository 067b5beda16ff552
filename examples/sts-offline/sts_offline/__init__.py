"""A speech-to-speech service that works without a network: pocketsphinx hears, Apertium translates, espeak-ng speaks."""
