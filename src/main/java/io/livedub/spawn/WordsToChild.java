package io.livedub.spawn;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Queue;

import io.livedub.line.ParentWords;

/** Messages that wait to be written to a child, in order and bounded. Thread-safe; no call blocks. */
final class WordsToChild {
    static final String GONE = ParentWords.GONE;
    static final String THERE = ParentWords.THERE;
    static final int MOST = 64;

    private final Queue<String> waiting = new ArrayDeque<>();
    /** True from the beginning: what is said before there is a child is written when there is one. */
    private boolean writing = true;

    /**
     * Adds a word.
     *
     * @return whether nobody writes: the caller is to see to it that somebody does
     */
    synchronized boolean add(String word) {
        if (waiting.size() >= MOST) {
            forgetPublishers();
        }
        if (waiting.size() < MOST) {
            waiting.add(word);
        }
        boolean first = !writing;
        writing = true;
        return first;
    }

    /** Only the last word on the publisher counts. Words to stop are few: the supervisor says one. */
    private void forgetPublishers() {
        for (Iterator<String> each = waiting.iterator(); each.hasNext(); ) {
            String word = each.next();
            if (word.equals(GONE) || word.equals(THERE)) {
                each.remove();
            }
        }
    }

    /** Null when no message waits; the caller who adds the next one then has to write it. */
    synchronized String next() {
        String word = waiting.poll();
        writing = word != null;
        return word;
    }
}
