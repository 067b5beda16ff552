package io.livedub.playlist;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.livedub.config.StreamSettings;
import io.livedub.config.Target;
import io.livedub.id.StreamId;
import io.livedub.media.Authorities;
import io.livedub.media.MediaClock;
import io.livedub.playlist.Playlists.PlaylistAnswer;
import io.livedub.support.RealClock;
import io.livedub.support.VirtualClock;

import static org.assertj.core.api.Assertions.assertThat;

/** Following a media server that behaves as MediaMTX 1.20.1 does, and badly. */
class RelayTest {
    private static final StreamSettings SETTINGS =
            new StreamSettings("en", List.of(Target.of("es"), Target.of("fr")), false, null);

    /** What a path has: a muxer's name, how many segments there were and are still listed, where the first one lies. */
    private record Muxer(String name, int segments, int kept, long startS) {
        Muxer(String name, int segments, long startS) {
            this(name, segments, 7, startS);
        }
    }

    private final Map<String, Muxer> muxers = new ConcurrentHashMap<>();
    private final Map<String, Integer> sessions = new ConcurrentHashMap<>();
    private final Map<String, Integer> over = new ConcurrentHashMap<>();
    private final Queue<String> asked = new ConcurrentLinkedQueue<>();
    private final RealClock clock = new RealClock();
    private final ExecutorService threads = Executors.newFixedThreadPool(4);
    private volatile StreamSettings settings = SETTINGS;
    private volatile CountDownLatch held = new CountDownLatch(0);
    private HttpServer http;
    private Playlists playlists;

    @BeforeEach
    void start() throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.setExecutor(threads);
        http.createContext("/live/x/", this::answer);
        http.start();
        URI url = URI.create("http://127.0.0.1:" + http.getAddress().getPort() + "/");
        playlists = playlists(url, clock);
        muxers.put("out", new Muxer("aa", 5, 20));
        muxers.put("out-fr", new Muxer("bb", 5, 20));
    }

    private Playlists playlists(URI url, MediaClock time) {
        return new Playlists(
                new Viewed(),
                Optional.of(new HlsServer(url, "live", Optional.empty(), Authorities.OF_THE_SYSTEM)),
                time,
                InstantSource.system());
    }

    @AfterEach
    void stop() {
        held.countDown();
        http.stop(0);
        threads.shutdownNow();
        clock.close();
    }

    private final class Viewed implements ViewedStreams {
        @Override
        public Optional<ViewedStream> stream(StreamId streamId) {
            return Optional.of(new ViewedStream(settings, "es"))
                    .filter(known -> streamId.value().equals("x"));
        }

        @Override
        public List<Cue> captions(StreamId streamId, String language) {
            return List.of(new Cue(1, 14_000_000_000L, 15_000_000_000L, "in " + language));
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        String[] path = exchange.getRequestURI().getPath().split("/");
        String query = String.valueOf(exchange.getRequestURI().getQuery());
        asked.add(path[3] + "/" + path[4]);
        await(held);
        Muxer muxer = muxers.get(path[3]);
        boolean index = path[4].equals("index.m3u8");
        byte[] body = {};
        int status = 404;
        if (muxer != null && !index && !isOpen(path[3], query)) {
            status = 401;
        } else if (muxer != null) {
            status = 200;
            body = index ? index(path[3]) : content(muxer, path[4], query);
        }
        try (exchange) {
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isOpen(String path, String query) {
        return query.startsWith("session=") && Integer.parseInt(query.substring(8)) > over.getOrDefault(path, 0);
    }

    private byte[] index(String path) {
        int session = sessions.merge(path, 1, Integer::sum);
        return ("#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"audio\",URI=\"audio2_stream.m3u8?session=" + session
                        + "\"\n#EXT-X-STREAM-INF:BANDWIDTH=100,CODECS=\"avc1.64000c,mp4a.40.2\"\nvideo1_stream.m3u8?session="
                        + session + "\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] content(Muxer muxer, String file, String query) {
        if (file.endsWith("_stream.m3u8")) {
            String track = file.substring(0, 6);
            StringBuilder text = new StringBuilder(
                    "#EXTM3U\n#EXT-X-MAP:URI=\"" + muxer.name + "_" + track + "_init.mp4?" + query + "\"\n");
            for (int i = Math.max(0, muxer.segments - muxer.kept); i < muxer.segments; i++) {
                text.append("#EXTINF:2.00000,\n" + muxer.name + "_" + track + "_seg" + i + ".mp4?" + query + "\n");
            }
            return text.toString().getBytes(StandardCharsets.UTF_8);
        }
        if (file.contains("_init")) {
            return Boxes.box(
                    "moov",
                    Boxes.box(
                            "trak",
                            Boxes.box(
                                    "mdia",
                                    Boxes.box(
                                            "mdhd",
                                            ByteBuffer.allocate(24)
                                                    .putInt(12, 1_000)
                                                    .array()))));
        }
        long number = Long.parseLong(file.replaceAll(".*seg|\\.mp4", ""));
        return Boxes.box(
                "moof",
                Boxes.box(
                        "traf",
                        Boxes.box(
                                "tfdt",
                                ByteBuffer.allocate(12)
                                        .putInt(1 << 24)
                                        .putLong((muxer.startS + 2 * number) * 1_000)
                                        .array())));
    }

    private PlaylistAnswer get(String rendition) {
        return playlists.part(StreamId.parse("x"), rendition, "index.m3u8").join();
    }

    private List<String> files(String rendition) {
        PlaylistAnswer answer = get(rendition);
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
        return answer.body()
                .toString()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .toList();
    }

    private void awaitFiles(String rendition, int count) {
        Awaitility.await(rendition)
                .atMost(Duration.ofSeconds(10))
                .until(() -> files(rendition).size() == count);
    }

    @Test
    void aLanguageNobodyListensToIsFollowedToo() {
        assertThat(playlists.master(StreamId.parse("x")).join().status()).isEqualTo(200);
        assertThat(files("video")).hasSize(4);

        Awaitility.await("the sounds are there before anybody wants them")
                .atMost(Duration.ofSeconds(10))
                .until(() -> asked.contains("out-fr/bb_audio2_seg4.mp4") && asked.contains("out/aa_audio2_seg4.mp4"));
        assertThat(asked).noneMatch(path -> path.startsWith("out-fr/") && path.contains("video"));
        assertThat(files("audio-fr")).isEqualTo(files("video"));
        PlaylistAnswer segment = playlists
                .part(StreamId.parse("x"), "audio-fr", files("audio-fr").get(0))
                .join();
        assertThat(segment.status()).isEqualTo(200);
        assertThat(segment.type()).isEqualTo("audio/mp4");
        assertThat(segment.cache()).contains("immutable");
    }

    @Test
    void captionsLieBesideThePicture() {
        List<String> files = files("captions-fr");

        assertThat(files).hasSize(4).allMatch(name -> name.endsWith(".vtt"));
        // Media time 26 … 28 s is the output's 13.9 … 15.9 s.
        List<Object> texts = files.stream()
                .map(name -> playlists
                        .part(StreamId.parse("x"), "captions-fr", name)
                        .join()
                        .body())
                .toList();
        assertThat(texts.get(2).toString()).contains("LOCAL:00:00:13.900").contains("in fr");
        assertThat(texts.get(3).toString()).doesNotContain("in fr");
    }

    @Test
    void aSessionThatIsOverIsOpenedAgainAndThePlaylistGoesOn() {
        List<String> before = files("video");
        // when
        over.putAll(sessions);
        muxers.put("out", new Muxer("aa", 6, 20));
        // then
        awaitFiles("video", 5);
        assertThat(files("video")).startsWith(before.toArray(String[]::new));
    }

    @Test
    void aServerThatKeepsHoursIsAskedForTheNewestOnly() {
        muxers.put("out", new Muxer("aa", 600, 600, 20));
        awaitFiles("video", 4);
        // when
        muxers.put("out", new Muxer("aa", 601, 601, 20));
        // then
        awaitFiles("video", 5);
        assertThat(asked.stream().filter(path -> path.startsWith("out/aa_video1_seg")))
                .containsExactly(
                        "out/aa_video1_seg596.mp4",
                        "out/aa_video1_seg597.mp4",
                        "out/aa_video1_seg598.mp4",
                        "out/aa_video1_seg599.mp4",
                        "out/aa_video1_seg600.mp4");
    }

    @Test
    void aLanguageThatIsAwayDisturbsNoOther() {
        muxers.remove("out-fr");

        assertThat(files("video")).hasSize(4);
        assertThat(files("audio-es")).hasSize(4);
        assertThat(get("audio-fr").status()).isEqualTo(503);
        // when
        muxers.put("out-fr", new Muxer("cc", 3, 24));
        // then
        Awaitility.await("it is there again")
                .atMost(Duration.ofSeconds(10))
                .until(() -> get("audio-fr").status() == 200);
        assertThat(files("audio-fr")).containsAnyElementsOf(files("video"));
    }

    @Test
    void aStreamThatBeginsAnewIsADiscontinuity() {
        awaitFiles("audio-fr", 4);
        // when
        muxers.put("out", new Muxer("dd", 3, 12));
        muxers.put("out-fr", new Muxer("ee", 3, 12));
        // then
        awaitFiles("video", 7);
        awaitFiles("audio-fr", 7);
        for (String rendition : List.of("video", "audio-fr", "captions-fr")) {
            String text = get(rendition).body().toString();
            assertThat(text.split("#EXT-X-DISCONTINUITY\n")).as(text).hasSize(2);
            assertThat(text).contains("#EXT-X-DISCONTINUITY-SEQUENCE:0\n");
        }
    }

    @Test
    void theFirstLanguageIsRemovedAndAnotherOnesPictureGoesOn() {
        awaitFiles("audio-fr", 4);
        List<String> before = files("video");
        // when
        settings = SETTINGS.withTargets(List.of(Target.of("fr")));
        muxers.remove("out");
        muxers.put("out-fr", new Muxer("bb", 6, 20));
        // then
        PlaylistAnswer master = playlists.master(StreamId.parse("x")).join();
        assertThat(master.status()).as("%s", master.body()).isEqualTo(200);
        assertThat(master.body().toString()).contains("audio-fr").doesNotContain("audio-es");
        awaitFiles("video", 5);
        awaitFiles("audio-fr", 5);
        assertThat(files("video")).startsWith(before.toArray(String[]::new));
        assertThat(get("video").body().toString())
                .doesNotContain("#EXT-X-DISCONTINUITY\n")
                .doesNotContain("#EXT-X-GAP");
    }

    @Test
    void aLanguageThatBecomesTheFirstOnesKeepsItsOwnSound() {
        // when
        settings = SETTINGS.withTargets(List.of(Target.of("fr"), Target.of("es")));
        awaitFiles("audio-fr", 4);
        awaitFiles("audio-es", 4);
        // then
        assertThat(asked).contains("out-fr/bb_audio2_seg4.mp4", "out/aa_audio2_seg4.mp4");
        assertThat(asked).noneMatch(path -> path.startsWith("out-es"));
    }

    @Test
    void whatIsNotThereIsSaidToBeSo() {
        assertThat(playlists.master(StreamId.parse("y")).join().status()).isEqualTo(404);
        assertThat(playlists.master(StreamId.parse("../x")).join().status()).isEqualTo(422);
        assertThat(get("audio-de").status()).isEqualTo(404);
        assertThat(get("captions-original").status()).isEqualTo(404);
        muxers.clear();
        PlaylistAnswer answer = playlists.master(StreamId.parse("x")).join();
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.body().toString()).contains("the media server answered 404 for x/out");
    }

    /** A muxer whose keyframes are 10 s apart has nothing for 20 s. The door ends a connection that has no answer by then. */
    @Test
    void aViewerIsToldToComeAgainWhileTheServerTakesItsTime() throws Exception {
        held = new CountDownLatch(1);
        URI url = URI.create("http://127.0.0.1:" + http.getAddress().getPort());
        Playlists slow = playlists(url, new FastClock());
        Optional<StreamId> id = StreamId.parse("x");

        assertThat(slow.master(id).get(5, TimeUnit.SECONDS).status()).isEqualTo(503);
        assertThat(slow.part(id, "video", "index.m3u8").get(5, TimeUnit.SECONDS).status())
                .isEqualTo(503);
        // when
        held.countDown();
        // then
        Awaitility.await("what has come meanwhile")
                .atMost(Duration.ofSeconds(10))
                .until(() -> slow.part(id, "video", "index.m3u8").join().status() == 200);
        assertThat(slow.master(id).join().status()).isEqualTo(200);
    }

    /** Fifty times as fast as the machine's. */
    private final class FastClock implements MediaClock {
        @Override
        public long nowNs() {
            return clock.nowNs() * 50;
        }

        @Override
        public Timer schedule(long atNs, Runnable task) {
            return clock.schedule(clock.nowNs() + (atNs - nowNs()) / 50, task);
        }
    }

    /** The JDK's client refuses the name itself, before it asks anybody. */
    @Test
    void aHostNameWithAnUnderscoreIsLookedUp() {
        Playlists nowhere = playlists(URI.create("http://no_such_host.invalid:8888"), clock);

        for (int n = 0; n < 2; n++) {
            PlaylistAnswer answer = nowhere.master(StreamId.parse("x")).join();
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.body().toString()).contains("no_such_host.invalid");
            assertThat(nowhere.part(StreamId.parse("x"), "video", "index.m3u8")
                            .join()
                            .status())
                    .isEqualTo(503);
        }
    }

    @Test
    void aStreamNobodyWatchesIsForgotten() {
        VirtualClock virtual = new VirtualClock();
        Relays relays = new Relays(
                new HlsServer(URI.create("http://127.0.0.1:1"), "live", Optional.empty(), Authorities.OF_THE_SYSTEM),
                virtual,
                InstantSource.system());

        relays.watched(new StreamId("x"));

        assertThat(relays.known(new StreamId("x"))).isPresent();
        virtual.advanceMs(121_000);
        assertThat(relays.known(new StreamId("x"))).isEmpty();
    }
}
