package io.livedub.stream;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

import io.livedub.config.StreamSettings;
import io.livedub.config.Target;
import io.livedub.config.WorkerConfig;
import io.livedub.config.WorkerConfig.StsLoss;
import io.livedub.id.StreamId;

/**
 * The specification of one stream: where it is read and published, and its settings.
 *
 * @param inputUrl where it is read, with the login
 * @param backupUrl where its backup source is read, with the login, if its settings say that it has one
 * @param outputUrl where its first language is published, with the login
 * @param settings its languages, and how they are made
 * @param grace how long the source may be away before it has ended
 * @param stsLoss what happens after five failed reconnects to STS
 * @param outputGrace how long the output may be lost before publishing has failed
 * @param atOut key of the language that is published at {@code outputUrl}: as a rule the first one; of a stream that goes on behind another
 *     process the one that was there, though it may have been removed
 */
public record StreamSpec(
        StreamId streamId,
        String inputUrl,
        String backupUrl,
        String outputUrl,
        StreamSettings settings,
        Duration grace,
        StsLoss stsLoss,
        Duration outputGrace,
        String atOut) {
    private static final String BACKUP = "-backup";

    /** The defaults of a command, for settings that the configuration leaves open. */
    public record Defaults(Duration grace, StsLoss stsLoss, Duration outputGrace) {
        /** {@code run} reports the failure to its supervisor by the exit code. */
        public static final Defaults RUN = new Defaults(Duration.ofSeconds(7), StsLoss.EXIT, Duration.ZERO);

        /** A process that ends and is started again takes the picture off the air: {@code serve} mends what can be mended. */
        public static final Defaults SERVE =
                new Defaults(Duration.ofSeconds(30), StsLoss.ORIGINAL, Duration.ofSeconds(60));
    }

    /** With the defaults of {@code run}; the first language is at {@code outputUrl}. */
    public StreamSpec(StreamId streamId, String inputUrl, String outputUrl, StreamSettings settings, Duration grace) {
        this(
                streamId,
                inputUrl,
                inputUrl + BACKUP,
                outputUrl,
                settings,
                grace,
                Defaults.RUN.stsLoss,
                Defaults.RUN.outputGrace,
                settings.first().key());
    }

    /** URLs are built from the configuration and a validated id, never taken from a request. */
    public static StreamSpec of(WorkerConfig config, StreamId streamId, Defaults defaults) {
        WorkerConfig.MediaServer server = config.mediaServer();
        String base = String.format(
                Locale.ROOT,
                "%s://%s:%d/%s/%s/",
                server.tls() ? "rtmps" : "rtmp",
                server.host(),
                server.rtmpPort(),
                server.appPath(),
                streamId);
        String login = server.login().map(StreamSpec::query).orElse("");
        StreamSettings settings = config.streamSettings();
        return new StreamSpec(
                streamId,
                base + "in" + login,
                base + "in" + BACKUP + login,
                base + "out" + login,
                settings,
                millis(config.process().sourceGraceMs(), defaults.grace),
                config.sts().loss().orElse(defaults.stsLoss),
                millis(config.process().outputGraceMs(), defaults.outputGrace),
                settings.first().key());
    }

    /** How long the media server may be away: as long as both the source and the output are waited for. */
    public Duration outage() {
        return grace.compareTo(outputGrace) < 0 ? grace : outputGrace;
    }

    private static Duration millis(OptionalLong chosen, Duration fallback) {
        return chosen.isPresent() ? Duration.ofMillis(chosen.getAsLong()) : fallback;
    }

    /** MediaMTX takes a login of RTMP from the query only. */
    private static String query(WorkerConfig.Login login) {
        return "?user=" + encoded(login.user()) + "&pass=" + encoded(login.pass());
    }

    private static String encoded(String text) {
        // A plus is a blank in a form, which this makes, and a plus in a URL.
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    // The URLs hold the password.
    @Override
    public String toString() {
        return "StreamSpec[streamId=" + streamId + "]";
    }

    public StreamSpec withUrls(Optional<String> input, Optional<String> output) {
        return new StreamSpec(
                streamId,
                input.orElse(inputUrl),
                backupUrl,
                output.orElse(outputUrl),
                settings,
                grace,
                stsLoss,
                outputGrace,
                atOut);
    }

    /** With a backup source at this URL; empty: as it is. */
    public StreamSpec withBackup(Optional<String> url) {
        return url.map(backup -> new StreamSpec(
                        streamId,
                        inputUrl,
                        backup,
                        outputUrl,
                        settings.withBackup(),
                        grace,
                        stsLoss,
                        outputGrace,
                        atOut))
                .orElse(this);
    }

    /** Where the backup source is read; empty for a stream that has none. */
    public Optional<String> backup() {
        return settings.backup() ? Optional.of(backupUrl) : Optional.empty();
    }

    /** The first of its languages is at {@code outputUrl} then. */
    public StreamSpec withSettings(StreamSettings others) {
        String first = others.first().key();
        return new StreamSpec(streamId, inputUrl, backupUrl, outputUrl, others, grace, stsLoss, outputGrace, first);
    }

    /** The languages stay where they were published before. */
    public StreamSpec withAtOut(String key) {
        return new StreamSpec(streamId, inputUrl, backupUrl, outputUrl, settings, grace, stsLoss, outputGrace, key);
    }

    /** Where a language is published: beside the one at {@code outputUrl}, its tag behind the path. */
    public String outputUrl(Target target) {
        if (target.key().equals(atOut)) {
            return outputUrl;
        }
        int query = outputUrl.indexOf('?');
        int end = query < 0 ? outputUrl.length() : query;
        return outputUrl.substring(0, end) + "-" + target.key() + outputUrl.substring(end);
    }
}
