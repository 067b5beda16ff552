package io.livedub.spool;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.livedub.media.AudioFormat;
import io.livedub.media.Frame;
import io.livedub.media.Track;
import io.livedub.media.VideoFormat;
import io.livedub.segment.Segment;
import io.livedub.spool.HeldStream.HeldSegment;
import io.livedub.spool.SpoolRecord.HandedOver;
import io.livedub.spool.SpoolRecord.HeardSound;
import io.livedub.timeline.AirMark;
import io.livedub.timeline.TimedFrame;

/**
 * What of a held stream still airs, decided at one instant: everything whose time has not come, and the pictures since the last keyframe
 * before it, without which a player could not show what follows. Pure.
 *
 * @param pieces in order; what is undecided of them is to be dubbed
 * @param lostFrames frames that were due since the position and never air
 */
public record Resumption(List<ResumedPiece> pieces, long lostFrames) {
    /** AAC frames are laid end to end within a millisecond, and take 10 ms at the least. */
    public static final long JOINT_NS = 5_000_000L;

    /**
     * A segment, or what is left of it.
     *
     * @param whole whether nothing of it has aired
     * @param sounds what was decided of it, by language; what is not in it airs as the original when the segment is not whole
     */
    public record ResumedPiece(Segment segment, boolean whole, Map<String, HeardSound> sounds) {
        /** Whether something is still to be made of it. */
        public boolean isUndecided() {
            return whole && sounds.isEmpty();
        }
    }

    /** @param nowNs clock time from which frames can leave */
    public static Resumption of(HeldStream held, long delayNs, long nowNs) {
        long firstAirNs = held.position().source().startNs() + delayNs;
        // Before the first piece was put on the output's timeline none has aired, and all of them air at their time.
        AirMark none = new AirMark(firstAirNs, delayNs, firstAirNs, 0, 0, 0);
        AirMark mark = held.position().air().orElse(none);
        return held.handedOver().map(over -> behind(held, mark, over)).orElseGet(() -> of(held, mark, nowNs));
    }

    /** The process before has ended at a frame: everything behind it airs, also what is late by now, and nothing of it is lost. */
    private static Resumption behind(HeldStream held, AirMark mark, HandedOver over) {
        long toTimelineNs = mark.zeroAirNs() - mark.offsetNs();
        long fromNs = mark.nextVideoNs() + toTimelineNs;
        long soundFromNs = over.soundEndNs().values().stream()
                        .mapToLong(Long::longValue)
                        .min()
                        .orElse(fromNs)
                - JOINT_NS;
        boolean decodable = held.segments().stream()
                .flatMap(each -> each.segment().video().stream())
                .filter(frame -> frame.dtsNs() >= fromNs)
                .findFirst()
                .map(Frame::keyframe)
                .orElse(true);
        long pictureFromNs = decodable ? fromNs : pictureFromNs(held, fromNs);
        return new Resumption(pieces(held, fromNs, pictureFromNs, soundFromNs), 0);
    }

    /**
     * @param mark where the output stood
     * @param nowNs clock time from which frames can leave
     */
    static Resumption of(HeldStream held, AirMark mark, long nowNs) {
        long fromNs = nowNs - mark.offsetNs();
        long soundFromNs = Math.max(fromNs, mark.nextAudioNs() + mark.zeroAirNs() - mark.offsetNs());
        long pictureFromNs = pictureFromNs(held, fromNs);
        long agedNs = held.position().airedNs();
        long lost = held.segments().stream()
                .map(HeldSegment::segment)
                .mapToLong(all -> due(all.video(), agedNs, pictureFromNs) + due(all.audio(), agedNs, soundFromNs))
                .sum();
        return new Resumption(pieces(held, fromNs, pictureFromNs, soundFromNs), lost);
    }

    private static List<ResumedPiece> pieces(HeldStream held, long fromNs, long pictureFromNs, long soundFromNs) {
        List<ResumedPiece> pieces = new ArrayList<>();
        for (HeldSegment each : held.segments()) {
            Segment all = each.segment();
            List<Frame> video = from(all.video(), pictureFromNs);
            List<Frame> audio = from(all.audio(), soundFromNs);
            boolean whole = all.t0Ns() >= fromNs && all.audio().size() == audio.size();
            if (whole) {
                pieces.add(new ResumedPiece(all, true, each.sounds()));
            } else if (!video.isEmpty() || !audio.isEmpty()) {
                pieces.add(new ResumedPiece(rest(all, fromNs, video, audio), false, rest(each.sounds(), soundFromNs)));
            }
        }
        return List.copyOf(pieces);
    }

    /** The keyframe that is on air then, or else the first one that will be. */
    private static long pictureFromNs(HeldStream held, long fromNs) {
        long[] keyframes = Stream.concat(
                        held.segments().stream().flatMap(each -> each.segment().video().stream()),
                        held.open().stream().map(TimedFrame::frame))
                .filter(frame -> frame.track() == Track.VIDEO && frame.keyframe())
                .mapToLong(Frame::dtsNs)
                .toArray();
        long best = Long.MAX_VALUE;
        for (long keyframe : keyframes) {
            if (best == Long.MAX_VALUE || keyframe <= fromNs) {
                best = keyframe;
            }
        }
        return best;
    }

    private static List<Frame> from(List<Frame> frames, long fromNs) {
        return frames.stream().filter(frame -> frame.dtsNs() >= fromNs).toList();
    }

    private static long due(List<Frame> frames, long agedNs, long fromNs) {
        return frames.stream()
                .filter(frame -> frame.dtsNs() > agedNs && frame.dtsNs() < fromNs)
                .count();
    }

    private static Map<String, HeardSound> rest(Map<String, HeardSound> sounds, long fromNs) {
        Map<String, HeardSound> rest = new HashMap<>();
        sounds.forEach((language, sound) -> rest.put(
                language,
                new HeardSound(
                        sound.batch(), sound.language(), sound.dubbed(), sound.why(), from(sound.audio(), fromNs))));
        return rest;
    }

    private static Segment rest(Segment all, long fromNs, List<Frame> video, List<Frame> audio) {
        long t0Ns = Math.min(Math.max(all.t0Ns(), fromNs), all.endNs());
        return new Segment(
                all.fragmentId(),
                all.batch(),
                t0Ns,
                all.sourcePtsNs() + t0Ns - all.t0Ns(),
                all.endNs() - t0Ns,
                false,
                !video.isEmpty() && video.get(0).keyframe(),
                video,
                audio,
                video.isEmpty() ? null : (VideoFormat) video.get(0).format(),
                audio.isEmpty() ? null : (AudioFormat) audio.get(0).format(),
                null);
    }
}
