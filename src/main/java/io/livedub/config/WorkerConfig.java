package io.livedub.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The configuration, checked and typed. Made once at start; nothing else looks at the environment.
 *
 * @param warnings lines to log once: names that are old or no longer used
 * @param secrets all that were read, for who hands them on
 */
public record WorkerConfig(
        MediaServer mediaServer,
        Sts sts,
        LanguagesConfig languages,
        DubConfig dub,
        ContinuityConfig continuity,
        Segments segments,
        Process process,
        Serve serve,
        Logging logging,
        Traces traces,
        List<String> warnings,
        Secrets secrets) {
    /** The settings of a stream for which only the environment has values. */
    public StreamSettings streamSettings() {
        return new StreamSettings(
                sts.sourceLanguage(), languages.targets(), sts.passthrough(), dub, continuity.backup());
    }

    /** The limits on the settings that every other source may give. */
    public SettingRules settingRules() {
        return new SettingRules(languages.max(), sts.serviceUrl().isPresent(), sts.passthrough());
    }

    /**
     * How long a stream that was told to stop takes at most: what is held airs, and then the ends of STS session, files and publication,
     * 12 s each and side by side; twice that is a defect.
     */
    public Duration drainLimit() {
        return segments.duration()
                .plus(segments.avOffset().orElse(sts.timeout()))
                .plusSeconds(25);
    }

    /**
     * Where streams come from and go to.
     *
     * @param tls RTMP over TLS
     * @param caFile who may have signed the server's certificate; empty: the system's authorities
     */
    public record MediaServer(
            String host,
            int rtmpPort,
            boolean tls,
            Optional<Path> caFile,
            Optional<Login> login,
            String appPath,
            Optional<URI> apiUrl) {}

    /** The worker's login at the media server. */
    public record Login(String user, String pass) {
        // The password must not reach a log by way of a record's text.
        @Override
        public String toString() {
            return "Login[user=" + user + "]";
        }
    }

    /** What happens after five failed reconnects. */
    public enum StsLoss {
        EXIT,
        ORIGINAL
    }

    /**
     * Dubbing.
     *
     * @param serviceUrl empty where nothing is dubbed
     * @param targetLanguage the first that is dubbed; {@link LanguagesConfig} has all
     * @param voiceProfile of a target that names none
     * @param loss empty: the command's own default
     */
    public record Sts(
            boolean passthrough,
            Optional<URI> serviceUrl,
            Optional<String> apiKey,
            Duration timeout,
            int maxRetries,
            int maxInflight,
            Optional<StsLoss> loss,
            Duration pauseProbe,
            String sourceLanguage,
            String targetLanguage,
            String voiceProfile) {
        // The key must not reach a log by way of a record's text.
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "Sts[passthrough=%s, serviceUrl=%s, apiKey=%s]",
                    passthrough,
                    serviceUrl,
                    apiKey.map(key -> "set").orElse("not set"));
        }
    }

    /**
     * Segments, their files, and when they air.
     *
     * @param retention zero keeps all
     * @param avOffset how long after a segment is complete it airs; empty: follows the measured round trip
     * @param spool whether what has not aired is kept for the process that follows a crash
     * @param resumeMaxAge a spool that is older is left alone
     */
    public record Segments(
            Duration duration,
            Path dir,
            Duration retention,
            long minFreeBytes,
            Optional<Duration> avOffset,
            boolean spool,
            Duration resumeMaxAge) {}

    /**
     * The process.
     *
     * @param maxStreams 0: by memory
     * @param sourceGraceMs empty: the command's own default; so is {@code outputGraceMs}
     */
    public record Process(
            int metricsPort,
            int httpPort,
            Optional<String> hookSecret,
            int maxStreams,
            OptionalLong sourceGraceMs,
            OptionalLong outputGraceMs,
            String workerId,
            String runId,
            String instanceId) {
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT, "Process[workerId=%s, runId=%s, instanceId=%s]", workerId, runId, instanceId);
        }
    }

    /** Where {@code serve} runs streams. */
    public enum Spawn {
        IN_PROCESS,
        PROCESS,
        KUBERNETES
    }

    /**
     * A Job for each stream. Only the form of these values is checked here. Whether a cluster answers matters to {@code serve} alone,
     * and a Job's own {@code run} reads the same variables.
     *
     * @param host of the API server; empty outside a cluster
     * @param credentials folder with {@code token}, {@code ca.crt} and {@code namespace}
     * @param jobTemplate empty: the program's own
     * @param owner name of the Deployment that owns the Jobs
     * @param parent the line between {@code serve} and its Jobs
     */
    public record Kubernetes(
            Optional<String> host,
            int port,
            Path credentials,
            Optional<String> image,
            Optional<Path> jobTemplate,
            Optional<String> owner,
            Parent parent) {}

    /**
     * The line between {@code serve} and a stream's Job.
     *
     * @param url where a Job reaches its {@code serve}; empty: there is no line
     * @param port where {@code serve} listens for it
     * @param token by which {@code serve} knows this Job; empty in {@code serve}
     */
    public record Parent(Optional<URI> url, int port, Optional<String> token) {
        public static final Parent NONE = new Parent(Optional.empty(), 0, Optional.empty());

        /** Whether this process is a Job that {@code serve} can hear. */
        public boolean isJob() {
            return url.isPresent() && token.isPresent();
        }

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "Parent[url=%s, port=%d]", url, port);
        }
    }

    /**
     * What only {@code serve} needs.
     *
     * @param httpHost where hooks, API and pages listen
     * @param metricsHost where metrics and health listen
     * @param allowedHosts names in {@code Host} that are answered without a secret, in lower case; empty: loopback and the bound address
     * @param childCommand program for {@link Spawn#PROCESS}; empty: this one
     * @param hlsUrl the media server's HLS pages, as a viewer reaches them
     * @param kubernetes for {@link Spawn#KUBERNETES}
     */
    public record Serve(
            String httpHost,
            String metricsHost,
            Set<String> allowedHosts,
            Spawn spawn,
            Optional<String> childCommand,
            Optional<URI> hlsUrl,
            Kubernetes kubernetes) {}

    /**
     * Traces of segments.
     *
     * @param endpoint where they go; empty: nothing is traced
     * @param headers of each request, names to values; they may hold credentials
     */
    public record Traces(Optional<URI> endpoint, Map<String, String> headers) {
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "Traces[endpoint=%s, headers=%s]", endpoint, headers.keySet());
        }
    }

    /** {@code json} empty: JSON unless standard output is a terminal. */
    public record Logging(String level, Optional<Boolean> json) {}

    /** @throws ConfigurationException at the first value that is not allowed */
    public static WorkerConfig of(Settings settings) {
        return WorkerConfigReader.read(settings);
    }
}
