package io.livedub.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

import io.livedub.config.WorkerConfig.Kubernetes;
import io.livedub.config.WorkerConfig.Parent;
import io.livedub.config.WorkerConfig.Process;
import io.livedub.config.WorkerConfig.Serve;
import io.livedub.config.WorkerConfig.Spawn;
import io.livedub.id.IdForm;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toUnmodifiableSet;

/** Reads what concerns the process: its doors, its name, its limits, and where {@code serve} runs streams. */
final class ProcessReader {
    /** The JDK's HttpClient takes no other, and a certificate names no other. */
    private static final Pattern HOST_OF_A_CERTIFICATE = Pattern.compile("(?!.*_)(?:" + Hosts.FORM + ")");
    /** Without a port: of a bracketed or bare IPv6 address the colons are its own. */
    private static final Pattern ALLOWED_HOST = Pattern.compile(
            "[A-Za-z0-9._-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}]|[0-9A-Fa-f]*:[0-9A-Fa-f.]*:[0-9A-Fa-f:.]{0,45}");

    private static final Pattern IMAGE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/:@-]{0,511}");
    /** A label's value too, so shorter than what Kubernetes allows a Deployment. */
    private static final Pattern OBJECT_NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    private ProcessReader() {}

    static Process process(ProcessVariables process, Secrets secrets) {
        String instanceId = Values.printable("WORKER_INSTANCE_ID", process.instanceId(), hostName(), 128);
        return new Process(
                Values.integer(
                        "WORKER_METRICS_PORT",
                        process.metricsPort(),
                        VariableDefaults.METRICS_PORT,
                        VariableRanges.FREE_PORT),
                Values.integer(
                        "WORKER_HTTP_PORT", process.httpPort(), VariableDefaults.HTTP_PORT, VariableRanges.FREE_PORT),
                WorkerConfigReader.secret(
                        "WORKER_HOOK_SECRET",
                        secrets.read("worker.hook-secret", process.hookSecret(), process.hookSecretFile())),
                Values.integer(
                        "WORKER_MAX_STREAMS",
                        process.maxStreams(),
                        VariableDefaults.MAX_STREAMS,
                        VariableRanges.MAX_STREAMS),
                graceMs("WORKER_SOURCE_GRACE_MS", process.sourceGraceMs()),
                graceMs("WORKER_OUTPUT_GRACE_MS", process.outputGraceMs()),
                Values.matching("WORKER_ID", process.id(), asId(instanceId), IdForm.PATTERN, IdForm.TEXT),
                Values.printable(
                        "WORKER_RUN_ID", process.runId(), UUID.randomUUID().toString(), 128),
                instanceId);
    }

    private static OptionalLong graceMs(String name, Optional<String> text) {
        return text.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(Values.integer(name, text, "", VariableRanges.GRACE_MS));
    }

    static Serve serve(Settings settings, Secrets secrets) {
        ProcessVariables process = settings.worker().process();
        return new Serve(
                Values.matching(
                        "WORKER_HTTP_HOST",
                        process.httpHost(),
                        VariableDefaults.LISTEN,
                        Hosts.FORM,
                        "a host name or address"),
                Values.matching(
                        "WORKER_METRICS_HOST",
                        process.metricsHost(),
                        VariableDefaults.LISTEN,
                        Hosts.FORM,
                        "a host name or address"),
                allowedHosts(process.httpAllowedHosts()),
                Values.choice(
                        "WORKER_SPAWN",
                        process.spawn(),
                        VariableDefaults.SPAWN,
                        Map.of(
                                "in-process", Spawn.IN_PROCESS,
                                "process", Spawn.PROCESS,
                                "kubernetes", Spawn.KUBERNETES),
                        "in-process, process or kubernetes"),
                process.childCommand(),
                settings.mediaMtx()
                        .hlsUrl()
                        .map(url ->
                                Values.url("MEDIAMTX_HLS_URL", url, Set.of("http", "https"), "http(s)://host:port")),
                kubernetes(settings, secrets));
    }

    private static Set<String> allowedHosts(Optional<String> text) {
        return text.stream()
                .flatMap(list -> Arrays.stream(list.split(",")))
                .map(String::strip)
                .filter(host -> !host.isEmpty())
                .map(host -> Values.matching(
                        "WORKER_HTTP_ALLOWED_HOSTS",
                        Optional.of(host),
                        "",
                        ALLOWED_HOST,
                        "host names or addresses without a port, separated by commas"))
                .map(host -> host.toLowerCase(Locale.ROOT))
                .collect(toUnmodifiableSet());
    }

    private static Kubernetes kubernetes(Settings settings, Secrets secrets) {
        JobVariables jobs = settings.worker().jobs();
        return new Kubernetes(
                settings.kubernetes()
                        .host()
                        .map(host -> Values.matching(
                                "KUBERNETES_SERVICE_HOST",
                                Optional.of(host),
                                "",
                                HOST_OF_A_CERTIFICATE,
                                "a host name without an underscore, or an address")),
                Values.integer("KUBERNETES_SERVICE_PORT", settings.kubernetes().port(), "443", VariableRanges.PORT),
                Values.path(
                        "WORKER_KUBERNETES_CREDENTIALS",
                        jobs.credentials().orElse(VariableDefaults.CREDENTIALS),
                        "a folder"),
                jobs.image()
                        .map(image -> Values.matching(
                                "WORKER_KUBERNETES_IMAGE",
                                Optional.of(image),
                                "",
                                IMAGE,
                                "an image's name such as registry.example/stream-worker:1.0")),
                jobs.jobTemplate().map(file -> Values.path("WORKER_KUBERNETES_JOB_TEMPLATE", file, "a file")),
                jobs.owner()
                        .map(owner -> Values.matching(
                                "WORKER_KUBERNETES_OWNER",
                                Optional.of(owner),
                                "",
                                OBJECT_NAME,
                                "the name of a Deployment, of up to 63 characters [a-z0-9-]")),
                parent(jobs, secrets));
    }

    private static Parent parent(JobVariables jobs, Secrets secrets) {
        return new Parent(
                jobs.parentUrl()
                        .map(url -> Values.url(
                                "WORKER_PARENT_URL", url, Set.of("ws", "wss"), "ws://host:port or wss://host:port")),
                Values.integer(
                        "WORKER_PARENT_PORT",
                        jobs.parentPort(),
                        VariableDefaults.PARENT_PORT,
                        VariableRanges.FREE_PORT),
                WorkerConfigReader.secret(
                        "WORKER_PARENT_TOKEN",
                        secrets.read("worker.parent-token", jobs.parentToken(), jobs.parentTokenFile())));
    }

    /** A host name as an id: other characters become '-', and it is cut at 64. */
    private static String asId(String instanceId) {
        String id = instanceId
                .codePoints()
                .mapToObj(Character::toString)
                .map(c -> IdForm.matches(c) ? c : "-")
                .collect(joining());
        return id.substring(0, Math.min(64, id.length()));
    }

    /** From the kernel: InetAddress asks the resolver, which can take ten seconds in a pod without a network. */
    private static String hostName() {
        try {
            String name = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
            return name.isEmpty() ? "stream-worker" : name;
        } catch (IOException notLinux) {
            return "stream-worker";
        }
    }
}
