package io.livedub.playlist;

import io.livedub.config.StreamSettings;
import io.livedub.config.Target;

/**
 * A stream as its viewers see it.
 *
 * @param settings with the languages that it has now
 * @param atOut key of the language that is published at {@code out}; it may be none of them any more
 */
public record ViewedStream(StreamSettings settings, String atOut) {
    /** The last part of the path at which a language is published. */
    String path(Target target) {
        return Target.pathOf(target.key(), atOut);
    }

    /** The same of the picture, which is that of any language. */
    String picturePath() {
        return path(settings.first());
    }
}
