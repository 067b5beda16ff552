package io.livedub.support;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.livedub.sts.StsTransport;

/** A service that keeps to the protocol and echoes what it is sent, on the virtual clock. */
public final class FakeStsService implements StsTransport {
    /** Names of the events it was sent, and where connections were lost. */
    public final List<String> seen = new ArrayList<>();
    /** From a fragment to its result. */
    public long delayMs = 500;
    /** Connections are refused. */
    public boolean away;
    /** Fragments are taken and never answered. */
    public boolean mute;
    /** {@code stream:end} is never answered. */
    public boolean endless;

    private final VirtualClock clock;
    private TransportListener listener;
    private int generation;

    public FakeStsService(VirtualClock clock) {
        this.clock = clock;
    }

    /** The connection breaks. */
    public void drop() {
        generation++;
        seen.add("dropped");
        listener.closed("the connection broke");
    }

    @Override
    public TransportConnection connect(TransportListener from) {
        int mine = ++generation;
        listener = from;
        after(1, mine, () -> {
            if (away) {
                generation++;
                from.closed("refused");
            } else {
                from.connected();
            }
        });
        return new TransportConnection() {
            @Override
            public void send(String event, Map<String, Object> payload) {
                seen.add(event);
                answer(mine, event, payload);
            }

            @Override
            public void close() {
                if (generation == mine) {
                    generation++;
                }
            }
        };
    }

    private void answer(int mine, String event, Map<String, Object> payload) {
        switch (event) {
            case "stream:init" ->
                after(
                        1,
                        mine,
                        () -> listener.event(
                                "stream:ready",
                                Map.of("stream_id", payload.get("stream_id"), "session_id", "s", "max_inflight", 3)));
            case "fragment:data" -> {
                if (!mute) {
                    after(delayMs, mine, () -> listener.event("fragment:processed", result(payload)));
                }
            }
            case "stream:end" -> {
                if (!endless) {
                    after(
                            1,
                            mine,
                            () -> listener.event(
                                    "stream:complete",
                                    Map.of("stream_id", payload.get("stream_id"), "total_fragments", 1)));
                }
            }
            default -> {}
        }
    }

    private static Map<String, Object> result(Map<String, Object> fragment) {
        Map<?, ?> audio = (Map<?, ?>) fragment.get("audio");
        Map<String, Object> result = new HashMap<>();
        result.put("fragment_id", fragment.get("fragment_id"));
        result.put("stream_id", fragment.get("stream_id"));
        result.put("sequence_number", fragment.get("sequence_number"));
        result.put("status", "success");
        result.put(
                "dubbed_audio",
                Map.of(
                        "format",
                        "m4a",
                        "sample_rate_hz",
                        48_000,
                        "channels",
                        2,
                        "data_base64",
                        audio.get("data_base64")));
        result.put("transcript", "hello");
        result.put("translated_text", "hola");
        return result;
    }

    private void after(long ms, int mine, Runnable then) {
        clock.schedule(clock.nowNs() + ms * 1_000_000L, () -> {
            if (generation == mine) {
                then.run();
            }
        });
    }
}
