package io.livedub.spool;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import io.livedub.media.AudioFormat;
import io.livedub.media.Format;
import io.livedub.media.Frame;
import io.livedub.media.Track;
import io.livedub.media.VideoFormat;
import io.livedub.spool.SpoolRecord.ArrivedFrame;
import io.livedub.spool.SpoolRecord.CutSegment;
import io.livedub.spool.SpoolRecord.HandedOver;
import io.livedub.spool.SpoolRecord.HeardSound;
import io.livedub.spool.SpoolRecord.SlatePicture;
import io.livedub.spool.SpoolRecord.StreamPosition;
import io.livedub.timeline.AirMark;
import io.livedub.timeline.RelayMark;
import io.livedub.timeline.SourceMark;
import io.livedub.timeline.SourceSeam;
import io.livedub.timeline.SourceStretch;
import io.livedub.timeline.TimedFrame;

/**
 * Records of one file, whose checksums are right. They are read as if they were not: nothing is allocated for a length that is not there.
 */
final class RecordDecoder {
    /** The records say something that no record of this format says. */
    static final class MalformedRecordException extends Exception {
        private static final long serialVersionUID = 1L;

        MalformedRecordException(String message) {
            super(message);
        }
    }

    /** The header of a file. */
    record FileHeader(UUID boot, UUID generation, String streamId) {}

    private final List<Format> formats = new ArrayList<>();

    static FileHeader header(ByteBuffer payload) throws MalformedRecordException {
        try {
            return new FileHeader(uuid(payload), uuid(payload), text(payload));
        } catch (BufferUnderflowException shorter) {
            throw new MalformedRecordException("a header that is too short");
        }
    }

    /** @return empty for a record that only says what others need */
    Optional<SpoolRecord> decode(int type, ByteBuffer payload) throws MalformedRecordException {
        try {
            return switch (type) {
                case SpoolFormat.TYPE_FORMAT -> {
                    format(payload);
                    yield Optional.empty();
                }
                case SpoolFormat.TYPE_FRAME -> Optional.of(frame(payload));
                case SpoolFormat.TYPE_SLATE -> Optional.of(slate(payload));
                case SpoolFormat.TYPE_CUT -> Optional.of(cut(payload));
                case SpoolFormat.TYPE_SOUND -> Optional.of(sound(payload));
                case SpoolFormat.TYPE_POSITION -> Optional.of(position(payload));
                case SpoolFormat.TYPE_HANDED_OVER -> Optional.of(handedOver(payload));
                default -> throw new MalformedRecordException("a record of type " + type);
            };
        } catch (BufferUnderflowException shorter) {
            throw new MalformedRecordException("a record that is too short");
        } catch (IllegalArgumentException unreadable) {
            throw new MalformedRecordException(unreadable.getMessage());
        }
    }

    private void format(ByteBuffer payload) throws MalformedRecordException {
        if (formats.size() >= SpoolFormat.MOST_FORMATS) {
            throw new MalformedRecordException("more than " + SpoolFormat.MOST_FORMATS + " formats");
        }
        int track = payload.get();
        int width = payload.getInt();
        int height = payload.getInt();
        byte[] configuration = rest(payload);
        formats.add(
                track == Track.VIDEO.ordinal()
                        ? new VideoFormat(configuration, width, height)
                        : AudioFormat.parse(configuration));
    }

    private ArrivedFrame frame(ByteBuffer payload) throws MalformedRecordException {
        Format format = known(payload.getShort());
        int flags = payload.get();
        long pts = payload.getLong();
        long dts = payload.getLong();
        long arrival = payload.getLong();
        long zero = payload.getLong();
        long source = payload.getLong();
        Frame frame = new Frame(format, pts, dts, (flags & 1) != 0, arrival, rest(payload));
        return new ArrivedFrame(new TimedFrame(frame, zero, source, (flags & 2) != 0));
    }

    private SlatePicture slate(ByteBuffer payload) throws MalformedRecordException {
        Frame frame = frame(payload).timed().frame();
        if (frame.track() != Track.VIDEO) {
            throw new MalformedRecordException("a slate without a picture");
        }
        return new SlatePicture(frame);
    }

    private static CutSegment cut(ByteBuffer payload) {
        UUID id = uuid(payload);
        long batch = payload.getLong();
        long t0 = payload.getLong();
        long source = payload.getLong();
        long duration = payload.getLong();
        int flags = payload.get();
        return new CutSegment(
                id,
                batch,
                t0,
                source,
                duration,
                (flags & 1) != 0,
                (flags & 2) != 0,
                payload.getLong(),
                payload.getLong());
    }

    private HeardSound sound(ByteBuffer payload) throws MalformedRecordException {
        long batch = payload.getLong();
        String language = text(payload);
        boolean dubbed = payload.get() != 0;
        String why = text(payload);
        short formatId = payload.getShort();
        int count = payload.getInt();
        if (count < 0 || count > SpoolFormat.MOST_SOUND_FRAMES || (long) count * 12 > payload.remaining()) {
            throw new MalformedRecordException("a sound of " + count + " frames");
        }
        Format format = count == 0 ? null : known(formatId);
        if (format != null && format.track() != Track.AUDIO) {
            throw new MalformedRecordException("a sound of pictures");
        }
        List<Frame> audio = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            long pts = payload.getLong();
            int length = payload.getInt();
            if (length < 0 || length > payload.remaining()) {
                throw new MalformedRecordException("a frame of " + length + " bytes");
            }
            byte[] data = new byte[length];
            payload.get(data);
            audio.add(new Frame(format, pts, pts, true, 0, data));
        }
        return new HeardSound(batch, language, dubbed, why, List.copyOf(audio));
    }

    private StreamPosition position(ByteBuffer payload) throws MalformedRecordException {
        long monotonic = payload.getLong();
        long wall = payload.getLong();
        SourceMark source = new SourceMark(payload.getLong(), payload.getLong());
        long nextBatch = payload.getLong();
        long publishedZero = payload.getLong();
        Optional<Format> video = optional(payload.getShort());
        Optional<Format> audio = optional(payload.getShort());
        int flags = payload.get();
        Optional<AirMark> air = (flags & 1) == 0
                ? Optional.empty()
                : Optional.of(new AirMark(
                        payload.getLong(),
                        payload.getLong(),
                        payload.getLong(),
                        payload.getLong(),
                        payload.getLong(),
                        payload.getLong()));
        Optional<RelayMark> relay = (flags & 2) == 0
                ? Optional.empty()
                : Optional.of(new RelayMark(payload.getLong(), payload.getLong(), payload.getLong()));
        return new StreamPosition(
                monotonic,
                wall,
                source,
                nextBatch,
                publishedZero,
                video.filter(VideoFormat.class::isInstance).map(VideoFormat.class::cast),
                audio.filter(AudioFormat.class::isInstance).map(AudioFormat.class::cast),
                air,
                relay);
    }

    private static HandedOver handedOver(ByteBuffer payload) throws MalformedRecordException {
        Map<String, Long> soundEndNs = new HashMap<>();
        for (int languages = payload.get(); languages > 0; languages--) {
            soundEndNs.put(text(payload), payload.getLong());
        }
        if (payload.get() == 0) {
            return new HandedOver(Optional.empty(), soundEndNs);
        }
        SourceStretch stretch = new SourceStretch(
                payload.getLong(),
                payload.getLong(),
                payload.getLong(),
                payload.getLong(),
                payload.getLong(),
                payload.getLong(),
                payload.getLong(),
                payload.getLong());
        long lastSoundNs = payload.getLong();
        long arrivalNs = payload.getLong();
        int count = payload.get();
        if (count < 0 || count > SourceSeam.MOST_PICTURES) {
            throw new MalformedRecordException("a seam of " + count + " pictures");
        }
        List<SourceSeam.SeamPicture> pictures = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            pictures.add(new SourceSeam.SeamPicture(payload.getLong(), payload.getInt(), payload.getInt()));
        }
        return new HandedOver(
                Optional.of(new SourceSeam(stretch, List.copyOf(pictures), lastSoundNs, arrivalNs)), soundEndNs);
    }

    private Optional<Format> optional(short id) throws MalformedRecordException {
        return Short.toUnsignedInt(id) == SpoolFormat.NO_FORMAT ? Optional.empty() : Optional.of(known(id));
    }

    private Format known(short id) throws MalformedRecordException {
        int index = Short.toUnsignedInt(id);
        if (index >= formats.size()) {
            throw new MalformedRecordException("a format that was not said before");
        }
        return formats.get(index);
    }

    private static UUID uuid(ByteBuffer payload) {
        return new UUID(payload.getLong(), payload.getLong());
    }

    private static String text(ByteBuffer payload) throws MalformedRecordException {
        int length = Short.toUnsignedInt(payload.getShort());
        if (length > SpoolFormat.MOST_TEXT || length > payload.remaining()) {
            throw new MalformedRecordException("a text of " + length + " bytes");
        }
        byte[] utf8 = new byte[length];
        payload.get(utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }

    private static byte[] rest(ByteBuffer payload) {
        byte[] rest = new byte[payload.remaining()];
        payload.get(rest);
        return rest;
    }
}
