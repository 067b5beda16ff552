package io.livedub.stream.chain;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import io.livedub.media.AudioFormat;
import io.livedub.media.VideoFormat;
import io.livedub.stream.events.LifeEvent;
import io.livedub.timeline.OutputTimeline;

/** Opens the outputs when the formats of the source are known: at once in passthrough, else shortly before the first frame airs. */
final class StreamOpening {
    /** Publishing starts this long before the first frame airs: some servers drop a publisher that is silent for 10 s. */
    private static final Duration CONNECT_AHEAD = Duration.ofMillis(1500);

    /** Output time 0 lies this long before the first frame, so that a clock that settles late cannot bring a frame before it. */
    private static final Duration OUTPUT_HEADROOM = Duration.ofMillis(500);

    private static final Duration SAID_WITHIN = Duration.ofSeconds(10);
    private static final int MOST_SAID = 10;

    private final StreamParts parts;
    private final Languages languages;
    private final OutputTimeline air;
    private final Consumer<Throwable> onDefect;
    /** The format of which silence is to be made next; null when none is. */
    private final AtomicReference<AudioFormat> unmade = new AtomicReference<>();

    private volatile Runnable open = () -> {};
    private long saidSinceNs;
    private int said;

    /** @param onDefect told when opening ahead of the first frame throws: a stream without outputs would look alive */
    StreamOpening(StreamParts parts, Languages languages, OutputTimeline air, Consumer<Throwable> onDefect) {
        this.parts = parts;
        this.languages = languages;
        this.air = air;
        this.onDefect = onDefect;
    }

    void formatsKnown(VideoFormat video, AudioFormat audio) {
        parts.events().accept(new LifeEvent.Note("source: " + video + ", " + audio));
        makeSilence(audio);
        if (parts.passthrough()) {
            languages.open(video, audio, parts.clock().nowNs());
            return;
        }
        languages.begin(audio);
        long zeroNs = outputZeroNs();
        open = () -> languages.open(video, audio, Math.min(zeroNs, outputZeroNs()));
        parts.clock().schedule(zeroNs - CONNECT_AHEAD.toNanos(), this::openAhead);
    }

    /**
     * The outputs of a stream that goes on are open at once, on the time of the process before.
     *
     * @param zeroNs clock time of their time 0
     */
    void resumed(VideoFormat video, AudioFormat audio, long zeroNs) {
        makeSilence(audio);
        languages.goOn();
        languages.open(video, audio, zeroNs);
        languages.begin(audio);
    }

    /** Everything behind takes a frame's format from the frame. The session learns of the new format when the first fragment with it is due. */
    void soundChanged(AudioFormat audio) {
        if (isSaid()) {
            parts.events().accept(new LifeEvent.Note("source: the sound is " + audio + " now"));
        }
        makeSilence(audio);
    }

    /** A source may send other settings with each frame: {@link SourceReport} tells of these. */
    private boolean isSaid() {
        long nowNs = parts.clock().nowNs();
        if (nowNs - saidSinceNs >= SAID_WITHIN.toNanos()) {
            saidSinceNs = nowNs;
            said = 0;
        }
        return ++said <= MOST_SAID;
    }

    /** The first segment is on the timeline. Does nothing when the outputs are open. */
    void open() {
        open.run();
    }

    /** Ahead of its use, which must not wait for an encoder. One at a time: the workers are those of all streams. */
    private void makeSilence(AudioFormat audio) {
        if (unmade.getAndSet(audio) == null) {
            parts.workers().execute(() -> parts.engine().audioCodec().silence(unmade.getAndSet(null)));
        }
    }

    /**
     * Output zero must precede every frame, also when the clock has settled since the formats were known: a stream's first frames are late while
     * classes are loaded, and what comes sooner moves its beginning.
     */
    private long outputZeroNs() {
        return air.begun() ? air.zeroAirNs() : air.airNsOf(0) - OUTPUT_HEADROOM.toNanos();
    }

    private void openAhead() {
        try {
            open.run();
        } catch (RuntimeException | Error failed) {
            onDefect.accept(failed);
        }
    }
}
