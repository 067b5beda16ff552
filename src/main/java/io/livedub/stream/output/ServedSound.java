package io.livedub.stream.output;

import java.time.Duration;
import java.util.function.Supplier;

import io.smallrye.mutiny.Uni;

import io.livedub.media.AudioFormat;
import io.livedub.media.ClockExecutor;
import io.livedub.media.MediaClock;
import io.livedub.media.MediaSource;
import io.livedub.media.Track;

/**
 * What the server tells viewers of an output's sound, found by reading the output as one of them until its first audio frame. Servers differ:
 * nginx-rtmp passes AAC settings on that change on the way, MediaMTX tells every viewer of the first ones, and then nobody can decode the sound.
 */
final class ServedSound {
    /** From a change until it is asked: frames are handed over up to 0.25 s ahead, and a server takes its time. */
    static final Duration AFTER_CHANGE = Duration.ofSeconds(1);
    /** Between two questions, however often the sound changes. */
    static final Duration BETWEEN = Duration.ofSeconds(10);
    /** A server answers a reader within it, or has none of our time. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Supplier<MediaSource> asViewer;
    private final ClockExecutor executor;

    /** @param asViewer reads the output */
    ServedSound(Supplier<MediaSource> asViewer, MediaClock clock) {
        this.asViewer = asViewer;
        this.executor = new ClockExecutor(clock);
    }

    /** @return null when the server does not say it: this worker may not read there, or nothing came in time */
    Uni<AudioFormat> ask() {
        return asViewer.get()
                .frames()
                .filter(frame -> frame.track() == Track.AUDIO)
                .map(frame -> (AudioFormat) frame.format())
                .toUni()
                .ifNoItem()
                .after(PATIENCE)
                .on(executor)
                .fail()
                .onFailure()
                .recoverWithItem((AudioFormat) null);
    }
}
