package io.livedub.hook;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;

import org.jboss.logging.Logger;

import io.livedub.config.SettingRules;
import io.livedub.config.SettingsPatch;
import io.livedub.config.WorkerConfig;
import io.livedub.id.StreamId;
import io.livedub.media.Authorities;
import io.livedub.media.MediaClock;
import io.livedub.observe.StreamLog;
import io.livedub.stream.supervision.Compared;
import io.livedub.stream.supervision.ServerList;
import io.livedub.stream.supervision.Serving;
import io.livedub.stream.supervision.StreamRegistry;

/**
 * Compares this worker with the media server's list, each 15 s: a hook can be lost, and those of a time in which nobody listened are. On a
 * thread of its own, since a server that hangs is waited for.
 */
@ApplicationScoped
public class Discovery {
    private static final Logger LOG = Logger.getLogger(Discovery.class);
    private static final Duration EACH = Duration.ofSeconds(15);
    /** Both may be starting at once. */
    private static final List<Duration> FIRST_RETRIES =
            List.of(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(4), Duration.ofSeconds(8));

    /** Queries that are read in one round: a server that answers slowly must not hold up the list. */
    private static final int MOST_QUERIES = 100;

    private final WorkerConfig config;
    private final StreamRegistry registry;
    private final MediaClock clock;
    private final ApiAccess access;
    private final SettingRules rules;
    private final boolean querySettings;
    private boolean heard;
    private int failures;
    private boolean full;

    /** Where the list comes from. */
    interface Source {
        ReadyPaths.Listed list() throws IOException, InterruptedException;

        Optional<String> query(String type, String sourceId) throws IOException, InterruptedException;
    }

    @Inject
    public Discovery(WorkerConfig config, StreamRegistry registry, MediaClock clock, Authorities authorities) {
        this.config = config;
        this.access = new ApiAccess(config.mediaServer().login(), authorities);
        this.rules = config.settingRules();
        this.querySettings = config.languages().querySettings();
        this.registry = registry;
        this.clock = clock;
    }

    void begin(@Observes Serving serving) {
        config.mediaServer().apiUrl().ifPresent(this::begin);
    }

    private void begin(URI url) {
        ReadyPaths paths = new ReadyPaths(url, config.mediaServer().appPath(), access);
        Thread thread = new Thread(
                () -> {
                    try {
                        for (; ; ) {
                            Thread.sleep(round(paths).toMillis());
                        }
                    } catch (InterruptedException stopping) {
                        Thread.currentThread().interrupt();
                    }
                },
                "media-server-list");
        thread.setDaemon(true);
        thread.start();
    }

    /** @return when the next one is due */
    Duration round(Source paths) throws InterruptedException {
        long askedNs = clock.nowNs();
        try {
            ReadyPaths.Listed listed = paths.list();
            heard(listed);
            Map<StreamId, QuerySettings> said = querySettings ? queries(paths, listed) : Map.of();
            Map<StreamId, SettingsPatch> settings = new HashMap<>();
            said.forEach((id, query) -> settings.put(id, query.patch()));
            Compared compared =
                    registry.compare(new ServerList(listed.publishers(), listed.complete(), settings, askedNs));
            tell(compared, listed, said);
            return EACH;
        } catch (IOException failure) {
            return failed(failure.toString());
        } catch (RuntimeException | Error defect) {
            // The thread lives on, to make up for hooks that are lost later.
            return failed("internal error: " + defect);
        }
    }

    /** A publisher whose hook was lost, or came while nobody listened, may still have settings in its query. */
    private Map<StreamId, QuerySettings> queries(Source paths, ReadyPaths.Listed listed) throws InterruptedException {
        Map<StreamId, QuerySettings> queries = new HashMap<>();
        try {
            for (StreamId id : registry.unheard(listed.publishers())) {
                if (queries.size() == MOST_QUERIES) {
                    break;
                }
                paths.query(listed.types().get(id), listed.publishers().get(id))
                        .ifPresent(query -> queries.put(id, QuerySettings.read(HookQuery.decode(query), rules)));
            }
        } catch (IOException failure) {
            LOG.debugf("the media server does not tell the queries of publishers: %s", failure);
        }
        return queries;
    }

    private void heard(ReadyPaths.Listed listed) {
        if (!heard) {
            LOG.infof(
                    "the media server has %d ready streams", listed.publishers().size());
        } else if (failures > 0) {
            LOG.info("the media server's list of paths can be read again");
        }
        heard = true;
        failures = 0;
    }

    private Duration failed(String why) {
        int before = failures++;
        if (heard ? before == 0 : before == FIRST_RETRIES.size()) {
            LOG.warnf("the media server's list of paths cannot be read, hooks alone start and end streams: %s", why);
        }
        return heard || before >= FIRST_RETRIES.size() ? EACH : FIRST_RETRIES.get(before);
    }

    private void tell(Compared compared, ReadyPaths.Listed listed, Map<StreamId, QuerySettings> said) {
        compared.started().forEach(id -> said.getOrDefault(id, QuerySettings.NONE)
                .warnings()
                .forEach(warning -> StreamLog.of(id).warn(warning)));
        compared.started().forEach(id -> StreamLog.of(id)
                .info(
                        "found ready in the media server's list",
                        "sourceId",
                        listed.publishers().get(id)));
        compared.gone()
                .forEach(id -> StreamLog.of(id).info("its publisher is not in the media server's list any more"));
        boolean nowFull = !compared.withoutRoom().isEmpty();
        if (nowFull && !full) {
            LOG.warnf(
                    "the media server has %d more ready streams than this worker has room for; they begin when others"
                            + " end, see WORKER_MAX_STREAMS",
                    compared.withoutRoom().size());
        }
        full = nowFull;
    }
}
