package io.livedub.cli;

import java.util.LinkedHashMap;
import java.util.Map;

import picocli.CommandLine.Option;

/** Options that stand for a variable. They win over the environment, by way of system properties: configuration has one reader. */
public class CommonOptions {
    private final Map<String, String> properties = new LinkedHashMap<>();

    @Option(names = "--run-id", paramLabel = "ID", description = "In every log line (WORKER_RUN_ID).")
    void runId(String value) {
        properties.put("worker.run-id", value);
    }

    @Option(names = "--instance-id", paramLabel = "ID", description = "In every log line (WORKER_INSTANCE_ID).")
    void instanceId(String value) {
        properties.put("worker.instance-id", value);
    }

    @Option(names = "--sts-mode", paramLabel = "MODE", description = "passthrough or enabled (WORKER_STS_MODE).")
    void stsMode(String value) {
        properties.put("worker.sts-mode", value);
    }

    @Option(names = "--sts-url", paramLabel = "URL", description = "The STS service (WORKER_STS_SERVICE_URL).")
    void stsUrl(String value) {
        properties.put("worker.sts-service-url", value);
    }

    @Option(
            names = "--source-language",
            paramLabel = "TAG",
            description = "Spoken in the source (WORKER_SOURCE_LANGUAGE).")
    void sourceLanguage(String value) {
        properties.put("worker.source-language", value);
    }

    @Option(
            names = "--target-language",
            paramLabel = "TAGS",
            description = "To dub into: es, or es,fr:anna,original (WORKER_TARGET_LANGUAGE).")
    void targetLanguage(String value) {
        properties.put("worker.target-language", value);
    }

    @Option(names = "--voice-profile", paramLabel = "NAME", description = "Voice that STS uses (WORKER_VOICE_PROFILE).")
    void voiceProfile(String value) {
        properties.put("worker.voice-profile", value);
    }

    @Option(
            names = "--bed",
            paramLabel = "BED",
            description = "Under the dub: off, duck, constant or stem (WORKER_DUB_BED).")
    void bed(String value) {
        properties.put("worker.dub-bed", value);
    }

    @Option(
            names = "--bed-db",
            paramLabel = "DB",
            description = "Level of the original under the dub, -40 to 0 (WORKER_DUB_BED_DB).")
    void bedDb(String value) {
        properties.put("worker.dub-bed-db", value);
    }

    @Option(names = "--loudness", paramLabel = "MODE", description = "off or match (WORKER_DUB_LOUDNESS).")
    void loudness(String value) {
        properties.put("worker.dub-loudness", value);
    }

    @Option(
            names = "--backup",
            paramLabel = "MODE",
            description = "Whether a backup source is read: on or off (WORKER_BACKUP).")
    void backup(String value) {
        properties.put("worker.backup", value);
    }

    @Option(
            names = "--slate",
            paramLabel = "SLATE",
            description = "Shown in place of a lost source: off, hold or an MP4 file (WORKER_SLATE).")
    void slate(String value) {
        properties.put("worker.slate", value);
    }

    @Option(
            names = "--take-over",
            description = "Takes over the streams that another process with the same segment folder has on air"
                    + " (WORKER_TAKE_OVER).")
    void takeOver(boolean value) {
        properties.put("worker.take-over", value ? "on" : "off");
    }

    @Option(
            names = "--segment-cut",
            paramLabel = "PLACE",
            description = "Where segments end: fixed or pause (WORKER_SEGMENT_CUT).")
    void segmentCut(String value) {
        properties.put("worker.segment-cut", value);
    }

    @Option(
            names = "--segment-duration",
            paramLabel = "DURATION",
            description = "Length of a segment, 1 to 30 s (WORKER_SEGMENT_DURATION).")
    void segmentDuration(String value) {
        properties.put("worker.segment-duration", value);
    }

    @Option(
            names = "--segment-dir",
            paramLabel = "DIR",
            description = "Where segments are written (WORKER_SEGMENT_DIR).")
    void segmentDir(String value) {
        properties.put("worker.segment-dir", value);
    }

    @Option(
            names = "--av-offset-ns",
            paramLabel = "NS",
            description = "Nanoseconds from a segment's end to its airing, or auto (WORKER_AV_OFFSET_NS).")
    void avOffsetNs(String value) {
        properties.put("worker.av-offset-ns", value);
    }

    @Option(names = "--metrics-port", paramLabel = "PORT", description = "/metrics and health (WORKER_METRICS_PORT).")
    void metricsPort(String value) {
        properties.put("worker.metrics-port", value);
    }

    @Option(names = "--log-level", paramLabel = "LEVEL", description = "Least severe level logged (LOG_LEVEL).")
    void logLevel(String value) {
        properties.put("log.level", value);
    }

    @Option(names = "--log-format", paramLabel = "FORM", description = "json or text (LOG_FORMAT).")
    void logFormat(String value) {
        properties.put("log.format", value);
    }

    void toSystemProperties() {
        properties.forEach(System::setProperty);
    }
}
