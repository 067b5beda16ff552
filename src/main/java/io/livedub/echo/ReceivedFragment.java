package io.livedub.echo;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What a {@code fragment:data} carries beside its place in the sequence. Rate, channels and duration are as labelled.
 *
 * @param sourcePtsNs time stamp of its beginning at the source
 * @param audio an M4A by its first box
 * @param unknown fields that the contract does not have
 */
record ReceivedFragment(
        String fragmentId,
        int sampleRateHz,
        int channels,
        int durationMs,
        long sourcePtsNs,
        byte[] audio,
        List<String> unknown) {
    private static final Pattern UUID = Pattern.compile("(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final int MAX_DURATION_MS = 60_000;
    private static final int FTYP_AT = 4;

    /** @throws StrictFields.InvalidFieldException naming the first wrong field */
    static ReceivedFragment parse(JsonNode payload) {
        StrictFields fields = StrictFields.of(payload, "fragment:data");
        String id = fields.text("fragment_id");
        if (!UUID.matcher(id).matches()) {
            throw fields.invalid("fragment_id", "must be a UUID, got " + id);
        }
        fields.raw("stream_id");
        fields.raw("sequence_number");
        fields.integer("timestamp", 1, Long.MAX_VALUE);
        StrictFields audio = fields.object("audio");
        audio.only("format", "m4a");
        int rate = StreamInit.sampleRate(audio);
        int channels = StreamInit.channels(audio);
        int duration = (int) audio.integer("duration_ms", 1, MAX_DURATION_MS);
        byte[] data = decode(audio);
        StrictFields metadata = fields.object("metadata");
        metadata.integer("pts_ns", Long.MIN_VALUE, Long.MAX_VALUE);
        long sourcePtsNs = metadata.integer("source_pts_ns", Long.MIN_VALUE, Long.MAX_VALUE);
        metadata.allowAny();
        return new ReceivedFragment(id, rate, channels, duration, sourcePtsNs, data, fields.unknown());
    }

    private static byte[] decode(StrictFields audio) {
        String text = audio.text("data_base64");
        if (text.length() % 4 != 0) {
            throw audio.invalid("data_base64", EchoText.of("is not padded base64: %d characters", text.length()));
        }
        byte[] data;
        try {
            data = Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw audio.invalid("data_base64", "is not base64 in the standard alphabet: " + e.getMessage());
        }
        if (data.length < FTYP_AT + 4 || !"ftyp".equals(new String(data, FTYP_AT, 4, StandardCharsets.US_ASCII))) {
            throw audio.invalid("data_base64", "is not an M4A: no ftyp box at the beginning");
        }
        return data;
    }
}
