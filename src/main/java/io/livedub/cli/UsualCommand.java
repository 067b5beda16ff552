package io.livedub.cli;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * What nearly every start asks for: {@code serve} without options, {@code run} with a stream's name alone, and the child of a {@code serve}.
 * Picocli, which reads all other command lines, is a fifth of a start on the JVM: no class archive takes its classes, because they are
 * compiled for Java 5.
 */
final class UsualCommand {
    private UsualCommand() {}

    /** @return empty for anything that is not exactly one of these, so that whatever is wrong is said by picocli */
    static Optional<Callable<Integer>> of(List<String> arguments) {
        if (arguments.isEmpty() || arguments.equals(List.of("serve"))) {
            return Optional.of(() -> new ServeOptions().run());
        }
        boolean supervised = arguments.size() > 1 && arguments.get(1).equals("--supervised");
        List<String> more = arguments.subList(supervised ? 2 : 1, arguments.size());
        boolean aStream = arguments.get(0).equals("run")
                && more.size() == 2
                && more.get(0).equals("--stream-id");
        // To picocli a word that begins like this can be another option, or a file with arguments.
        if (!aStream || more.get(1).startsWith("-") || more.get(1).startsWith("@")) {
            return Optional.empty();
        }
        RunCommand command = new RunCommand();
        command.streamId = more.get(1);
        command.supervised = supervised;
        return Optional.of(command);
    }
}
