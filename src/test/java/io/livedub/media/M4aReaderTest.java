package io.livedub.media;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.livedub.media.AudioCodec.CodecException;

import static io.livedub.media.M4aFile.box;
import static io.livedub.media.M4aFile.entry;
import static io.livedub.media.M4aFile.ints;
import static io.livedub.media.M4aFile.join;
import static io.livedub.media.M4aFile.longs;
import static io.livedub.media.M4aFile.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class M4aReaderTest {
    private final M4aFile file = new M4aFile();

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "moov-first, 25, 1024, 24000",
        "moov-last, 25, 1024, 24000",
        "quicktime, 25, 1024, 24000",
        // Their muxer did not know yet what the encoder would say.
        "fragmented, 25, 0, 25600",
        "frame-fragments, 25, 0, 25600",
        "dash, 25, 1024, 24576",
        "mp4mux, 24, 0, 24573"
    })
    void filesOfOtherProgramsAreRead(String name, int frames, long leading, long audible) {
        AacClip clip = M4aReader.read(M4aFile.recorded(name));

        assertThat(clip.format().toString()).isEqualTo("AAC 24000 Hz 1 ch");
        assertThat(clip.frames()).hasSize(frames);
        assertThat(clip.leadingSamples()).isEqualTo(leading);
        assertThat(clip.audibleSamples()).isEqualTo(audible);
    }

    @Test
    void theSameSoundIsReadFromEachContainerOfOneEncoder() {
        List<byte[]> frames = M4aReader.read(M4aFile.recorded("moov-last")).frames();

        for (String other : List.of("moov-first", "fragmented", "frame-fragments", "dash", "quicktime")) {
            List<byte[]> same = M4aReader.read(M4aFile.recorded(other)).frames();
            for (int i = 0; i < frames.size(); i++) {
                assertThat(same.get(i)).as("%s, frame %d", other, i).isEqualTo(frames.get(i));
            }
        }
    }

    @Test
    void aHandMadeFileIsRead() {
        assertThat(numbers()).containsExactly(1, 2, 3);
    }

    @Test
    void sizesMayBeListedInEveryWidth() {
        for (byte[] sizes : List.of(
                box("stsz", ints(0, 0, 3, 10, 10, 10)),
                box("stz2", ints(0, 4, 3), new byte[] {(byte) 0xaa, (byte) 0xa0}),
                box("stz2", ints(0, 8, 3), new byte[] {10, 10, 10}),
                box("stz2", ints(0, 16, 3), new byte[] {0, 10, 0, 10, 0, 10}))) {
            file.sizes = sizes;
            assertThat(numbers()).containsExactly(1, 2, 3);
        }
        file.sizes = box("stz2", ints(0, 7, 3), new byte[3]);
        refused("box 'stz2' has sizes of 7 bits");
    }

    @Test
    void chunksMayBeManyAndFarAway() {
        file.chunks = box("stsc", ints(0, 2, 1, 1, 1, 2, 2, 1));
        file.offsets = box("co64", ints(0, 2), longs(28 + 20, 28));

        assertThat(numbers()).containsExactly(3, 1, 2);
    }

    @Test
    void boxesWithLongSizesAndUnknownOnesAreGoneOver() {
        byte[] whole = file.bytes();
        byte[] unknown = box("what", new byte[5]);
        byte[] wide = join(ints(1), text("free"), longs(16 + 4), new byte[4]);

        assertThat(M4aReader.read(join(whole, unknown, wide)).frames()).hasSize(3);
        file.movieExtras = join(unknown, wide);
        assertThat(numbers()).containsExactly(1, 2, 3);
    }

    @Test
    void theLastBoxMayReachToTheEndAndGarbageMayFollowTheFile() {
        byte[] movie = file.movie(0);
        byte[] media =
                new byte[] {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3};
        byte[] open = join(file.movie(movie.length + 8), ints(0), text("mdat"), media);
        assertThat(M4aReader.read(open).frames()).hasSize(3);

        file.afterwards = text("no box of any size");
        assertThat(numbers()).containsExactly(1, 2, 3);
        file.afterwards = new byte[] {1, 2, 3};
        assertThat(numbers()).containsExactly(1, 2, 3);
    }

    @Test
    void theFirstTrackOfAacIsTaken() {
        byte[] picture = box("trak", box("mdia", box("minf", box("vmhd", ints(0, 0, 0)))));
        byte[] mp3 = soundTrack(entry(new byte[0], 0x6b));
        byte[] opus = soundTrack(box("Opus", new byte[28]));
        file.trackBefore = join(picture, soundTrack(), mp3, opus);
        assertThat(numbers()).containsExactly(1, 2, 3);

        file.objectType = 0x6b;
        refused("there is no AAC track, but a track of 'mp4a' sound that is something else");
        file.objectType = 0x67;
        assertThat(numbers()).containsExactly(1, 2, 3);
    }

    @ParameterizedTest(name = "media time {0}, duration {1}: {2} leading, {3} audible")
    @CsvSource({
        "1024, 20, 1024, 960",
        "1024, 0, 1024, 2048",
        "0, 64, 0, 3072",
        "9999999, 20, 3072, 0",
        "2147483647, 4294967295, 3072, 0"
    })
    void theEditListSaysWhatIsHeard(long from, long duration, long leading, long audible) {
        file.edits = box("edts", box("elst", ints(0, 2, 500, -1, 0x10000, duration, from, 0x10000)));
        AacClip clip = M4aReader.read(file.bytes());
        assertThat(clip.leadingSamples()).isEqualTo(leading);
        assertThat(clip.audibleSamples()).isEqualTo(audible);

        byte[] wide = join(longs(500, -1), ints(0x10000), longs(duration, from), ints(0x10000));
        file.edits = box("edts", box("elst", ints(0x01000000, 2), wide));
        assertThat(M4aReader.read(file.bytes())).usingRecursiveComparison().isEqualTo(clip);
    }

    @Test
    void impossibleEditsShowAllThereIs() {
        file.edits = box("edts", box("elst", ints(0, 1, 500, -1, 0x10000)));
        assertThat(M4aReader.read(file.bytes()).audibleSamples()).isEqualTo(3072);

        file.edits = box("edts", box("elst", ints(0x01000000, 1), longs(-5, Long.MAX_VALUE), ints(0x10000)));
        assertThat(M4aReader.read(file.bytes()).audibleSamples()).isZero();

        file.edits = box("edts", box("elst", ints(0, -1)));
        refused("box 'elst' at byte 138 says it has 4294967295 entries, for which it is too short");
    }

    @Test
    void theTagOfItunesSaysWhatIsHeardWhereNoEditListDoes() {
        byte[] tag = box(
                "----",
                box("mean", ints(0), text("com.apple.iTunes")),
                box("name", ints(0), text("iTunSMPB")),
                box("data", ints(1, 0), text(" 00000000 00000400 00000100 0000000000000700 00000000")));
        byte[] other = box("----", box("name", ints(0), text("other")), box("data", ints(1, 0), text("x")));
        byte[] odd = box("----", box("name", ints(0), text("iTunSMPB")), box("data", ints(1, 0), text("none")));
        file.movieExtras = box("udta", box("meta", ints(0), box("ilst", box("name"), other, odd, tag)));
        AacClip clip = M4aReader.read(file.bytes());
        assertThat(clip.leadingSamples()).isEqualTo(1024);
        assertThat(clip.audibleSamples()).isEqualTo(1792);

        file.movieExtras = box("udta", box("meta", box("ilst", tag)));
        assertThat(M4aReader.read(file.bytes()).leadingSamples())
                .as("as QuickTime has it")
                .isEqualTo(1024);

        file.movieExtras = box("udta", box("meta", ints(0)));
        assertThat(M4aReader.read(file.bytes()).leadingSamples()).isZero();
    }

    @Test
    void adtsHeadersInsideAreTakenOff() {
        byte[] header = {(byte) 0xff, (byte) 0xf1, 0x4c, (byte) 0x80, 1, (byte) 0x5f, (byte) 0xfc};
        byte[] checked = {(byte) 0xff, (byte) 0xf0, 0x4c, (byte) 0x80, 1, (byte) 0x9f, (byte) 0xfc, 9, 9};
        byte[] raw = {0x21, 0x10, 0x05};
        file.frames = 2;
        file.sizes = box("stsz", ints(0, 0, 2, 10, 12));
        file.data = join(header, raw, checked, raw);

        assertThat(M4aReader.read(file.bytes()).frames()).containsExactly(raw, raw);
    }

    @Test
    void fragmentsAreReadInEveryForm() {
        file.frames = 0;
        file.data = new byte[] {1, 1, 2, 2, 2, 3, 3};
        file.movieExtras = box("mvex", box("trex", ints(0, 1, 1, 1024, 2, 0)), box("trex", ints(0, 2, 1, 0, 0, 0)));
        // An absolute base, and a run of the default size; after it a run with flags, sizes and composition offsets.
        byte[] first = box(
                "moof",
                box("mfhd", ints(0, 1)),
                box(
                        "traf",
                        box("tfhd", ints(0x1, 1), longs(28)),
                        box("trun", ints(0x4, 1, 0)),
                        box("trun", ints(0xe00, 1, 3, 0, 0))),
                // Of another track: not ours, and not in the way.
                box("traf", box("tfhd", ints(0x20018, 2, 1024, 99)), box("trun", ints(0x1, 50, 0))));
        // The base is the fragment itself, which begins behind the first one, and the size is the fragment's.
        int at = join(file.bytes(), first).length;
        byte[] second = box(
                "moof",
                box("traf", box("tfhd", ints(0x20012, 1, 1, 2)), box("trun", ints(0x101, 1, 28 + 5 - at, 1024))));
        file.afterwards = join(first, second);

        assertThat(M4aReader.read(file.bytes()).frames())
                .containsExactly(new byte[] {1, 1}, new byte[] {2, 2, 2}, new byte[] {3, 3});
    }

    @Test
    void fragmentsOfAnotherDescriptionOrWithoutAHeaderAreRefused() {
        file.frames = 0;
        file.movieExtras = box("mvex");
        file.afterwards = box("moof", box("traf", box("tfhd", ints(0x2, 1, 2))));
        refused("it changes from one sample description to another");

        file.afterwards = box("moof", box("traf", box("trun", ints(0, 0))));
        refused("a fragment has a track without a header");

        file.afterwards = new byte[0];
        refused("its AAC track has no frames");
    }

    @ParameterizedTest
    @CsvSource({"1, 16", "2, 36"})
    void quickTimesLongerDescriptionsAreRead(int version, int extra) {
        byte[] entry = entry(HexFormat.of().parseHex("1190"), 0x40);
        byte[] esds = Arrays.copyOfRange(entry, 36, entry.length);
        byte[] fixed = new byte[28 + extra];
        fixed[9] = (byte) version;
        byte[] table = box(
                "stbl",
                box("stsd", ints(0, 1), box("mp4a", fixed, box("wave", box("frma", text("mp4a")), esds))),
                box("stts", ints(0, 1, 3, 1024)),
                box("stsc", ints(0, 1, 1, 3, 1)),
                box("stsz", ints(0, 10, 3)),
                box("stco", ints(0, 1, 28)));
        file.trackBefore = box(
                "trak",
                box("mdia", box("mdhd", ints(0x01000000, 0, 0, 0, 0, 48_000, 0, 0)), box("minf", box("smhd"), table)));

        assertThat(numbers()).containsExactly(1, 2, 3);
        fixed[9] = 3;
        file.trackBefore = soundTrack(box("mp4a", fixed));
        refused("its sound is described in the unknown version 3");
    }

    @Test
    void descriptorsMayHaveOptionalParts() {
        byte[] specific = {5, 2, 0x11, (byte) 0x90};
        byte[] decoder = join(new byte[] {4, 17, 0x40}, new byte[12], specific);
        byte[] stream = join(
                new byte[] {3, (byte) 0x80, (byte) 0x80, (byte) 0x80, 40, 0, 0, (byte) 0xe0},
                new byte[] {0, 1, 3, 'u', 'r', 'l', 0, 2},
                new byte[] {6, 1, 2},
                decoder);
        byte[] table = box(
                "stbl",
                box("stsd", ints(0, 1), box("mp4a", new byte[28], box("esds", ints(0), stream))),
                box("stsc", ints(0, 1, 1, 3, 1)),
                box("stsz", ints(0, 10, 3)),
                box("stco", ints(0, 1, 28)));
        file.trackBefore = box(
                "trak", box("mdia", box("mdhd", ints(0, 0, 0, 48_000)), box("minf", box("smhd", ints(0, 0)), table)));

        assertThat(numbers()).containsExactly(1, 2, 3);
    }

    @Test
    void whatIsDamagedIsSaidWithItsPlace() {
        refused(new byte[0], "there is no box 'moov' in it");
        refused(box("free", new byte[100]), "there is no box 'moov' in it");
        refused(
                join(ints(500), text("m\0ov"), new byte[9]),
                "box 'm?ov' at byte 0 says it has 500 bytes, where there are 17");
        refused(
                join(ints(1), text("mdat"), longs(-2), new byte[9]),
                "box 'mdat' at byte 0 says it has 18446744073709551614 bytes, where there are 25");
        refused(box("moov"), "there is no AAC track");

        byte[] whole = file.bytes();
        refused(
                join(Arrays.copyOf(whole, 30), new byte[9]),
                "box 'mdat' at byte 20 says it has 38 bytes, where there are 19");

        file.config = new byte[] {0x11};
        refused("AudioSpecificConfig is truncated at 1 bytes");
        file.config = new byte[0];
        refused("AudioSpecificConfig is truncated at 0 bytes");
        file.config = HexFormat.of().parseHex("1190");
        file.timescale = 0;
        refused("box 'mdhd' counts time in units of nothing");
        file.timescale = 48_000;
        file.offsets = box("stco", ints(0, 1, 100_000));
        refused("frame 0 is at byte 100000, beyond the end of the file at 382");
        file.offsets = new byte[0];
        refused("there is no box 'co64' in its sample table");
        file.offsets = box("stco", ints(0, 0));
        refused("it says it has 3 frames, and its chunks hold 0");
        file.offsets = null;
        file.chunks = box("stsc", ints(0, 1, 1, 3, 2));
        refused("it changes from one sample description to another");
    }

    private static byte[] soundTrack(byte[]... entries) {
        byte[] table = box("stbl", box("stsd", join(ints(0, entries.length), join(entries))));
        return box("trak", box("mdia", box("minf", box("smhd", ints(0, 0)), table)));
    }

    private List<Integer> numbers() {
        return M4aReader.read(file.bytes()).frames().stream()
                .map(frame -> (int) frame[0])
                .toList();
    }

    private void refused(String message) {
        refused(file.bytes(), message);
    }

    private static void refused(byte[] bytes, String message) {
        assertThatThrownBy(() -> M4aReader.read(bytes))
                .isInstanceOf(CodecException.class)
                .hasMessage(message);
    }
}
