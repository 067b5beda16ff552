package io.livedub.media.gst.codec;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;

import com.sun.jna.Pointer;

import io.livedub.media.AudioCodec.CodecException;
import io.livedub.media.gst.binding.AppSource;
import io.livedub.media.gst.binding.BufferLayout;
import io.livedub.media.gst.binding.BusMessage;
import io.livedub.media.gst.binding.GstPipeline;
import io.livedub.media.gst.binding.GstRuntime;
import io.livedub.media.gst.binding.NativeCalls;

/**
 * Runs a short pipeline to its end on the calling thread, with a hard limit of time and of output: what goes in may come from a stranger.
 * The pipeline has an appsink named {@code out}; it may have an appsrc named {@code in}.
 */
final class BoundedPipeline implements AutoCloseable {
    /** The longest thing done here is encoding a segment of 30 s, 0.3 s. */
    static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(3);

    /** Pipelines that did not come back, of the whole process. Each holds a thread for as long as its element hangs. */
    private static final AtomicInteger HANGING = new AtomicInteger();

    private static final int MAX_HANGING = 8;

    private static final long POLL_NS = TimeUnit.MILLISECONDS.toNanos(20);

    private final GstPipeline pipeline;
    private final long untilNs = System.nanoTime() + LIMIT_NS;
    private final long outputLimitBytes;
    private boolean ended;

    /**
     * @param outputLimitBytes what the sound that goes in can become, with some to spare
     * @throws CodecException when too many earlier pipelines hang: sound that makes a decoder hang would take one thread after the other
     */
    BoundedPipeline(String description, long outputLimitBytes) {
        if (HANGING.get() >= MAX_HANGING) {
            throw new CodecException(MAX_HANGING + " earlier pieces of sound are still being processed");
        }
        pipeline = new GstPipeline(description);
        this.outputLimitBytes = outputLimitBytes;
    }

    void caps(String text) {
        Pointer caps = NativeCalls.gst_caps_from_string(text);
        NativeCalls.gst_app_src_set_caps(pipeline.element("in"), caps);
        NativeCalls.gst_mini_object_unref(caps);
    }

    /** Starts the pipeline. Call before {@link #push}: an appsrc that has not started takes no buffer. */
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
                    ended = true;
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
            if (taken > outputLimitBytes) {
                throw new CodecException("the codec gave more bytes than this sound can have");
            }
            if (System.nanoTime() - untilNs >= 0) {
                throw new CodecException("it was not processed within 3 s");
            }
        }
    }

    private void failOnError() {
        Optional<BusMessage> message = pipeline.poll(0);
        if (message.isPresent() && message.get().isError()) {
            throw new CodecException(message.get().oneLine());
        }
    }

    /** Stopping waits for the element that works: when the end was not reached, another thread waits. */
    @Override
    public void close() {
        if (ended) {
            pipeline.close();
            return;
        }
        HANGING.incrementAndGet();
        GstRuntime.away(() -> {
            pipeline.close();
            HANGING.decrementAndGet();
        });
    }
}
