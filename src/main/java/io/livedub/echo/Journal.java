package io.livedub.echo;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Everything that the server saw, for people and tests. Thread-safe. A list at its bound drops its oldest entry; the counts go on. */
final class Journal {
    /** Lists of the journal, in the order in which {@code GET /v1/state} shows them. */
    enum JournalList {
        SESSIONS(100),
        VIOLATIONS(200),
        FRAGMENTS(1000),
        EVENTS(500);

        final int most;

        JournalList(int most) {
            this.most = most;
        }
    }

    private final Map<JournalList, TreeMap<Long, EchoTrace>> lists = new EnumMap<>(JournalList.class);
    private final Map<String, Long> counts = new TreeMap<>();
    private long nextKey;

    Journal() {
        for (JournalList list : JournalList.values()) {
            lists.put(list, new TreeMap<>());
        }
    }

    synchronized void count(String what) {
        counts.merge(what, 1L, Long::sum);
    }

    /** @return the key under which the entry is changed */
    synchronized long add(JournalList list, ObjectNode entry) {
        TreeMap<Long, EchoTrace> traces = lists.get(list);
        traces.put(nextKey, new EchoTrace(entry));
        if (traces.size() > list.most) {
            traces.pollFirstEntry();
        }
        // Events are counted by their names.
        if (list != JournalList.EVENTS) {
            count(EchoText.label(list));
        }
        return nextKey++;
    }

    /** Does nothing when the entry has been dropped. */
    synchronized void change(JournalList list, long key, Consumer<ObjectNode> change) {
        lists.get(list).computeIfPresent(key, (unused, trace) -> {
            ObjectNode next = trace.json().deepCopy();
            change.accept(next);
            return new EchoTrace(next);
        });
    }

    /** Sessions that last are kept. */
    synchronized void clear() {
        lists.forEach((list, traces) ->
                traces.values().removeIf(trace -> list != JournalList.SESSIONS || trace.has("closed_ms")));
        counts.clear();
    }

    /** Oldest first. */
    synchronized List<EchoTrace> list(JournalList list) {
        return List.copyOf(lists.get(list).values());
    }

    synchronized ObjectNode toJson() {
        ObjectNode json = Json.object();
        ObjectNode counted = json.putObject("counts");
        counts.forEach(counted::put);
        lists.forEach((list, traces) -> {
            ArrayNode array = json.putArray(EchoText.label(list));
            traces.values().forEach(trace -> array.add(trace.json()));
        });
        return json;
    }
}
