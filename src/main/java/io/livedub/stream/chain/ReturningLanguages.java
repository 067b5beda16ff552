package io.livedub.stream.chain;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.livedub.config.Target;

/**
 * Languages that are wanted again while they still drain, since both outputs would publish to one path. A stream keeps one language at least, so
 * the removal of the only other one waits for them. By key. Not thread-safe.
 */
final class ReturningLanguages {
    private final Map<String, Target> wanted = new HashMap<>();
    private final Set<String> removals = new LinkedHashSet<>();

    void returns(Target target) {
        wanted.put(target.key(), target);
    }

    /** @return whether it was to return, and does not any more */
    boolean staysAway(String key) {
        boolean wasWanted = wanted.remove(key) != null;
        if (wanted.isEmpty()) {
            removals.clear();
        }
        return wasWanted;
    }

    /** The only language that is on air is to be removed. @return false when none returns for which its removal could wait */
    boolean removeLater(String key) {
        return !wanted.isEmpty() && (removals.contains(key) || removals.add(key));
    }

    /** It is wanted after all. */
    void keep(String key) {
        removals.remove(key);
    }

    /** Its output has ended. @return what it is to return as */
    Optional<Target> comesBack(String key) {
        return Optional.ofNullable(wanted.remove(key));
    }

    /** Removals that are not to wait any longer. */
    List<String> dueRemovals() {
        List<String> due = List.copyOf(removals);
        removals.clear();
        return due;
    }
}
