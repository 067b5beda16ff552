package io.livedub.echo;

import java.nio.file.Path;
import java.util.function.Supplier;

import io.livedub.media.AudioCodec;
import io.livedub.media.SegmentWriter;

/**
 * What it takes to change sound. Asked for only when the sound has to be changed, so that the plain echo runs on a machine without any codec.
 *
 * @param codec decodes and encodes; null when there is none
 * @param writer puts AAC into an M4A; null when there is none
 * @param speech a WAV file that answers take their sound from, by the fragment's time stamp at the source; null: what was sent
 * @param background the same for {@code metadata.background_audio}; null: without
 */
public record EchoAudio(Supplier<AudioCodec> codec, Supplier<SegmentWriter> writer, Path speech, Path background) {
    public EchoAudio(Supplier<AudioCodec> codec, Supplier<SegmentWriter> writer) {
        this(codec, writer, null, null);
    }

    public EchoAudio with(Path newSpeech, Path newBackground) {
        return new EchoAudio(codec, writer, newSpeech, newBackground);
    }

    /** No codec: the same bytes, or a tone where the length or the format has to be another one. */
    public static EchoAudio none() {
        return new EchoAudio(null, null);
    }

    boolean available() {
        return codec != null && writer != null;
    }
}
