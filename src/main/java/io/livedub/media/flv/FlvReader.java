package io.livedub.media.flv;

import java.util.function.Consumer;

import io.livedub.media.Frame;
import io.livedub.media.SourceOddities;
import io.livedub.media.SourceOddities.SourceOddity;
import io.livedub.media.Track;

/**
 * Reads FLV tags as rtmp2src makes them of RTMP messages, one a buffer (Adobe's FLV specification, E.4; enhanced RTMP v2): H.264 and AAC
 * become frames, in classic form and under their fourCC; every other track is left out and counted.
 *
 * <p>GStreamer's flvdemux was rejected: it takes over codec changes of foreign tracks, overflows its stack on nested script data, gives up
 * a track that comes late, and moves time stamps where they jump.
 *
 * <p>Not thread-safe.
 */
public final class FlvReader {
    /** Bytes of a buffer's beginning that {@link #accept} wants at hand: file header, tag header and the codec's own header. */
    public static final int HEAD = 13 + 11 + 8;

    static final long NS_PER_MS = 1_000_000L;

    private static final int FILE_HEADER = 13;
    private static final int TAG_HEADER = 11;
    private static final int AUDIO = 8;
    private static final int VIDEO = 9;
    private static final int SCRIPT = 18;

    private static final int ENHANCED_VIDEO = 0x80;
    private static final int ENHANCED_AUDIO = 9;
    private static final int KEYFRAME = 1;
    private static final int GENERATED_KEYFRAME = 4;
    private static final int INFO_FRAME = 5;

    /**
     * How a track is sent. A source that sends one in several forms means the last of these; the same codec in another form is a further track,
     * such as one for a recording.
     */
    private enum TrackForm {
        MULTITRACK,
        FOUR_CC,
        CLASSIC
    }

    /** Gives the bytes of the buffer that is being read. */
    public interface Payload {
        /** @return a copy, which the caller may keep */
        byte[] bytes(int offset, int length);
    }

    private final SourceOddities odd;
    private final H264Track video;
    private final AacTrack audio;
    private String foreignVideo = "";
    private String foreignAudio = "";
    private int announcedVideo;
    private int announcedAudio;
    private final TrackForm[] forms = {TrackForm.MULTITRACK, TrackForm.MULTITRACK};

    public FlvReader(SourceOddities odd) {
        this.odd = odd;
        video = new H264Track(odd);
        audio = new AacTrack(odd);
    }

    /**
     * Reads one buffer.
     *
     * @param head its first {@link #HEAD} bytes, or all when it is shorter
     * @param headLength how many of them there are
     * @param size bytes of the whole buffer
     * @param arrivalNs when it came
     * @return the type of track it belongs to, null for script data and what is unreadable
     */
    public Track accept(byte[] head, int headLength, long size, Payload payload, long arrivalNs, Consumer<Frame> out) {
        int at = headLength >= FILE_HEADER && head[0] == 'F' && head[1] == 'L' && head[2] == 'V' ? FILE_HEADER : 0;
        if (headLength < at + TAG_HEADER + 2) {
            return null;
        }
        int type = head[at] & 31;
        int length = (head[at + 1] & 255) << 16 | (head[at + 2] & 255) << 8 | head[at + 3] & 255;
        if (length > size - at - TAG_HEADER) {
            odd.add(SourceOddity.UNREADABLE, "a message that is cut off");
            return null;
        }
        long stampMs = (head[at + 7] & 255L) << 24
                | (head[at + 4] & 255L) << 16
                | (head[at + 5] & 255L) << 8
                | head[at + 6] & 255L;
        FlvMessage message = new FlvMessage(head, headLength, at + TAG_HEADER, length, stampMs, payload, arrivalNs);
        switch (type) {
            case VIDEO -> video(message, out);
            case AUDIO -> audio(message, out);
            case SCRIPT -> script(message);
            default -> {
                return null;
            }
        }
        return type == VIDEO ? Track.VIDEO : type == AUDIO ? Track.AUDIO : null;
    }

    /** Whether the source has said that H.264 pictures come: by a decoder configuration, or in its metadata. */
    public boolean announces(Track track) {
        return track == Track.VIDEO
                ? video.configured() || FlvCodecs.isAvc(announcedVideo)
                : audio.configured() || FlvCodecs.isAac(announcedAudio);
    }

    /**
     * Names the codec, or the broken configuration, because of which a track cannot be carried. Empty while
     * no such track was seen, and when a track that can be carried was seen as well.
     */
    public String foreign(Track track) {
        if (track == Track.VIDEO) {
            return video.configured()
                    ? ""
                    : !foreignVideo.isEmpty() || announcedVideo == 0 || FlvCodecs.isAvc(announcedVideo)
                            ? foreignVideo
                            : FlvCodecs.video(announcedVideo);
        }
        if (audio.configured()) {
            return "";
        }
        return audio.unusable().isEmpty() ? foreignAudio : audio.unusable();
    }

    private void video(FlvMessage message, Consumer<Frame> out) {
        int flags = message.head(0);
        int frameType = flags >> 4 & 7;
        boolean flagged = frameType == KEYFRAME || frameType == GENERATED_KEYFRAME;
        if ((flags & ENHANCED_VIDEO) != 0) {
            enhancedVideo(message, flags & 15, flagged, TrackForm.FOUR_CC, out);
        } else if ((flags & 15) != FlvCodecs.AVC) {
            foreignVideo = foreign(FlvCodecs.video(flags & 15));
        } else if (frameType != INFO_FRAME && message.length() >= 5) {
            isMeant(Track.VIDEO, TrackForm.CLASSIC);
            int packet = message.head(1);
            if (packet == 0) {
                configureVideo(message, 5);
            } else if (packet == 1) {
                picture(message, 5, message.signed24(2), flagged, out);
            }
        }
    }

    private void enhancedVideo(FlvMessage message, int packet, boolean flagged, TrackForm form, Consumer<Frame> out) {
        if (EnhancedMessage.wraps(packet, true)) {
            EnhancedMessage.Plain plain = plain(message, Track.VIDEO, H264Track.MOST_ACCESS_UNIT);
            if (plain == null) {
                foreignVideo = foreign("a further video track (enhanced RTMP)");
            } else {
                FlvMessage inner = FlvMessage.of(plain.bytes(), message.stampMs(), message.arrivalNs());
                enhancedVideo(inner, inner.head(0) & 15, flagged, formOf(plain), out);
            }
            return;
        }
        int codec = message.fourCc(1);
        if (packet > 3 || codec != FlvCodecs.FOURCC_AVC || !isMeant(Track.VIDEO, form)) {
            // 4 is colour information, 5 an MPEG-2 TS.
            if (packet != 4) {
                foreignVideo = foreign(packet > 4 ? "a further video track (enhanced RTMP)" : FlvCodecs.video(codec));
            }
            return;
        }
        switch (packet) {
            case 0 -> configureVideo(message, 5);
            case 1 -> picture(message, 8, message.signed24(5), flagged, out);
            case 3 -> picture(message, 5, 0, flagged, out);
            default -> {
                // 2: the end of the sequence.
            }
        }
    }

    /** The default track of a message that wraps it; null without such a track, or when the source sends it in classic form. */
    private EnhancedMessage.Plain plain(FlvMessage message, Track track, int most) {
        return message.length() > most || forms[track.ordinal()] == TrackForm.CLASSIC
                ? null
                : EnhancedMessage.plain(message.bytes(0), track == Track.VIDEO);
    }

    private static TrackForm formOf(EnhancedMessage.Plain plain) {
        return plain.multitrack() ? TrackForm.MULTITRACK : TrackForm.FOUR_CC;
    }

    private boolean isMeant(Track track, TrackForm form) {
        if (form.compareTo(forms[track.ordinal()]) < 0) {
            return false;
        }
        forms[track.ordinal()] = form;
        return true;
    }

    private void configureVideo(FlvMessage message, int skip) {
        if (message.left(skip) <= H264Track.MOST_CONFIGURATION) {
            video.configure(message.bytes(skip));
        } else {
            odd.add(SourceOddity.UNREADABLE, "an H.264 decoder configuration of " + message.left(skip) + " bytes");
        }
    }

    private void picture(FlvMessage message, int skip, int compositionMs, boolean flagged, Consumer<Frame> out) {
        int left = message.left(skip);
        if (left <= 0 || left > H264Track.MOST_ACCESS_UNIT) {
            odd.add(SourceOddity.UNREADABLE, "an access unit of " + left + " bytes");
            return;
        }
        Frame frame = video.frame(message.bytes(skip), message.stampMs(), compositionMs, flagged, message.arrivalNs());
        if (frame != null) {
            out.accept(frame);
        }
    }

    private void audio(FlvMessage message, Consumer<Frame> out) {
        int format = message.head(0) >> 4 & 15;
        if (format == ENHANCED_AUDIO) {
            enhancedAudio(message, message.head(0) & 15, TrackForm.FOUR_CC, out);
        } else if (format != FlvCodecs.AAC) {
            foreignAudio = foreign(FlvCodecs.audio(format));
        } else {
            isMeant(Track.AUDIO, TrackForm.CLASSIC);
            if (message.head(1) == 0) {
                configureAudio(message, 2);
            } else if (message.head(1) == 1) {
                sound(message, 2, out);
            }
        }
    }

    private void enhancedAudio(FlvMessage message, int packet, TrackForm form, Consumer<Frame> out) {
        if (EnhancedMessage.wraps(packet, false)) {
            EnhancedMessage.Plain plain = plain(message, Track.AUDIO, AacTrack.MOST_MESSAGE);
            if (plain == null) {
                foreignAudio = foreign("a further audio track (enhanced RTMP)");
            } else {
                FlvMessage inner = FlvMessage.of(plain.bytes(), message.stampMs(), message.arrivalNs());
                enhancedAudio(inner, inner.head(0) & 15, formOf(plain), out);
            }
            return;
        }
        int codec = message.fourCc(1);
        if (packet > 1 || codec != FlvCodecs.FOURCC_AAC || !isMeant(Track.AUDIO, form)) {
            // 2 is the end of the sequence, 4 the channel layout.
            if (packet != 2 && packet != 4) {
                foreignAudio = foreign(packet > 4 ? "a further audio track (enhanced RTMP)" : FlvCodecs.audio(codec));
            }
        } else if (packet == 0) {
            configureAudio(message, 5);
        } else {
            sound(message, 5, out);
        }
    }

    private void configureAudio(FlvMessage message, int skip) {
        int left = message.left(skip);
        if (left <= 0 || left > AacTrack.MOST_CONFIGURATION) {
            odd.add(SourceOddity.UNREADABLE, "an AAC configuration of " + left + " bytes");
        } else {
            audio.configure(message.bytes(skip));
        }
    }

    private void sound(FlvMessage message, int skip, Consumer<Frame> out) {
        int left = message.left(skip);
        if (left <= 0 || left > AacTrack.MOST_MESSAGE) {
            odd.add(SourceOddity.UNREADABLE, "an AAC message of " + left + " bytes");
        } else {
            audio.frames(message.bytes(skip), message.stampMs(), message.arrivalNs(), out);
        }
    }

    private String foreign(String name) {
        odd.add(SourceOddity.FOREIGN_TRACK, name);
        return name;
    }

    private void script(FlvMessage message) {
        OnMetaData read = OnMetaData.read(message.beginning(OnMetaData.MOST_BYTES));
        announcedVideo = read.videoCodec().orElse(announcedVideo);
        announcedAudio = read.audioCodec().orElse(announcedAudio);
    }
}
