package io.livedub.echo;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import com.fasterxml.jackson.databind.JsonNode;
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
        final String label = name().toLowerCase(Locale.ROOT);

        JournalList(int most) {
            this.most = most;
        }
    }

    private final Map<JournalList, Deque<ObjectNode>> lists = new EnumMap<>(JournalList.class);
    private final Map<String, Long> counts = new TreeMap<>();

    Journal() {
        for (JournalList list : JournalList.values()) {
            lists.put(list, new ArrayDeque<>());
        }
    }

    synchronized void count(String what) {
        counts.merge(what, 1L, Long::sum);
    }

    /** @return the entry, which belongs to the journal now: it is changed by {@link #change} alone */
    synchronized ObjectNode add(JournalList list, ObjectNode entry) {
        Deque<ObjectNode> entries = lists.get(list);
        entries.add(entry);
        if (entries.size() > list.most) {
            entries.remove();
        }
        // Events are counted by their names.
        if (list != JournalList.EVENTS) {
            count(list.label);
        }
        return entry;
    }

    /** @param change of an entry; others see all of it or nothing */
    synchronized void change(Runnable change) {
        change.run();
    }

    /** Sessions that last are kept. */
    synchronized void clear() {
        lists.forEach((list, entries) ->
                entries.removeIf(entry -> list != JournalList.SESSIONS || entry.hasNonNull("closed_ms")));
        counts.clear();
    }

    /** Oldest first, as they are now. */
    synchronized List<JsonNode> list(JournalList list) {
        return lists.get(list).stream().<JsonNode>map(ObjectNode::deepCopy).toList();
    }

    synchronized ObjectNode toJson() {
        ObjectNode json = Json.object();
        json.set("counts", Json.of(counts));
        lists.forEach((list, entries) -> json.set(list.label, Json.of(entries)));
        return json;
    }
}
