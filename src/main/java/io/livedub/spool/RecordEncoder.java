package io.livedub.spool;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import io.livedub.media.AudioFormat;
import io.livedub.media.Format;
import io.livedub.media.Frame;
import io.livedub.media.VideoFormat;
import io.livedub.spool.SpoolRecord.ArrivedFrame;
import io.livedub.spool.SpoolRecord.CutSegment;
import io.livedub.spool.SpoolRecord.HandedOver;
import io.livedub.spool.SpoolRecord.HeardSound;
import io.livedub.spool.SpoolRecord.SlatePicture;
import io.livedub.spool.SpoolRecord.StreamPosition;
import io.livedub.timeline.AirMark;
import io.livedub.timeline.RelayMark;
import io.livedub.timeline.SourceSeam;
import io.livedub.timeline.SourceStretch;
import io.livedub.timeline.TimedFrame;

/**
 * Records as bytes of one file; each format is written once in a file, before its first use. What is taken lies in one of two buffers, which
 * take turns: it is to be written before the next is taken. Not thread-safe.
 */
final class RecordEncoder {
    private static final int FIRST_SIZE = 64 * 1024;
    /** A buffer that one large picture has made larger than this is not kept. */
    private static final int MOST_KEPT = 8 * FIRST_SIZE;
    /** Neither is one that is so many times larger than what came since: many frames come at once only when a source begins. */
    private static final int MOST_UNUSED = 4;

    private final List<Format> formats = new ArrayList<>();
    private ByteBuffer bytes = ByteBuffer.allocate(FIRST_SIZE);
    /** The buffer of what was taken last; empty until then. */
    private ByteBuffer taken = ByteBuffer.allocate(0);

    private int recordAt;

    /** Begins another file with the next record. */
    void beginFile() {
        formats.clear();
    }

    /** Whether the file takes no more formats. */
    boolean isFull() {
        return formats.size() >= SpoolFormat.MOST_FORMATS - 8;
    }

    int size() {
        return bytes.position();
    }

    /** Everything since the last call. Its bytes stay until the next call. */
    ByteBuffer take() {
        int most = Math.min(MOST_KEPT, MOST_UNUSED * Math.max(FIRST_SIZE, bytes.position()));
        ByteBuffer free =
                taken.capacity() < FIRST_SIZE || taken.capacity() > most ? ByteBuffer.allocate(FIRST_SIZE) : taken;
        taken = bytes.flip();
        bytes = free.clear();
        return taken.duplicate();
    }

    /** The beginning of a file. */
    static ByteBuffer header(UUID boot, UUID generation, String streamId) {
        RecordEncoder header = new RecordEncoder();
        header.bytes.putInt(SpoolFormat.MAGIC);
        header.bytes.putShort((short) SpoolFormat.VERSION);
        header.bytes.putShort((short) 0);
        header.begin(SpoolFormat.TYPE_HEADER, 100 + SpoolFormat.MOST_TEXT);
        header.put(boot);
        header.put(generation);
        header.put(streamId);
        header.end();
        return header.take();
    }

    /** @return false when the record is larger than records may be, and was left out */
    boolean add(SpoolRecord record) {
        if (record instanceof ArrivedFrame arrived) {
            return add(SpoolFormat.TYPE_FRAME, arrived.timed());
        } else if (record instanceof SlatePicture slate) {
            return add(SpoolFormat.TYPE_SLATE, new TimedFrame(slate.frame(), 0, 0, false));
        } else if (record instanceof CutSegment cut) {
            add(cut);
        } else if (record instanceof HeardSound sound) {
            return add(sound);
        } else if (record instanceof StreamPosition position) {
            add(position);
        } else if (record instanceof HandedOver handed) {
            add(handed);
        }
        return true;
    }

    private boolean add(int type, TimedFrame timed) {
        Frame frame = timed.frame();
        if (frame.size() > SpoolFormat.MOST_RECORD / 2) {
            return false;
        }
        int format = format(frame.format());
        begin(type, 64 + frame.size());
        bytes.putShort((short) format);
        bytes.put((byte) ((frame.keyframe() ? 1 : 0) | (timed.made() ? 2 : 0)));
        bytes.putLong(frame.ptsNs());
        bytes.putLong(frame.dtsNs());
        bytes.putLong(frame.arrivalNs());
        bytes.putLong(timed.zeroNs());
        bytes.putLong(timed.sourcePtsNs());
        frame.bytes().putInto(bytes);
        end();
        return true;
    }

    private void add(CutSegment cut) {
        begin(SpoolFormat.TYPE_CUT, 128);
        put(cut.fragmentId());
        bytes.putLong(cut.batch());
        bytes.putLong(cut.t0Ns());
        bytes.putLong(cut.sourcePtsNs());
        bytes.putLong(cut.durationNs());
        bytes.put((byte) ((cut.full() ? 1 : 0) | (cut.startsWithKeyframe() ? 2 : 0)));
        bytes.putLong(cut.lastVideoNs());
        bytes.putLong(cut.lastAudioNs());
        end();
    }

    private boolean add(HeardSound sound) {
        long payload =
                sound.audio().stream().mapToLong(frame -> 16L + frame.size()).sum();
        if (payload > SpoolFormat.MOST_RECORD / 2 || sound.audio().size() > SpoolFormat.MOST_SOUND_FRAMES) {
            return false;
        }
        int format = sound.audio().isEmpty()
                ? SpoolFormat.NO_FORMAT
                : format(sound.audio().get(0).format());
        begin(SpoolFormat.TYPE_SOUND, (int) payload + 3 * SpoolFormat.MOST_TEXT);
        bytes.putLong(sound.batch());
        put(sound.language());
        bytes.put((byte) (sound.dubbed() ? 1 : 0));
        put(sound.why());
        bytes.putShort((short) format);
        bytes.putInt(sound.audio().size());
        for (Frame frame : sound.audio()) {
            bytes.putLong(frame.ptsNs());
            bytes.putInt(frame.size());
            frame.bytes().putInto(bytes);
        }
        end();
        return true;
    }

    private void add(StreamPosition position) {
        int video = position.video().map(this::format).orElse(SpoolFormat.NO_FORMAT);
        int audio = position.audio().map(this::format).orElse(SpoolFormat.NO_FORMAT);
        begin(SpoolFormat.TYPE_POSITION, 256);
        bytes.putLong(position.monotonicNs());
        bytes.putLong(position.wallMs());
        bytes.putLong(position.source().startNs());
        bytes.putLong(position.source().endNs());
        bytes.putLong(position.nextBatch());
        bytes.putLong(position.publishedZeroNs());
        bytes.putShort((short) video);
        bytes.putShort((short) audio);
        Optional<AirMark> air = position.air();
        Optional<RelayMark> relay = position.relay();
        bytes.put((byte) ((air.isPresent() ? 1 : 0) | (relay.isPresent() ? 2 : 0)));
        air.ifPresent(mark -> {
            bytes.putLong(mark.zeroAirNs());
            bytes.putLong(mark.delayNs());
            bytes.putLong(mark.offsetNs());
            bytes.putLong(mark.positionNs());
            bytes.putLong(mark.nextVideoNs());
            bytes.putLong(mark.nextAudioNs());
        });
        relay.ifPresent(mark -> {
            bytes.putLong(mark.shiftNs());
            bytes.putLong(mark.nextVideoNs());
            bytes.putLong(mark.audioEndNs());
        });
        end();
    }

    private void add(HandedOver handed) {
        int languages = handed.soundEndNs().size();
        begin(
                SpoolFormat.TYPE_HANDED_OVER,
                128 + 16 * SourceSeam.MOST_PICTURES + languages * (10 + SpoolFormat.MOST_TEXT));
        bytes.put((byte) handed.soundEndNs().size());
        handed.soundEndNs().forEach((language, endNs) -> {
            put(language);
            bytes.putLong(endNs);
        });
        bytes.put((byte) (handed.seam().isPresent() ? 1 : 0));
        handed.seam().ifPresent(seam -> {
            SourceStretch stretch = seam.stretch();
            bytes.putLong(stretch.zeroNs());
            bytes.putLong(stretch.deltaNs());
            bytes.putLong(stretch.firstPtsNs());
            bytes.putLong(stretch.correctionNs());
            bytes.putLong(stretch.earlierNs());
            bytes.putLong(stretch.lastDtsNs());
            bytes.putLong(stretch.lastPtsNs());
            bytes.putLong(stretch.soundEndNs());
            bytes.putLong(seam.lastSoundNs());
            bytes.putLong(seam.arrivalNs());
            bytes.put((byte) seam.pictures().size());
            seam.pictures().forEach(picture -> {
                bytes.putLong(picture.sourcePtsNs());
                bytes.putInt(picture.length());
                bytes.putInt(picture.sum());
            });
        });
        end();
    }

    private int format(Format format) {
        for (int i = formats.size() - 1; i >= 0; i--) {
            if (formats.get(i) == format || formats.get(i).equals(format)) {
                return i;
            }
        }
        formats.add(format);
        byte[] configuration =
                format instanceof VideoFormat video ? video.avcC() : ((AudioFormat) format).audioSpecificConfig();
        begin(SpoolFormat.TYPE_FORMAT, 16 + configuration.length);
        bytes.put((byte) format.track().ordinal());
        bytes.putInt(format instanceof VideoFormat video ? video.width() : 0);
        bytes.putInt(format instanceof VideoFormat video ? video.height() : 0);
        bytes.put(configuration);
        end();
        return formats.size() - 1;
    }

    private void put(UUID id) {
        bytes.putLong(id.getMostSignificantBits());
        bytes.putLong(id.getLeastSignificantBits());
    }

    /** Cut at the bound: a reason that is a page long is not worth a record that nobody may read. */
    private void put(String text) {
        String cut = text.length() > SpoolFormat.MOST_TEXT / 4 ? text.substring(0, SpoolFormat.MOST_TEXT / 4) : text;
        byte[] utf8 = cut.getBytes(StandardCharsets.UTF_8);
        bytes.putShort((short) utf8.length);
        bytes.put(utf8);
    }

    private void begin(int type, int most) {
        int needed = bytes.position() + SpoolFormat.LENGTH + 1 + most + SpoolFormat.CHECKSUM;
        if (needed > bytes.capacity()) {
            ByteBuffer larger = ByteBuffer.allocate(Math.max(needed, 2 * bytes.capacity()));
            bytes.flip();
            larger.put(bytes);
            bytes = larger;
        }
        recordAt = bytes.position();
        bytes.putInt(0);
        bytes.put((byte) type);
    }

    private void end() {
        int length = bytes.position() - recordAt - SpoolFormat.LENGTH;
        bytes.putInt(recordAt, length);
        bytes.putInt(SpoolFormat.checksum(bytes.array(), recordAt + SpoolFormat.LENGTH, length));
    }
}
