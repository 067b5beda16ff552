package io.livedub.media;

import java.nio.charset.StandardCharsets;

import io.livedub.media.AudioCodec.CodecException;
import io.livedub.media.Mp4Box.Children;

/**
 * Takes the AAC frames out of an MP4 or M4A that a stranger sent, plain or fragmented, undecoded. GStreamer's qtdemux must never see such a file: sixty thousand
 * nested boxes end the process with SIGSEGV, a megabyte of fragment runs takes 838 MB, and it leaves out each frame that an edit list touches.
 * Time and memory are bounded by the file's own size.
 */
public final class M4aReader {
    private M4aReader() {}

    /** Whether the bytes begin as a file of boxes does; what they hold is another question. */
    public static boolean isMp4(byte[] file) {
        if (file.length < 8) {
            return false;
        }
        return switch (new String(file, 4, 4, StandardCharsets.ISO_8859_1)) {
            case "ftyp", "styp", "moov", "mdat", "free", "skip", "wide", "pnot" -> true;
            default -> false;
        };
    }

    /**
     * The first AAC track.
     *
     * @throws CodecException when the file has no AAC track or is damaged, and nothing else whatever the bytes; the message says what is wrong and where
     */
    public static AacClip read(byte[] file) {
        Children boxes = Mp4Box.of(file).readable();
        Mp4Box movie = boxes.first("moov");
        if (movie == null) {
            throw boxes.damage().orElseGet(() -> new CodecException("there is no box 'moov' in it"));
        }
        Mp4AacTrack track = Mp4AacTrack.find(movie);
        AudioFormat format;
        try {
            format = AudioFormat.parse(track.audioSpecificConfig());
        } catch (IllegalArgumentException unreadable) {
            throw new CodecException(unreadable.getMessage(), unreadable);
        }
        Mp4Frames frames = new Mp4Frames(file, format);
        new Mp4SampleTable(track.table(), track.description())
                .read(frames, Mp4Priming.timescale(track.track().find("mdia", "mdhd")));
        Mp4Box header = track.track().child("tkhd");
        if (header != null) {
            long id = header.intAt(header.byteAt(0) == 1 ? 20 : 12);
            new Mp4Fragments(id, track.description(), frames).read(movie, boxes.boxes());
        }
        if (frames.frames().isEmpty()) {
            throw new CodecException("its AAC track has no frames");
        }
        long held = (long) frames.frames().size() * format.samplesPerFrame();
        Mp4Priming priming = Mp4Priming.read(movie, track.track(), format.sampleRateHz());
        long leading = Math.min(held, priming.leading());
        long rest = held - leading;
        return new AacClip(
                format, frames.frames(), leading, priming.audible() > 0 ? Math.min(rest, priming.audible()) : rest);
    }
}
