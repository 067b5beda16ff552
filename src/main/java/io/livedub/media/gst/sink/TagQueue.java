package io.livedub.media.gst.sink;

import io.livedub.media.AudioFormat;
import io.livedub.media.Format;
import io.livedub.media.Frame;
import io.livedub.media.Track;
import io.livedub.media.VideoFormat;
import io.livedub.media.gst.binding.AppSource;
import io.livedub.media.gst.binding.BufferLayout;
import io.livedub.media.gst.binding.NativeWindow;

/** Turns frames and headers into FLV tags, and gives them to the pipeline of one publication. Not thread-safe. */
final class TagQueue {
    /** A tag up to this size is made where C takes it from; a larger one, such as a keyframe of a large picture, is copied twice more. */
    private static final int WINDOW = 64 * 1024;

    private final AppSource tags;
    private final NativeWindow window = new NativeWindow(WINDOW);
    private final Format[] formats = new Format[Track.values().length];

    /** @param tags takes nothing before it plays */
    TagQueue(AppSource tags, VideoFormat video, AudioFormat audio) {
        this.tags = tags;
        formats[Track.VIDEO.ordinal()] = video;
        formats[Track.AUDIO.ordinal()] = audio;
    }

    void metadata(long stampMs) {
        send(FlvTagWriter.metadata(
                (VideoFormat) formats[Track.VIDEO.ordinal()], (AudioFormat) formats[Track.AUDIO.ordinal()], stampMs));
    }

    /** The codec headers of both tracks. */
    void headers(long stampMs) {
        for (Format format : formats) {
            send(FlvTagWriter.header(format, stampMs));
        }
    }

    /** Behind a header of its format, where that is another one than before. */
    void frame(Frame frame, long stampMs, long leavesNs) {
        if (!frame.format().equals(formats[frame.track().ordinal()])) {
            formats[frame.track().ordinal()] = frame.format();
            send(FlvTagWriter.header(frame.format(), stampMs));
        }
        if (FlvTagWriter.bytes(frame) <= window.size()) {
            FlvTagWriter.frame(frame, window.bytes().clear());
            tags.push(window, leavesNs, BufferLayout.CLOCK_TIME_NONE, frame.keyframe());
        } else {
            tags.push(
                    FlvTagWriter.frame(frame),
                    leavesNs,
                    BufferLayout.CLOCK_TIME_NONE,
                    BufferLayout.CLOCK_TIME_NONE,
                    frame.keyframe());
        }
    }

    /** Without a time: rtmp2sink sends it when all that was pushed before has left. */
    private void send(byte[] tag) {
        tags.push(tag, BufferLayout.CLOCK_TIME_NONE, BufferLayout.CLOCK_TIME_NONE, BufferLayout.CLOCK_TIME_NONE, true);
    }

    void end() {
        tags.end();
    }
}
