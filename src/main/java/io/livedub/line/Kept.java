package io.livedub.line;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Numbered lines that may have to be said again, the oldest of them forgotten first. Their number is bounded, and so are their characters.
 * Used by one thread at a time.
 */
final class Kept {
    /** Some twenty minutes of a stream in one language; the strips and captions that are shown are shorter. */
    static final int MOST_LINES = 2_000;

    static final int MOST_CHARACTERS = 512 << 10;

    private final Deque<Numbered> lines = new ArrayDeque<>();
    private long last;
    private long characters;

    /** @param language empty for one of the stream itself */
    record Numbered(long number, String language, String line) {}

    Numbered add(String language, String line) {
        Numbered numbered = new Numbered(++last, language, line);
        lines.add(numbered);
        characters += line.length();
        while (lines.size() > MOST_LINES || characters > MOST_CHARACTERS && lines.size() > 1) {
            characters -= lines.remove().line().length();
        }
        return numbered;
    }

    /** The first that is remembered behind this number, or null. */
    Numbered after(long number) {
        long first = last - lines.size() + 1;
        if (number >= last) {
            return null;
        }
        if (number < first) {
            return lines.peek();
        }
        // Who reads on is at the end as a rule, so the search begins there.
        for (var each = lines.descendingIterator(); each.hasNext(); ) {
            Numbered candidate = each.next();
            if (candidate.number() == number + 1) {
                return candidate;
            }
        }
        return null;
    }

    long last() {
        return last;
    }
}
