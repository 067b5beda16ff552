package io.livedub.sts;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Results handed out and not yet put on air, and ids whose story has ended. Both bounded: the oldest is forgotten, which costs at
 * most one acknowledgement or a second answer to a result that came twice.
 */
final class Results {
    static final int REMEMBERED = 256;

    /** The past of a fragment that is not in flight any more. */
    enum PastFragment {
        /** Handed out; its acknowledgement comes when it is used or not. */
        HANDED_OUT,
        /** Acknowledged: a second answer could confuse who counts them. */
        ANSWERED,
        /** Never sent in this session, or timed out: {@code received} lets a service that counts in-flight forget it. */
        UNANSWERED
    }

    private final Map<String, Integer> handedOut = bounded();
    private final Map<String, Boolean> answered = bounded();
    private int session;

    /** Forgets the results of a session that no longer exists: they are not acknowledged to the next one. */
    void newSession() {
        session++;
        answered.clear();
    }

    void handedOut(String id) {
        handedOut.put(id, session);
    }

    void answered(String id) {
        answered.put(id, true);
    }

    PastFragment of(String id) {
        if (handedOut.containsKey(id)) {
            return PastFragment.HANDED_OUT;
        }
        return answered.containsKey(id) ? PastFragment.ANSWERED : PastFragment.UNANSWERED;
    }

    /** Whether the id was handed out; the first answer for each is true. */
    boolean isHandedOut(String id) {
        return handedOut.containsKey(id);
    }

    /** @return whether this session has to be told */
    boolean take(String id) {
        return handedOut.remove(id) == session;
    }

    private static <V> Map<String, V> bounded() {
        return new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
                return size() > REMEMBERED;
            }
        };
    }
}
