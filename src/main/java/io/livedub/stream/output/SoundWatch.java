package io.livedub.stream.output;

import io.livedub.media.AudioFormat;
import io.livedub.media.Frame;
import io.livedub.media.MediaClock;
import io.livedub.media.VideoFormat;

/** Notices that a server does not follow a change of an output's sound, so that the output has to be published anew. Thread-safe. */
final class SoundWatch {
    private final AnnouncedFormats formats = new AnnouncedFormats();
    private final ServedSound served;
    private final MediaClock clock;
    private final OutputListener listener;

    /** Whether the server is, or is about to be, asked; not again before {@code nextQuestionNs}. */
    private boolean asks;

    private long nextQuestionNs = Long.MIN_VALUE;
    private boolean renews;

    SoundWatch(ServedSound served, MediaClock clock, OutputListener listener) {
        this.served = served;
        this.clock = clock;
        this.listener = listener;
    }

    synchronized void begin(VideoFormat video, AudioFormat audio) {
        formats.begin(video, audio);
    }

    synchronized VideoFormat video() {
        return formats.video();
    }

    /** The sound with which a publication begins now. */
    synchronized AudioFormat announce() {
        renews = false;
        return formats.announce();
    }

    synchronized void pass(Frame frame) {
        if (formats.learn(frame) && !asks) {
            asks = true;
            long atNs = Math.max(clock.nowNs() + ServedSound.AFTER_CHANGE.toNanos(), nextQuestionNs);
            nextQuestionNs = atNs + ServedSound.BETWEEN.toNanos();
            clock.schedule(atNs, () -> served.ask().subscribe().with(this::isServed));
        }
    }

    private void isServed(AudioFormat sound) {
        synchronized (this) {
            asks = false;
            renews = sound != null && formats.isStale(sound);
            if (!renews) {
                return;
            }
        }
        listener.servesOldSound();
    }

    /** Whether to publish anew in front of the next keyframe. */
    synchronized boolean renews() {
        return renews;
    }

    /** The publication of now has been on air. */
    synchronized void held() {
        formats.held();
    }

    /** The publication of now was let in and lost at once. */
    synchronized void refused() {
        formats.refused();
    }
}
