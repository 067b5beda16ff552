package io.livedub.media.gst;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import io.livedub.media.Frame;
import io.livedub.media.SystemMediaClock;
import io.livedub.media.Track;
import io.livedub.media.gst.source.RtmpSource;
import io.livedub.support.Ffmpeg;
import io.livedub.support.NginxRtmp;
import io.livedub.support.Shell;

/** Frames of a generated file as the source gives them, through a real server. */
public final class Recorded {
    private Recorded() {}

    public static List<Frame> frames(Path file) {
        try (NginxRtmp server = NginxRtmp.start("recorded");
                SystemMediaClock clock = new SystemMediaClock()) {
            String url = server.url("live/recorded/in");
            Process publisher = Ffmpeg.publish(file, url);
            try {
                return new RtmpSource(url, clock)
                        .frames()
                        .onFailure()
                        .retry()
                        .withBackOff(Duration.ofMillis(100))
                        .atMost(20)
                        .collect()
                        .asList()
                        .await()
                        .atMost(Duration.ofSeconds(40));
            } finally {
                Shell.stop(publisher);
            }
        }
    }

    public static List<Frame> of(List<Frame> frames, Track track) {
        return frames.stream().filter(frame -> frame.track() == track).toList();
    }
}
