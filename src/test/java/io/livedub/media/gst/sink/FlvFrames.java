package io.livedub.media.gst.sink;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.livedub.media.AudioFormat;
import io.livedub.media.Frame;
import io.livedub.media.Track;
import io.livedub.media.VideoFormat;
import io.livedub.media.gst.Recorded;

/** The frames of an FLV file of H.264 and AAC, as a source would give them. */
final class FlvFrames {
    private final VideoFormat video;
    private final AudioFormat audio;
    private final List<Frame> frames;

    private FlvFrames(VideoFormat video, AudioFormat audio, List<Frame> frames) {
        this.video = video;
        this.audio = audio;
        this.frames = frames;
    }

    static FlvFrames of(Path file) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            VideoFormat video = null;
            AudioFormat audio = null;
            List<Frame> frames = new ArrayList<>();
            for (int at = 13; at + 15 < bytes.length; ) {
                int length = (bytes[at + 1] & 255) << 16 | (bytes[at + 2] & 255) << 8 | bytes[at + 3] & 255;
                FlvTag tag = FlvTag.parse(Arrays.copyOfRange(bytes, at, at + 11 + length), 11 + length)
                        .orElse(null);
                int body = at + 11;
                int end = body + length;
                at = end + 4;
                if (tag == null) {
                    continue;
                }
                long dtsNs = TimeUnit.MILLISECONDS.toNanos(tag.timestampMs());
                if (tag.type() == FlvTag.VIDEO) {
                    byte[] data = Arrays.copyOfRange(bytes, body + 5, end);
                    if (tag.header()) {
                        video = new VideoFormat(data, 320, 180);
                    } else if (bytes[body + 1] == 1) {
                        int composition = bytes[body + 2] << 16 | (bytes[body + 3] & 255) << 8 | bytes[body + 4] & 255;
                        long ptsNs = dtsNs + TimeUnit.MILLISECONDS.toNanos(composition);
                        frames.add(new Frame(video, ptsNs, dtsNs, bytes[body] >> 4 == 1, 0, data));
                    }
                } else {
                    byte[] data = Arrays.copyOfRange(bytes, body + 2, end);
                    if (tag.header()) {
                        audio = AudioFormat.parse(data);
                    } else {
                        frames.add(new Frame(audio, dtsNs, dtsNs, true, 0, data));
                    }
                }
            }
            return new FlvFrames(video, audio, frames);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    VideoFormat video() {
        return video;
    }

    AudioFormat audio() {
        return audio;
    }

    List<Frame> all() {
        return frames;
    }

    /** Those with decoding times from {@code fromMs} up to {@code toMs}, exclusively. */
    List<Frame> between(long fromMs, long toMs) {
        return frames.stream()
                .filter(frame -> frame.dtsNs() >= TimeUnit.MILLISECONDS.toNanos(fromMs)
                        && frame.dtsNs() < TimeUnit.MILLISECONDS.toNanos(toMs))
                .toList();
    }

    static Frame last(List<Frame> frames, Track track) {
        return Recorded.of(frames, track).get(Recorded.of(frames, track).size() - 1);
    }
}
