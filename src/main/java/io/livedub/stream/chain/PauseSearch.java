package io.livedub.stream.chain;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

import io.livedub.media.AacClip;
import io.livedub.media.AudioCodec;
import io.livedub.media.AudioFormat;
import io.livedub.media.Frame;
import io.livedub.media.Pcm;
import io.livedub.segment.Pauses;
import io.livedub.sound.PauseFinder;

/** Decodes the end of a segment on a worker thread and looks for a pause in it. Sound that cannot be decoded has none. */
final class PauseSearch implements Pauses {
    private static final long MS = 1_000_000L;

    private final AudioCodec codec;
    private final Executor workers;

    PauseSearch(AudioCodec codec, Executor workers) {
        this.codec = codec;
        this.workers = workers;
    }

    @Override
    public CompletableFuture<OptionalLong> search(List<Frame> audio, long fromNs, long toNs) {
        CompletableFuture<OptionalLong> found = new CompletableFuture<>();
        workers.execute(() -> {
            try {
                found.complete(found.isDone() ? OptionalLong.empty() : find(audio, fromNs, toNs));
            } catch (RuntimeException | Error failure) {
                // Whatever it was, it costs this place only: the segment ends at its fixed one.
                found.completeExceptionally(failure);
            }
        });
        return found;
    }

    private OptionalLong find(List<Frame> audio, long fromNs, long toNs) {
        if (audio.isEmpty() || !(audio.get(0).format() instanceof AudioFormat format)) {
            return OptionalLong.empty();
        }
        List<byte[]> frames = new ArrayList<>(audio.size());
        for (Frame frame : audio) {
            if (!frame.format().equals(format)) {
                return OptionalLong.empty();
            }
            frames.add(frame.data());
        }
        // Mono would save nothing: the decoder makes all channels anyway.
        long samples = (long) frames.size() * format.samplesPerFrame();
        Pcm pcm = codec.decode(new AacClip(format, frames, 0, samples), format.sampleRateHz(), format.channels());
        long beginNs = audio.get(0).ptsNs();
        OptionalInt place = PauseFinder.find(pcm, (int) ((fromNs - beginNs) / MS), (int) ((toNs - beginNs) / MS));
        return place.isPresent() ? OptionalLong.of(beginNs + place.getAsInt() * MS) : OptionalLong.empty();
    }
}
