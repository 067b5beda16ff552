package io.livedub.stream.supervision;

import java.util.List;

import io.livedub.config.SettingSources;
import io.livedub.config.StreamSettings;
import io.livedub.id.StreamId;

/** What was said of one stream's settings, and those that its run has. Called with the registry's lock held. */
final class SupervisedSettings {
    private final StreamId streamId;
    private final StreamSettings environment;
    private final SettingStore store;
    private SettingSources sources = SettingSources.NONE;
    /** Of the run that is there, or of the last one. */
    private StreamSettings current;

    SupervisedSettings(StreamId streamId, StreamSettings environment, SettingStore store) {
        this.streamId = streamId;
        this.environment = environment;
        this.store = store;
        this.current = environment;
    }

    void say(SaidSettings said) {
        sources = said.addedTo(sources);
        store.keep(streamId, sources);
    }

    void readFile() {
        sources = sources.withFile(store.ofFile(streamId));
    }

    /** Those that a run begins with. Kept anew: the end of the run before has removed what was kept. */
    StreamSettings begin() {
        readFile();
        store.keep(streamId, sources);
        current = next();
        return current;
    }

    /**
     * A run that is there gets what has changed.
     *
     * @return names of settings that it keeps until it starts again
     */
    List<String> tell(RunningStream stream) {
        StreamSettings now = next();
        if (now.equals(current)) {
            return List.of();
        }
        List<String> kept = stream.settings(current, now);
        current = now;
        return kept;
    }

    StreamSettings current() {
        return current;
    }

    /** Those that a run would begin with. */
    StreamSettings next() {
        return sources.over(environment);
    }
}
