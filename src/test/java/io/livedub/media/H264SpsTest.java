package io.livedub.media;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Parameter sets of libx264 (`ffmpeg -c:v libx264`), and made ones for what it does not write. */
class H264SpsTest {
    private static final String FULL_HD =
            "01640028ffe1001b67640028acd940780227e5c044000003000400000300c83c60c65801000668ebe3cb22c0fdf8f800";

    @ParameterizedTest(name = "{1}x{2}, {6}")
    @CsvSource({
        FULL_HD + ", 1920, 1080, 100, 40, 0, cropped from 1088 lines",
        "0142c01fffe100196742c01fd9005005bb011000000300100000030320f183248001000568cb83cb20, 1280, 720, 66, 31, 192, Baseline",
        "01f4000cffe1001967f4000c919b282833f1b808800000030080000019078a14cb01000668ebe3c44844fff8f800, 320, 180, 244, 12, 0, 4:4:4",
        "017a000cffe1001a677a000cbcd941419f8bc044000003000400000300c83c50a65801000768ebe3cb3002c0fef8f800, 320, 182, 122, 12, 0, 4:2:2",
        "01640015ffe1001967640015acd941433f260220000003002000000643e28532c001000668fba3cb22c0fdf8f800, 320, 180, 100, 21, 0, interlaced",
        "0164000affe1001a6764000af3651c9e363f016c800000030080000019078912cb01000668ebe3cb22c0fcf8f800, 100, 50, 100, 10, 0, grey"
    })
    void whatEncodersWriteIsRead(
            String avcC, int width, int height, int profile, int level, int constraints, String what) {
        assertThat(H264Sps.ofAvcC(HexFormat.of().parseHex(avcC)))
                .as(what)
                .contains(new H264Sps(width, height, profile, constraints, level));
    }

    @Test
    void scalingListsFieldsAndOrderCountsAreGoneThrough() {
        BitWriter sps = new BitWriter().put(8, 0x67).put(8, 100).put(8, 0).put(8, 41);
        sps.unsigned(0).unsigned(1).unsigned(0).unsigned(0).put(1, 0).put(1, 1);
        // The first list ends at once, the second has all of its 16 steps, the seventh all 64.
        sps.put(1, 1).signed(-8).put(1, 1);
        for (int i = 0; i < 16; i++) {
            sps.signed(1);
        }
        sps.put(4, 0).put(1, 1);
        for (int i = 0; i < 64; i++) {
            sps.signed(2);
        }
        sps.put(1, 0);
        sps.unsigned(4)
                .unsigned(1)
                .put(1, 0)
                .signed(-3)
                .signed(5)
                .unsigned(2)
                .signed(1)
                .signed(-1);
        sps.unsigned(4).put(1, 0);
        // 1440x1088 in fields, 8 lines cropped: units of 4 lines.
        sps.unsigned(89).unsigned(33).put(1, 0).put(1, 1).put(1, 1);
        sps.put(1, 1).unsigned(0).unsigned(0).unsigned(0).unsigned(2).put(1, 0).put(1, 1);

        assertThat(H264Sps.ofNal(sps.bytes())).contains(new H264Sps(1440, 1080, 100, 0, 41));
    }

    @Test
    void everyBeginningOfOneIsReadOrEmpty() {
        byte[] whole = HexFormat.of().parseHex(FULL_HD);
        for (int length = 0; length < whole.length; length++) {
            H264Sps.ofAvcC(Arrays.copyOf(whole, length))
                    .ifPresent(sps -> assertThat(sps.width()).isEqualTo(1920));
        }
        assertThat(H264Sps.ofAvcC(Arrays.copyOf(whole, 20))).isEmpty();
    }

    @Test
    void nothingDamagedThrowsOrHasAnImpossibleSize() {
        byte[] whole = HexFormat.of().parseHex(FULL_HD);
        Random random = new Random(11);
        for (int i = 0; i < 50_000; i++) {
            byte[] damaged = whole.clone();
            for (int hit = random.nextInt(4); hit >= 0; hit--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            H264Sps.ofAvcC(damaged).ifPresent(sps -> {
                assertThat(sps.width()).isBetween(1, 16_880);
                assertThat(sps.height()).isBetween(1, 16_880);
            });
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // No parameter set at all.
                "01640028ffe00000",
                // Longer than what is there.
                "01640028ffe1ffff6764",
                // Another NAL unit.
                "01640028ffe1000468ebe3cb",
                // An SPS of zeros: a number that never begins.
                "01640028ffe1001067640028000000000000000000000000"
            })
    void whatIsNoParameterSetIsEmpty(String avcC) {
        assertThat(H264Sps.ofAvcC(HexFormat.of().parseHex(avcC))).isEmpty();
    }

    @Test
    void impossiblePicturesAreEmpty() {
        assertThat(H264Sps.ofNal(baseline(1055, 1055, 0)))
                .as("too many macroblocks")
                .isEmpty();
        assertThat(H264Sps.ofNal(baseline(1056, 1, 0))).as("too wide").isEmpty();
        assertThat(H264Sps.ofNal(baseline(2, 2, 16))).as("cropped to nothing").isEmpty();
        assertThat(H264Sps.ofNal(baseline(1, 1, 0))).contains(new H264Sps(16, 16, 66, 0, 10));
    }

    private static byte[] baseline(int across, int down, int cropped) {
        BitWriter sps = new BitWriter().put(8, 0x67).put(8, 66).put(8, 0).put(8, 10);
        sps.unsigned(0).unsigned(0).unsigned(2).unsigned(1).put(1, 0);
        sps.unsigned(across - 1).unsigned(down - 1).put(1, 1).put(1, 0);
        sps.put(1, 1).unsigned(0).unsigned(cropped).unsigned(0).unsigned(0).put(1, 0);
        return sps.put(1, 1).bytes();
    }

    private static final class BitWriter {
        private final StringBuilder bits = new StringBuilder();

        BitWriter put(int count, int value) {
            for (int i = count - 1; i >= 0; i--) {
                bits.append(value >> i & 1);
            }
            return this;
        }

        BitWriter unsigned(int value) {
            int length = 32 - Integer.numberOfLeadingZeros(value + 1);
            return put(length - 1, 0).put(length, value + 1);
        }

        BitWriter signed(int value) {
            return unsigned(value > 0 ? 2 * value - 1 : -2 * value);
        }

        byte[] bytes() {
            byte[] bytes = new byte[(bits.length() + 7) / 8];
            for (int i = 0; i < bits.length(); i++) {
                bytes[i / 8] |= (byte) ((bits.charAt(i) - '0') << (7 - i % 8));
            }
            return bytes;
        }
    }
}
