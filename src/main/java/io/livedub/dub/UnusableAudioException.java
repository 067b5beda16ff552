package io.livedub.dub;

/** The audio that STS sent cannot go on air. The message gives the reason. */
class UnusableAudioException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnusableAudioException(String message) {
        super(message);
    }
}
