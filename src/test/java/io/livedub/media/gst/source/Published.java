package io.livedub.media.gst.source;

import java.nio.file.Path;
import java.time.Duration;

import org.awaitility.Awaitility;

import io.livedub.media.MediaClock;
import io.livedub.support.Ffmpeg;
import io.livedub.support.NginxRtmp;
import io.livedub.support.Shell;

/** A file being published for one test. */
final class Published implements AutoCloseable {
    private final String url;
    private final Process publisher;

    Published(NginxRtmp where, String id, Path file) {
        url = where.url("live/" + id + "/in");
        publisher = Ffmpeg.publish(file, url);
        awaitPublished(url);
    }

    Process publisher() {
        return publisher;
    }

    RtmpSource source(MediaClock clock) {
        return new RtmpSource(url, clock);
    }

    /** ffprobe waits for a packet. */
    private static void awaitPublished(String url) {
        Awaitility.await("published")
                .atMost(Duration.ofSeconds(15))
                .ignoreExceptions()
                .until(() -> {
                    try {
                        Shell.run(
                                "timeout",
                                "4",
                                "ffprobe",
                                "-v",
                                "quiet",
                                "-read_intervals",
                                "%+#1",
                                "-show_entries",
                                "packet=size",
                                url);
                        return true;
                    } catch (AssertionError notYet) {
                        return false;
                    }
                });
    }

    @Override
    public void close() {
        Shell.stop(publisher);
    }
}
