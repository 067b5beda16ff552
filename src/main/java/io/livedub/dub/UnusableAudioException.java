package io.livedub.dub;

import io.livedub.media.AudioCodec.CodecException;

/** The audio that STS sent cannot go on air. The message gives the reason. */
class UnusableAudioException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnusableAudioException(String message) {
        super(message);
    }

    /** Why a dub does not air, for the log. Of an error that nobody foresaw the message alone says nothing: a native binary has none. */
    static String why(Throwable failure) {
        boolean foreseen = failure instanceof UnusableAudioException
                || failure instanceof CodecException
                || failure instanceof IllegalStateException
                || failure instanceof OutOfMemoryError;
        return foreseen ? String.valueOf(failure.getMessage()) : "internal error: " + failure;
    }
}
