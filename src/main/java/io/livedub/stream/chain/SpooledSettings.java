package io.livedub.stream.chain;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

import io.livedub.config.SettingLines;
import io.livedub.config.SettingSources;
import io.livedub.config.WorkerConfig;
import io.livedub.id.StreamId;
import io.livedub.spool.SpoolFolder;
import io.livedub.work.SerialExecutor;

/**
 * Keeps what the API and the queries have said of streams beside their spools: a process that goes on with a stream would otherwise know what
 * the environment and the streams file say, and nothing else. Thread-safe; {@link #of} and {@link #keepAgain} block.
 */
@ApplicationScoped
public class SpooledSettings {
    private final WorkerConfig config;
    private final SerialExecutor lane = SerialExecutor.named("spool");
    /** Streams whose last word is not written yet; the lane writes it once, however often it was changed. */
    private final Set<StreamId> waiting = ConcurrentHashMap.newKeySet();
    /** The last word on each stream of which something is to be kept. */
    private final Map<StreamId, SettingSources> said = new ConcurrentHashMap<>();

    @Inject
    public SpooledSettings(WorkerConfig config) {
        this.config = config;
    }

    /** @param sources what was said of a stream that runs, or will; nothing when nobody goes on with it */
    public void keep(StreamId streamId, SettingSources sources) {
        if (!config.segments().spool()) {
            return;
        }
        boolean nothing = sources.withFile(SettingSources.NONE.file()).equals(SettingSources.NONE);
        if (nothing) {
            said.remove(streamId);
        } else {
            said.put(streamId, sources);
        }
        if (waiting.add(streamId)) {
            lane.execute(() -> write(streamId));
        }
    }

    /** The streams have ended, which has removed it with their spools, and the next process is to begin them anew; blocking. */
    public void keepAgain(Collection<StreamId> streams) {
        streams.stream().filter(said::containsKey).forEach(this::write);
    }

    private void write(StreamId streamId) {
        // First: what is said from here on is written again.
        waiting.remove(streamId);
        SettingSources last = said.get(streamId);
        folder(streamId).keepSettings(last == null ? "" : SettingLines.of(last));
    }

    /** What was kept of a stream; blocking. */
    public SettingSources of(StreamId streamId) {
        return SettingLines.read(folder(streamId).settings(), config.settingRules());
    }

    private SpoolFolder folder(StreamId streamId) {
        return new SpoolFolder(config.segments().dir(), streamId);
    }
}
