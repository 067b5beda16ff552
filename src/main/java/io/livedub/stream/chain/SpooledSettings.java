package io.livedub.stream.chain;

import java.util.Map;
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
 * the environment and the streams file say, and nothing else. Thread-safe; only {@link #of} blocks.
 */
@ApplicationScoped
public class SpooledSettings {
    private final WorkerConfig config;
    private final SerialExecutor lane = SerialExecutor.named("spool");
    /** The last word on each stream that is not written yet; the lane writes it once, however often it was changed. */
    private final Map<StreamId, SettingSources> waiting = new ConcurrentHashMap<>();

    @Inject
    public SpooledSettings(WorkerConfig config) {
        this.config = config;
    }

    /** @param sources what was said of a stream that runs, or will; nothing when nobody goes on with it */
    public void keep(StreamId streamId, SettingSources sources) {
        if (config.segments().spool() && waiting.put(streamId, sources) == null) {
            lane.execute(() -> write(streamId));
        }
    }

    private void write(StreamId streamId) {
        SettingSources last = waiting.remove(streamId);
        if (last != null) {
            boolean nothing = last.withFile(SettingSources.NONE.file()).equals(SettingSources.NONE);
            folder(streamId).keepSettings(nothing ? "" : SettingLines.of(last));
        }
    }

    /** What was kept of a stream; blocking. */
    public SettingSources of(StreamId streamId) {
        return SettingLines.read(folder(streamId).settings(), config.settingRules());
    }

    private SpoolFolder folder(StreamId streamId) {
        return new SpoolFolder(config.segments().dir(), streamId);
    }
}
