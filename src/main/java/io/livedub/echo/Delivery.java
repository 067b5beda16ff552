package io.livedub.echo;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The fragments of one session. Results go out strictly in the order of their sequence numbers. A fragment is in flight, as strict servers
 * count, until the worker acknowledges its result.
 */
final class Delivery {
    /** Numbers that may wait behind one that is not answered yet; a client that gets further is flooding. */
    static final int MAX_SLOTS = 1000;
    /** A worker that never acknowledges is put on pause long before; past this the oldest is forgotten. */
    static final int MAX_INFLIGHT = 1000;

    private final BooleanSupplier gapsBlock;
    private final BiConsumer<Slot, ObjectNode> deliver;
    private final Runnable settled;
    private final TreeMap<Long, Slot> slots = new TreeMap<>();
    private final Map<String, Slot> inflight = new LinkedHashMap<>();

    /** A fragment that was accepted, and what came of it. */
    static final class Slot {
        final long sequence;
        final String fragmentId;
        final long receivedMs;
        /** In the journal. */
        final ObjectNode entry;
        /** Null when nothing will come of the number, or it came already. */
        ReceivedFragment data;
        /** The result that was delivered has a sound. */
        boolean audible;

        private ObjectNode result;
        private boolean delivered;

        Slot(long sequence, ReceivedFragment data, ObjectNode entry, long receivedMs) {
            this.sequence = sequence;
            this.fragmentId = data.fragmentId();
            this.data = data;
            this.entry = entry;
            this.receivedMs = receivedMs;
        }

        /** Adds what a {@code fragment:processed} says of the fragment itself. */
        ObjectNode complete(ObjectNode processed, long tookMs) {
            processed
                    .put("fragment_id", fragmentId)
                    .put("sequence_number", sequence)
                    .put("transcript", audible ? "fragment " + sequence : null)
                    .put("translated_text", audible ? "echo of fragment " + sequence : null)
                    .put("processing_time_ms", tookMs)
                    .putObject("stage_timings")
                    .put("asr_ms", tookMs / 3)
                    .put("translation_ms", tookMs / 3)
                    .put("tts_ms", tookMs - 2 * (tookMs / 3));
            return processed;
        }

        /** Bytes are not held for the acknowledgement. */
        private void release() {
            data = null;
            result = null;
        }
    }

    /**
     * @param gapsBlock whether a number without a result holds up those behind it
     * @param deliver is given each result in its turn
     * @param settled called after each change
     */
    Delivery(BooleanSupplier gapsBlock, BiConsumer<Slot, ObjectNode> deliver, Runnable settled) {
        this.gapsBlock = gapsBlock;
        this.deliver = deliver;
        this.settled = settled;
    }

    void accept(Slot slot) {
        slots.put(slot.sequence, slot);
        inflight.put(slot.fragmentId, slot);
        if (inflight.size() > MAX_INFLIGHT) {
            inflight.remove(inflight.keySet().iterator().next());
        }
    }

    /** The number was spent and nothing will come of it. */
    void gap(long sequence) {
        slots.put(sequence, null);
        flush();
    }

    /** The same for a fragment that had been accepted. */
    void skip(Slot slot) {
        inflight.remove(slot.fragmentId, slot);
        slot.release();
        flush();
    }

    /** Does nothing when the session is over. */
    void done(Slot slot, ObjectNode result) {
        if (slot.data != null) {
            slot.result = result;
            flush();
        }
    }

    /** Takes the fragment out of those in flight; null when no result of it was sent, or it was acknowledged before. */
    Slot acked(String fragmentId) {
        Slot slot = inflight.get(fragmentId);
        return slot == null || !slot.delivered ? null : inflight.remove(fragmentId);
    }

    int inflight() {
        return inflight.size();
    }

    boolean isInflight(String fragmentId) {
        return inflight.containsKey(fragmentId);
    }

    /** Fragments whose bytes are in memory. */
    int held() {
        return (int) slots.values().stream().filter(Delivery::isHeld).count();
    }

    private static boolean isHeld(Slot slot) {
        return slot != null && slot.data != null;
    }

    boolean flooded() {
        return slots.size() > MAX_SLOTS;
    }

    /** Whether any fragment is still being worked on; results that are blocked for good do not count. */
    boolean processing() {
        return slots.values().stream().anyMatch(slot -> isHeld(slot) && slot.result == null);
    }

    /** The session is over: nothing more is delivered, and no bytes are held. */
    void cancel() {
        slots.values().stream().filter(Delivery::isHeld).forEach(Slot::release);
        slots.clear();
    }

    /** Hands out what is due. */
    void flush() {
        while (!slots.isEmpty()) {
            Slot first = slots.firstEntry().getValue();
            boolean gap = !isHeld(first);
            if (gap ? gapsBlock.getAsBoolean() : first.result == null) {
                break;
            }
            slots.pollFirstEntry();
            if (!gap) {
                first.delivered = true;
                first.audible = first.result.hasNonNull("dubbed_audio");
                deliver.accept(first, first.result);
                first.release();
            }
        }
        settled.run();
    }
}
