package io.livedub.playlist;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.stream.LongStream;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.livedub.config.StreamSettings;
import io.livedub.config.Target;
import io.livedub.id.StreamId;
import io.livedub.media.Authorities;
import io.livedub.media.MediaSink;
import io.livedub.support.Chromium;
import io.livedub.support.HlsMediaMtx;
import io.livedub.support.MediaMtx;
import io.livedub.support.RealClock;
import io.livedub.support.Shell;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One URL for viewers in a real browser: MediaMTX's HLS of three languages, joined, played with hls.js and switched on air. Published by one
 * ffmpeg with the time stamps that a stream's outputs have. The picture flashes when the sound beeps, in each language at a pitch of its own.
 */
class LanguagesPlayerIT {
    private static final Path FOLDER = Shell.target().resolve("playlist");
    private static final List<String> KEYS = List.of("es", "fr", "original");
    private static final List<Integer> PITCHES = List.of(500, 1000, 2000);
    /** What ffmpeg moves all stamps by, so that the encoder delay of the sound lies at 0. */
    private static final long SHIFT_MS = 21;

    private static final StreamSettings SETTINGS =
            new StreamSettings("en", KEYS.stream().map(Target::of).toList(), false, null);

    private final RealClock clock = new RealClock();
    private final List<AutoCloseable> open = new ArrayList<>();
    private final List<String> figures = new ArrayList<>();
    private Chromium browser;
    private double wayOfTheMeasurementMs;

    /** A caption at each flash, with its number. */
    private static final class Flashes implements ViewedStreams {
        @Override
        public Optional<ViewedStream> stream(StreamId streamId) {
            return Optional.of(new ViewedStream(SETTINGS, SETTINGS.first().key()))
                    .filter(known -> streamId.value().equals("x"));
        }

        @Override
        public List<Cue> captions(StreamId streamId, String language) {
            return LongStream.range(3, 200)
                    .mapToObj(second -> {
                        long startMs = second * 1000 + SHIFT_MS - MediaSink.ZERO_STAMP_MS;
                        return new Cue(
                                second,
                                startMs * 1_000_000,
                                (startMs + 900) * 1_000_000,
                                text(language) + " " + second);
                    })
                    .toList();
        }

        private static String text(String language) {
            return switch (language) {
                case "es" -> "Esta es la frase número";
                case "fr" -> "Ceci est la phrase numéro";
                default -> "This is sentence number";
            };
        }
    }

    @AfterEach
    void stop() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
        clock.close();
    }

    @ParameterizedTest
    // What MediaMTX has unless told otherwise; fmp4 was measured by hand with the same test.
    @ValueSource(strings = "lowLatency")
    void threeLanguagesAreSwitchedOnAir(String variant) throws Exception {
        Assumptions.assumeTrue(MediaMtx.program().isPresent(), MediaMtx.MISSING);
        Assumptions.assumeTrue(Chromium.isPresent(), "no Chromium here: put chromium on the PATH");
        // given
        HlsMediaMtx server = HlsMediaMtx.start(variant);
        open.add(server);
        publish(server, source());
        String url = serve(server);
        browser = Chromium.start("--autoplay-policy=no-user-gesture-required");
        open.add(browser::close);
        browser.size(940, 420, false);
        browser.open(url + "/player.html");
        browser.eval("playFile('plain.mp4').then(() => true)");
        browser.await("the file is heard", "measured.beeps.length > 5 && measured.flashes.length > 5");
        wayOfTheMeasurementMs = median("lateness(500, 0)");
        browser.eval("play('/v1/streams/x/master.m3u8').then(() => true)");
        browser.await("it is heard", "measured.beeps.length > 5 && measured.flashes.length > 3");
        // then
        assertThat(texts("hls.audioTracks.map(t => t.name + ' ' + t.lang)"))
                .containsExactly("Español es", "Français fr", "English (original) en");
        assertThat(texts("hls.subtitleTracks.map(t => t.name + ' ' + t.lang)"))
                .containsExactly("Español es", "Français fr", "English en");
        assertHeard(0, 0);
        // when
        for (int language : new int[] {2, 0, 1}) {
            int before = browser.eval("measured.beeps.length").asInt();
            browser.eval("listenTo(" + language + "); true");
            browser.await(
                    "it is heard",
                    "measured.beeps.slice(" + before + ").filter(b => b.pitch === " + PITCHES.get(language)
                            + ").length > 4");
            assertHeard(language, before);
        }
        browser.eval("hls.subtitleTrack = 1; hls.subtitleDisplay = true; showMenus(); true");
        browser.await("captions come", "cues().length > 3 && measured.flashes.some(f => f.tenth)");
        // then
        browser.await("a tenth has a caption", "captionOffsets().length > 0");
        JsonNode offsets = browser.eval("captionOffsets()");
        figures.add("captions later than their flash by ms: " + offsets);
        offsets.forEach(offset -> assertThat(offset.asDouble()).isBetween(-100.0, 100.0));
        assertThat(texts("cues().map(c => c.text.replace(/ [0-9]+$/, ''))")).containsOnly("Ceci est la phrase numéro");
        JsonNode stalls = browser.eval("measured.stalls");
        figures.add("stalls: " + stalls);
        // For docs/languages.md.
        Files.write(FOLDER.resolve("figures-" + variant + ".txt"), figures);
        stalls.forEach(stall ->
                assertThat(stall.get("ms").asDouble()).as("%s", figures).isLessThan(1_000));
        assertThat(texts("measured.errors.filter(e => e.fatal).map(e => e.details + e.why)"))
                .isEmpty();
        browser.await(
                "a caption is on the picture", "[...video.textTracks].some(t => t.activeCues && t.activeCues.length)");
        browser.picture(FOLDER.resolve("player.png"));
        String wanted = System.getProperty("languages.picture", "");
        if (!wanted.isBlank()) {
            Files.copy(FOLDER.resolve("player.png"), Path.of(wanted), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Sound against picture, without what the way from the player's element to the measurement takes: that of a plain file. */
    private void assertHeard(int language, int from) {
        double lateMs = median("lateness(" + PITCHES.get(language) + ", " + from + ")") - wayOfTheMeasurementMs;
        figures.add(String.format(Locale.ROOT, "%s: sound %+.1f ms against the picture", KEYS.get(language), lateMs));
        assertThat(lateMs).as("%s", figures).isBetween(-45.0, 45.0);
    }

    /** Each single value is read from the clocks of a loaded machine. */
    private double median(String expression) {
        double[] sorted = StreamSupport.stream(browser.eval(expression).spliterator(), false)
                .mapToDouble(JsonNode::asDouble)
                .sorted()
                .toArray();
        assertThat(sorted).hasSizeGreaterThan(2);
        return sorted[sorted.length / 2];
    }

    private List<String> texts(String expression) {
        return StreamSupport.stream(browser.eval(expression).spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    private static Path source() throws IOException {
        Files.createDirectories(FOLDER);
        Path source = FOLDER.resolve("languages.mkv");
        if (Files.exists(source)) {
            return source;
        }
        String square = "drawbox=w=100:h=100:t=fill:c=";
        List<String> command = new ArrayList<>(List.of(
                "ffmpeg",
                "-v",
                "error",
                "-y",
                "-f",
                "lavfi",
                "-i",
                "testsrc2=size=640x360:rate=25:duration=100," + square + "black," + square
                        + "white:enable='lt(mod(t,1),0.12)'," + square + "red:enable='lt(mod(t,10),0.12)'"));
        for (int pitch : PITCHES) {
            command.addAll(List.of(
                    "-f",
                    "lavfi",
                    "-i",
                    String.format(
                            Locale.ROOT,
                            "aevalsrc=0.5*sin(%d*2*PI*t)*lt(mod(t\\,1)\\,0.1):s=48000:c=stereo:d=100",
                            pitch)));
        }
        command.addAll(List.of("-map", "0", "-map", "1", "-map", "2", "-map", "3"));
        command.addAll(
                List.of("-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-g", "50", "-bf", "0"));
        command.addAll(List.of("-sc_threshold", "0", "-b:v", "500k", "-c:a", "aac", "-b:a", "96k"));
        command.add(source.toString());
        Shell.run(command.toArray(String[]::new));
        Shell.run(
                "ffmpeg",
                "-v",
                "error",
                "-y",
                "-t",
                "12",
                "-i",
                source.toString(),
                "-map",
                "0:v",
                "-map",
                "0:1",
                "-c",
                "copy",
                FOLDER.resolve("plain.mp4").toString());
        return source;
    }

    /** One reader for all three, as the worker has: equal time stamps. */
    private void publish(HlsMediaMtx server, Path source) {
        List<String> command = new ArrayList<>(List.of("ffmpeg", "-v", "error", "-re", "-i", source.toString()));
        for (int i = 0; i < KEYS.size(); i++) {
            String path = i == 0 ? "live/x/out" : "live/x/out-" + KEYS.get(i);
            command.addAll(
                    List.of("-map", "0:v", "-map", "0:" + (i + 1), "-c", "copy", "-f", "flv", server.rtmp(path)));
        }
        Process publisher = Shell.start(FOLDER.resolve("publisher.log"), command.toArray(String[]::new));
        open.add(() -> Shell.stop(publisher));
    }

    private String serve(HlsMediaMtx server) throws IOException {
        Playlists playlists = new Playlists(
                new Flashes(),
                Optional.of(new HlsServer(server.hls(), "live", Optional.empty(), Authorities.OF_THE_SYSTEM)),
                clock,
                InstantSource.system());
        byte[] hlsJs = hlsJs();
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.setExecutor(Executors.newFixedThreadPool(8));
        http.createContext("/", exchange -> {
            String[] path = exchange.getRequestURI().getPath().split("/");
            try (exchange) {
                if (path.length == 5) {
                    answer(exchange, playlists.master(StreamId.parse(path[3])).join());
                } else if (path.length == 7) {
                    answer(
                            exchange,
                            playlists
                                    .part(StreamId.parse(path[3]), path[5], path[6])
                                    .join());
                } else if (path[1].equals("hls.min.js")) {
                    send(exchange, 200, "text/javascript", hlsJs);
                } else if (path[1].equals("plain.mp4")) {
                    send(exchange, 200, "video/mp4", Files.readAllBytes(FOLDER.resolve("plain.mp4")));
                } else {
                    page(exchange, path[1]);
                }
            }
        });
        http.start();
        open.add(() -> http.stop(0));
        return "http://127.0.0.1:" + http.getAddress().getPort();
    }

    /** The worker's own, which is that of the npm package, byte for byte ({@code PlayerScriptTest}). */
    private static byte[] hlsJs() throws IOException {
        try (var script = LanguagesPlayerIT.class.getResourceAsStream("/META-INF/resources/hls.min.js")) {
            return script.readAllBytes();
        }
    }

    private static void page(HttpExchange exchange, String name) throws IOException {
        try (var file = LanguagesPlayerIT.class.getResourceAsStream("/playlist/" + name)) {
            if (file == null) {
                send(exchange, 404, "text/plain", new byte[0]);
            } else {
                send(exchange, 200, name.endsWith(".js") ? "text/javascript" : "text/html", file.readAllBytes());
            }
        }
    }

    private static void answer(HttpExchange exchange, Playlists.PlaylistAnswer answer) throws IOException {
        byte[] body = answer.body() instanceof byte[] bytes
                ? bytes
                : answer.body().toString().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Cache-Control", answer.cache());
        send(exchange, answer.status(), answer.type(), body);
    }

    private static void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }
}
