package io.livedub.media.gst;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

import com.sun.jna.Pointer;

import io.livedub.media.AudioCodec.CodecException;

/**
 * Runs a short pipeline to its end on the calling thread, with a hard limit of time and of output: what goes in may come from a stranger.
 * The pipeline has an appsink named {@code out}; it may have an appsrc named {@code in}.
 */
final class Batch implements AutoCloseable {
    /** The longest thing done here is encoding a segment of 30 s, 0.3 s. */
    static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(3);

    /** Ten minutes of 48 kHz stereo floats: more than any fragment holds. */
    private static final long OUTPUT_LIMIT_BYTES = 230_000_000L;

    private static final long POLL_NS = TimeUnit.MILLISECONDS.toNanos(20);

    private final GstPipeline pipeline;
    private final long untilNs = System.nanoTime() + LIMIT_NS;
    private boolean stuck;

    Batch(String description) {
        pipeline = new GstPipeline(description);
    }

    void set(String element, String property, Object value) {
        pipeline.set(element, property, value);
    }

    void caps(String text) {
        Pointer caps = NativeCalls.gst_caps_from_string(text);
        NativeCalls.gst_app_src_set_caps(pipeline.element("in"), caps);
        NativeCalls.gst_mini_object_unref(caps);
    }

    /** To be called before {@link #push}: an appsrc that has not begun takes nothing. */
    void play() {
        pipeline.play();
    }

    void push(byte[] data, long ptsNs, long durationNs) {
        input().push(data, ptsNs, ptsNs, durationNs, true);
    }

    void endOfInput() {
        input().end();
    }

    private AppSource input() {
        return new AppSource(pipeline.element("in"));
    }

    /**
     * Pulls everything that comes out. The samples are valid during the call only.
     *
     * @throws CodecException when an element fails, or a limit is reached
     */
    void drain(LongConsumer taker) {
        Pointer sink = pipeline.element("out");
        long taken = 0;
        while (true) {
            long sample = NativeCalls.gst_app_sink_try_pull_sample(Pointer.nativeValue(sink), POLL_NS);
            if (sample == 0) {
                failOnError();
                if (NativeCalls.gst_app_sink_is_eos(sink)) {
                    return;
                }
            } else {
                try {
                    taken += NativeCalls.gst_buffer_get_size(BufferLayout.of(sample));
                    taker.accept(sample);
                } finally {
                    NativeCalls.gst_mini_object_unref(sample);
                }
            }
            if (System.nanoTime() - untilNs >= 0 || taken > OUTPUT_LIMIT_BYTES) {
                stuck = true;
                throw new CodecException(
                        taken > OUTPUT_LIMIT_BYTES
                                ? "sound is longer than ten minutes"
                                : "sound was not processed within 3 s");
            }
        }
    }

    private void failOnError() {
        Optional<BusMessage> message = pipeline.poll(0);
        if (message.isPresent() && message.get().isError()) {
            throw new CodecException(message.get().oneLine());
        }
        if (message.isPresent() && message.get().saysNoMorePads()) {
            throw new CodecException("there is no AAC track");
        }
    }

    /** An element that did not come back in time is left to another thread. */
    @Override
    public void close() {
        if (stuck) {
            GstRuntime.away(pipeline::close);
        } else {
            pipeline.close();
        }
    }
}
