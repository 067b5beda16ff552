package io.livedub.dub;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import io.smallrye.mutiny.Uni;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.livedub.media.AacClip;
import io.livedub.media.AudioCodec;
import io.livedub.media.AudioFormat;
import io.livedub.media.Frame;
import io.livedub.media.Pcm;
import io.livedub.segment.Segment;
import io.livedub.sound.Bed;
import io.livedub.sound.DubSound;
import io.livedub.sound.Tones;
import io.livedub.stream.events.EventTable;
import io.livedub.stream.events.SegmentEvent;
import io.livedub.sts.Fragment;
import io.livedub.sts.FragmentExchange;
import io.livedub.sts.StsOutcome;
import io.livedub.sts.protocol.DubbedAudio;
import io.livedub.support.FakeAudioCodec;
import io.livedub.support.Segments;
import io.livedub.support.VirtualClock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class DubberTest {
    private static final long S = 1_000_000_000L;
    private static final long MS = 1_000_000L;
    private static final byte[] M4A = {9, 9, 9};
    /** A segment of the stream's instant t airs at t + 10 s. */
    private static final long DELAY_NS = 10 * S;

    private final VirtualClock clock = new VirtualClock();
    private final FakeAudioCodec codec = new FakeAudioCodec();
    private final Fitter fitter = new Fitter(codec);
    private final Service sts = new Service();
    private final List<String> fallbacks = new ArrayList<>();
    private final Deque<Runnable> work = new ArrayDeque<>();
    private boolean workAtOnce = true;
    private final Dubber dubber = new Dubber(sts, fitter, events(), clock, this::execute);

    private AiredSegment result;

    @Test
    void whatStsAnswersInTimeAirsInThePlacesOfTheOriginal() {
        Segment segment = Segments.of(1);
        codec.clip = clipOf(segment);

        dub(segment);
        sts.answer(dubbed());

        assertThat(result.dubbed()).isTrue();
        assertThat(result.airing()).isEqualTo(new AiredSegment.Airing.AirsDubbed("untouched", "hello", "hola"));
        assertThat(result.audio()).hasSameSizeAs(segment.audio());
        assertThat(result.audio().stream().map(Frame::data)).isEqualTo(codec.clip.frames());
        assertThat(result.audio().stream().map(Frame::ptsNs))
                .isEqualTo(segment.audio().stream().map(Frame::ptsNs).toList());
        assertThat(result.segment().video()).isEqualTo(segment.video());
        assertThat(fallbacks).isEmpty();
        assertThat(sts.unused).isEmpty();
    }

    @Test
    void theFragmentSaysWhatTheSegmentIsAndLeavesTimeToFitIt() {
        Segment segment = Segments.of(2);

        dub(segment);

        Fragment fragment = sts.fragments.get(0);
        assertThat(fragment.id()).isEqualTo(segment.fragmentId());
        assertThat(fragment.deadlineNs()).isEqualTo(segment.t0Ns() + DELAY_NS - Dubber.FIT_MARGIN.toNanos());
        assertThat(fragment.startedNs()).isEqualTo(segment.t0Ns() + 5 * S);
        assertThat(fragment.durationNs()).isEqualTo(Segments.AAC.framesToNs(94));
        assertThat(fragment.sampleRateHz()).isEqualTo(48_000);
        assertThat(fragment.channels()).isEqualTo(2);
        assertThat(fragment.m4a()).isEqualTo(M4A);
    }

    @Test
    void theOriginalOfTheSessionAirs() {
        Segment segment = Segments.of(1);

        dub(segment);
        sts.answer(new StsOutcome.Original("the breaker is open"));

        assertThat(result.dubbed()).isFalse();
        assertThat(result.audio()).isEqualTo(segment.audio());
        assertThat(result.airing()).isEqualTo(new AiredSegment.Airing.AirsOriginal("the breaker is open"));
        assertThat(sts.unused).isEmpty();
    }

    /** An encoder that begins anew may give the first frames of its other sound a time just before its first picture. */
    @ParameterizedTest
    @CsvSource({"4, true", "5, false"})
    void soundOfOneFormatIsDubbedButForAFewFrames(int others, boolean dubbed) {
        Segment one = Segments.of(1);
        AudioFormat other = AudioFormat.aacLc(48_000, 1);
        List<Frame> audio = new ArrayList<>(one.audio());
        for (int i = audio.size() - others; i < audio.size(); i++) {
            Frame frame = audio.get(i);
            audio.set(i, new Frame(other, frame.ptsNs(), frame.dtsNs(), true, frame.arrivalNs(), frame.data()));
        }
        codec.clip = clipOf(one);
        dub(new Segment(
                one.fragmentId(),
                1,
                one.t0Ns(),
                one.t0Ns(),
                one.durationNs(),
                true,
                true,
                one.video(),
                audio,
                one.videoFormat(),
                one.audioFormat(),
                null));

        if (!dubbed) {
            assertThat(result.airing())
                    .isEqualTo(new AiredSegment.Airing.AirsOriginal("its sound has more than one format"));
            assertThat(sts.fragments).isEmpty();
            return;
        }
        sts.answer(dubbed());
        assertThat(result.dubbed()).isTrue();
        assertThat(result.audio()).hasSize(94).allMatch(frame -> frame.format().equals(Segments.AAC));
    }

    @ParameterizedTest(name = "{0} frames")
    @ValueSource(ints = {0, 1, 4})
    void whatIsTooShortIsNotSent(int frames) {
        dub(Segments.of(1, frames));

        assertThat(result.airing()).isEqualTo(new AiredSegment.Airing.AirsOriginal("too short to be dubbed"));
        assertThat(sts.fragments).isEmpty();
    }

    @Test
    void aBlendedSegmentWaitsForTheOneBeforeAndEndsInATail() {
        DubSound duck = new DubSound(Bed.DUCK, -14, true);
        Dubber blending =
                new Dubber(sts, fitter, new Blender(codec, fitter), () -> duck, events(), clock, this::execute);
        codec.clip = clipOf(Segments.of(1));
        List<AiredSegment> aired = new ArrayList<>();
        blending.dub(Segments.of(1), Uni.createFrom().item(M4A), t -> t + DELAY_NS, t -> t)
                .subscribe()
                .with(aired::add);
        blending.dub(Segments.of(2), Uni.createFrom().item(M4A), t -> t + DELAY_NS, t -> t)
                .subscribe()
                .with(aired::add);

        sts.outcomes.get(1).complete(dubbed());
        assertThat(aired).isEmpty();
        sts.outcomes.get(0).complete(new StsOutcome.Original("late"));

        assertThat(aired).extracting(AiredSegment::dubbed).containsExactlyInAnyOrder(false, true);
        AiredSegment second =
                aired.stream().filter(AiredSegment::dubbed).findFirst().orElseThrow();
        assertThat(second.audio()).hasSize(94);
        assertThat(second.levels()).isPresent();
        assertThat(second.tail().get(second.tail().size() - 1).ptsNs())
                .isEqualTo(second.segment().audio().get(93).ptsNs());
    }

    /** A mixer that takes longer than there is time costs its own segment the dub, and the next one nothing. */
    @Test
    void aSlowMixIsGivenUpByTheDeadlineAndTheNextSegmentIsMixedAfterOriginalSound() {
        Dubber blending = new Dubber(
                sts,
                fitter,
                new Blender(codec, fitter),
                () -> new DubSound(Bed.DUCK, -14, true),
                events(),
                clock,
                this::execute);
        codec.clip = clipOf(Segments.of(1));
        workAtOnce = false;
        List<AiredSegment> aired = new ArrayList<>();
        for (Segment segment : List.of(Segments.of(1), Segments.of(2))) {
            blending.dub(segment, Uni.createFrom().item(M4A), t -> t + DELAY_NS, t -> t)
                    .subscribe()
                    .with(aired::add);
        }
        sts.outcomes.get(0).complete(dubbed());
        sts.outcomes.get(1).complete(dubbed());

        clock.advanceTo(Segments.of(1).t0Ns() + DELAY_NS - Dubber.HANDOVER_MARGIN.toNanos());
        assertThat(aired)
                .extracting(AiredSegment::airing)
                .containsExactly(new AiredSegment.Airing.AirsOriginal("fitting took until the segment's air time"));
        work.forEach(Runnable::run);

        assertThat(aired).hasSize(2);
        assertThat(aired.get(1).dubbed()).isTrue();
        assertThat(aired.get(1).lead()).isEmpty();
        assertThat(sts.unused).containsExactly("1 fitting took until the segment's air time");
    }

    /**
     * The service's latest result leaves half a second, and a quarter of one is kept for the hand-over: a mix may take the other quarter, whatever
     * it does.
     */
    @ParameterizedTest
    @CsvSource({"249, true", "251, false"})
    void aMixOfTheLatestResultMayTakeAQuarterOfASecond(int mixMs, boolean inTime) {
        Dubber blending = new Dubber(
                sts,
                fitter,
                new Blender(codec, fitter),
                () -> new DubSound(Bed.DUCK, -14, true),
                events(),
                clock,
                // Busy until then, on a thread of its own.
                task -> clock.schedule(clock.nowNs() + mixMs * MS, task));
        codec.clip = clipOf(Segments.of(1));
        long airsNs = Segments.of(1).t0Ns() + DELAY_NS;
        List<AiredSegment> aired = new ArrayList<>();
        blending.dub(Segments.of(1), Uni.createFrom().item(M4A), t -> t + DELAY_NS, t -> t)
                .subscribe()
                .with(aired::add);
        clock.advanceTo(airsNs - Dubber.FIT_MARGIN.toNanos());
        sts.outcomes.get(0).complete(dubbed());
        clock.advanceTo(airsNs - Dubber.HANDOVER_MARGIN.toNanos());

        assertThat(aired).as("known a quarter of a second before it airs").hasSize(1);
        assertThat(aired.get(0).dubbed()).isEqualTo(inTime);
        clock.advanceTo(airsNs);
        assertThat(aired).as("and never changed").hasSize(1);
    }

    @Test
    void aChangeOfTheSoundHoldsForTheSegmentsThatAreGivenFromThenOn() {
        AtomicReference<DubSound> wanted = new AtomicReference<>(DubSound.OFF);
        Dubber changing =
                new Dubber(sts, fitter, new Blender(codec, fitter), wanted::get, events(), clock, this::execute);
        codec.clip = clipOf(Segments.of(1));
        List<AiredSegment> aired = new ArrayList<>();
        for (int k = 1; k <= 4; k++) {
            wanted.set(k == 2 ? new DubSound(Bed.DUCK, -14, false) : DubSound.OFF);
            changing.dub(Segments.of(k), Uni.createFrom().item(M4A), t -> t + DELAY_NS, t -> t)
                    .subscribe()
                    .with(aired::add);
        }
        sts.outcomes.forEach(outcome -> outcome.complete(dubbed()));

        assertThat(aired)
                .as("the third one leads from the bed to none")
                .extracting(segment -> segment.levels().isPresent())
                .containsExactly(false, true, true, false);
        assertThat(aired.get(0).airing().why()).isEqualTo("untouched");
        assertThat(aired.get(3).airing().why()).isEqualTo("untouched");
    }

    @Test
    void whereNothingEncodesTheStreamsFormatTheDubAirsAlone() {
        FakeAudioCodec noEncoder = new FakeAudioCodec() {
            @Override
            public void requireEncoder(AudioFormat format) {
                throw new UnknownFormatException("no encoder makes 7.1");
            }
        };
        Segment segment = Segments.of(1);
        noEncoder.clip = clipOf(segment);
        Fitter alone = new Fitter(noEncoder);

        Blender.Blended blended = new Blender(noEncoder, alone)
                .blend(segment, dubbed(), new DubSound(Bed.DUCK, -14, true), Neighbour.NONE);

        assertThat(blended.frames()).isEqualTo(noEncoder.clip.frames());
        assertThat(blended.how()).isEqualTo("untouched, alone: no encoder makes 7.1");
        assertThat(blended.tail()).isEmpty();
        assertThat(noEncoder.calls).containsExactly("demux");
    }

    /** A dub that airs alone has the level that the service gave it, which may be 20 dB too much. */
    @Test
    void whereADubCannotBeMixedInTimeTheOriginalAirs() {
        DubSound match = new DubSound(Bed.OFF, -14, true);
        Dubber blending =
                new Dubber(sts, fitter, new Blender(codec, fitter), () -> match, events(), clock, this::execute);
        Segment segment = Segments.of(1);
        codec.clip = clipOf(segment);
        codec.failure = new AudioCodec.CodecException("sound cannot be encoded: it was not processed within 3 s");

        blending.dub(segment, Uni.createFrom().item(M4A), t -> t + DELAY_NS, t -> t)
                .subscribe()
                .with(aired -> result = aired);
        sts.answer(tone(0.1));

        assertThat(result.dubbed()).isFalse();
        assertThat(result.audio()).isEqualTo(segment.audio());
        assertThat(sts.unused).containsExactly("1 sound cannot be encoded: it was not processed within 3 s");
    }

    @Test
    void anOriginalThatCannotBeDecodedCostsOnlyTheBed() {
        AtomicBoolean damaged = new AtomicBoolean(true);
        FakeAudioCodec decoder = new FakeAudioCodec() {
            @Override
            public Pcm decode(AacClip from, int sampleRateHz, int channels) {
                if (damaged.get()) {
                    throw new CodecException("93 of its 94 frames could be decoded");
                }
                return Tones.sine(sampleRateHz, channels, 440, 0.05, (int) (from.audibleSamples() / 48));
            }
        };
        Blender blender = new Blender(decoder, new Fitter(decoder));
        DubSound sound = new DubSound(Bed.CONSTANT, -14, true);

        assertThatThrownBy(() -> blender.blend(Segments.of(1), tone(0.2), sound, Neighbour.NONE))
                .hasMessage("93 of its 94 frames could be decoded");
        damaged.set(false);
        Blender.Blended whole = blender.blend(Segments.of(1), tone(0.1), sound, Neighbour.NONE);
        damaged.set(true);
        Blender.Blended alone = blender.blend(Segments.of(2), tone(0.1), sound, whole.next());

        assertThat(whole.how()).isEqualTo("pcm_s16le re-encoded, -6.0 dB");
        assertThat(alone.how())
                .isEqualTo("pcm_s16le re-encoded, -6.0 dB, without the original: 93 of its 94 frames could be decoded");
        assertThat(alone.levels().originalLufs()).isEqualTo(whole.levels().originalLufs());
    }

    @Test
    void theLogSaysWhyABackgroundIsNotUnderTheDub() {
        DubbedAudio dub = tone(0.1).audio();
        DubbedAudio noSound = new DubbedAudio("flac", 48_000, 2, new byte[] {1, 2, 3});

        Blender.Blended blended = new Blender(codec, fitter)
                .blend(
                        Segments.of(1),
                        new StsOutcome.Dubbed(dub, Duration.ZERO, "", "", Optional.of(noSound)),
                        new DubSound(Bed.STEM, -14, false),
                        Neighbour.NONE);

        assertThat(blended.how()).isEqualTo("pcm_s16le re-encoded, without its background: format 'flac' is not known");
    }

    private static StsOutcome.Dubbed tone(double peak) {
        Pcm pcm = Tones.sine(48_000, 2, 440, peak, 2000);
        ByteBuffer bytes =
                ByteBuffer.allocate(pcm.samples().length * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float sample : pcm.samples()) {
            bytes.putShort((short) Math.round(sample * Short.MAX_VALUE));
        }
        return new StsOutcome.Dubbed(new DubbedAudio("pcm_s16le", 48_000, 2, bytes.array()), Duration.ZERO, "", "");
    }

    @Test
    void garbageAirsTheOriginalAndIsToldToSts() {
        Segment segment = Segments.of(1);

        dub(segment);
        sts.answer(new StsOutcome.Dubbed(new DubbedAudio("m4a", 0, 0, new byte[0]), Duration.ZERO, "", ""));

        assertThat(result.audio()).isEqualTo(segment.audio());
        assertThat(sts.unused).containsExactly("1 the dubbed audio is empty");
    }

    /** A native binary has no message for such an error. */
    @Test
    void anErrorThatNobodyForesawIsNamed() {
        codec.failure = new NullPointerException();

        dub(Segments.of(1));
        sts.answer(dubbed());

        assertThat(result.dubbed()).isFalse();
        assertThat(sts.unused).containsExactly("1 internal error: java.lang.NullPointerException");
    }

    @Test
    void aCodecThatThrowsAirsTheOriginal() {
        codec.failure = new IllegalStateException("native trouble");

        dub(Segments.of(1));
        sts.answer(dubbed());

        assertThat(result.airing()).isEqualTo(new AiredSegment.Airing.AirsOriginal("native trouble"));
        assertThat(sts.unused).containsExactly("1 native trouble");
    }

    @Test
    void aCodecThatNeedsMoreMemoryThanThereIsAirsTheOriginal() {
        codec.failure = new OutOfMemoryError("Java heap space");

        dub(Segments.of(1));
        sts.answer(dubbed());

        assertThat(result.airing()).isEqualTo(new AiredSegment.Airing.AirsOriginal("Java heap space"));
        assertThat(sts.unused).containsExactly("1 Java heap space");
    }

    @Test
    void aFitThatIsNotDoneShortlyBeforeAirIsGivenUp() {
        Segment segment = Segments.of(1);
        codec.clip = clipOf(segment);
        workAtOnce = false;
        long airsNs = segment.t0Ns() + DELAY_NS;
        dub(segment);
        sts.answer(dubbed());

        clock.advanceTo(airsNs - Dubber.HANDOVER_MARGIN.toNanos() - 1);
        boolean before = result != null;
        clock.advanceTo(airsNs - Dubber.HANDOVER_MARGIN.toNanos());

        assertThat(before).isFalse();
        assertThat(result.airing())
                .isEqualTo(new AiredSegment.Airing.AirsOriginal("fitting took until the segment's air time"));
        assertThat(sts.unused).containsExactly("1 fitting took until the segment's air time");
    }

    @Test
    void aFitThatWasGivenUpAndThenIsDoneChangesNothing() {
        Segment segment = Segments.of(1);
        AacClip whole = clipOf(segment);
        // Half as long: it has to be encoded, and its air time passes meanwhile.
        codec.clip = new AacClip(whole.format(), whole.frames(), 0, whole.audibleSamples() / 2);
        AtomicReference<AiredSegment> given = new AtomicReference<>();
        codec.whileEncoding = () -> {
            clock.advanceTo(segment.t0Ns() + DELAY_NS);
            given.set(result);
        };

        dub(segment);
        sts.answer(dubbed());

        assertThat(codec.encoded).isNotNull();
        assertThat(given.get()).isNotNull();
        assertThat(result).isSameAs(given.get());
        assertThat(sts.unused).hasSize(1);
    }

    @Test
    void aFitThatWasGivenUpBeforeItBeganIsNotMade() {
        Segment segment = Segments.of(1);
        codec.clip = clipOf(segment);
        workAtOnce = false;
        dub(segment);
        sts.answer(dubbed());
        clock.advanceTo(segment.t0Ns() + DELAY_NS);

        work.remove().run();

        assertThat(codec.calls).isEmpty();
        assertThat(result.dubbed()).isFalse();
    }

    @Test
    void aFitThatIsDoneInTimeIsNotGivenUpLater() {
        Segment segment = Segments.of(1);
        codec.clip = clipOf(segment);
        dub(segment);
        sts.answer(dubbed());

        clock.advanceTo(segment.t0Ns() + 2 * DELAY_NS);

        assertThat(result.dubbed()).isTrue();
        assertThat(sts.unused).isEmpty();
        assertThat(clock.pendingTasks()).isZero();
    }

    @Test
    void aPoolThatIsShutDownAirsTheOriginal() {
        Segment segment = Segments.of(1);
        Dubber refused = new Dubber(sts, new Fitter(codec), events(), clock, task -> {
            throw new RejectedExecutionException("shut down");
        });

        refused.dub(segment, Uni.createFrom().item(M4A), t -> t + DELAY_NS, t -> t)
                .subscribe()
                .with(aired -> result = aired);
        sts.answer(dubbed());

        assertThat(result.audio()).isEqualTo(segment.audio());
    }

    @Test
    void withoutAnM4aTheOriginalAirsAndCountsAsFailed() {
        Segment segment = Segments.of(3);

        dubber.dub(segment, Uni.createFrom().failure(new IllegalStateException("muxer")), t -> t + DELAY_NS, t -> t)
                .subscribe()
                .with(aired -> result = aired);

        assertThat(result.audio()).isEqualTo(segment.audio());
        assertThat(fallbacks).containsExactly("3 FAILED its sound could not be packed as M4A: muxer");
        assertThat(sts.fragments).isEmpty();
    }

    @Test
    void anM4aThatIsNotMadeInTimeCostsTheDubAndNotThePlaceOnAir() {
        Segment segment = Segments.of(3);
        CompletableFuture<byte[]> m4a = new CompletableFuture<>();
        dubber.dub(segment, Uni.createFrom().completionStage(m4a), t -> t + DELAY_NS, t -> t)
                .subscribe()
                .with(aired -> result = aired);

        clock.advanceTo(segment.t0Ns() + DELAY_NS - Dubber.FIT_MARGIN.toNanos());
        m4a.completeExceptionally(new IllegalStateException("and then it failed as well"));

        assertThat(result.audio()).isEqualTo(segment.audio());
        assertThat(fallbacks).containsExactly("3 LATE its sound was not packed as M4A before its deadline");
        assertThat(sts.fragments).isEmpty();
    }

    @Test
    void anM4aThatComesAfterItsDeadlineIsNotSent() {
        Segment segment = Segments.of(3);
        CompletableFuture<byte[]> m4a = new CompletableFuture<>();
        dubber.dub(segment, Uni.createFrom().completionStage(m4a), t -> t + DELAY_NS, t -> t);
        clock.advanceTo(segment.t0Ns() + DELAY_NS);

        m4a.complete(M4A);

        assertThat(sts.fragments).isEmpty();
        assertThat(fallbacks).hasSize(1);
    }

    @Test
    void dubbingDoesNotWaitForASubscriber() {
        dubber.dub(Segments.of(1), Uni.createFrom().item(M4A), t -> t + DELAY_NS, t -> t);

        assertThat(sts.fragments).hasSize(1);
    }

    @Test
    void aTaskRunsOnceAllBeforeItWereHandedToSts() {
        CompletableFuture<byte[]> first = new CompletableFuture<>();
        CompletableFuture<byte[]> second = new CompletableFuture<>();
        dubber.dub(Segments.of(1), Uni.createFrom().completionStage(first), t -> t + DELAY_NS, t -> t);
        dubber.dub(Segments.of(2), Uni.createFrom().completionStage(second), t -> t + DELAY_NS, t -> t);
        List<Integer> submittedThen = new ArrayList<>();

        dubber.whenSubmitted(() -> submittedThen.add(sts.fragments.size()));
        second.complete(M4A);
        boolean early = !submittedThen.isEmpty();
        first.complete(M4A);

        assertThat(early).isFalse();
        assertThat(submittedThen).containsExactly(2);
    }

    @Test
    void aTaskDoesNotWaitForWhatWillNeverBeHandedToSts() {
        CompletableFuture<byte[]> never = new CompletableFuture<>();
        dubber.dub(Segments.of(1), Uni.createFrom().completionStage(never), t -> t + DELAY_NS, t -> t);
        List<String> ran = new ArrayList<>();

        dubber.whenSubmitted(() -> ran.add("task"));
        never.completeExceptionally(new IllegalStateException("muxer"));

        assertThat(ran).containsExactly("task");
    }

    @Test
    void withNothingOnItsWayATaskRunsAtOnce() {
        List<String> ran = new ArrayList<>();

        dubber.whenSubmitted(() -> ran.add("task"));

        assertThat(ran).containsExactly("task");
    }

    @Test
    void dubbedFramesAreNotOlderThanTheirMaking() {
        Segment segment = Segments.of(1);
        codec.clip = clipOf(segment);
        clock.advanceTo(segment.t0Ns() + 500 * MS);

        dub(segment);
        sts.answer(dubbed());

        assertThat(result.audio())
                .allSatisfy(frame -> assertThat(frame.arrivalNs()).isLessThanOrEqualTo(clock.nowNs()));
    }

    private void dub(Segment segment) {
        dubber.dub(segment, Uni.createFrom().item(M4A), t -> t + DELAY_NS, t -> t + 5 * S)
                .subscribe()
                .with(aired -> result = aired);
    }

    private static StsOutcome.Dubbed dubbed() {
        byte[] mp4 = {0, 0, 0, 24, 'f', 't', 'y', 'p'};
        return new StsOutcome.Dubbed(new DubbedAudio("m4a", 48_000, 2, mp4), Duration.ofSeconds(1), "hello", "hola");
    }

    private static AacClip clipOf(Segment segment) {
        List<byte[]> frames = new ArrayList<>();
        for (int i = 0; i < segment.audio().size(); i++) {
            frames.add(new byte[] {5, (byte) i});
        }
        return new AacClip(Segments.AAC, frames, 0, frames.size() * 1024L);
    }

    private void execute(Runnable task) {
        if (workAtOnce) {
            task.run();
        } else {
            work.add(task);
        }
    }

    private EventTable events() {
        return new EventTable()
                .on(
                        SegmentEvent.Fallback.class,
                        event -> fallbacks.add(event.fragmentId().getLeastSignificantBits() + " " + event.reason() + " "
                                + event.detail()));
    }

    /** An STS session whose answers are the test's. */
    private static final class Service implements FragmentExchange {
        final List<Fragment> fragments = new ArrayList<>();
        final List<String> unused = new ArrayList<>();
        final List<CompletableFuture<StsOutcome>> outcomes = new ArrayList<>();
        private final CompletableFuture<StsOutcome> outcome = new CompletableFuture<>();

        void answer(StsOutcome known) {
            outcome.complete(known);
        }

        @Override
        public Uni<StsOutcome> submit(Fragment fragment) {
            fragments.add(fragment);
            CompletableFuture<StsOutcome> own = outcome.copy();
            outcomes.add(own);
            return Uni.createFrom().completionStage(own::copy);
        }

        @Override
        public void applied(UUID fragmentId) {
            throw new AssertionError("said by the stream when it is on the output's timeline, not here");
        }

        @Override
        public void unused(UUID fragmentId, String detail) {
            unused.add(fragmentId.getLeastSignificantBits() + " " + detail);
        }
    }
}
