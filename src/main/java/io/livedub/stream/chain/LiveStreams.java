package io.livedub.stream.chain;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import jakarta.enterprise.context.ApplicationScoped;

import io.quarkus.scheduler.Scheduled;
import org.jboss.logging.Logger;

/** The stream workers of this process that are running; each is measured once a second. */
@ApplicationScoped
public class LiveStreams {
    private static final Logger LOG = Logger.getLogger("io.livedub.stream");

    private final Set<StreamWorker> workers = ConcurrentHashMap.newKeySet();

    void add(StreamWorker worker) {
        workers.add(worker);
    }

    void remove(StreamWorker worker) {
        workers.remove(worker);
    }

    public Collection<StreamWorker> all() {
        return List.copyOf(workers);
    }

    @Scheduled(every = "1s")
    void measure() {
        for (StreamWorker worker : workers) {
            try {
                worker.measure();
            } catch (RuntimeException | Error failure) {
                // A stream whose measuring fails must not cost the others their figures.
                LOG.errorf(
                        failure, "stream %s cannot be measured", worker.spec().streamId());
            }
        }
    }
}
