package io.livedub.playlist;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.livedub.config.StreamSettings;
import io.livedub.config.Target;
import io.livedub.playlist.Window.InitSegment;
import io.livedub.playlist.Window.WindowPiece;

import static io.livedub.playlist.Boxes.box;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What is read from the media server and written for viewers. */
class PlaylistTextsTest {
    private static final String INDEX =
            """
            #EXTM3U
            #EXT-X-VERSION:10
            #EXT-X-INDEPENDENT-SEGMENTS

            #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="audio2",AUTOSELECT=YES,DEFAULT=YES,URI="audio2_stream.m3u8?session=9e3bf5b6"

            #EXT-X-STREAM-INF:BANDWIDTH=900000,AVERAGE-BANDWIDTH=800000,CODECS="avc1.64000c,mp4a.40.2",RESOLUTION=320x180,FRAME-RATE=25.000,AUDIO="audio"
            video1_stream.m3u8?session=9e3bf5b6
            """;

    private static final String MEDIA =
            """
            #EXTM3U
            #EXT-X-VERSION:10
            #EXT-X-TARGETDURATION:2
            #EXT-X-MEDIA-SEQUENCE:1
            #EXT-X-MAP:URI="23fb_video1_init.mp4?session=9e3bf5b6"
            #EXT-X-GAP
            #EXTINF:1.96000,
            gap.mp4
            #EXT-X-PROGRAM-DATE-TIME:2026-11-27T18:37:01.899Z
            #EXT-X-PART:DURATION=0.20000,URI="23fb_video1_part0.mp4?session=9e3bf5b6",INDEPENDENT=YES
            #EXTINF:1.96000,
            23fb_video1_seg7.mp4?session=9e3bf5b6
            #EXTINF:2.00000,
            23fb_video1_seg8.mp4?session=9e3bf5b6
            #EXT-X-PRELOAD-HINT:TYPE=PART,URI="23fb_video1_part10.mp4?session=9e3bf5b6"
            """;

    private static StreamSettings settings(String... languages) {
        return new StreamSettings(
                "en", List.of(languages).stream().map(Target::of).toList(), false, null);
    }

    private static WindowPiece piece(long number, int epoch, long startMs, int init) {
        return new WindowPiece(
                number,
                epoch,
                Instant.ofEpochMilli(1_000_000 + startMs),
                startMs * 1_000_000,
                2_000_000_000L,
                new InitSegment(init, new byte[] {1}),
                new byte[] {1});
    }

    @Test
    void theMenuHasEachLanguageByItsOwnName() throws IOException {
        String text = Multivariant.of(settings("es", "pt-BR", "original"), ServerIndex.of(INDEX));

        assertThat(text.lines())
                .containsExactly(
                        "#EXTM3U",
                        "#EXT-X-VERSION:7",
                        "#EXT-X-INDEPENDENT-SEGMENTS",
                        "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"sound\",LANGUAGE=\"es\",NAME=\"Español\",DEFAULT=YES,AUTOSELECT=YES,URI=\"hls/audio-es/index.m3u8\"",
                        "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"sound\",LANGUAGE=\"pt-BR\",NAME=\"Português (BR)\",DEFAULT=NO,AUTOSELECT=YES,URI=\"hls/audio-pt-br/index.m3u8\"",
                        "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"sound\",LANGUAGE=\"en\",NAME=\"English (original)\",DEFAULT=NO,AUTOSELECT=YES,URI=\"hls/audio-original/index.m3u8\"",
                        "#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"captions\",LANGUAGE=\"es\",NAME=\"Español\",DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,URI=\"hls/captions-es/index.m3u8\"",
                        "#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"captions\",LANGUAGE=\"pt-BR\",NAME=\"Português (BR)\",DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,URI=\"hls/captions-pt-br/index.m3u8\"",
                        "#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"captions\",LANGUAGE=\"en\",NAME=\"English\",DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,URI=\"hls/captions-en/index.m3u8\"",
                        "#EXT-X-STREAM-INF:BANDWIDTH=1220000,CODECS=\"avc1.64000c,mp4a.40.2\",RESOLUTION=320x180,FRAME-RATE=25.000,AUDIO=\"sound\",SUBTITLES=\"captions\",CLOSED-CAPTIONS=NONE",
                        "hls/video/index.m3u8");
    }

    @Test
    void whatIsNotDubbedIsCalledTheOriginalAndHasNoCaptions() throws IOException {
        StreamSettings passthrough = new StreamSettings("en", List.of(Target.of("es"), Target.of("fr")), true, null);

        String text = Multivariant.of(passthrough, ServerIndex.of(INDEX));

        assertThat(text)
                .contains("LANGUAGE=\"en\",NAME=\"English (original)\",DEFAULT=YES")
                .doesNotContain("SUBTITLES");
        assertThat(text.lines().filter(line -> line.startsWith("#EXT-X-MEDIA")))
                .as("names are used once")
                .hasSize(1);
    }

    @Test
    void aServersPlaylistIsReadWithoutItsPartsAndGaps() throws IOException {
        ServerPlaylist read = ServerPlaylist.of(MEDIA);

        assertThat(read.map()).isEqualTo("23fb_video1_init.mp4?session=9e3bf5b6");
        assertThat(read.entries())
                .containsExactly(
                        new ServerPlaylist.ServerSegment("23fb_video1_seg7.mp4?session=9e3bf5b6", 1_960_000_000L),
                        new ServerPlaylist.ServerSegment("23fb_video1_seg8.mp4?session=9e3bf5b6", 2_000_000_000L));
        assertThat(read.entries().get(0).name()).isEqualTo("23fb_video1_seg7.mp4");
    }

    @Test
    void ofMoreSegmentsThanAreReadTheNewestCount() throws IOException {
        StringBuilder many = new StringBuilder("#EXTM3U\n#EXT-X-MAP:URI=\"init.mp4\"\n");
        for (int i = 0; i < 1_500; i++) {
            many.append("#EXTINF:2.0,\nseg").append(i).append(".mp4\n");
        }

        assertThat(ServerPlaylist.of(many.toString()).entries())
                .hasSize(1_000)
                .last()
                .extracting(ServerPlaylist.ServerSegment::uri)
                .isEqualTo("seg1499.mp4");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../../secret.mp4",
                "http://elsewhere/a.mp4",
                "//elsewhere/a.mp4",
                "/v3/paths",
                "a b.mp4",
                ".mp4",
                "a?b#c"
            })
    void aServerCannotSendTheWorkerElsewhere(String reference) {
        assertThatThrownBy(() -> ServerPlaylist.of(MEDIA.replace("23fb_video1_seg8.mp4?session=9e3bf5b6", reference)))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> ServerIndex.of(INDEX.replace("video1_stream.m3u8?session=9e3bf5b6", reference)))
                .isInstanceOf(IOException.class);
    }

    @Test
    void aServerOfMpegTsIsToldWhatIsNeeded() {
        String mpegts = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS=\"avc1.64000c,mp4a.40.2\"\nmain_stream.m3u8\n";

        assertThatThrownBy(() -> ServerIndex.of(mpegts))
                .hasMessageContaining("hlsVariant has to be lowLatency or fmp4");
    }

    @Test
    void aPlaylistOfOursSaysWhenEachSegmentIsAndWhereAnEpochEnds() {
        List<WindowPiece> pieces = List.of(piece(4, 0, 18_000, 0), piece(5, 0, 20_000, 1), piece(6, 1, 10_000, 2));

        assertThat(MediaPlaylist.of(pieces, "0a1b2c3d", ".mp4", Duration.ofMillis(2_040))
                        .lines())
                .containsExactly(
                        "#EXTM3U",
                        "#EXT-X-VERSION:7",
                        "#EXT-X-TARGETDURATION:2",
                        "#EXT-X-MEDIA-SEQUENCE:4",
                        "#EXT-X-DISCONTINUITY-SEQUENCE:0",
                        "#EXT-X-MAP:URI=\"0a1b2c3d-init0.mp4\"",
                        "#EXT-X-PROGRAM-DATE-TIME:1970-01-01T00:16:58Z",
                        "#EXTINF:2.00000,",
                        "0a1b2c3d-4.mp4",
                        "#EXT-X-MAP:URI=\"0a1b2c3d-init1.mp4\"",
                        "#EXT-X-PROGRAM-DATE-TIME:1970-01-01T00:17:00Z",
                        "#EXTINF:2.00000,",
                        "0a1b2c3d-5.mp4",
                        "#EXT-X-DISCONTINUITY",
                        "#EXT-X-MAP:URI=\"0a1b2c3d-init2.mp4\"",
                        "#EXT-X-PROGRAM-DATE-TIME:1970-01-01T00:16:50Z",
                        "#EXTINF:2.00000,",
                        "0a1b2c3d-6.mp4");
        assertThat(MediaPlaylist.of(pieces, "0a1b2c3d", ".vtt", Duration.ofSeconds(2)))
                .doesNotContain("EXT-X-MAP")
                .contains("0a1b2c3d-6.vtt");
    }

    @Test
    void captionsLieOnTheMediasTimeline() {
        List<Cue> cues = List.of(
                new Cue(1, 1_000_000_000L, 5_000_000_000L, "over before"),
                new Cue(2, 5_000_000_000L, 6_500_000_000L, "a < b"),
                new Cue(3, 7_900_000_000L, 9_000_000_000L, "later"));

        // Media time 18.1 s: ten seconds of the server and 2.1 s of the first stamp before the output's 6 s.
        assertThat(Captions.of(piece(4, 0, 18_100, 0), cues))
                .isEqualTo("WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:1629000,LOCAL:00:00:06.000\n\n"
                        + "2\n00:00:05.000 --> 00:00:06.500\na &lt; b\n\n"
                        + "3\n00:00:07.900 --> 00:00:09.000\nlater\n\n");
    }

    @Test
    void theMapOfCaptionsWrapsAsTheTicksDo() {
        long dayMs = 27 * 3_600_000L;

        String text = Captions.of(piece(4, 0, dayMs + 12_100, 0), List.of());

        assertThat(text).contains("MPEGTS:" + (((dayMs + 12_100) * 90) & ((1L << 33) - 1)) + ",LOCAL:27:00:00.000");
    }

    @Test
    void timesAreReadFromBoxesAndDamageIsNoWorseThanAnError() throws IOException {
        byte[] segment = box("moof", box("mfhd", new byte[8]), box("traf", box("tfdt", version1(1_296_000))));
        byte[] init = box("moov", box("trak", box("mdia", box("mdhd", mdhd(90_000)))));

        assertThat(Fmp4.timescale(init)).isEqualTo(90_000);
        assertThat(Fmp4.startNs(segment, 90_000)).isEqualTo(14_400_000_000L);
        Random random = new Random(1);
        int read = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] damaged = segment.clone();
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            try {
                assertThat(Fmp4.startNs(damaged, 90_000)).isNotNegative();
                read++;
            } catch (IOException expected) {
                assertThat(expected).hasMessageMatching("no moof/traf/tfdt|tfdt is .*");
            }
        }
        assertThat(read).isPositive();
    }

    private static byte[] version1(long units) {
        return ByteBuffer.allocate(12).putInt(1 << 24).putLong(units).array();
    }

    private static byte[] mdhd(int timescale) {
        return ByteBuffer.allocate(24)
                .putInt(0)
                .putInt(0)
                .putInt(0)
                .putInt(timescale)
                .array();
    }
}
