package io.livedub.docs;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

import io.livedub.cli.Main;
import io.livedub.stream.events.ExitCode;

/** What the commands, their options and exit codes are, asked of the command line itself. */
final class CommandLineReference {
    private CommandLineReference() {}

    static String text() {
        StringBuilder page = new StringBuilder();
        CommandLine program = Main.commandLine();
        Map<String, CommandLine> commands = new TreeMap<>(program.getSubcommands());
        commands.values()
                .removeIf(command -> command.getCommandSpec().usageMessage().hidden());
        commands.forEach((name, command) -> page.append(command(name, command)));
        return page.toString();
    }

    static String exitCodes() {
        Map<Integer, String> meanings = new TreeMap<>();
        Main.commandLine()
                .getSubcommands()
                .get("run")
                .getCommandSpec()
                .usageMessage()
                .exitCodeList()
                .forEach((code, meaning) -> meanings.put(Integer.valueOf(code.strip()), meaning));
        for (ExitCode code : ExitCode.values()) {
            meanings.putIfAbsent(code.code(), "an internal error: a defect of this program");
        }
        List<String> rows = new ArrayList<>();
        meanings.forEach((code, meaning) -> rows.add(Tables.row(String.valueOf(code), meaning)));
        return Tables.table(rows, "exit code", "meaning");
    }

    private static String command(String name, CommandLine command) {
        List<String> rows = new ArrayList<>();
        // Options that are methods come in no certain order.
        List<OptionSpec> options = new ArrayList<>(command.getCommandSpec().options());
        options.sort(Comparator.comparing(OptionSpec::longestName));
        for (OptionSpec option : options) {
            if (!option.hidden()) {
                String parameter = option.arity().max() == 0 ? "" : " " + option.paramLabel();
                rows.add(Tables.row(
                        Tables.code(String.join(", ", option.names()) + parameter),
                        String.join(" ", option.description())
                                .replace("%n", " ")
                                .replace("%%", "%")));
            }
        }
        String description = String.join(
                        " ", command.getCommandSpec().usageMessage().description())
                .replace("%n", " ");
        return "### `stream-worker %s`\n\n%s\n\n%s\n"
                .formatted(name, description, Tables.table(rows, "option", "meaning"));
    }
}
