package io.livedub.media;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.livedub.media.AudioCodec.CodecException;

import static io.livedub.media.M4aFile.box;
import static io.livedub.media.M4aFile.ints;
import static io.livedub.media.M4aFile.join;
import static io.livedub.media.M4aFile.longs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Files that were made to do harm: whatever they say, they are read or refused, and cost what their own bytes cost. */
class M4aReaderHostileTest {
    private static final int MUTATIONS = 2_000;
    private static final long MAX_ALLOCATED = 16L << 20;
    private static final HexFormat HEX = HexFormat.of();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "moov-first",
                "moov-last",
                "fragmented",
                "frame-fragments",
                "dash",
                "quicktime",
                "mp4mux",
                "explicit-sbr"
            })
    void nothingButARefusalComesOfMutationsAndTruncations(String name) {
        byte[] whole = "explicit-sbr".equals(name) ? explicitSbr() : M4aFile.recorded(name);
        for (int length = 0; length < whole.length; length++) {
            read(Arrays.copyOf(whole, length));
        }
        Random random = new Random(name.hashCode());
        int refused = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            refused += read(mutated(whole, random)) ? 0 : 1;
        }
        assertThat(refused).as("refused of %d", MUTATIONS).isBetween(MUTATIONS / 10, MUTATIONS - 1);
    }

    /** {@code JAZZER_FUZZ=1} goes on for as long as is wanted. */
    @FuzzTest(maxDuration = "1m")
    void nothingButARefusalComesOfAnything(byte[] file) {
        read(file);
    }

    @Test
    void sixtyThousandNestedBoxesAreNotGoneInto() {
        byte[] nested = new byte[8 * 60_000];
        for (int at = 0; at < nested.length; at += 8) {
            System.arraycopy(join(ints(nested.length - at), M4aFile.text("moov")), 0, nested, at, 8);
        }
        refused(join(box("ftyp", new byte[8]), nested), "there is no AAC track");

        for (String type : List.of("trak", "mdia", "minf", "stbl", "stsd", "mp4a", "wave", "udta", "meta", "ilst")) {
            byte[] inside = nested.clone();
            for (int at = 8; at < inside.length; at += 8) {
                System.arraycopy(M4aFile.text(type), 0, inside, at + 4, 4);
            }
            refused(inside, "there is no AAC track");
        }
    }

    @Test
    void aMegabyteOfFragmentRunsCostsNoMoreThanAFile() {
        M4aFile file = new M4aFile();
        file.frames = 0;
        file.data = new byte[1000];
        file.movieExtras = box("mvex", box("trex", ints(0, 1, 1, 1024, 1, 0)));
        byte[] run = box("trun", ints(0, -1));
        byte[] many = new byte[60_000 * run.length];
        for (int at = 0; at < many.length; at += run.length) {
            System.arraycopy(run, 0, many, at, run.length);
        }
        file.afterwards = box("moof", box("traf", box("tfhd", ints(0, 1)), many));
        refused(file.bytes(), "it holds 4294967295 frames of AAC 48000 Hz 2 ch, more than 120 s");

        // Each run within the limit, all of them together are not.
        for (int at = 0; at < many.length; at += run.length) {
            System.arraycopy(ints(100), 0, many, at + 12, 4);
        }
        file.afterwards = box("moof", box("traf", box("tfhd", ints(1, 1), longs(28)), many));
        refused(file.bytes(), "it holds 5700 frames of AAC 48000 Hz 2 ch, more than 120 s");

        // All of them of the same bytes.
        run = box("trun", ints(1, 100, 0));
        many = new byte[40_000 * run.length];
        for (int at = 0; at < many.length; at += run.length) {
            System.arraycopy(run, 0, many, at, run.length);
        }
        file.movieExtras = box("mvex", box("trex", ints(0, 1, 1, 1024, 999, 0)));
        file.afterwards = box("moof", box("traf", box("tfhd", ints(1, 1), longs(28)), many));
        assertThat(file.bytes().length).isBetween(700_000, 1_000_000);
        assertThat(allocated(() -> read(file.bytes()))).isLessThan(MAX_ALLOCATED);
    }

    @Test
    void moreBoxesThanAnyFileHasAreRefused() {
        byte[] empty = box("free");
        byte[] many = new byte[(Mp4Box.MAX_BOXES + 1) * empty.length];
        for (int at = 0; at < many.length; at += empty.length) {
            System.arraycopy(empty, 0, many, at, empty.length);
        }
        refused(many, "there are more than 100000 boxes");
        refused(box("moov", many), "there are more than 100000 boxes");
    }

    @Test
    void countsFromTheWireAreCheckedBeforeTheyAreUsed() {
        M4aFile file = new M4aFile();
        file.sizes = box("stsz", ints(0, 10, -1));
        refused(file.bytes(), "it holds 4294967295 frames of AAC 48000 Hz 2 ch, more than 120 s");
        file.sizes = box("stsz", ints(0, 0, 5000));
        refused(file.bytes(), "box 'stsz' at byte 342 says it has 5000 entries, for which it is too short");
        file.sizes = box("stsz", ints(0, -1, 3));
        refused(file.bytes(), "frame 0 has 4294967295 bytes, which no AAC frame has");
        file.sizes = box("stsz", ints(0, 0, 1, 0));
        refused(file.bytes(), "frame 0 has 0 bytes, which no AAC frame has");
        file.sizes = box("stz2", ints(0, 8, 9));
        refused(file.bytes(), "box 'stz2' at byte 342 is too short: 12 bytes");
        file.sizes = null;

        file.times = box("stts", ints(0, 1, 3, -1));
        refused(file.bytes(), "it says it lasts 268435 s, more than 120 s");
        file.times = box("stts", ints(0, 2, -1, -1, -1, -1));
        refused(file.bytes(), "it says it lasts 768614336046651 s, more than 120 s");
        file.times = box("stts", ints(0, -1));
        refused(file.bytes(), "box 'stts' at byte 290 says it has 4294967295 entries, for which it is too short");
        file.times = null;

        file.chunks = box("stsc", ints(0, 1, 1, -1, 1));
        assertThat(read(file.bytes())).as("a chunk may say more than the sizes").isTrue();
        file.chunks = box("stsc", ints(0, 0));
        refused(file.bytes(), "box 'stsc' at byte 314 is too short: 8 bytes");
        file.chunks = box("stsc", ints(0, 3, -1, 0, 1, -1, 0, 1, -1, 0, 1));
        refused(file.bytes(), "it says it has 3 frames, and its chunks hold 0");
        file.chunks = null;

        file.offsets = box("stco", ints(0, -1));
        refused(file.bytes(), "box 'stco' at byte 362 says it has 4294967295 entries, for which it is too short");
        file.offsets = box("co64", ints(0, 1), longs(Long.MAX_VALUE));
        refused(file.bytes(), "frame 0 is at byte 9223372036854775807, beyond the end of the file at 386");
        file.offsets = box("co64", ints(0, 1), longs(-1));
        refused(file.bytes(), "frame 0 is at byte 18446744073709551615, beyond the end of the file at 386");
    }

    @Test
    void framesThatOverlapAreNotMultiplied() {
        M4aFile file = new M4aFile();
        file.frames = 1000;
        file.data = new byte[10];
        file.chunks = box("stsc", ints(0, 1, 1, 1, 1));
        long[] offsets = new long[1002];
        Arrays.fill(offsets, 28);
        offsets[0] = 0;
        offsets[1] = 1000;
        file.offsets = box("stco", ints(offsets));

        refused(file.bytes(), "its frames overlap: together they are larger than the file");
    }

    @Test
    void descriptorsEndWhereTheirBoxEnds() {
        byte[] endless = {3, (byte) 255, (byte) 255, (byte) 255, (byte) 255, 0, 0, 0};
        for (byte[] damaged : List.of(
                endless,
                join(endless, new byte[] {4, (byte) 255, 127}),
                join(endless, new byte[] {9, 0, 9, 0, 9, 0}),
                new byte[] {3, 1, 0},
                new byte[0])) {
            M4aFile file = new M4aFile();
            byte[] entry = box("mp4a", new byte[28], box("esds", ints(0), damaged));
            file.trackBefore =
                    box("trak", box("mdia", box("minf", box("smhd"), box("stbl", box("stsd", ints(0, 1), entry)))));
            assertThat(read(file.bytes())).as(HEX.formatHex(damaged)).isFalse();
        }
        M4aFile file = new M4aFile();
        file.config = new byte[0];
        byte[] specific = join(new byte[] {5, (byte) 0x84, 8}, new byte[520]);
        byte[] decoder = join(new byte[] {4, (byte) 0x84, 24, 0x40}, new byte[12], specific);
        byte[] stream = join(new byte[] {3, (byte) 0x84, 30, 0, 0, 0}, decoder);
        file.trackBefore = box(
                "trak",
                box(
                        "mdia",
                        box(
                                "minf",
                                box("smhd"),
                                box(
                                        "stbl",
                                        box(
                                                "stsd",
                                                ints(0, 1),
                                                box("mp4a", new byte[28], box("esds", ints(0), stream)))))));
        refused(file.bytes(), "its decoder configuration has 520 bytes, which none has");
    }

    /** As HE-AAC is announced: a decoder doubles the rate of these frames. */
    private static byte[] explicitSbr() {
        M4aFile file = new M4aFile();
        file.config = HEX.parseHex("2b118800");
        file.frames = 40;
        file.sizes = box(
                "stsz", join(ints(0, 0, 40), ints(new Random(1).longs(40, 1, 20).toArray())));
        file.edits = box("edts", box("elst", ints(0, 1, 800, 1024, 0x10000)));
        return file.bytes();
    }

    /** Some bytes of the structure or of the sound become others: any, or numbers that tend to be trouble; some are taken out, or doubled. */
    private static byte[] mutated(byte[] whole, Random random) {
        byte[] file = whole.clone();
        for (int hits = random.nextInt(6); hits >= 0; hits--) {
            int at = random.nextInt(file.length - 8);
            switch (random.nextInt(5)) {
                case 0 -> file[at] = (byte) random.nextInt();
                case 1 -> file[at] ^= (byte) (1 << random.nextInt(8));
                case 2 ->
                    System.arraycopy(
                            ints(new long[] {0, 1, -1, 0x7fffffff, 0x80000000L}[random.nextInt(5)]), 0, file, at, 4);
                case 3 -> {
                    int to = Math.min(file.length, at + random.nextInt(200));
                    file = join(Arrays.copyOf(file, at), Arrays.copyOfRange(file, to, file.length), new byte[8]);
                }
                default -> {
                    int to = Math.min(file.length, at + random.nextInt(200));
                    file = join(Arrays.copyOf(file, to), Arrays.copyOfRange(file, at, file.length));
                }
            }
        }
        return file;
    }

    /** Whether it was read; fails for everything that is neither that nor a refusal, and for what costs more than it may. */
    private static boolean read(byte[] file) {
        AacClip clip;
        try {
            clip = M4aReader.read(file);
        } catch (CodecException refused) {
            if (refused.getMessage().isBlank() || refused.getMessage().contains("\n")) {
                throw new AssertionError("not one line: " + refused.getMessage());
            }
            return false;
        }
        long held = (long) clip.frames().size() * clip.format().samplesPerFrame();
        long taken = clip.frames().stream().mapToLong(frame -> frame.length).sum();
        boolean bounded = taken <= file.length
                && held <= (Mp4Frames.MAX_SECONDS + 1L) * clip.format().sampleRateHz()
                && clip.leadingSamples() >= 0
                && clip.audibleSamples() >= 0
                && clip.leadingSamples() + clip.audibleSamples() <= held;
        if (held == 0 || !bounded) {
            throw new AssertionError("more than a file of " + file.length + " bytes can hold: " + clip);
        }
        return true;
    }

    private static void refused(byte[] file, String message) {
        Runnable reading = () -> assertThatThrownBy(() -> M4aReader.read(file))
                .isInstanceOf(CodecException.class)
                .hasMessage(message);
        // The first time also loads classes, whose bytes count as this thread's.
        reading.run();
        assertThat(allocated(reading)).isLessThan(MAX_ALLOCATED);
    }

    private static long allocated(Runnable task) {
        var thread = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = thread.getCurrentThreadAllocatedBytes();
        task.run();
        return thread.getCurrentThreadAllocatedBytes() - before;
    }
}
