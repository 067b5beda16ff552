package io.livedub.echo;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.UUID;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Messages that keep to the contract, to be sent or to be spoilt. */
final class Samples {
    static final String STREAM = "test";
    static final String WORKER = "worker-1";

    private Samples() {}

    static ObjectNode init() {
        ObjectNode init = Json.object().put("stream_id", STREAM).put("worker_id", WORKER);
        init.putObject("config")
                .put("source_language", "en")
                .put("target_language", "es")
                .put("voice_profile", "default")
                .put("chunk_duration_ms", 6000)
                .put("sample_rate_hz", 48000)
                .put("channels", 2)
                .put("format", "m4a");
        return init.put("max_inflight", 3).put("timeout_ms", 8000);
    }

    /** Not playable, but an M4A by its first box. */
    static byte[] m4a(int bytes) {
        byte[] data = new byte[bytes];
        byte[] box = "\0\0\0\030ftypM4A ".getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(box, 0, data, 0, box.length);
        return data;
    }

    static ObjectNode fragment(String id, long sequence) {
        return fragment(id, sequence, m4a(1000));
    }

    static ObjectNode fragment(long sequence) {
        return fragment(UUID.randomUUID().toString(), sequence);
    }

    static ObjectNode fragment(String id, long sequence, byte[] audio) {
        ObjectNode fragment = Json.object()
                .put("fragment_id", id)
                .put("stream_id", STREAM)
                .put("sequence_number", sequence)
                .put("timestamp", 1_700_000_000_000L);
        fragment.putObject("audio")
                .put("format", "m4a")
                .put("sample_rate_hz", 48000)
                .put("channels", 2)
                .put("duration_ms", 6000)
                .put("data_base64", Base64.getEncoder().encodeToString(audio));
        fragment.putObject("metadata").put("pts_ns", 0).put("source_pts_ns", 12);
        return fragment;
    }

    static ObjectNode ack(String id, String status) {
        return Json.object().put("fragment_id", id).put("status", status).put("timestamp", 1_700_000_000_000L);
    }

    static ObjectNode stream() {
        return Json.object().put("stream_id", STREAM);
    }
}
