package io.livedub.echo;

import java.util.function.Supplier;

import io.livedub.media.AudioCodec;
import io.livedub.media.SegmentWriter;

/**
 * What it takes to change sound. Asked for only when the sound has to be changed, so that the plain echo runs on a machine without any codec.
 *
 * @param codec decodes and encodes; null without a codec
 * @param writer puts AAC into an M4A; null without a codec
 */
public record EchoAudio(Supplier<AudioCodec> codec, Supplier<SegmentWriter> writer) {
    /** No codec: the same bytes, or a tone where length or format have to change. */
    public static EchoAudio none() {
        return new EchoAudio(null, null);
    }

    boolean available() {
        return codec != null && writer != null;
    }
}
