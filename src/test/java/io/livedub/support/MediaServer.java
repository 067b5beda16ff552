package io.livedub.support;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.awaitility.Awaitility;

/**
 * An RTMP server of a test: nginx-rtmp, or MediaMTX where the environment says {@code MEDIA_SERVER=mediamtx}. MediaMTX frames keyframes anew, with
 * the parameter sets in them, so that access units are compared without those there ({@code src/test/python/packets.py}).
 */
public interface MediaServer extends AutoCloseable {
    /** Whether the tests that can do with either run on MediaMTX. */
    boolean MEDIAMTX = "mediamtx".equals(System.getenv("MEDIA_SERVER"));

    /** Time stamp with which {@link #publishToHeld} begins: behind what MediaMTX reads to know the tracks ({@code publish.py}). */
    int HELD_SOURCE_BEGINS_MS = MEDIAMTX ? 2500 : 0;

    /** At 44.1 and 48 kHz. */
    long HALF_AN_AAC_FRAME_MS = 11;

    /** A server that has the streams {@code live/<id>/…} of these ids, and tells who asks for one that nobody publishes. */
    static MediaServer start(String... ids) {
        return MEDIAMTX ? MediaMtx.start(false) : NginxRtmp.start(ids);
    }

    /** The same, but players that come before the publisher are held until it is there, and miss nothing of it. */
    static MediaServer startHoldingPlayers(String id) {
        return MEDIAMTX ? MediaMtx.startHoldingPlayers() : NginxRtmp.startHoldingPlayers(id);
    }

    int port();

    /** {@code path} is application and name, as in {@code live/x/in}. */
    String url(String path);

    /** How many have asked to play a stream so far, the held ones among them. */
    int players();

    /** How often somebody has begun to publish {@code live/…/name} so far. */
    int publications(String name);

    /** How often a publisher was turned away because another one has the path. */
    int refusedPublications();

    /**
     * Publishes an FLV file in real time to players that are held, with no frame before they are there.
     *
     * @param path as for {@link #url}
     * @param players how many of that path are held
     * @param arguments more of {@code src/test/python/publish.py}
     */
    Process publishToHeld(Path file, String path, int players, List<String> arguments);

    default Process publishToHeld(Path file, String path, int players) {
        return publishToHeld(file, path, players, List.of());
    }

    /**
     * What of the source's picture a viewer sees who was there before its first frame. MediaMTX lets viewers in while it hands out what it read to
     * know the tracks: they get it from the second keyframe on at the latest.
     *
     * @param track of the source, its pictures
     * @param aired the pictures at the viewer
     */
    static List<Packet> visible(List<Packet> track, List<Packet> aired) {
        if (!MEDIAMTX || aired.isEmpty()) {
            return track;
        }
        return track.subList(Packets.placeOf(aired, track), track.size());
    }

    /**
     * The same for the sound, which may be encoded anew: it is placed by the time between the source and the viewer, which the first picture says.
     */
    static List<Packet> visibleSound(
            List<Packet> sound, List<Packet> airedSound, List<Packet> pictures, List<Packet> airedPictures) {
        if (!MEDIAMTX || airedSound.isEmpty() || airedPictures.isEmpty()) {
            return sound;
        }
        long laterMs = airedPictures.get(0).ptsMs()
                - pictures.get(Packets.placeOf(airedPictures, pictures)).ptsMs();
        long fromMs = airedSound.get(0).ptsMs() - laterMs - HALF_AN_AAC_FRAME_MS;
        return sound.stream().filter(packet -> packet.ptsMs() >= fromMs).toList();
    }

    /** MediaMTX finds decoding times itself, and rounds: a picture may be a millisecond late to be decoded. */
    static List<String> withoutTheServers(List<String> warnings) {
        return warnings.stream()
                .filter(line -> !MEDIAMTX || !line.contains("Negative cts") && !line.contains("Invalid timestamps"))
                .toList();
    }

    /** Until so many have asked to play, the worker among them: it says what it said when they do not, or when it ends. */
    default void awaitPlayers(int count, WorkerProcess worker) {
        worker.awaitOrEnd(count + " players", Duration.ofSeconds(60), () -> players() >= count);
        if (players() < count) {
            throw new AssertionError(
                    "%d players of %d, and the worker has ended\n%s".formatted(players(), count, worker.said()));
        }
    }

    /** The same, where the worker is one of {@code serve}. */
    default void awaitPlayers(int count) {
        Awaitility.await(count + " players")
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> players() >= count);
    }

    /** Kills all of its processes at once. */
    void kill();

    /** Starts it again on the same port, after {@link #kill}. */
    void startAgain();

    /** Stops all of its processes where they stand: connections stay open and nothing answers. */
    void freeze();

    void thaw();

    @Override
    void close();
}
