package io.livedub.stream.chain;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import io.livedub.spool.SpoolPlace;
import io.livedub.stream.StreamCommand.SwitchDub;

/**
 * Keeps the operator's switches that are off beside the spool: a dub that was switched off stays off in a process that goes on with the stream.
 * Thread-safe.
 */
final class KeptSwitches {
    private static final String STAYS = "-";

    private final SpoolPlace place;
    private final InstantSource wall;
    /** By language, when it is on again by itself, or {@link #STAYS}. */
    private final Map<String, String> off = new TreeMap<>();

    /** @param left what the process before has kept; empty when this one does not go on with its stream */
    KeptSwitches(SpoolPlace place, InstantSource wall, String left) {
        this.place = place;
        this.wall = wall;
        left.lines()
                .map(line -> line.split(" ", -1))
                .filter(words -> words.length == 2)
                .forEach(words -> off.put(words[0], words[1]));
    }

    /** How a language's switch stands; empty: on. */
    synchronized Optional<SwitchDub> of(String language) {
        String until = off.getOrDefault(language, "");
        if (until.equals(STAYS)) {
            return Optional.of(new SwitchDub(Optional.of(language), false, Optional.empty()));
        }
        try {
            return Optional.of(Duration.between(wall.instant(), Instant.parse(until)))
                    .filter(left -> !left.isNegative() && !left.isZero())
                    .map(left -> new SwitchDub(Optional.of(language), false, Optional.of(left)));
        } catch (DateTimeParseException none) {
            return Optional.empty();
        }
    }

    synchronized void keep(String language, SwitchDub to) {
        if (to.on()) {
            forget(language);
            return;
        }
        String until = to.forTime()
                .map(time -> wall.instant()
                        .plus(time)
                        .truncatedTo(ChronoUnit.SECONDS)
                        .toString())
                .orElse(STAYS);
        if (!until.equals(off.put(language, until))) {
            write();
        }
    }

    /** It is on, or the language is no more. */
    synchronized void forget(String language) {
        if (off.remove(language) != null) {
            write();
        }
    }

    private void write() {
        StringBuilder text = new StringBuilder();
        off.forEach((language, until) ->
                text.append(language).append(' ').append(until).append('\n'));
        String all = text.toString();
        place.lane().execute(() -> place.folder().keepSwitches(all));
    }
}
