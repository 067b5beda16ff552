package io.livedub.stream.source;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * A try at a source that is not there.
 *
 * @param number from 1; counted anew when frames came
 * @param failure what was wrong, one line
 * @param again when it is tried again; empty: not any more
 */
public record SourceTry(int number, String failure, Optional<Duration> again) {
    /** @param url without credentials */
    public String line(String url) {
        String next = again.map(wait -> String.format(Locale.ROOT, "trying again in %.1f s", wait.toMillis() / 1e3))
                .orElse("giving up");
        return String.format(Locale.ROOT, "no source at %s, try %d: %s; %s", url, number, failure, next);
    }
}
