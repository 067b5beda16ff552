package io.livedub.media.gst.codec;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import io.livedub.media.AudioFormat;
import io.livedub.media.Format;
import io.livedub.media.Frame;
import io.livedub.media.SegmentWriter;
import io.livedub.media.VideoFormat;
import io.livedub.media.gst.binding.AppSource;
import io.livedub.media.gst.binding.BusMessage;
import io.livedub.media.gst.binding.Caps;
import io.livedub.media.gst.binding.GstPipeline;
import io.livedub.media.gst.binding.GstRuntime;

/** A short {@code appsrc ! mp4mux ! filesink} for each file: 6–19 ms, where an ffmpeg process takes 108 ms. */
public final class Mp4SegmentWriter implements SegmentWriter {
    /** The muxer's pads are named: unnamed links broke every video segment. */
    private static final String PIPELINE = "appsrc name=in format=time block=false max-bytes=0 emit-signals=false"
            + " ! m.%s_0 mp4mux name=m ! filesink name=out async=false";

    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(10);
    private static final long FALLBACK_VIDEO_NS = 33_333_333L;
    private static final String FALLBACK_SIZE = ",width=(int)1280,height=(int)720";

    @Override
    public byte[] mux(List<Frame> frames, long t0Ns) {
        try (MemoryFile file = MemoryFile.create()) {
            write(file.path().toString(), frames, t0Ns);
            return Files.readAllBytes(file.path());
        } catch (IOException failure) {
            throw new SegmentWriteException("segment cannot be held in memory: " + failure.getMessage(), failure);
        }
    }

    @Override
    public void muxTo(Path file, List<Frame> frames, long t0Ns) {
        boolean whole = false;
        // Not by filesink: a disk that hangs would hold a thread of GStreamer in it, and the pipeline could
        // not be stopped.
        try (MemoryFile made = MemoryFile.create()) {
            write(made.path().toString(), frames, t0Ns);
            copy(made.path(), file);
            whole = true;
        } catch (IOException failure) {
            throw new SegmentWriteException("segment cannot be written: " + failure, failure);
        } finally {
            if (!whole) {
                deleteQuietly(file);
            }
        }
    }

    /** Loads and links what a segment needs, so that the first one takes 10 ms and not 200. */
    public void warmUp() {
        AudioFormat audio = AudioFormat.aacLc(48_000, 2);
        mux(List.of(new Frame(audio, 0, 0, true, 0, new byte[] {0x21, 0x10, 0x04, 0x60, (byte) 0x8c, 0x1c})), 0);
        byte[] avcC = {1, 66, 0, 10, -1, -31, 0, 4, 0x67, 0x42, 0, 10, 1, 0, 4, 0x68, (byte) 0xce, 0x3c, (byte) 0x80};
        mux(List.of(new Frame(new VideoFormat(avcC, 16, 16), 0, 0, true, 0, new byte[] {0, 0, 0, 1, 0x65})), 0);
    }

    private static void write(String location, List<Frame> frames, long t0Ns) {
        Attempt attempt = new Attempt();
        try (attempt) {
            attempt.pipeline = new GstPipeline(
                    String.format(Locale.ROOT, PIPELINE, frames.get(0).track().label()));
            attempt.pipeline.set("out", "location", location);
            AppSource source = new AppSource(attempt.pipeline.element("in"));
            Caps.apply(source.pointer(), caps(frames.get(0).format()));
            attempt.pipeline.play();
            long zeroNs = Math.min(t0Ns, frames.get(0).dtsNs());
            for (int i = 0; i < frames.size(); i++) {
                push(source, frames, i, zeroNs);
            }
            source.end();
            attempt.awaitEnd();
        } catch (SegmentWriteException failure) {
            throw failure;
        } catch (RuntimeException failure) {
            throw new SegmentWriteException("segment cannot be written: " + failure.getMessage(), failure);
        }
    }

    /** The writing of one file, up to its end or its failure. */
    private static final class Attempt implements AutoCloseable {
        private GstPipeline pipeline;
        private boolean hanging;

        void awaitEnd() {
            long until = System.nanoTime() + LIMIT_NS;
            for (long left = LIMIT_NS; left > 0; left = until - System.nanoTime()) {
                Optional<BusMessage> message = pipeline.poll(left);
                if (message.isPresent() && message.get().isEos()) {
                    return;
                }
                if (message.isPresent() && message.get().isError()) {
                    throw new SegmentWriteException(
                            "segment cannot be written: " + message.get().oneLine(), null);
                }
            }
            hanging = true;
            throw new SegmentWriteException("segment was not written within 10 s", null);
        }

        /** A disk that hangs holds up whoever stops its writer or deletes its file: that is another thread's. */
        @Override
        public void close() {
            if (hanging) {
                GstRuntime.away(this::end);
            } else {
                end();
            }
        }

        private void end() {
            if (pipeline != null) {
                pipeline.close();
            }
        }
    }

    /** mp4mux refuses a picture without a size, and the file would be lost for a number that no player looks at. */
    private static String caps(Format format) {
        String caps = Caps.text(format);
        return format instanceof VideoFormat && !caps.contains(",width=") ? caps + FALLBACK_SIZE : caps;
    }

    private static void push(AppSource source, List<Frame> frames, int index, long zeroNs) {
        Frame frame = frames.get(index);
        source.push(
                frame.data(),
                // A negative time is one in the far future to mp4mux.
                Math.max(0, frame.ptsNs() - zeroNs),
                Math.max(0, frame.dtsNs() - zeroNs),
                durationNs(frames, index),
                frame.keyframe());
    }

    /** Up to the next frame's decoding time. The last one lasts as long as the one before it: mp4mux would give it 0. */
    private static long durationNs(List<Frame> frames, int index) {
        if (frames.get(index).format() instanceof AudioFormat audio) {
            return audio.frameDurationNs();
        }
        int from = Math.min(index, frames.size() - 2);
        return from < 0
                ? FALLBACK_VIDEO_NS
                : Math.max(0, frames.get(from + 1).dtsNs() - frames.get(from).dtsNs());
    }

    private static void copy(Path from, Path to) throws IOException {
        try (FileChannel in = FileChannel.open(from, StandardOpenOption.READ);
                FileChannel out = FileChannel.open(
                        to,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING)) {
            long size = in.size();
            for (long done = 0; done < size; ) {
                done += in.transferTo(done, size - done, out);
            }
        }
    }

    private static void deleteQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException undeletable) {
            // The failure that led here is the one to report.
        }
    }
}
