package io.livedub.timeline;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import io.livedub.media.AudioFormat;
import io.livedub.media.Format;
import io.livedub.media.Frame;
import io.livedub.media.SlateClip;
import io.livedub.media.VideoFormat;

/**
 * What an output shows while nothing of the source is left: a film in rounds, or the last keyframe once a second. The timeline that owns it says
 * when: it may only begin where the source's next picture is a keyframe, because the pictures between refer to what the slate has replaced.
 *
 * <p>Places are times on one axis that goes forward, such as the clock times at which pictures air. Not thread-safe, but for {@link #shownNs}
 * and {@link #isOn}: the timeline holds the lock.
 */
public final class Slate {
    /** How often the last keyframe is repeated, and how long after the last picture for the first time. */
    static final long EACH_NS = 1_000_000_000L;
    /** A film begins this long after the last picture: a source that is back sooner is not interrupted. */
    static final long CLIP_AFTER_NS = 500_000_000L;

    /** The machine stood still for longer: what was due meanwhile is left out. */
    private static final long MOST_BEHIND_NS = 2_000_000_000L;

    /** Told what is shown. Called with the timeline's lock held; must not block. */
    public interface SlateListener {
        /** @param clip true when the film is shown, false when the last keyframe is */
        void began(boolean clip);

        /** @param back true when pictures of the source air again, false when the stream ends */
        void ended(long shownNs, boolean back);

        /** The film cannot be shown in this stream: the last keyframe takes its place. */
        void unfit(String why);
    }

    private final SlatePlan plan;
    private final SlateListener listener;
    private final long soonerNs;

    private Frame keyframe;
    private boolean anything;
    private long lastNs;

    private Format video;
    private AudioFormat audio;
    private Optional<SlateClip> clip = Optional.empty();
    private boolean saidUnfit;

    private volatile boolean on;
    private volatile long totalNs;
    private volatile long currentNs;
    private long beganNs;
    private long nextNs;
    private long roundNs;
    private int index;
    private long waitingSinceNs;

    private Slate(SlatePlan plan, long soonerNs, SlateListener listener) {
        this.plan = plan;
        this.soonerNs = soonerNs;
        this.listener = listener;
    }

    /** Of a stream that shows nothing in place of its source. */
    public static Slate off() {
        return new Slate(null, 0, null);
    }

    /** Places are clock times at which pictures air. */
    public static Slate ofAir(SlatePlan plan, SlateListener listener) {
        return new Slate(plan, 0, listener);
    }

    /** Places are times of a relay, whose silence and slate stay behind the live edge by {@link RelayTimeline#SLATE_SLACK_NS}. */
    public static Slate ofRelay(SlatePlan plan, SlateListener listener) {
        return new Slate(plan, RelayTimeline.SLATE_SLACK_NS, listener);
    }

    boolean isOff() {
        return plan == null;
    }

    /** Another process had the output up to a place. */
    void resume(long atNs) {
        anything = true;
        lastNs = atNs;
    }

    /** A picture that another process has aired, as far as it is known. To be said before anything is shown. */
    public void seed(Frame picture) {
        if (!isOff() && picture.keyframe()) {
            keyframe = picture;
            video = picture.format();
            fit();
        }
    }

    /** A picture of the source airs. */
    void aired(Frame picture, long atNs) {
        if (isOff()) {
            return;
        }
        end(true);
        if (picture.keyframe()) {
            keyframe = picture;
        }
        lastNs = atNs;
        anything = true;
        if (picture.format() != video) {
            video = picture.format();
            fit();
        }
    }

    /** The sound that goes with it. */
    public void heard(AudioFormat format) {
        if (!isOff() && format != audio) {
            audio = format;
            fit();
        }
    }

    /**
     * Whether a picture of the source may air now. Behind the slate only a keyframe may; a source that has none for long is taken as it is.
     */
    boolean admits(Frame picture, long atNs) {
        if (!on || picture.keyframe()) {
            return true;
        }
        if (waitingSinceNs == Long.MIN_VALUE) {
            waitingSinceNs = atNs;
        }
        return atNs - waitingSinceNs > SourceTimeline.KEYFRAME_PATIENCE_NS;
    }

    /**
     * The place of the next picture; {@link Long#MAX_VALUE} when no picture is to be shown.
     *
     * @param earliestNs it begins no earlier than this, and leaves out what is far behind it
     */
    long nextNs(long earliestNs) {
        if (isOff() || !anything || clip.isEmpty() && keyframe == null) {
            return Long.MAX_VALUE;
        }
        if (!on) {
            return Math.max(earliestNs, lastNs + (clip.isPresent() ? CLIP_AFTER_NS : EACH_NS - soonerNs));
        }
        if (earliestNs - nextNs > MOST_BEHIND_NS) {
            nextNs = earliestNs;
            roundNs = earliestNs;
            index = 0;
        }
        return nextNs;
    }

    /**
     * The picture of {@link #nextNs}, to be shown there.
     *
     * @param arrivalNs what the latency is measured by
     */
    Frame take(long atNs, long arrivalNs) {
        if (!on) {
            begin(atNs);
        }
        currentNs = atNs - beganNs;
        if (clip.isEmpty()) {
            nextNs = atNs + EACH_NS;
            long compositionNs = keyframe.ptsNs() - keyframe.dtsNs();
            return new Frame(keyframe.format(), atNs + compositionNs, atNs, true, arrivalNs, keyframe.bytes());
        }
        List<SlateClip.Picture> pictures = clip.get().pictures();
        SlateClip.Picture picture = pictures.get(index++);
        if (index == pictures.size()) {
            index = 0;
            roundNs += clip.get().durationNs();
        }
        nextNs = Math.max(atNs, roundNs + pictures.get(index).dtsNs());
        return new Frame(video, atNs + picture.compositionNs(), atNs, picture.keyframe(), arrivalNs, picture.data());
    }

    /** What is heard at a place where the source has no sound. */
    byte[] soundAt(AudioFormat format, long atNs, byte[] silence) {
        return on && clip.isPresent() && atNs >= beganNs && format.equals(audio)
                ? clip.get().soundAt(atNs - roundNs).orElse(silence)
                : silence;
    }

    /** @param back true when pictures of the source air again, false when the stream ends */
    void end(boolean back) {
        if (on) {
            on = false;
            totalNs += currentNs;
            long shownNs = currentNs;
            currentNs = 0;
            listener.ended(shownNs, back);
        }
    }

    private void begin(long atNs) {
        on = true;
        beganNs = atNs;
        roundNs = atNs;
        index = 0;
        waitingSinceNs = Long.MIN_VALUE;
        listener.began(clip.isPresent());
    }

    public boolean isOn() {
        return on;
    }

    /** For how long it was shown so far, in all. */
    public long shownNs() {
        return totalNs + currentNs;
    }

    /** Compares the film with the stream, which both have to be decoded by what the output has announced. */
    private void fit() {
        if (plan.clip().isEmpty() || video == null || audio == null) {
            return;
        }
        SlateClip film = plan.clip().get();
        String why = null;
        if (!sameParameterSets(film.video(), (VideoFormat) video)) {
            why = "its H.264 is " + film.video() + " with other parameter sets than the stream's " + video;
        } else if (film.sound().isPresent() && !sameSound(film.sound().get().format(), audio)) {
            why = "its sound is " + film.sound().get().format() + ", the stream's is " + audio;
        }
        // A round that is on air is played on: only the stream's own pictures change their formats.
        clip = why == null ? plan.clip() : Optional.empty();
        if (why != null && !saidUnfit) {
            saidUnfit = true;
            listener.unfit(why);
        }
    }

    /** Frames of one are decoded by what announces the other: muxers write the same settings in two or in five bytes. */
    private static boolean sameSound(AudioFormat one, AudioFormat other) {
        return one.equals(other)
                || one.channelConfiguration() != 0
                        && one.objectType() == other.objectType()
                        && one.sampleRateHz() == other.sampleRateHz()
                        && one.channelConfiguration() == other.channelConfiguration()
                        && one.samplesPerFrame() == other.samplesPerFrame()
                        && one.sbr() == other.sbr();
    }

    /** Muxers write what is behind the parameter sets of an avcC, and the flags in front of them, in more than one way. */
    private static boolean sameParameterSets(VideoFormat one, VideoFormat other) {
        byte[] sets = parameterSets(one.avcC());
        return Arrays.equals(one.avcC(), other.avcC())
                || sets.length > 0 && Arrays.equals(sets, parameterSets(other.avcC()));
    }

    /** From the number of SPS to the last PPS, and the size of NAL units' lengths in front; empty when it is damaged. */
    private static byte[] parameterSets(byte[] avcC) {
        int at = 5;
        for (int kind = 0; kind < 2; kind++) {
            if (at >= avcC.length) {
                return new byte[0];
            }
            int count = kind == 0 ? avcC[at] & 31 : avcC[at] & 255;
            at++;
            for (int i = 0; i < count; i++) {
                if (at + 2 > avcC.length) {
                    return new byte[0];
                }
                at += 2 + ((avcC[at] & 255) << 8 | avcC[at + 1] & 255);
            }
        }
        if (at > avcC.length) {
            return new byte[0];
        }
        byte[] sets = Arrays.copyOfRange(avcC, 4, at);
        sets[0] &= 3;
        sets[1] &= 31;
        return sets;
    }
}
