package io.livedub.dub;

/** What STS sent as audio cannot go on air. The message says why. */
class UnusableAudioException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnusableAudioException(String message) {
        super(message);
    }
}
