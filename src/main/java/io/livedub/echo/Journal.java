package io.livedub.echo;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What the server saw, for people and tests. Thread-safe. The lists are rings: at their bound the oldest entry goes, the counts go on.
 */
final class Journal {
    static final int MAX_FRAGMENTS = 1000;
    static final int MAX_SESSIONS = 100;
    static final int MAX_VIOLATIONS = 200;
    static final int MAX_EVENTS = 500;

    private final Map<Long, FragmentTrace> fragments = new LinkedHashMap<>();
    private final Map<String, SessionTrace> sessions = new LinkedHashMap<>();
    private final Deque<Violation> violations = new ArrayDeque<>();
    private final Deque<EventTrace> events = new ArrayDeque<>();
    private final Map<String, Long> counts = new TreeMap<>();
    private long nextKey;

    synchronized void count(String what) {
        counts.merge(what, 1L, Long::sum);
    }

    synchronized void violation(Violation violation) {
        count("violations");
        violations.addLast(violation);
        if (violations.size() > MAX_VIOLATIONS) {
            violations.removeFirst();
        }
    }

    synchronized void event(EventTrace event) {
        events.addLast(event);
        if (events.size() > MAX_EVENTS) {
            events.removeFirst();
        }
    }

    /** The key under which it is updated. */
    synchronized long fragment(FragmentTrace trace) {
        count("fragments");
        long key = nextKey++;
        fragments.put(key, trace);
        dropEldest(fragments, MAX_FRAGMENTS);
        return key;
    }

    /** Does nothing when the entry has gone from the ring. */
    synchronized void update(long key, UnaryOperator<FragmentTrace> change) {
        fragments.computeIfPresent(key, (unused, trace) -> change.apply(trace));
    }

    synchronized void session(SessionTrace trace) {
        count("sessions");
        sessions.put(trace.sessionId(), trace);
        dropEldest(sessions, MAX_SESSIONS);
    }

    synchronized void updateSession(String sessionId, UnaryOperator<SessionTrace> change) {
        sessions.computeIfPresent(sessionId, (unused, trace) -> change.apply(trace));
    }

    synchronized void clear() {
        fragments.clear();
        sessions.values().removeIf(session -> session.closedMs() != null);
        violations.clear();
        events.clear();
        counts.clear();
    }

    synchronized List<FragmentTrace> fragments() {
        return new ArrayList<>(fragments.values());
    }

    synchronized List<SessionTrace> sessions() {
        return new ArrayList<>(sessions.values());
    }

    synchronized List<Violation> violations() {
        return new ArrayList<>(violations);
    }

    synchronized long counted(String what) {
        return counts.getOrDefault(what, 0L);
    }

    synchronized ObjectNode toJson() {
        ObjectNode json = Json.object();
        ObjectNode counted = json.putObject("counts");
        counts.forEach(counted::put);
        ArrayNode sessionList = json.putArray("sessions");
        sessions.values().forEach(session -> sessionList.add(session.toJson()));
        ArrayNode violationList = json.putArray("violations");
        violations.forEach(violation -> violationList.add(violation.toJson()));
        ArrayNode fragmentList = json.putArray("fragments");
        fragments.values().forEach(fragment -> fragmentList.add(fragment.json()));
        ArrayNode eventList = json.putArray("events");
        events.forEach(event -> eventList.add(event.toJson()));
        return json;
    }

    private static <K, V> void dropEldest(Map<K, V> map, int bound) {
        if (map.size() > bound) {
            map.remove(map.keySet().iterator().next());
        }
    }
}
