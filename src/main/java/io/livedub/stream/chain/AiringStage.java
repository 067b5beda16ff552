package io.livedub.stream.chain;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAccumulator;

import io.smallrye.mutiny.Multi;

import io.livedub.dub.AiredSegment;
import io.livedub.media.ClockExecutor;
import io.livedub.media.Frame;
import io.livedub.media.MediaClock;
import io.livedub.segment.Segment;
import io.livedub.spool.Resumption;
import io.livedub.spool.Resumption.ResumedPiece;
import io.livedub.spool.SpoolRecord.HeardSound;
import io.livedub.stream.chain.DubbingStage.Voiced;
import io.livedub.stream.events.LifeEvent;
import io.livedub.timeline.OutputTimeline;

/** Puts segments on the output's timeline, and gives the frames of all languages on, shortly before they air. */
final class AiringStage {
    /** Frames are pushed this long before they air; less than the dubber's handover margin, so that a segment is always in time. */
    private static final Duration LEAD = Duration.ofMillis(220);

    static final Duration TICK = Duration.ofMillis(70);

    private final OutputTimeline air;
    private final Languages languages;
    private final StreamParts parts;
    private final StreamOpening opening;
    private final SpoolStage spool;
    private final HandOver handOver;
    private final Runnable onAllOffered;
    private final MediaClock clock;
    private final LongAccumulator latestPushNs = new LongAccumulator(Math::max, 0);
    private volatile boolean allOffered;

    /**
     * Frames that air together, by the key of their language.
     *
     * @param zeroNs clock time of the frames' time 0
     * @param last whether nothing more comes, because another process goes on
     */
    record Due(Map<String, List<Frame>> frames, long zeroNs, boolean last) {}

    /** @param onAllOffered called when the last segment is on the timeline */
    AiringStage(
            OutputTimeline air,
            Languages languages,
            StreamParts parts,
            StreamOpening opening,
            SpoolStage spool,
            HandOver handOver,
            Runnable onAllOffered) {
        this.air = air;
        this.spool = spool;
        this.handOver = handOver;
        this.languages = languages;
        this.parts = parts;
        this.opening = opening;
        this.onAllOffered = onAllOffered;
        this.clock = parts.clock();
    }

    /** Frames that air together come together: an operator costs more than what it does for one. Completes when all has aired. */
    Multi<Due> apply(Multi<Voiced> segments) {
        Multi<?> offered = segments.onItem().invoke(this::offer).onCompletion().invoke(this::end);
        Multi<?> ticks = Multi.createFrom()
                .ticks()
                .onExecutor(new ClockExecutor(clock))
                .startingAfter(TICK)
                .every(TICK)
                .onOverflow()
                .drop()
                .select()
                .first(tick -> !(allOffered && air.empty()));
        return Multi.createBy()
                .merging()
                .<Object>streams(offered.map(Object.class::cast), ticks.map(Object.class::cast))
                .onItem()
                .transform(ignored -> due());
    }

    /**
     * Puts what another process has decided on the timeline again, in its order.
     *
     * @param soundEndNs by language, up to where its sound has aired, where that is known exactly
     */
    void resume(List<ResumedPiece> pieces, Map<String, Long> soundEndNs) {
        for (ResumedPiece piece : pieces) {
            Segment segment = piece.segment();
            Map<String, List<Frame>> sounds = new LinkedHashMap<>();
            for (Language language : languages.present()) {
                HeardSound sound = piece.sounds().get(language.key());
                boolean dubbed = sound != null && sound.dubbed();
                sounds.put(
                        language.key(),
                        behind(
                                dubbed ? sound.audio() : segment.audio(),
                                soundEndNs.getOrDefault(language.key(), Long.MIN_VALUE)));
            }
            air.offer(segment.t0Ns(), segment.endNs(), segment.video(), sounds);
        }
    }

    /** All languages begin with this sound, and with no picture of the source. */
    void resumeSilent(Frame sound) {
        Map<String, List<Frame>> sounds = new LinkedHashMap<>();
        languages.present().forEach(language -> sounds.put(language.key(), List.of(sound)));
        air.offer(sound.ptsNs(), sound.ptsNs(), List.of(), sounds);
    }

    /** The publications' time at which an instant of the stream's timeline airs; 0 as long as they have no time. */
    long outputNs(long timelineNs) {
        long zeroNs = languages.zeroNs();
        return zeroNs == 0 ? 0 : Math.max(0, air.airNsOf(timelineNs) - zeroNs);
    }

    private static List<Frame> behind(List<Frame> sound, long endNs) {
        return sound.stream()
                .filter(frame -> frame.ptsNs() + Resumption.JOINT_NS >= endNs)
                .toList();
    }

    private Due due() {
        handOver.decideStop();
        long nowNs = clock.nowNs();
        Map<String, List<Frame>> frames = air.due(nowNs, LEAD.toNanos());
        boolean last = handOver.hasAired(nowNs, LEAD.toNanos());
        long zeroNs = air.zeroAirNs();
        frames.values()
                .forEach(together -> latestPushNs.accumulate(clock.nowNs()
                        + LEAD.toNanos()
                        - zeroNs
                        - together.get(0).dtsNs()));
        return new Due(frames, zeroNs, last);
    }

    private void offer(Voiced voiced) {
        air(voiced);
        handOver.decided();
    }

    private void air(Voiced voiced) {
        Segment segment = voiced.segment();
        boolean first = !air.begun();
        Map<Language, AiredSegment> heard = new LinkedHashMap<>();
        Map<String, List<Frame>> audioFrames = new LinkedHashMap<>();
        voiced.sounds().forEach((language, made) -> {
            if (!languages.everyone().contains(language)) {
                // It was removed before anything of it was on air, and has left.
                return;
            }
            AiredSegment airs = language.heard(made);
            heard.put(language, airs);
            audioFrames.put(language.key(), airs.audio());
        });
        if (!air.offer(segment.t0Ns(), segment.endNs(), segment.video(), audioFrames)) {
            parts.events()
                    .accept(new LifeEvent.Warning(String.format(
                            Locale.ROOT,
                            "segment %d is dropped: the output holds as much as a stream may hold",
                            segment.batch())));
            heard.forEach(Language::withheld);
            return;
        }
        if (first) {
            opening.open();
        }
        heard.keySet().forEach(languages::open);
        long airNs = air.airNsOf(segment.t0Ns());
        heard.forEach((language, airs) -> {
            language.aired(airs, languages.zeroNs(), airNs);
            spool.heard(segment.batch(), language.key(), airs);
            if (airs.dubbed()) {
                parts.files().keepDubbed(airs, languages.suffix(language));
            }
        });
    }

    private void end() {
        air.end();
        allOffered = true;
        onAllOffered.run();
    }

    /** By how much the latest frame since the last call was given on too late, in ns; 0 when all were in time. */
    long latestPushNs() {
        return latestPushNs.getThenReset();
    }
}
