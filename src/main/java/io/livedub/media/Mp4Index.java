package io.livedub.media;

import java.nio.ByteBuffer;
import java.util.List;

import static io.livedub.media.Mp4Boxes.box;
import static io.livedub.media.Mp4Boxes.bytes;
import static io.livedub.media.Mp4Boxes.descriptor;
import static io.livedub.media.Mp4Boxes.full;
import static io.livedub.media.Mp4Boxes.ints;
import static io.livedub.media.Mp4Boxes.shorts;
import static io.livedub.media.Mp4Boxes.text;

/**
 * Everything of a plain MP4 file of one track that stands in front of the media: {@code ftyp}, {@code moov} and the head of {@code mdat}
 * (ISO/IEC 14496-12, -14 and -15). The access units follow as they are, in the order of the frames.
 *
 * @param head what the file begins with
 * @param fileBytes size of the whole file
 */
record Mp4Index(byte[] head, long fileBytes) {
    private static final byte[] FTYP = box("ftyp", text("isom"), ints(0x200), text("isomiso2avc1mp41"));
    private static final int MDAT_HEADER = 8;
    private static final long MOST_BYTES = 0xFFFFFFFFL;
    /** The unity matrix of {@code mvhd} and {@code tkhd}. */
    private static final byte[] MATRIX = ints(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000);

    private static final int UNDETERMINED_LANGUAGE = 0x55C4;
    private static final int LARGEST_SIDE = 0xFFFF;
    private static final int LARGEST_RATE = 0xFFFF;
    private static final int RESOLUTION_72_DPI = 0x480000;

    /** @throws SegmentWriter.SegmentWriteException when the media is larger than a plain file can say */
    static Mp4Index of(List<Frame> frames, long t0Ns) {
        byte[] moov = moov(frames.get(0).format(), Mp4Times.of(frames, t0Ns), frames);
        long mediaBytes = frames.stream().mapToLong(frame -> frame.size()).sum();
        int headBytes = FTYP.length + moov.length + MDAT_HEADER;
        if (headBytes + mediaBytes > MOST_BYTES) {
            throw new SegmentWriter.SegmentWriteException(
                    "segment cannot be written: it has " + mediaBytes + " bytes", null);
        }
        // The place of the media is the last field of the last box, so its size is known here and no earlier.
        ByteBuffer.wrap(moov).putInt(moov.length - Integer.BYTES, headBytes);
        byte[] head = ByteBuffer.allocate(headBytes)
                .put(FTYP)
                .put(moov)
                .putInt((int) (MDAT_HEADER + mediaBytes))
                .put(text("mdat"))
                .array();
        return new Mp4Index(head, headBytes + mediaBytes);
    }

    private static byte[] moov(Format format, Mp4Times times, List<Frame> frames) {
        boolean sound = format instanceof AudioFormat;
        int[] size = format instanceof VideoFormat video ? size(video) : new int[2];
        byte[] movie = full(
                "mvhd",
                0,
                0,
                ints(0, 0, times.scale(), times.duration(), 0x10000, 0x1000000, 0, 0),
                MATRIX,
                ints(0, 0, 0, 0, 0, 0, 2));
        byte[] track = full(
                "tkhd",
                0,
                3,
                ints(0, 0, 1, 0, times.duration(), 0, 0, 0, sound ? 0x1000000 : 0),
                MATRIX,
                ints((long) size[0] << 16, (long) size[1] << 16));
        byte[] edits = box("edts", full("elst", 0, 0, ints(1, times.duration(), times.firstShown(), 0x10000)));
        byte[] media =
                full("mdhd", 0, 0, ints(0, 0, times.scale(), times.duration()), shorts(UNDETERMINED_LANGUAGE, 0));
        byte[] handler = full(
                "hdlr",
                0,
                0,
                ints(0),
                text(sound ? "soun" : "vide"),
                ints(0, 0, 0),
                text(sound ? "SoundHandler\0" : "VideoHandler\0"));
        byte[] kind = sound ? full("smhd", 0, 0, ints(0)) : full("vmhd", 0, 1, ints(0, 0));
        byte[] here = box("dinf", full("dref", 0, 0, ints(1), full("url ", 0, 1)));
        byte[] description =
                full("stsd", 0, 0, ints(1), sound ? sound((AudioFormat) format) : picture((VideoFormat) format, size));
        byte[] samples = box(
                "stbl",
                description,
                times.durations(),
                times.offsets(),
                keyframes(frames),
                full("stsc", 0, 0, ints(1, 1, frames.size(), 1)),
                sizes(frames),
                full("stco", 0, 0, ints(1, 0)));
        return box(
                "moov",
                movie,
                box("trak", track, edits, box("mdia", media, handler, box("minf", kind, here, samples))));
    }

    private static byte[] sizes(List<Frame> frames) {
        return full(
                "stsz",
                0,
                0,
                ints(0, frames.size()),
                ints(frames.stream().mapToLong(frame -> frame.size()).toArray()));
    }

    /** Which samples are keyframes, counted from 1; without this box all of them are. */
    private static byte[] keyframes(List<Frame> frames) {
        if (frames.stream().allMatch(Frame::keyframe)) {
            return new byte[0];
        }
        long[] numbers = java.util.stream.LongStream.rangeClosed(1, frames.size())
                .filter(number -> frames.get((int) number - 1).keyframe())
                .toArray();
        return full("stss", 0, 0, ints(numbers.length), ints(numbers));
    }

    private static byte[] picture(VideoFormat format, int[] size) {
        return box(
                "avc1",
                ints(0),
                shorts(0, 1),
                ints(0, 0, 0, 0),
                shorts(size[0], size[1]),
                ints(RESOLUTION_72_DPI, RESOLUTION_72_DPI, 0),
                shorts(1),
                new byte[32],
                shorts(24, -1),
                box("avcC", format.avcC()));
    }

    /** The parameter set's, which a decoder believes, else what the source says. A file is not lost for a number that no player looks at. */
    private static int[] size(VideoFormat format) {
        int[] size = H264Sps.ofAvcC(format.avcC())
                .map(sps -> new int[] {sps.width(), sps.height()})
                .orElseGet(() -> new int[] {format.width(), format.height()});
        boolean possible = Math.min(size[0], size[1]) > 0 && Math.max(size[0], size[1]) <= LARGEST_SIDE;
        return possible ? size : new int[] {1280, 720};
    }

    private static byte[] sound(AudioFormat format) {
        // A rate that does not fit is 0; players read it from the AudioSpecificConfig.
        long rate = format.sampleRateHz() <= LARGEST_RATE ? (long) format.sampleRateHz() << 16 : 0;
        byte[] decoder =
                descriptor(4, bytes(0x40, 0x15, 0, 0, 0), ints(0, 0), descriptor(5, format.audioSpecificConfig()));
        return box(
                "mp4a",
                ints(0),
                shorts(0, 1),
                ints(0, 0),
                shorts(format.channels(), 16, 0, 0),
                ints(rate),
                full("esds", 0, 0, descriptor(3, shorts(1), bytes(0), decoder, descriptor(6, bytes(2)))));
    }
}
