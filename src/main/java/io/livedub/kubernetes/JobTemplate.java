package io.livedub.kubernetes;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.livedub.bounded.BoundedJson;
import io.livedub.config.ConfigurationException;
import io.livedub.config.SettingArguments;
import io.livedub.config.StreamSettings;
import io.livedub.config.WorkerConfig;
import io.livedub.id.StreamId;
import io.livedub.stream.StreamSpec;
import io.livedub.stream.events.ExitCode;

/**
 * Makes the Job of a stream. From the template, a Job of batch/v1 as JSON, comes everything but the name, the labels that it is found by, the
 * owner, and in its first container the arguments, the grace time and, when one is configured, the image. JSON and not YAML: what reads YAML
 * would be one more library in the program, and both Helm and kubectl write JSON.
 */
final class JobTemplate {
    static final String OWN = "/kubernetes/job-template.json";
    private static final String VARIABLE = "WORKER_KUBERNETES_JOB_TEMPLATE";
    private static final String ALLOWED = "a file with a Job of batch/v1 as JSON";
    private static final Pattern LABEL_VALUE = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?");
    private static final int NAME_DIGITS = 24;
    private static final String TOKEN = "WORKER_PARENT_TOKEN";
    /**
     * A defect, out of memory, SIGSEGV and SIGBUS of the native binary (99), and SIGILL, SIGTRAP (GLib without memory), SIGABRT, SIGBUS, SIGFPE,
     * SIGKILL and SIGSEGV.
     */
    private static final List<Integer> CRASHES =
            List.of(ExitCode.INTERNAL.code(), ExitCode.OUT_OF_MEMORY.code(), 99, 132, 133, 134, 135, 136, 137, 139);

    private final ObjectNode template;
    private final String instance;
    private final Optional<String> image;
    private final Optional<URI> parent;

    /** The Deployment that a Job goes with. */
    record Owner(String name, String uid) {}

    private JobTemplate(ObjectNode template, String instance, Optional<String> image, Optional<URI> parent) {
        this.template = template;
        this.instance = instance;
        this.image = image;
        this.parent = parent;
    }

    /** @throws ConfigurationException when there is no template that a Job can be made of */
    static JobTemplate of(WorkerConfig.Kubernetes config) {
        ObjectNode template = config.jobTemplate().map(JobTemplate::read).orElseGet(JobTemplate::own);
        if (config.image().isEmpty()
                && container(template).path("image").asText().isEmpty()) {
            throw new ConfigurationException("WORKER_KUBERNETES_IMAGE='' is not valid: allowed is an image's name;"
                    + " it is required unless the Job's template names one");
        }
        return new JobTemplate(
                template,
                config.owner().orElse("stream-worker"),
                config.image(),
                config.parent().url());
    }

    private static ObjectNode read(Path file) {
        try {
            if (BoundedJson.MAPPER.readTree(file.toFile()) instanceof ObjectNode job && isJob(job)) {
                return job;
            }
            throw wrong(file, "it is no such Job");
        } catch (IOException unusable) {
            throw wrong(file, Files.isReadable(file) ? "it is no JSON" : "it cannot be read");
        }
    }

    private static boolean isJob(ObjectNode job) {
        return "batch/v1".equals(job.path("apiVersion").asText())
                && "Job".equals(job.path("kind").asText())
                && container(job).isObject();
    }

    private static ConfigurationException wrong(Path file, String why) {
        return new ConfigurationException(String.format(
                Locale.ROOT,
                "%s='%s' is not valid: allowed is %s; %s",
                VARIABLE,
                file.toString().replaceAll("\\p{Cntrl}", " "),
                ALLOWED,
                why));
    }

    private static ObjectNode own() {
        try (InputStream own = JobTemplate.class.getResourceAsStream(OWN)) {
            return (ObjectNode) BoundedJson.MAPPER.readTree(own);
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }

    private static JsonNode container(JsonNode job) {
        return job.path("spec").path("template").path("spec").path("containers").path(0);
    }

    /** By which the Jobs of this {@code serve}, of earlier ones and of later ones of the same Deployment are found. */
    String selector() {
        return "app.kubernetes.io/name=stream-worker,app.kubernetes.io/component=stream,app.kubernetes.io/instance="
                + instance;
    }

    /**
     * The same id always has the same name: that a stream has one Job is then the API server's promise, however many hooks come and whoever
     * hears them. Ids have capitals and underscores, names do not; hence a digest.
     */
    String nameOf(StreamId streamId) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest((instance + "/" + streamId).getBytes(StandardCharsets.UTF_8));
            return "stream-" + HexFormat.of().formatHex(digest).substring(0, NAME_DIGITS);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /**
     * @param environment the settings of a stream from the variables of {@code serve}; its Job has the same variables
     * @param token by which the Job speaks for the stream
     */
    ObjectNode job(StreamSpec stream, StreamSettings environment, Optional<Owner> owner, String token) {
        ObjectNode job = template.deepCopy();
        ObjectNode about = job.withObjectProperty("metadata");
        about.put("name", nameOf(stream.streamId()));
        // The account may write into its own namespace and no other, whatever the template says.
        about.remove("namespace");
        mark(about, stream.streamId());
        mark(
                job.withObjectProperty("spec").withObjectProperty("template").withObjectProperty("metadata"),
                stream.streamId());
        owner.ifPresent(deployment -> about.putArray("ownerReferences")
                .addObject()
                .put("apiVersion", "apps/v1")
                .put("kind", "Deployment")
                .put("name", deployment.name())
                .put("uid", deployment.uid()));
        ObjectNode worker = (ObjectNode) container(job);
        image.ifPresent(name -> worker.put("image", name));
        ArrayNode arguments = worker.putArray("args").add("run").add("--stream-id=" + stream.streamId());
        SettingArguments.of(stream.settings(), environment).forEach(each -> arguments.add(literally(each)));
        set(
                worker.withArrayProperty("env"),
                "WORKER_SOURCE_GRACE_MS",
                Long.toString(stream.grace().toMillis()));
        parent.ifPresent(url -> {
            set(worker.withArrayProperty("env"), "WORKER_PARENT_URL", url.toString());
            set(worker.withArrayProperty("env"), TOKEN, token);
        });
        // `run` alone would end where `serve` promises to stay on air.
        setUnlessSaid(worker, "WORKER_STS_LOSS", stream.stsLoss().name().toLowerCase(Locale.ROOT));
        setUnlessSaid(
                worker,
                "WORKER_OUTPUT_GRACE_MS",
                Long.toString(stream.outputGrace().toMillis()));
        return job;
    }

    /**
     * With a container that is started again in its pod when it was killed or has crashed: it finds the spool there and goes on. What the program
     * says itself by an exit code still fails the Job, which then says the code. Rejected: {@code restartPolicy: OnFailure} of the pod, which starts
     * a stream without a source again and again, is refused beside a {@code podFailurePolicy}, and leaves no exit code in the Job.
     */
    static ObjectNode restarting(ObjectNode job) {
        ObjectNode worker = (ObjectNode) container(job);
        if (!worker.has("restartPolicy")) {
            worker.put("restartPolicy", "Never");
            ObjectNode rule = worker.putArray("restartPolicyRules").addObject();
            ObjectNode codes =
                    rule.put("action", "Restart").putObject("exitCodes").put("operator", "In");
            ArrayNode values = codes.putArray("values");
            CRASHES.forEach(values::add);
        }
        return job;
    }

    /** For clusters that know no such rules: the launcher in the container starts the process again, after the same exit codes. */
    static ObjectNode startingAgain(ObjectNode job) {
        setUnlessSaid((ObjectNode) container(job), "WORKER_START_AGAIN", "on");
        return job;
    }

    /** Kubernetes replaces {@code $(NAME)} in arguments by the variable's value, of a secret too. */
    private static String literally(String argument) {
        return argument.replace("$", "$$");
    }

    /** The template's own word wins. */
    private static void setUnlessSaid(ObjectNode worker, String name, String value) {
        ArrayNode env = worker.withArrayProperty("env");
        if (!isSet(env, name)) {
            set(env, name, value);
        }
    }

    private static boolean isSet(ArrayNode env, String name) {
        for (int i = 0; i < env.size(); i++) {
            if (name.equals(env.get(i).path("name").asText())) {
                return true;
            }
        }
        return false;
    }

    /** The token of a Job that is there; empty when it has none. */
    static String token(JsonNode job) {
        for (JsonNode variable : container(job).path("env")) {
            if (TOKEN.equals(variable.path("name").asText())) {
                return variable.path("value").asText();
            }
        }
        return "";
    }

    private void mark(ObjectNode about, StreamId streamId) {
        ObjectNode labels = about.withObjectProperty("labels");
        labels.put("app.kubernetes.io/name", "stream-worker");
        labels.put("app.kubernetes.io/component", "stream");
        labels.put("app.kubernetes.io/instance", instance);
        if (LABEL_VALUE.matcher(streamId.value()).matches()) {
            labels.put(JobView.STREAM_ID, streamId.value());
        }
        about.withObjectProperty("annotations").put(JobView.STREAM_ID, streamId.value());
    }

    private static void set(ArrayNode env, String name, String value) {
        for (int i = env.size() - 1; i >= 0; i--) {
            if (name.equals(env.get(i).path("name").asText())) {
                env.remove(i);
            }
        }
        env.addObject().put("name", name).put("value", value);
    }
}
