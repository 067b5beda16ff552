package io.livedub.stream.chain;

import java.time.Duration;

import io.smallrye.mutiny.Uni;

import io.livedub.dub.AiredSegment;
import io.livedub.media.AudioFormat;
import io.livedub.segment.Segment;
import io.livedub.sound.DubSound;

/** The source's own sound as a language, at the latency of the dubs. */
final class OriginalSound implements Dubbing {
    @Override
    public void begin(AudioFormat audio) {}

    @Override
    public Uni<AiredSegment> start(Segment segment, Uni<byte[]> m4a) {
        return Uni.createFrom().item(AiredSegment.original(segment, "the language is the original"));
    }

    @Override
    public void sound(DubSound wanted) {}

    @Override
    public void join(AiredSegment next) {}

    @Override
    public void aired(AiredSegment segment) {}

    @Override
    public void withheld(AiredSegment made) {}

    @Override
    public void sourceLost(String reason) {}

    @Override
    public void sourceBack() {}

    @Override
    public boolean isLost() {
        return false;
    }

    @Override
    public Uni<Void> end(String reason, Duration patience) {
        return Uni.createFrom().voidItem();
    }

    @Override
    public void close() {}
}
