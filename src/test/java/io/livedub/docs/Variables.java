package io.livedub.docs;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import io.smallrye.config.WithName;
import io.smallrye.config.WithParentName;

import io.livedub.config.Settings;
import io.livedub.config.Variable;

/** The environment variables that {@link Settings} names, by the rules of its mapping. */
public final class Variables {
    /** One of them. */
    record Described(String name, Variable said) {}

    // Reflection gives methods in no certain order; the page follows the groups, and within them the alphabet.
    private static final List<String> GROUPS = List.of(
            "mediaMtx",
            "worker",
            "sts",
            "languages",
            "dub",
            "segments",
            "process",
            "jobs",
            "kubernetes",
            "log",
            "traces");

    private Variables() {}

    public static List<String> names() {
        return all().stream().map(Described::name).toList();
    }

    static List<Described> all() {
        List<Described> found = new ArrayList<>();
        collect(Settings.class, "", found);
        return found;
    }

    private static void collect(Class<?> group, String prefix, List<Described> found) {
        List<Method> methods = new ArrayList<>(List.of(group.getDeclaredMethods()));
        methods.removeIf(Method::isSynthetic);
        methods.sort((a, b) -> {
            int byGroup = Integer.compare(GROUPS.indexOf(a.getName()), GROUPS.indexOf(b.getName()));
            return byGroup != 0 ? byGroup : segment(a).compareTo(segment(b));
        });
        for (Method method : methods) {
            String path = method.isAnnotationPresent(WithParentName.class) ? prefix : prefix + segment(method);
            Variable said = method.getAnnotation(Variable.class);
            if (said != null) {
                found.add(new Described(variable(path), said));
            } else if (method.getReturnType().isInterface()) {
                collect(method.getReturnType(), path.isEmpty() || path.endsWith(".") ? path : path + ".", found);
            } else {
                throw new IllegalStateException(method + " is neither a group nor described by @Variable");
            }
        }
    }

    private static String segment(Method method) {
        WithName name = method.getAnnotation(WithName.class);
        return name != null
                ? name.value()
                : method.getName().replaceAll("([a-z])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }

    private static String variable(String property) {
        return property.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }
}
