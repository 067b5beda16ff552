package io.livedub.cli;

import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import io.livedub.config.ConfigurationException;
import io.livedub.config.RtmpUrl;
import io.livedub.id.StreamId;
import io.livedub.spawn.HandedSecrets;

/** {@code stream-worker run}. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "One stream, in the foreground, until it ends.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the source ended, everything held was aired",
            "2:wrong usage or configuration",
            "3:no source, or it was lost and its server does not answer any more",
            "4:the source has no audio track, or its codecs are not H.264 + AAC",
            "5:publishing failed or was lost",
            "6:STS permanently lost",
            "7:GStreamer or one of its elements is missing",
            "70:a defect of this program",
            "71:out of memory",
            "130:ended by SIGINT, after draining",
            "143:ended by SIGTERM, after draining"
        })
public class RunCommand implements Callable<Integer> {
    @Option(
            names = "--stream-id",
            required = true,
            paramLabel = "ID",
            description = "Names the stream: " + StreamId.FORM + ".")
    String streamId;

    @Option(
            names = "--input-url",
            paramLabel = "URL",
            description = "The source, instead of rtmp://{host}:{port}/{app}/{id}/in.")
    String inputUrl;

    @Option(
            names = "--backup-url",
            paramLabel = "URL",
            description = "A second source, aired while the first one gives nothing; --backup=on reads"
                    + " rtmp://{host}:{port}/{app}/{id}/in-backup instead.")
    String backupUrl;

    @Option(
            names = "--output-url",
            paramLabel = "URL",
            description = "The output, instead of rtmp://{host}:{port}/{app}/{id}/out.")
    String outputUrl;

    @Option(names = "--supervised", hidden = true, description = "A child of serve: news on standard output.")
    boolean supervised;

    @Mixin
    CommonOptions options = new CommonOptions();

    @Override
    public Integer call() throws IOException {
        OutOfMemoryExit.atOnce();
        if (supervised) {
            HandedSecrets.read(System.in).forEach(System::setProperty);
        }
        StreamId id = StreamId.parse(streamId)
                .orElseThrow(() -> new ConfigurationException(String.format(
                        Locale.ROOT, "--stream-id='%s' is not valid: allowed is %s", streamId, StreamId.FORM)));
        inputUrl = requireRtmp(inputUrl);
        backupUrl = requireRtmp(backupUrl);
        outputUrl = requireRtmp(outputUrl);
        // One stream needs no hooks and no API; two of these on one machine must not fight for their port.
        Map<String, String> doors = supervised
                ? Map.of(
                        "quarkus.http.host-enabled", "false",
                        "quarkus.management.host-enabled", "false",
                        "quarkus.log.console.stderr", "true")
                : Map.of("quarkus.http.host-enabled", "false");
        return QuarkusLaunch.run(
                options,
                doors,
                config -> new RunJob(config, id, new RunJob.Urls(inputUrl, backupUrl, outputUrl), supervised));
    }

    /** @return null for null */
    static String requireRtmp(String url) {
        return url == null ? null : RtmpUrl.of(url);
    }
}
