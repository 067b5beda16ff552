package io.livedub.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;

import org.awaitility.Awaitility;

/** A real MediaMTX with the project's own configuration file, three passwords, and RTMP with and without TLS. Only its ports are changed. */
public final class ClosedMediaMtx implements AutoCloseable {
    /** Of the user {@code worker}: with characters that mean something in a URL. */
    public static final String WORKER_PASS = "w0rker#&+<=secret";

    public static final String PUBLISHER_PASS = "publisher-pass";
    public static final String VIEWER_PASS = "viewer-pass";

    private static final String PORTS =
            """

            rtmpAddress: 127.0.0.1:%d
            rtmpsAddress: 127.0.0.1:%d
            rtmpEncryption: optional
            rtmpServerKey: %s
            rtmpServerCert: %s
            rtsp: false
            hls: false
            webrtc: false
            srt: false
            """;

    private final int rtmp = Ports.free();
    private final int rtmps = Ports.free();
    private final int api = Ports.free();
    private final Process process;

    private ClosedMediaMtx(Path folder, TestCertificates certificates, String file) throws IOException {
        String shipped = Files.readString(Path.of("deploy/mediamtx").resolve(file))
                .replaceFirst("(?m)^apiAddress: .*$", "apiAddress: 127.0.0.1:" + api)
                .replace("/stream-worker-hook.sh", "true");
        Path configuration = Files.writeString(
                folder.resolve("mediamtx.yml"),
                shipped + PORTS.formatted(rtmp, rtmps, certificates.key(), certificates.certificate()));
        ProcessBuilder builder = new ProcessBuilder(
                        MediaMtx.program()
                                .orElseThrow(() -> new IllegalStateException(MediaMtx.MISSING))
                                .toString(),
                        configuration.toString())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(Shell.target().resolve("mediamtx-closed.log").toFile());
        builder.environment().put("MTX_MOQ", "false");
        builder.environment().put("MTX_AUTHINTERNALUSERS_0_PASS", WORKER_PASS);
        builder.environment().put("MTX_AUTHINTERNALUSERS_1_PASS", PUBLISHER_PASS);
        builder.environment().put("MTX_AUTHINTERNALUSERS_2_PASS", VIEWER_PASS);
        process = builder.start();
        Awaitility.await("MediaMTX answers")
                .atMost(Duration.ofSeconds(20))
                .until(() -> Ports.accepts(rtmp) && Ports.accepts(rtmps) && Ports.accepts(api) || !process.isAlive());
        if (!process.isAlive()) {
            throw new IllegalStateException(
                    "MediaMTX ended: " + Files.readString(Shell.target().resolve("mediamtx-closed.log")));
        }
    }

    public static ClosedMediaMtx start(Path folder, TestCertificates certificates) {
        return start(folder, certificates, "mediamtx.yml");
    }

    /** @param file one of the project's configurations */
    public static ClosedMediaMtx start(Path folder, TestCertificates certificates, String file) {
        try {
            return new ClosedMediaMtx(folder, certificates, file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    public int rtmpPort() {
        return rtmp;
    }

    public int rtmpsPort() {
        return rtmps;
    }

    /** Without a login. */
    public String url(String path) {
        return "rtmp://127.0.0.1:" + rtmp + "/" + path;
    }

    public String url(String path, String user, String pass) {
        return url(path) + login(user, pass);
    }

    /** @param host localhost is in the certificate; 127.0.0.1 is not */
    public String tlsUrl(String host, String path, String user, String pass) {
        return "rtmps://" + host + ":" + rtmps + "/" + path + login(user, pass);
    }

    private static String login(String user, String pass) {
        return "?user=" + user + "&pass=" + URLEncoder.encode(pass, StandardCharsets.UTF_8);
    }

    public String apiUrl() {
        return "http://127.0.0.1:" + api;
    }

    /** The list of paths as the worker sees it. */
    public HttpResponse<String> paths(String user, String pass) {
        String login = Base64.getEncoder().encodeToString((user + ":" + pass).getBytes(StandardCharsets.UTF_8));
        return get(HttpRequest.newBuilder().header("Authorization", "Basic " + login));
    }

    /** The same without a login. */
    public HttpResponse<String> paths() {
        return get(HttpRequest.newBuilder());
    }

    private HttpResponse<String> get(HttpRequest.Builder request) {
        try {
            return HttpClient.newHttpClient()
                    .send(
                            request.uri(URI.create(apiUrl() + "/v3/paths/list")).build(),
                            HttpResponse.BodyHandlers.ofString());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    /** Whether a path has a publisher whose tracks the server knows. */
    public boolean ready(String path) {
        return paths("worker", WORKER_PASS).body().contains("\"name\":\"" + path + "\"");
    }

    @Override
    public void close() {
        Shell.stop(process);
    }
}
