package io.livedub.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

import org.awaitility.Awaitility;

/** A real MediaMTX with RTMP and HLS. */
public final class HlsMediaMtx implements AutoCloseable {
    private static final String CONFIGURATION =
            """
            logLevel: info
            rtsp: false
            webrtc: false
            srt: false
            rtmp: true
            rtmpAddress: 127.0.0.1:%d
            hls: true
            hlsAddress: 127.0.0.1:%d
            hlsVariant: %s
            paths:
              all_others:
            """;

    private final int rtmpPort = Ports.free();
    private final int hlsPort = Ports.free();
    private final Process process;

    private HlsMediaMtx(String variant) throws IOException {
        Path folder = Files.createTempDirectory("mediamtx-hls");
        Path configuration = Files.writeString(
                folder.resolve("mediamtx.yml"), String.format(Locale.ROOT, CONFIGURATION, rtmpPort, hlsPort, variant));
        ProcessBuilder builder = new ProcessBuilder(
                        MediaMtx.program()
                                .orElseThrow(() -> new IllegalStateException(MediaMtx.MISSING))
                                .toString(),
                        configuration.toString())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(Shell.target().resolve("mediamtx-hls.log").toFile());
        builder.environment().put("MTX_MOQ", "false");
        process = builder.start();
        Awaitility.await("MediaMTX answers")
                .atMost(Duration.ofSeconds(15))
                .until(() -> Ports.accepts(rtmpPort) && Ports.accepts(hlsPort) || !process.isAlive());
    }

    /** @param variant of its HLS, such as lowLatency or fmp4 */
    public static HlsMediaMtx start(String variant) {
        try {
            return new HlsMediaMtx(variant);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    public String rtmp(String path) {
        return "rtmp://127.0.0.1:" + rtmpPort + "/" + path;
    }

    public URI hls() {
        return URI.create("http://127.0.0.1:" + hlsPort);
    }

    @Override
    public void close() {
        Shell.stop(process);
    }
}
