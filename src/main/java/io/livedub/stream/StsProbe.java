package io.livedub.stream;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Function;

import io.livedub.config.WorkerConfig;
import io.livedub.id.StreamId;
import io.livedub.media.AudioFormat;
import io.livedub.media.Frame;
import io.livedub.media.MediaClock;
import io.livedub.media.MediaEngine;
import io.livedub.stream.events.EventTable;
import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.SessionEvent;
import io.livedub.sts.Fragment;
import io.livedub.sts.StsOutcome;
import io.livedub.sts.StsSession;
import io.livedub.sts.StsSettings;
import io.livedub.sts.StsTransport;

/** Sends one second of silence to STS and waits for its answer. Blocking. */
public final class StsProbe {
    private static final StreamId STREAM_ID = new StreamId("stream-worker-check");
    private static final AudioFormat FORMAT = AudioFormat.aacLc(48_000, 2);
    private static final Duration CLOSING = Duration.ofSeconds(12);
    /** Connecting and {@code stream:ready} may take 10 s each. */
    private static final Duration HANDSHAKE = Duration.ofSeconds(20);

    private final StsSettings settings;
    private final StsTransport transport;
    private final MediaClock clock;
    private final MediaEngine engine;
    private final EventTable lastWords = new EventTable()
            .on(SessionEvent.Session.class, session -> lastWord = session.reason())
            .on(LifeEvent.Warning.class, warning -> lastWord = warning.message());
    /** Why it is as it is, for the one line at the end. */
    private volatile String lastWord = "no answer";

    public StsProbe(
            WorkerConfig config, Function<StsSettings, StsTransport> transports, MediaClock clock, MediaEngine engine) {
        this.settings = StsSettingsOf.language(
                config,
                StreamSpec.of(config, STREAM_ID, StreamSpec.Defaults.RUN),
                config.streamSettings().first());
        this.transport = transports.apply(settings);
        this.clock = clock;
        this.engine = engine;
    }

    /**
     * What came of it.
     *
     * @param answered a result came
     * @param detail one line
     */
    public record ProbeResult(boolean answered, String detail) {}

    public ProbeResult run() {
        StsSession session = new StsSession(settings, transport, clock, InstantSource.system(), lastWords);
        try {
            session.start(FORMAT.sampleRateHz(), FORMAT.channels());
            long nowNs = clock.nowNs();
            StsOutcome outcome = session.submit(new Fragment(
                            UUID.randomUUID(),
                            0,
                            0,
                            nowNs,
                            nowNs + HANDSHAKE.plus(settings.timeout()).toNanos(),
                            FORMAT.sampleRateHz(),
                            FORMAT.channels(),
                            1_000_000_000L,
                            oneSecondOfSilence()))
                    .await()
                    .indefinitely();
            return result(session, outcome);
        } finally {
            session.close();
        }
    }

    private ProbeResult result(StsSession session, StsOutcome outcome) {
        if (outcome instanceof StsOutcome.Dubbed dubbed) {
            session.end("check")
                    .ifNoItem()
                    .after(CLOSING)
                    .recoverWithItem(() -> null)
                    .await()
                    .indefinitely();
            return new ProbeResult(
                    true,
                    String.format(
                            Locale.ROOT,
                            "answered after %d ms with %d bytes of %s",
                            dubbed.roundTrip().toMillis(),
                            dubbed.audio().data().length,
                            dubbed.audio().format()));
        }
        return new ProbeResult(false, ((StsOutcome.Original) outcome).detail() + " (" + lastWord + ")");
    }

    private byte[] oneSecondOfSilence() {
        byte[] silence = engine.audioCodec().silence(FORMAT);
        List<Frame> frames = new ArrayList<>();
        for (int i = 0; i < FORMAT.nsToFrames(1_000_000_000L); i++) {
            long atNs = FORMAT.framesToNs(i);
            frames.add(new Frame(FORMAT, atNs, atNs, true, 0, silence));
        }
        return engine.segmentWriter().mux(frames, 0);
    }
}
