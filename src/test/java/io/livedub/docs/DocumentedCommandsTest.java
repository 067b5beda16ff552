package io.livedub.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import picocli.CommandLine;

import io.livedub.cli.Main;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The commands that the documents show are there as they are written: subcommands, options, files, tests. What they
 * do is tested where it is built.
 */
class DocumentedCommandsTest {
    private static final Pattern BLOCK = Pattern.compile("```(?:sh)?\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern INLINE = Pattern.compile("`([^`\\n]+)`");
    private static final Pattern VARIABLES = Pattern.compile("^(?:[A-Z_]+=\\S* +)+");

    private record Shown(Path where, String command) {
        List<String> words() {
            return List.of(command.split("\\s+"));
        }

        boolean startsWith(String program) {
            return words().get(0).equals(program);
        }
    }

    @Test
    void everySubcommandOfDevIsThere() throws IOException {
        String help = Files.readString(Path.of("dev"));
        List<Shown> shown = of("./dev");

        assertThat(shown).hasSizeGreaterThan(10);
        assertThat(shown).allSatisfy(one -> assertThat(help)
                .as("%s: %s", one.where, one.command)
                .containsPattern("(?m)^  (?:.* \\| )?%s(?: \\|.*)?\\)"
                        .formatted(Pattern.quote(one.words().get(1)))));
    }

    @Test
    void everyOptionOfTheWorkerIsTaken() throws IOException {
        List<Shown> shown = new ArrayList<>(of("stream-worker"));
        shown.addAll(of("target/stream-worker"));

        assertThat(shown).hasSizeGreaterThan(10);
        assertThat(shown).allSatisfy(one -> {
            List<String> arguments = one.words().subList(1, one.words().size());
            if (arguments.size() == 1 && !arguments.get(0).startsWith("-")) {
                // Only named: what it needs is not said.
                assertThat(Main.commandLine().getSubcommands()).containsKey(arguments.get(0));
                return;
            }
            CommandLine.ParseResult parsed = Main.commandLine()
                    .parseArgs(
                            arguments.stream().map(a -> a.equals("…") ? "x" : a).toArray(String[]::new));
            assertThat(parsed.unmatched()).as("%s: %s", one.where, one.command).isEmpty();
        });
    }

    @Test
    void everyFileAndTestThatACommandNamesIsThere() throws IOException {
        List<Shown> shown = all();
        Pattern file = Pattern.compile(
                "(?<![\\w/.])(?:deploy/(?:kubernetes|helm|mediamtx|observability)|docker|scripts|docs)/[\\w./-]+");
        Pattern test = Pattern.compile("-D(?:it\\.)?test=(\\w+)");
        int named = 0;
        for (Shown one : shown) {
            for (MatchResult found : file.matcher(one.command).results().toList()) {
                assertThat(Path.of(found.group()))
                        .as("%s: %s", one.where, one.command)
                        .exists();
                named++;
            }
            for (MatchResult found : test.matcher(one.command).results().toList()) {
                assertThat(isTest(found.group(1)))
                        .as("%s: %s", one.where, one.command)
                        .isTrue();
                named++;
            }
        }
        assertThat(named).isGreaterThan(3);
    }

    private static boolean isTest(String name) throws IOException {
        // Of contributors' examples, whose Foo stands for any.
        if (List.of("FooTest", "FooIT", "None").contains(name)) {
            return true;
        }
        try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
            return files.anyMatch(path -> path.endsWith(name + ".java"));
        }
    }

    private static List<Shown> of(String program) throws IOException {
        return all().stream()
                .filter(one -> one.startsWith(program) && one.words().size() > 1)
                .toList();
    }

    private static List<Shown> all() throws IOException {
        List<Path> pages = new ArrayList<>(List.of(Path.of("README.md"), Path.of("CONTRIBUTING.md")));
        try (Stream<Path> files = Files.walk(Path.of("docs"))) {
            files.filter(path -> path.toString().endsWith(".md")).forEach(pages::add);
        }
        List<Shown> shown = new ArrayList<>();
        for (Path page : pages) {
            String text = Files.readString(page);
            for (MatchResult block : BLOCK.matcher(text).results().toList()) {
                block.group(1).replace("\\\n", " ").lines().forEach(line -> add(shown, page, line));
            }
            for (MatchResult inline :
                    INLINE.matcher(BLOCK.matcher(text).replaceAll("")).results().toList()) {
                add(shown, page, inline.group(1));
            }
        }
        return shown;
    }

    private static void add(List<Shown> shown, Path page, String line) {
        String command =
                VARIABLES.matcher(line.replaceAll("\\s+#.*", "").strip()).replaceFirst("");
        if (!command.isEmpty()) {
            shown.add(new Shown(page, command));
        }
    }
}
