package io.livedub.echo;

import java.util.HashSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/** Hands results out strictly in the order of their sequence numbers. */
final class Delivery {
    /** Numbers that may wait behind one that is not answered yet; a client that gets further is flooding. */
    static final int MAX_SLOTS = 1000;

    private final BooleanSupplier gapsBlock;
    private final BiConsumer<Slot, EchoResult> deliver;
    private final Runnable settled;
    private final TreeMap<Long, Slot> slots = new TreeMap<>();
    private final Set<Long> timers = new HashSet<>();
    private int processing;
    private int held;

    /** A number of the sequence, and what came of it. */
    static final class Slot {
        private final long sequence;
        private final long key;
        private final long receivedMs;
        private ReceivedFragment data;
        private EchoResult result;

        private Slot(long sequence, ReceivedFragment data, long key, long receivedMs) {
            this.sequence = sequence;
            this.data = data;
            this.key = key;
            this.receivedMs = receivedMs;
        }

        long sequence() {
            return sequence;
        }

        ReceivedFragment data() {
            return data;
        }

        long key() {
            return key;
        }

        long receivedMs() {
            return receivedMs;
        }
    }

    /**
     * @param gapsBlock whether a number without a result holds up those behind it
     * @param deliver is given each result in its turn
     * @param settled called after each change
     */
    Delivery(BooleanSupplier gapsBlock, BiConsumer<Slot, EchoResult> deliver, Runnable settled) {
        this.gapsBlock = gapsBlock;
        this.deliver = deliver;
        this.settled = settled;
    }

    Slot slot(long sequence, ReceivedFragment data, long key, long receivedMs) {
        Slot slot = new Slot(sequence, data, key, receivedMs);
        slots.put(sequence, slot);
        processing++;
        held++;
        return slot;
    }

    /** The number was spent and nothing will come of it. */
    void gap(long sequence) {
        slots.put(sequence, new Slot(sequence, null, 0, 0));
        flush();
    }

    /** The same for one that had been accepted. */
    void skip(Slot slot) {
        processing--;
        held--;
        slot.data = null;
        flush();
    }

    void done(Slot slot, EchoResult result) {
        processing--;
        slot.result = result;
        flush();
    }

    /** Fragments whose bytes are in memory. */
    int held() {
        return held;
    }

    boolean flooded() {
        return slots.size() > MAX_SLOTS;
    }

    /** Whether any fragment is still being worked on; results that are blocked for good do not count. */
    boolean processing() {
        return processing > 0;
    }

    void timer(long id) {
        timers.add(id);
    }

    void timerDone(long id) {
        timers.remove(id);
    }

    void cancel(LongConsumer cancelTimer) {
        timers.forEach(cancelTimer::accept);
        timers.clear();
        slots.clear();
    }

    /** Hands out what is due. */
    void flush() {
        while (!slots.isEmpty()) {
            Slot first = slots.firstEntry().getValue();
            boolean gap = first.data == null;
            if (gap ? gapsBlock.getAsBoolean() : first.result == null) {
                break;
            }
            slots.pollFirstEntry();
            if (!gap) {
                held--;
                deliver.accept(first, first.result);
            }
        }
        settled.run();
    }
}
