package io.livedub.stream;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

import io.livedub.config.Target;
import io.livedub.config.WorkerConfig;
import io.livedub.id.IdForm;
import io.livedub.id.StreamId;
import io.livedub.sts.StsSettings;

/** The configuration as a session wants it. */
public final class StsSettingsOf {
    private static final int DIGEST_BYTES = 8;

    private StsSettingsOf() {}

    public static StsSettings language(WorkerConfig config, StreamSpec spec, Target target) {
        WorkerConfig.Sts sts = config.sts();
        // With several languages the loss of one is its own: the stream decides when all are lost.
        boolean exits = spec.stsLoss() == WorkerConfig.StsLoss.EXIT
                && spec.settings().targets().size() == 1;
        return new StsSettings(
                sts.serviceUrl().orElseThrow(),
                sts.apiKey().orElse(null),
                streamId(spec, target),
                config.process().workerId(),
                spec.settings().sourceLanguage(),
                target.language(),
                target.voiceProfile().orElse(sts.voiceProfile()),
                config.segments().duration(),
                sts.timeout(),
                sts.maxRetries(),
                sts.maxInflight(),
                exits ? StsSettings.Loss.EXIT : StsSettings.Loss.ORIGINAL,
                StsSettings.Timing.CONTRACT.withPauseProbe(sts.pauseProbe()));
    }

    /** The stream's own for the language at {@code out}, which is the first one, {@code {id}--{language}} for the others: a service keeps its sessions apart by it. */
    public static StreamId streamId(StreamSpec spec, Target target) {
        if (target.key().equals(spec.atOut())) {
            return spec.streamId();
        }
        String whole = spec.streamId() + "--" + target.key();
        if (whole.length() <= IdForm.LONGEST) {
            return new StreamId(whole);
        }
        String digest = HexFormat.of().formatHex(sha256(whole), 0, DIGEST_BYTES);
        return new StreamId(whole.substring(0, IdForm.LONGEST - 2 * DIGEST_BYTES - 1) + "-" + digest);
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
