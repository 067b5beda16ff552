package io.livedub.timeline;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

import io.livedub.media.Frame;

/** The languages of an output, in the order in which they began. {@link OutputTimeline} holds the lock. */
final class OutputSounds {
    private final Map<String, OutputSound> sounds = new LinkedHashMap<>();

    Collection<OutputSound> all() {
        return sounds.values();
    }

    Optional<OutputSound> of(String language) {
        return Optional.ofNullable(sounds.get(language));
    }

    /**
     * Adds a piece's sound. A language that is not in the piece has ended with the piece before.
     *
     * @param begun makes the sound of a language that begins with this piece
     * @return the languages of the piece
     */
    List<OutputSound> offer(Map<String, List<Frame>> audioFrames, Function<String, OutputSound> begun) {
        List<OutputSound> ofPiece = new ArrayList<>();
        audioFrames.forEach((language, frames) -> {
            OutputSound sound = sounds.computeIfAbsent(language, begun);
            sound.add(frames);
            ofPiece.add(sound);
        });
        sounds.forEach((language, sound) -> {
            if (!audioFrames.containsKey(language)) {
                sound.end();
            }
            sound.offered();
        });
        return ofPiece;
    }

    /** The language whose next frame airs first, if any airs. */
    Optional<OutputSound> next(long nowNs, long leadNs, long offeredEndNs) {
        long firstNs = Long.MAX_VALUE;
        OutputSound next = null;
        for (OutputSound sound : sounds.values()) {
            long airNs = sound.nextAirNs(nowNs, leadNs, offeredEndNs);
            if (airNs < firstNs) {
                firstNs = airNs;
                next = sound;
            }
        }
        return Optional.ofNullable(next);
    }

    /** The frames that were emitted since the last call, for each language that has any. */
    Map<String, List<Frame>> takeDue() {
        Map<String, List<Frame>> due = new LinkedHashMap<>();
        sounds.forEach((language, sound) -> {
            List<Frame> frames = sound.takeDue();
            if (!frames.isEmpty()) {
                due.put(language, frames);
            }
        });
        return due;
    }

    /** By how much a piece that begins here comes too late for the language that has filled most. */
    long lateNs(long t0Ns) {
        return sounds.values().stream()
                .mapToLong(sound -> sound.lateNs(t0Ns))
                .max()
                .orElse(0);
    }

    /**
     * Lets what follows air behind the silence that went out in its place.
     *
     * @return the largest offset of a language from here on
     */
    long makeRoom(long t0Ns) {
        return sounds.values().stream()
                .mapToLong(sound -> sound.makeRoom(t0Ns))
                .max()
                .orElse(Long.MIN_VALUE);
    }

    /**
     * Where the pictures' offset can go so that sound can follow: from its target by whole frames, of the language whose frames are longest. What is
     * less than {@link SoundSlew#GOOD_PLACE} of one is left. All the way while no sound is known.
     */
    long reachableNs(Slew pictures, long wantedNs) {
        long frameNs =
                sounds.values().stream().mapToLong(OutputSound::frameNs).max().orElse(0);
        if (frameNs == 0) {
            return wantedNs;
        }
        double frames = (double) (wantedNs - pictures.target()) / frameNs;
        return pictures.target() + (Math.abs(frames) < SoundSlew.GOOD_PLACE ? 0 : Math.round(frames) * frameNs);
    }

    /** No more will come of any language. */
    void end() {
        sounds.values().forEach(OutputSound::end);
    }

    void forget(String language) {
        sounds.remove(language);
    }

    /** The latest output time that a language's next frame has; 0 without a language. */
    long nextStampNs() {
        return sounds.values().stream()
                .mapToLong(OutputSound::nextStampNs)
                .max()
                .orElse(0);
    }

    /** By language, up to where on the timeline its sound has come out. */
    Map<String, Long> endNs() {
        Map<String, Long> ends = new LinkedHashMap<>();
        sounds.forEach((language, sound) -> {
            if (sound.hasBegun()) {
                ends.put(language, sound.endNs());
            }
        });
        return ends;
    }

    long queuedBytes() {
        return sounds.values().stream().mapToLong(OutputSound::queuedBytes).sum();
    }

    /** Frames that wait in the language in which most wait. */
    int queued() {
        return sounds.values().stream().mapToInt(OutputSound::queued).max().orElse(0);
    }
}
