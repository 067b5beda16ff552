package io.livedub.stream.chain;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import io.livedub.config.Target;
import io.livedub.spool.SpoolPlace;
import io.livedub.stream.StreamSpec;

/**
 * Keeps beside the spool which language is at {@code out}, once languages have come or gone on air: in a process that goes on with the stream
 * each one is published where it was, also when that one was removed. Thread-safe.
 */
final class KeptOutputs {
    private final SpoolPlace place;
    /** Keys of the languages that were published before; the first one was at {@code out}. */
    private final List<String> left;

    private final Set<String> published = new LinkedHashSet<>();
    /** Until then the first one of the settings is at {@code out}, in the next process too. */
    private boolean changed;

    private boolean kept;

    /** @param left what the process before has kept; empty when this one does not go on with its stream */
    KeptOutputs(SpoolPlace place, String left) {
        this.place = place;
        this.left = left.isBlank() ? List.of() : List.of(left.strip().split(" "));
    }

    /** The stream with its languages where they were; one that has none of them begins anew in this. */
    synchronized StreamSpec of(StreamSpec spec) {
        boolean goesOn = spec.settings().targets().stream().map(Target::key).anyMatch(left::contains);
        changed |= goesOn;
        return goesOn ? spec.withAtOut(left.get(0)) : spec;
    }

    /** A language is published: one of the settings, or one that comes on air. */
    synchronized void add(String key, StreamSpec spec) {
        published.add(spec.atOut());
        published.add(key);
        changed |= spec.settings().targets().stream().map(Target::key).noneMatch(key::equals);
        write();
    }

    /** A language is removed on air. */
    synchronized void remove() {
        changed = true;
        write();
    }

    /** This process has the stream now, and may write there. */
    synchronized void keep() {
        kept = true;
        write();
    }

    private void write() {
        if (kept) {
            String all = changed ? String.join(" ", published) + "\n" : "";
            place.lane().execute(() -> place.folder().keepAtOut(all));
        }
    }
}
