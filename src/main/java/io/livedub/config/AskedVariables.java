package io.livedub.config;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;

/**
 * Remembers which variables were asked for while the configuration was read, and so knows what is set and read by nobody: a name with a
 * spelling mistake would otherwise change nothing, without a word.
 */
public final class AskedVariables implements ConfigSourceInterceptor {
    /** Lines about one environment: it may be full of foreign names. */
    private static final int MOST_SAID = 5;

    /** Letters that are wrong, missing or too many in a name that is taken for another one. */
    private static final int MOST_DIFFERENT = 2;

    /** What Kubernetes sets in each pod for a service whose name begins with "worker" or "mediamtx": the names, and the value of its port. */
    private static final Pattern OF_A_SERVICE =
            Pattern.compile(".+_SERVICE_(HOST|PORT(_.+)?)|.+_PORT_[0-9]+_(TCP|UDP|SCTP)(_.+)?");

    private static final Pattern PORT_OF_A_SERVICE = Pattern.compile("(tcp|udp|sctp)://.*");

    /** Read by the launcher and by the scripts around the program. */
    private static final Set<String> OF_THE_LAUNCHER =
            Set.of("WORKER_COMMAND", "WORKER_JAVA_OPTS", "WORKER_START_AGAIN");

    private static final long serialVersionUID = 1;

    private final transient Set<String> asked = new TreeSet<>();

    @Override
    public ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
        asked.add(Secrets.variable(name));
        return context.proceed(name);
    }

    /** The lines about the environment of this process. */
    public List<String> unread() {
        return unread(System.getenv());
    }

    /**
     * One line for each variable that nobody asked for. A name that begins with {@code MEDIAMTX_} may be the media server's own, and has
     * a line only where it is nearly one of ours.
     *
     * @param environment all variables that are set
     */
    List<String> unread(Map<String, String> environment) {
        return environment.keySet().stream()
                .filter(name -> name.startsWith("WORKER_") || name.startsWith("MEDIAMTX_"))
                .filter(name -> !asked.contains(name) && !OF_THE_LAUNCHER.contains(name))
                .filter(name -> !OF_A_SERVICE.matcher(name).matches()
                        && !PORT_OF_A_SERVICE.matcher(environment.get(name)).matches())
                .sorted()
                .flatMap(name -> line(name).stream())
                .limit(MOST_SAID)
                .toList();
    }

    private Optional<String> line(String name) {
        String unknown = name + " is set and has no effect: there is no such variable";
        return asked.stream()
                .min(Comparator.comparingInt(known -> different(name, known)))
                .filter(known -> different(name, known) <= MOST_DIFFERENT)
                .map(known -> unknown + ". Is " + known + " meant?")
                .or(() -> Optional.of(unknown).filter(line -> name.startsWith("WORKER_")));
    }

    /** The distance of Levenshtein: how many letters must be changed, added or taken away. */
    private static int different(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[other.length()];
    }
}
