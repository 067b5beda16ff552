package io.livedub.docs;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntToLongFunction;

import io.livedub.sts.StsTransport;
import io.livedub.support.VirtualClock;

/** A speech-to-speech service with a number of workers and a queue before them, on the virtual clock; delivers in the order of the sequence numbers. */
final class SimulatedService implements StsTransport {
    /** One way. */
    static final long NETWORK_NS = 10_000_000L;

    /**
     * How it is built.
     *
     * @param workers fragments that it works on at a time; the next one waits
     * @param window {@code max_inflight} that it grants
     * @param room fragments that it takes before it refuses with {@code QUEUE_FULL}
     */
    record Build(int workers, int window, int room) {}

    private record Waiting(int sequence, String id) {}

    private final VirtualClock clock;
    private final Build build;
    private final IntToLongFunction workNs;
    private final Deque<Waiting> queue = new ArrayDeque<>();
    private final Map<Integer, String> finished = new TreeMap<>();
    private TransportListener listener;
    private int working;
    private int deliverNext;
    private int started;
    int sessions;

    /** @param workNs time of the n-th fragment that is worked on */
    SimulatedService(VirtualClock clock, Build build, IntToLongFunction workNs) {
        this.clock = clock;
        this.build = build;
        this.workNs = workNs;
    }

    @Override
    public TransportConnection connect(TransportListener from) {
        listener = from;
        sessions++;
        queue.clear();
        finished.clear();
        deliverNext = 0;
        later(0, from, from::connected);
        return new TransportConnection() {
            @Override
            public void send(String event, Map<String, Object> payload) {
                later(NETWORK_NS, from, () -> heard(event, payload));
            }

            @Override
            public void close() {
                listener = null;
            }
        };
    }

    private void later(long afterNs, TransportListener mine, Runnable task) {
        clock.schedule(clock.nowNs() + afterNs, () -> {
            if (listener == mine) {
                task.run();
            }
        });
    }

    private void say(String event, Object... pairs) {
        Map<String, Object> payload = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            payload.put((String) pairs[i], pairs[i + 1]);
        }
        TransportListener to = listener;
        later(NETWORK_NS, to, () -> to.event(event, payload));
    }

    private void heard(String event, Map<String, Object> payload) {
        if (event.equals("stream:init")) {
            say("stream:ready", "session_id", "s", "max_inflight", build.window());
        } else if (event.equals("fragment:data")) {
            fragment((int) payload.get("sequence_number"), (String) payload.get("fragment_id"));
        }
    }

    private void fragment(int sequence, String id) {
        if (working + queue.size() >= build.room()) {
            say("error", "fragment_id", id, "code", "QUEUE_FULL", "message", "no room");
            finished.put(sequence, "");
            deliver();
            return;
        }
        say("fragment:ack", "fragment_id", id, "status", "queued");
        queue.add(new Waiting(sequence, id));
        work();
    }

    private void work() {
        while (working < build.workers() && !queue.isEmpty()) {
            Waiting next = queue.remove();
            working++;
            TransportListener mine = listener;
            clock.schedule(clock.nowNs() + workNs.applyAsLong(started++), () -> {
                working--;
                if (listener == mine) {
                    finished.put(next.sequence(), next.id());
                    deliver();
                }
                work();
            });
        }
    }

    private void deliver() {
        while (finished.containsKey(deliverNext)) {
            String id = finished.remove(deliverNext++);
            if (!id.isEmpty()) {
                say(
                        "fragment:processed",
                        "fragment_id",
                        id,
                        "status",
                        "success",
                        "dubbed_audio",
                        Map.of("format", "m4a", "data_base64", "AQID"));
            }
        }
    }
}
