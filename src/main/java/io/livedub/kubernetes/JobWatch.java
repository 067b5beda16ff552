package io.livedub.kubernetes;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.databind.JsonNode;
import org.jboss.logging.Logger;

import io.livedub.bounded.BoundedJson;
import io.livedub.bounded.BoundedLines;
import io.livedub.media.MediaClock;
import io.livedub.work.Backoff;

/**
 * Our Jobs as the API server has them: a list, then the changes from its version on. What has been missed (the version is too old, the
 * server was away) comes with the next list. On a thread of its own, since it does nothing but wait.
 */
final class JobWatch implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(JobWatch.class);
    /** The API server itself stores no object of more than 1.5 MiB. */
    private static final int LONGEST_EVENT = 4 << 20;
    /** 20,000 Jobs: a longer list cannot be the worker's Jobs. */
    private static final int MOST_PAGES = 100;

    /** A watch that ends sooner counts as failed. */
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    private final ApiServer api;
    private final String selector;
    private final MediaClock clock;
    private final JobListener listener;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "kubernetes-watch");
    private final Backoff backoff = ApiServer.backoff();
    /** The last watch ended at once: the next one has to last before all is said to be well again. */
    private boolean brief;

    /** Called on the watch's thread. */
    interface JobListener {
        /**
         * All there are.
         *
         * @param askedNs clock time before the question: what was created later need not be among them
         */
        void listed(Map<String, JobView> byName, long askedNs);

        void changed(JobView job);

        void deleted(JobView job);

        /** The list was delivered; its changes follow. */
        void watching();

        void lost(String why);
    }

    JobWatch(ApiServer api, String selector, MediaClock clock, JobListener listener) {
        this.api = api;
        this.selector = selector;
        this.clock = clock;
        this.listener = listener;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    @Override
    public void close() {
        closed.countDown();
        thread.interrupt();
    }

    private void run() {
        try {
            while (closed.getCount() > 0) {
                long beganNs = clock.nowNs();
                try {
                    follow();
                    // A server whose every version is too old must not be asked without a pause.
                    if (clock.nowNs() - beganNs < SHORTEST.toNanos()) {
                        closed.await(SHORTEST.toMillis(), TimeUnit.MILLISECONDS);
                    }
                } catch (IOException | RuntimeException failure) {
                    lost(failure);
                    closed.await(backoff.failed().toMillis(), TimeUnit.MILLISECONDS);
                }
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private void lost(Exception failure) {
        if (closed.getCount() == 0) {
            return;
        }
        String why = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        if (backoff.failures() == 0) {
            LOG.warnf("Jobs cannot be watched, those on air go on: %s", why);
        }
        listener.lost(why);
    }

    /** Returns when a new list is needed at once. */
    private void follow() throws IOException, InterruptedException {
        String version = list();
        try {
            while (!version.isEmpty() && closed.getCount() > 0) {
                version = watch(version);
            }
        } catch (ApiRefusal refusal) {
            if (refusal.status() != ApiRefusal.GONE) {
                throw refusal;
            }
        }
    }

    private String list() throws IOException, InterruptedException {
        long askedNs = clock.nowNs();
        Map<String, JobView> jobs = new LinkedHashMap<>();
        String next = "";
        String version;
        int pages = 0;
        do {
            if (++pages > MOST_PAGES) {
                throw new IOException("the list of Jobs has more than " + MOST_PAGES + " pages");
            }
            JsonNode page = api.listJobs(selector, next);
            page.path("items").forEach(item -> {
                JobView job = JobView.of(item);
                jobs.put(job.name(), job);
            });
            version = page.path("metadata").path("resourceVersion").asText();
            next = page.path("metadata").path("continue").asText();
        } while (!next.isEmpty());
        listener.listed(jobs, askedNs);
        return version;
    }

    /** @return the version to go on from; empty when it is too old */
    private String watch(String from) throws IOException, InterruptedException {
        String version = from;
        long beganNs = clock.nowNs();
        try (InputStream stream = api.watchJobs(selector, from);
                BoundedLines lines = new BoundedLines(stream, LONGEST_EVENT)) {
            if (!brief) {
                well();
            }
            listener.watching();
            // The server ends a watch by itself; one that is still there much later is dead, and a read of it would
            // wait for ever.
            MediaClock.Timer dead = clock.schedule(
                    beganNs + ApiServer.WATCH.plus(ApiServer.PATIENCE).toNanos(), () -> closeQuietly(stream));
            try {
                for (String line = lines.next(); line != null; line = lines.next()) {
                    version = heard(BoundedJson.MAPPER.readTree(line), version);
                    if (version.isEmpty()) {
                        return version;
                    }
                }
            } finally {
                dead.cancel();
            }
        }
        brief = clock.nowNs() - beganNs < SHORTEST.toNanos();
        if (brief) {
            throw new IOException("the Kubernetes API server ends each watch at once");
        }
        well();
        return version;
    }

    private void well() {
        if (backoff.failures() > 0) {
            LOG.info("Jobs can be watched again");
            backoff.succeeded();
        }
    }

    private String heard(JsonNode event, String version) throws IOException {
        JsonNode object = event.path("object");
        switch (event.path("type").asText()) {
            case "ADDED", "MODIFIED" -> listener.changed(JobView.of(object));
            case "DELETED" -> listener.deleted(JobView.of(object));
            case "ERROR" -> {
                if (object.path("code").asInt() == ApiRefusal.GONE) {
                    return "";
                }
                throw new ApiRefusal(
                        object.path("code").asInt(), object.path("message").asText());
            }
            default -> {
                // A BOOKMARK, which is only a version.
            }
        }
        String newer = object.path("metadata").path("resourceVersion").asText();
        return newer.isEmpty() ? version : newer;
    }

    private static void closeQuietly(InputStream stream) {
        try {
            stream.close();
        } catch (IOException gone) {
            LOG.debugf("a dead watch could not be closed: %s", gone);
        }
    }
}
