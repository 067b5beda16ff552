package io.livedub.spawn;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import io.livedub.config.Secrets;
import io.livedub.config.SettingArguments;
import io.livedub.config.WorkerConfig;
import io.livedub.id.StreamId;
import io.livedub.stream.StreamSpec;

/**
 * How a child is started: the same program, with the same configuration but for what is the parent's alone. No secret is in its environment,
 * see {@link HandedSecrets}.
 */
public final class ChildCommand {
    /** Variables that a child does not get, above all the secret of the parent's doors. */
    private static final Set<String> PARENTS = Set.of(
            "WORKER_HOOK_SECRET",
            "WORKER_HTTP_HOST",
            "WORKER_HTTP_PORT",
            "WORKER_METRICS_PORT",
            "WORKER_MAX_STREAMS",
            "WORKER_SPAWN",
            "WORKER_PARENT_URL",
            "WORKER_PARENT_PORT",
            "WORKER_PARENT_TOKEN",
            "WORKER_STREAMS_FILE",
            "WORKER_QUERY_SETTINGS",
            "WORKER_PUBLIC_PLAYLISTS",
            "MEDIAMTX_API_URL",
            "MEDIAMTX_HLS_URL",
            "MEDIAMTX_RTSP_PORT",
            // The launcher would stand between parent and child, with a standard input of its own. It is the parent who
            // starts a child again.
            "WORKER_START_AGAIN");

    private final WorkerConfig config;
    private final List<String> program;

    /** @throws IllegalStateException when it cannot be told which program this is */
    public ChildCommand(WorkerConfig config) {
        this.config = config;
        this.program = config.serve().childCommand().map(List::of).orElseGet(OwnProgram::command);
    }

    /** One word where the id looks like an option: the native binary would take an argument such as -Xss for one of its own. */
    private static List<String> idArguments(StreamId id) {
        String option = "--stream-id";
        return id.value().startsWith("-") ? List.of(option + "=" + id) : List.of(option, id.value());
    }

    ProcessBuilder builder(StreamSpec spec) {
        List<String> command = new ArrayList<>(program);
        command.addAll(List.of("run", "--supervised"));
        command.addAll(idArguments(spec.streamId()));
        command.addAll(SettingArguments.of(spec.settings(), config.streamSettings()));
        ProcessBuilder builder = new ProcessBuilder(command);
        Map<String, String> environment = builder.environment();
        // Options of the command line are system properties here.
        System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.matches("(worker|mediamtx|log)\\.[a-z-]+"))
                .forEach(name -> environment.put(Secrets.variable(name), System.getProperty(name)));
        clean(environment);
        environment.put("WORKER_SOURCE_GRACE_MS", Long.toString(spec.grace().toMillis()));
        environment.put("WORKER_STS_LOSS", spec.stsLoss().name().toLowerCase(Locale.ROOT));
        environment.put(
                "WORKER_OUTPUT_GRACE_MS", Long.toString(spec.outputGrace().toMillis()));
        environment.put("WORKER_ID", config.process().workerId());
        environment.put("WORKER_RUN_ID", config.process().runId());
        environment.put("WORKER_INSTANCE_ID", config.process().instanceId());
        // Null where there is no terminal: the program chooses that console at its beginning.
        @SuppressWarnings("SystemConsoleNull")
        boolean json = config.logging().json().orElseGet(() -> System.console() == null);
        environment.put("LOG_FORMAT", json ? "json" : "text");
        return builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    }

    /** Said to a child before anything else. */
    String secrets() {
        Map<String, String> handed = new LinkedHashMap<>(config.secrets().values());
        handed.keySet().removeIf(property -> PARENTS.contains(Secrets.variable(property)));
        return HandedSecrets.line(handed);
    }

    void clean(Map<String, String> environment) {
        environment.keySet().removeIf(this::isNotForChildren);
    }

    /** By every spelling of a name that the configuration reads, such as {@code worker_sts_api_key}, and the names of secrets' files. */
    private boolean isNotForChildren(String name) {
        String variable = Secrets.variable(name).replaceFirst("_FILE$", "");
        return PARENTS.contains(variable)
                || config.secrets().values().keySet().stream()
                        .anyMatch(property -> Secrets.variable(property).equals(variable));
    }
}
