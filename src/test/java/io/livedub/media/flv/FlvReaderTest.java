package io.livedub.media.flv;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.livedub.media.AudioFormat;
import io.livedub.media.Frame;
import io.livedub.media.SourceOddities;
import io.livedub.media.SourceOddities.SourceOddity;
import io.livedub.media.Track;
import io.livedub.media.VideoFormat;

import static org.assertj.core.api.Assertions.assertThat;

class FlvReaderTest {
    /** SPS of a 320 × 180 picture and its PPS, as x264 writes them. */
    private static final String SPS = "6742c00dd901418efc0440000003004000000c83c50a6480";

    private static final String PPS = "68cb83cb20";
    private static final byte[] AVCC = hex("0142c00dffe10018" + SPS + "010005" + PPS);

    private static final byte[] IDR = hex("0000000465888400");
    private static final byte[] INTER = hex("00000003419a24");
    private static final byte[] ASC = {0x11, (byte) 0x90};
    private static final byte[] RAW = {0x21, 0x10, 0x04, 0x60, (byte) 0x8c, 0x1c};

    private final SourceOddities odd = new SourceOddities();
    private final FlvReader reader = new FlvReader(odd);
    private final List<Frame> frames = new ArrayList<>();

    private long arrivalMs;

    @Test
    void classicTracksBecomeFrames() {
        video(0, 0x17, 0, 0, AVCC);
        audio(0, 0xaf, 0, ASC);
        video(1000, 0x17, 1, 40, IDR);
        audio(1021, 0xaf, 1, RAW);
        video(1040, 0x27, 1, -33, INTER);

        assertThat(frames).hasSize(3);
        Frame picture = frames.get(0);
        assertThat(picture.keyframe()).isTrue();
        assertThat(picture.dtsNs()).isEqualTo(1_000_000_000L);
        assertThat(picture.ptsNs()).isEqualTo(1_040_000_000L);
        assertThat(picture.data()).isEqualTo(IDR);
        assertThat(frames.get(1).data()).isEqualTo(RAW);
        assertThat(((AudioFormat) frames.get(1).format()).sampleRateHz()).isEqualTo(48_000);
        assertThat(frames.get(2).ptsNs()).isEqualTo(1_007_000_000L);
        assertThat(frames.get(2).keyframe()).isFalse();
        assertThat(reader.announces(Track.VIDEO)).isTrue();
        assertThat(reader.foreign(Track.VIDEO)).isEmpty();
    }

    @Test
    void stampsHave32Bits() {
        video(0, 0x17, 0, 0, AVCC);
        video(0xfffffff0L, 0x17, 1, 0, IDR);

        assertThat(frames.get(0).dtsNs()).isEqualTo(0xfffffff0L * 1_000_000L);
    }

    @Test
    void theSameCodecsUnderTheirFourCcBecomeFrames() {
        tag(9, 0, concat(hex("90"), ascii("avc1"), AVCC));
        tag(8, 0, concat(hex("90"), ascii("mp4a"), ASC));
        tag(9, 40, concat(hex("91"), ascii("avc1"), hex("000028"), IDR));
        tag(9, 80, concat(hex("a3"), ascii("avc1"), INTER));
        tag(8, 80, concat(hex("91"), ascii("mp4a"), RAW));

        assertThat(frames).hasSize(3);
        assertThat(frames.get(0).ptsNs()).isEqualTo(80_000_000L);
        assertThat(frames.get(1).data()).isEqualTo(INTER);
        assertThat(frames.get(2).data()).isEqualTo(RAW);
    }

    @Test
    void furtherTracksAreLeftOutAndCounted() {
        video(0, 0x17, 0, 0, AVCC);
        audio(0, 0xaf, 0, ASC);
        audio(0, 0xaf, 1, RAW);
        tag(8, 0, concat(hex("9500"), ascii("mp4a"), hex("01"), ASC));
        tag(8, 0, concat(hex("9501"), ascii("mp4a"), hex("01"), RAW));
        tag(8, 0, concat(hex("91"), ascii("mp4a"), RAW));
        tag(9, 0, concat(hex("91"), ascii("hvc1"), hex("000000"), IDR));
        audio(0, 0x2f, 1, RAW);

        assertThat(frames).hasSize(1);
        assertThat(odd.count(SourceOddity.FOREIGN_TRACK)).isEqualTo(5);
        assertThat(reader.foreign(Track.AUDIO)).isEmpty();
        assertThat(reader.foreign(Track.VIDEO)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "9, 22, Sorenson H.263",
        "9, 2c, HEVC (H.265)",
        "9, 9068766331, HEVC (H.265)",
        "9, 90617630 31, AV1",
        "8, 2f, MP3",
        "8, 904f707573, Opus",
        "8, 7f, G.711"
    })
    void aForeignCodecInATracksPlaceIsNamed(int type, String begin, String name) {
        tag(type, 0, concat(hex(begin.replace(" ", "")), new byte[8]));

        assertThat(reader.foreign(type == 9 ? Track.VIDEO : Track.AUDIO)).isEqualTo(name);
        assertThat(frames).isEmpty();
    }

    @Test
    void metadataAnnouncesThePicture() {
        tag(18, 0, metadata(number("videocodecid", 7)));
        assertThat(reader.announces(Track.VIDEO)).isTrue();

        tag(18, 0, metadata(number("videocodecid", 12)));
        assertThat(reader.announces(Track.VIDEO)).isFalse();
        assertThat(reader.foreign(Track.VIDEO)).isEqualTo("HEVC (H.265)");
    }

    @Test
    void hostileMetadataIsReadToItsBoundsOnly() {
        ByteArrayOutputStream nested = new ByteArrayOutputStream();
        for (int i = 0; i < 200_000; i++) {
            nested.writeBytes(new byte[] {3, 0, 1, 'a'});
        }
        tag(18, 0, concat(hex("02000a"), ascii("onMetaData"), nested.toByteArray()));
        tag(18, 0, concat(hex("02000a"), ascii("onMetaData"), hex("0affffffff"), new byte[300]));
        tag(18, 0, metadata(number("videocodecid", Double.NaN)));
        tag(18, 0, metadata(number("videocodecid", -1)));
        tag(18, 0, concat(hex("0c7fffffff"), new byte[30]));

        assertThat(reader.announces(Track.VIDEO)).isFalse();
        video(0, 0x17, 0, 0, AVCC);
        video(40, 0x17, 1, 0, IDR);
        assertThat(frames).hasSize(1);
    }

    @Test
    void adtsHeadersAreTakenOffAndMakeTheirConfiguration() {
        byte[] adts = adts(RAW);
        audio(1000, 0xaf, 1, adts);
        audio(1021, 0xaf, 1, concat(adts, adts));

        assertThat(frames).hasSize(3).allSatisfy(frame -> assertThat(frame.data())
                .isEqualTo(RAW));
        assertThat(((AudioFormat) frames.get(0).format()).channels()).isEqualTo(2);
        assertThat(frames.get(2).ptsNs() - frames.get(1).ptsNs()).isEqualTo(1024L * 1_000_000_000L / 48_000);
        assertThat(odd.count(SourceOddity.ADTS)).isEqualTo(2);
    }

    @Test
    void accessUnitsAreFramedAnewWhereTheirLengthsDoNotAddUp() {
        video(0, 0x17, 0, 0, AVCC);
        video(0, 0x17, 1, 0, concat(hex("00000000"), IDR));
        video(40, 0x17, 1, 0, concat(IDR, hex("0000ffff41")));
        video(80, 0x17, 1, 0, concat(hex("00000001"), hex("65888400ff"), hex("000001"), hex("41aabbff")));
        video(120, 0x27, 1, 0, hex("0000ffff41"));

        assertThat(frames).hasSize(3);
        assertThat(frames.get(0).data()).isEqualTo(IDR);
        assertThat(frames.get(1).data()).isEqualTo(IDR);
        assertThat(frames.get(2).data()).isEqualTo(hex("0000000565888400ff0000000441aabbff"));
        assertThat(odd.count(SourceOddity.REFRAMED)).isEqualTo(3);
        assertThat(odd.count(SourceOddity.UNREADABLE)).isEqualTo(1);
    }

    @Test
    void theKeyframeIsWhatThePictureIs() {
        video(0, 0x17, 0, 0, AVCC);
        // An IDR picture that is not flagged, a P picture that is, and an I picture of an open GOP.
        video(0, 0x27, 1, 0, IDR);
        video(40, 0x17, 1, 0, INTER);
        video(80, 0x17, 1, 0, hex("0000000441888400"));

        assertThat(frames.stream().map(Frame::keyframe)).containsExactly(true, false, true);
    }

    /** Intra refresh: no picture is an I picture, and a recovery point says where decoding may begin. */
    @Test
    void aFlaggedPictureWithARecoveryPointIsAKeyframe() {
        byte[] recovery = hex("00000005060601c480");
        byte[] text = hex("00000007060503123456" + "80");
        video(0, 0x17, 0, 0, AVCC);
        video(0, 0x17, 1, 0, concat(recovery, INTER));
        video(40, 0x27, 1, 0, concat(recovery, INTER));
        video(80, 0x17, 1, 0, concat(text, INTER));
        video(120, 0x17, 1, 0, concat(hex("0000000a0605031234560601c480"), INTER));

        assertThat(frames.stream().map(Frame::keyframe)).containsExactly(true, false, false, true);
    }

    /** An encoder that fits its slices to network packets makes hundreds of a keyframe. */
    @ParameterizedTest
    @ValueSource(ints = {51, 1000})
    void aPictureOfManySlicesStaysWhole(int slices) {
        byte[] picture = IDR;
        for (int i = 1; i < slices; i++) {
            picture = concat(picture, IDR);
        }
        video(0, 0x17, 0, 0, AVCC);
        video(0, 0x17, 1, 0, picture);

        assertThat(frames).hasSize(1);
        assertThat(frames.get(0).data()).isEqualTo(picture);
        assertThat(odd.count(SourceOddity.REFRAMED)).isZero();
    }

    /** Three encoders without a usable sequence header: it has no parameter sets, it is not sent, or it has start codes. */
    @ParameterizedTest
    @ValueSource(strings = {"0142c00dffe000", "", "00000001" + SPS + "00000001" + PPS})
    void parameterSetsInBandMakeTheConfiguration(String header) {
        if (!header.isEmpty()) {
            video(0, 0x17, 0, 0, hex(header));
        }
        byte[] key = concat(hex("0000000209f0"), hex("00000018" + SPS), hex("00000005" + PPS), IDR);
        video(0, 0x17, 1, 0, key);
        video(40, 0x27, 1, 0, INTER);
        video(80, 0x17, 1, 0, key);

        assertThat(frames).hasSize(3);
        assertThat(frames.get(0).data()).isEqualTo(key);
        VideoFormat format = (VideoFormat) frames.get(0).format();
        assertThat(format.avcC()).isEqualTo(AVCC);
        assertThat(format.width()).isPositive();
        assertThat(frames.get(2).format()).isSameAs(format);
        assertThat(odd.count(SourceOddity.CONFIGURATION)).isZero();
        assertThat(odd.count(SourceOddity.UNREADABLE)).isZero();
    }

    @Test
    void parameterSetsInMessagesOfTheirOwnMakeTheConfigurationToo() {
        video(0, 0x17, 1, 0, hex("00000018" + SPS));
        video(0, 0x17, 1, 0, hex("00000005" + PPS));
        video(0, 0x17, 1, 0, IDR);

        assertThat(((VideoFormat) frames.get(frames.size() - 1).format()).avcC())
                .isEqualTo(AVCC);
        assertThat(frames.get(frames.size() - 1).keyframe()).isTrue();
    }

    /** The second has the number 1, the last the number 255. */
    @Test
    void pictureParameterSetsInMessagesOfTheirOwnStandBesideEachOther() {
        String other = "685bcb8cb2";
        String last = "68008010cb";
        for (int i = 0; i < 3; i++) {
            video(i * 40, 0x17, 1, 0, hex("00000018" + SPS));
            for (String set : List.of(PPS, other, last)) {
                video(i * 40, 0x17, 1, 0, hex("00000005" + set));
            }
            video(i * 40, 0x17, 1, 0, IDR);
        }

        byte[] two = AVCC.clone();
        two[AVCC.length - 8] = 3;
        assertThat(((VideoFormat) frames.get(frames.size() - 1).format()).avcC())
                .isEqualTo(concat(two, hex("0005" + other), hex("0005" + last)));
        assertThat(odd.count(SourceOddity.CONFIGURATION)).isEqualTo(2);
    }

    /** What stands in the pictures never replaces a sequence header: encoders write other forms of the same sets there. */
    @Test
    void parameterSetsInBandDoNotReplaceASequenceHeader() {
        video(0, 0x17, 0, 0, AVCC);
        video(0, 0x17, 0, 0, hex("0142c00dfde000"));
        video(0, 0x17, 1, 0, concat(hex("00000018" + SPS.replace("c80", "c90")), hex("00000005" + PPS), IDR));

        assertThat(((VideoFormat) frames.get(0).format()).avcC()).isEqualTo(AVCC);
        assertThat(odd.count(SourceOddity.UNREADABLE)).isEqualTo(1);
    }

    @Test
    void theDefaultTrackOfAMultitrackSourceIsTaken() {
        tag(9, 0, concat(hex("9600"), ascii("avc1"), hex("00"), AVCC));
        tag(8, 0, concat(hex("9510"), ascii("mp4a"), hex("00000002"), ASC, hex("01000002"), ASC));
        tag(9, 40, concat(hex("9601"), ascii("avc1"), hex("00"), hex("000028"), IDR));
        tag(8, 40, concat(hex("9521"), ascii("Opus"), hex("01000003aabbcc"), ascii("mp4a"), hex("00000006"), RAW));
        tag(8, 61, concat(hex("9501"), ascii("mp4a"), hex("01"), RAW));

        assertThat(frames).hasSize(2);
        assertThat(frames.get(0).ptsNs()).isEqualTo(80_000_000L);
        assertThat(frames.get(0).data()).isEqualTo(IDR);
        assertThat(frames.get(1).data()).isEqualTo(RAW);
        assertThat(odd.count(SourceOddity.FOREIGN_TRACK)).isEqualTo(1);
        assertThat(reader.foreign(Track.AUDIO)).isEmpty();
    }

    @Test
    void extensionsInFrontOfAMessageAreSkipped() {
        tag(9, 0, concat(hex("90"), ascii("avc1"), AVCC));
        tag(8, 0, concat(hex("90"), ascii("mp4a"), ASC));
        tag(9, 40, concat(hex("9702000064"), hex("03"), ascii("avc1"), IDR));
        byte[] large = new byte[300];
        tag(8, 40, concat(hex("97ff012b"), large, hex("07"), hex("0064"), hex("01"), ascii("mp4a"), RAW));
        tag(8, 61, concat(hex("97ffffff"), large));

        assertThat(frames).hasSize(2);
        assertThat(frames.get(0).data()).isEqualTo(IDR);
        assertThat(frames.get(1).data()).isEqualTo(RAW);
        assertThat(odd.count(SourceOddity.FOREIGN_TRACK)).isEqualTo(1);
    }

    @Test
    void aClassicTrackCountsMoreThanAMultitrackOne() {
        video(0, 0x17, 0, 0, AVCC);
        video(0, 0x17, 1, 0, IDR);
        tag(9, 40, concat(hex("9601"), ascii("avc1"), hex("00"), hex("000000"), IDR));

        assertThat(frames).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {8_388_574, 8_388_607, 90_000, -8_000_000, 4_000_000})
    void anOffsetThatCannotBeMovesNothing(int offsetMs) {
        video(0, 0x17, 0, 0, AVCC);
        for (int i = 0; i < 20; i++) {
            video(i * 40L, i == 0 ? 0x17 : 0x27, 1, i == 10 ? offsetMs : 40, i == 0 ? IDR : INTER);
        }

        assertThat(frames).hasSize(20).allSatisfy(frame -> assertThat(Math.abs(frame.ptsNs() - frame.dtsNs()))
                .isLessThanOrEqualTo(40_000_000L));
        assertThat(odd.count(SourceOddity.COMPOSITION)).isEqualTo(1);
    }

    /** As x264 stamps pictures of a screen that stood: they have the decoding times of pictures before the pause. */
    @ParameterizedTest
    @ValueSource(ints = {1_800, 8_040, 60_000})
    void theFirstPicturesBehindAPauseAreShownBehindIt(int pauseMs) {
        video(0, 0x17, 0, 0, AVCC);
        for (int i = 0; i < 20; i++) {
            boolean behind = i >= 10;
            boolean reordered = i == 10 || i == 11;
            arrivalMs = i * 40L + (behind ? pauseMs : 0);
            video(
                    i * 40L + (behind && !reordered ? pauseMs : 0),
                    i == 0 ? 0x17 : 0x27,
                    1,
                    reordered ? pauseMs : 40,
                    INTER);
        }

        assertThat(odd.count(SourceOddity.COMPOSITION)).isZero();
        assertThat(frames.get(10).ptsNs()).isEqualTo((400 + pauseMs) * 1_000_000L);
        assertThat(frames.get(11).ptsNs()).isEqualTo((440 + pauseMs) * 1_000_000L);
    }

    /** One picture a second with B pictures, from the first picture on. */
    @Test
    void picturesOfASlowEncoderAreShownWhenItSays() {
        video(0, 0x17, 0, 0, AVCC);
        video(0, 0x17, 1, 2_000, IDR);
        video(1_000, 0x27, 1, 5_000, INTER);

        assertThat(frames.get(0).ptsNs()).isEqualTo(2_000_000_000L);
        assertThat(frames.get(1).ptsNs()).isEqualTo(6_000_000_000L);
    }

    @Test
    void emptyAndTruncatedTagsAreIgnored() {
        for (int length = 0; length < 8; length++) {
            tag(9, 0, Arrays.copyOf(concat(hex("1700000000"), AVCC), length));
            tag(8, 0, Arrays.copyOf(concat(hex("af01"), RAW), Math.min(length, 2)));
            tag(18, 0, new byte[length]);
        }
        byte[] cut = buffer(9, 0, concat(hex("1701000000"), IDR));
        cut[3] = 100;
        accept(cut);

        assertThat(frames).isEmpty();
    }

    @Test
    void changedBytesNeverThrow() {
        Random chance = new Random(11);
        List<byte[]> good = List.of(
                buffer(9, 0, concat(hex("1700000000"), AVCC)),
                buffer(8, 0, concat(hex("af00"), ASC)),
                buffer(9, 40, concat(hex("1701000028"), IDR)),
                buffer(8, 40, concat(hex("af01"), adts(RAW))),
                buffer(9, 40, concat(hex("1701000028"), hex("00000018" + SPS), hex("00000005" + PPS), IDR)),
                buffer(
                        9,
                        40,
                        concat(hex("9701000064"), hex("06"), hex("11"), ascii("avc1"), hex("000000000a000028"), IDR)),
                buffer(
                        8,
                        40,
                        concat(hex("9521"), ascii("mp4a"), hex("00000006"), RAW, ascii("mp4a"), hex("01000006"), RAW)),
                buffer(18, 0, metadata(number("videocodecid", 7))));
        for (int i = 0; i < 50_000; i++) {
            byte[] bytes = good.get(chance.nextInt(good.size())).clone();
            for (int n = chance.nextInt(4); n >= 0; n--) {
                bytes[chance.nextInt(bytes.length)] = (byte) chance.nextInt(256);
            }
            accept(Arrays.copyOf(bytes, chance.nextInt(bytes.length + 1)));
        }

        assertThat(frames).allSatisfy(frame -> {
            assertThat(frame.data()).isNotEmpty();
            assertThat(frame.dtsNs()).isBetween(0L, 0xffff_ffffL * 1_000_000L);
        });
    }

    private void video(long stampMs, int flags, int packet, int compositionMs, byte[] data) {
        byte[] head = {
            (byte) flags, (byte) packet, (byte) (compositionMs >> 16), (byte) (compositionMs >> 8), (byte) compositionMs
        };
        tag(9, stampMs, concat(head, data));
    }

    private void audio(long stampMs, int flags, int packet, byte[] data) {
        tag(8, stampMs, concat(new byte[] {(byte) flags, (byte) packet}, data));
    }

    private void tag(int type, long stampMs, byte[] payload) {
        accept(buffer(type, stampMs, payload));
    }

    private void accept(byte[] buffer) {
        byte[] head = Arrays.copyOf(buffer, FlvReader.HEAD);
        reader.accept(
                head,
                Math.min(buffer.length, head.length),
                buffer.length,
                (offset, length) -> Arrays.copyOfRange(buffer, offset, offset + length),
                arrivalMs * FlvReader.NS_PER_MS,
                frames::add);
    }

    private static byte[] buffer(int type, long stampMs, byte[] payload) {
        byte[] head = {
            (byte) type,
            (byte) (payload.length >> 16),
            (byte) (payload.length >> 8),
            (byte) payload.length,
            (byte) (stampMs >> 16),
            (byte) (stampMs >> 8),
            (byte) stampMs,
            (byte) (stampMs >> 24),
            0,
            0,
            0
        };
        return concat(head, payload, new byte[4]);
    }

    private static byte[] adts(byte[] raw) {
        int length = raw.length + 7;
        byte[] head = {
            (byte) 0xff,
            (byte) 0xf1,
            0x4c,
            (byte) (0x80 | length >> 11),
            (byte) (length >> 3),
            (byte) ((length & 7) << 5 | 0x1f),
            (byte) 0xfc
        };
        return concat(head, raw);
    }

    private static byte[] metadata(byte[] member) {
        return concat(hex("02000a"), ascii("onMetaData"), hex("0800000001"), member, hex("000009"));
    }

    private static byte[] number(String name, double value) {
        long bits = Double.doubleToLongBits(value);
        byte[] number = new byte[9];
        for (int i = 0; i < 8; i++) {
            number[1 + i] = (byte) (bits >> 56 - 8 * i);
        }
        return concat(new byte[] {0, (byte) name.length()}, ascii(name), number);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private static byte[] hex(String text) {
        byte[] bytes = new byte[text.length() / 2];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Integer.parseInt(text.substring(2 * i, 2 * i + 2), 16);
        }
        return bytes;
    }
}
