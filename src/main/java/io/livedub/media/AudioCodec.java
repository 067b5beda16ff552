package io.livedub.media;

import java.util.List;

/** Decodes, converts and encodes short pieces of sound. Blocking (tens of milliseconds); call it from a worker thread. Thread-safe. */
public interface AudioCodec {
    /**
     * Takes the AAC frames out of an MP4 or M4A file, undecoded.
     *
     * @throws CodecException when the bytes are not an MP4 with one readable AAC track
     */
    AacClip demux(byte[] mp4);

    /**
     * Decodes to the given rate and channels. What {@link AacClip#leadingSamples()} and {@code audibleSamples} exclude is not in the result.
     *
     * @throws CodecException when it cannot be decoded
     */
    Pcm decode(AacClip clip, int sampleRateHz, int channels);

    /** Converts rate and channel count (mono to both channels; stereo to the mean). The same object when nothing differs. */
    Pcm convert(Pcm pcm, int sampleRateHz, int channels);

    /**
     * Changes the speed and keeps the pitch.
     *
     * @param tempo 1.25 plays in 1/1.25 of the time; 0.5…2
     */
    Pcm stretch(Pcm pcm, double tempo);

    /**
     * Encodes to exactly {@code frames} raw AAC frames that a decoder with {@code format}'s AudioSpecificConfig accepts.
     * The encoder's delay is removed: sample 0 of {@code pcm} is heard at the beginning of frame 0. Missing samples are silence, surplus is dropped.
     *
     * @param pcm at {@code format}'s core rate and channels
     * @throws UnknownFormatException when no encoder here makes this format
     * @throws CodecException when this sound could not be encoded: in time, say
     */
    List<byte[]> encode(Pcm pcm, AudioFormat format, int frames);

    /**
     * Asked before sound is decoded that would then be encoded in vain: of sound with many channels it takes hundreds of megabytes.
     *
     * @throws UnknownFormatException when {@link #encode} would
     */
    default void requireEncoder(AudioFormat format) {}

    /** One raw AAC frame of silence that may be spliced in anywhere. There is one for every format. */
    byte[] silence(AudioFormat format);

    /** Sound that cannot be read or made. The message says what is wrong with it. */
    class CodecException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public CodecException(String message) {
            super(message);
        }

        public CodecException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** Nothing here reads or makes sound of this format, so other sound of it cannot be read or made either. */
    class UnknownFormatException extends CodecException {
        private static final long serialVersionUID = 1L;

        public UnknownFormatException(String message) {
            super(message);
        }

        public UnknownFormatException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
