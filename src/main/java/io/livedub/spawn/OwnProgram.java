package io.livedub.spawn;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/**
 * This program as a command that starts it once more: its binary, or the Java that runs it with the same options and the same jar. Does not
 * know the launcher, which says its own name in {@code WORKER_CHILD_COMMAND}.
 */
public final class OwnProgram {
    private OwnProgram() {}

    /** Whether it is the native binary, and no Java runs it. */
    public static boolean isNative() {
        return System.getProperty("org.graalvm.nativeimage.imagecode") != null;
    }

    /** @throws IllegalStateException when the system does not tell which program this is */
    static List<String> command() {
        String binary = ProcessHandle.current()
                .info()
                .command()
                .orElseThrow(() -> new IllegalStateException("set WORKER_CHILD_COMMAND: this program has no name"));
        if (isNative()) {
            return List.of(binary);
        }
        return java(
                binary,
                ManagementFactory.getRuntimeMXBean().getInputArguments(),
                System.getProperty("java.class.path"),
                System.getProperty("sun.java.command", ""));
    }

    /**
     * @param options of the running JVM
     * @param started what it runs and with which arguments: a jar's path or a class
     */
    static List<String> java(String binary, List<String> options, String classPath, String started) {
        List<String> command = new ArrayList<>();
        command.add(binary);
        options.stream().filter(OwnProgram::isForChildren).forEach(command::add);
        if (started.equals(classPath) || started.startsWith(classPath + " ")) {
            command.addAll(List.of("-jar", classPath));
        } else {
            command.addAll(List.of("-cp", classPath, started.split(" ", 2)[0]));
        }
        return command;
    }

    /** Settings go by the environment, without the parent's own; a second process cannot listen on a debugger's or JMX's port. */
    private static boolean isForChildren(String option) {
        return !option.matches("-D(worker|mediamtx|log)\\..*|-D(quarkus|com\\.sun)\\.[a-z.-]*port=.*|-agentlib:jdwp.*");
    }
}
