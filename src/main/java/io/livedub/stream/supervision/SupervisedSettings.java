package io.livedub.stream.supervision;

import java.util.List;

import io.livedub.config.SettingSources;
import io.livedub.config.SettingsPatch;
import io.livedub.config.StreamSettings;
import io.livedub.id.StreamId;
import io.livedub.stream.StreamCommand;

/** What was said of one stream's settings, and those that its run has. Called with the registry's lock held. */
final class SupervisedSettings {
    private final StreamId streamId;
    private final StreamSettings environment;
    private final SettingStore store;
    private SettingSources sources = SettingSources.NONE;
    /** With which the run that is there has begun, or the last one. */
    private StreamSettings begun;
    /** What the run was told last: of some settings it takes a change on air, and others it keeps until it starts again. */
    private StreamSettings told;
    /** A run's outputs keep their paths, whatever languages come and go. */
    private String atOut;

    SupervisedSettings(StreamId streamId, StreamSettings environment, SettingStore store) {
        this.streamId = streamId;
        this.environment = environment;
        this.store = store;
        this.begun = environment;
        this.told = environment;
        this.atOut = environment.first().key();
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
        beginsWith(next());
        return begun;
    }

    private void beginsWith(StreamSettings its) {
        begun = its;
        told = its;
        atOut = its.first().key();
    }

    /**
     * A run that is there gets what has changed.
     *
     * @return names of settings that it keeps until it starts again
     */
    List<String> tell(RunningStream stream) {
        remember(stream);
        StreamSettings now = next();
        if (now.equals(told)) {
            return StreamCommand.fromNextStart(current(), now);
        }
        List<String> kept = stream.settings(current(), now);
        told = now;
        return kept;
    }

    /** For whoever finds the stream after this process has ended. */
    void remember(RunningStream stream) {
        stream.remember(sources);
    }

    /**
     * The stream was on air before this process: its settings hold, not those that this process would have given it. A query that was heard
     * meanwhile is newer than the one that the stream remembers.
     */
    void found(RunningStream stream, FoundSettings its) {
        SettingSources before = its.said()
                .orElseGet(() -> SettingSources.NONE.withApi(its.settings().asPatch()));
        boolean queryIsKnown = !sources.query().equals(SettingsPatch.NOTHING);
        boolean otherQuery = queryIsKnown && !sources.query().equals(before.query());
        sources = new SettingSources(
                sources.api().or(before.api()), otherQuery ? sources.query() : before.query(), sources.file());
        beginsWith(its.settings());
        if (otherQuery) {
            tell(stream);
        } else {
            remember(stream);
        }
    }

    /** Those that the run has now: without the changes that hold from its next start on. */
    StreamSettings current() {
        return told.onARunOf(begun);
    }

    /** @return key of the language that the run publishes at {@code out}, or the next run would */
    String atOut(boolean running) {
        return running ? atOut : next().first().key();
    }

    /** Those that a run would begin with. */
    StreamSettings next() {
        return sources.over(environment);
    }
}
