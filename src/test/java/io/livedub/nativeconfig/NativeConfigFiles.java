package io.livedub.nativeconfig;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The rules' result as the files that native-image reads, name to text.
 *
 * <p>These are the classic files. Since GraalVM 23 there is one {@code reachability-metadata.json} instead, but the
 * builders for JDK 17 and 21 (Mandrel 23.1 is Quarkus' default) do not look for it, while GraalVM 25 still reads the
 * classic ones (and warns that {@code proxy-config.json} is deprecated). One entry a line, so that a difference reads
 * as one.
 */
final class NativeConfigFiles {
    /**
     * Packages whose classes are initialised when the binary starts. Quarkus initialises everything else while it is
     * built, where there is no GStreamer; JNA would then be compiled in a state in which nothing can be called.
     */
    static final List<String> INITIALISED_AT_RUN_TIME =
            List.of("com.sun.jna", "io.livedub.media.gst", "org.freedesktop.gstreamer");

    private NativeConfigFiles() {}

    static SortedMap<String, String> render(NativeRules rules) {
        SortedMap<String, String> files = new TreeMap<>();
        files.put("jni-config.json", classes(rules.jni()));
        files.put("proxy-config.json", array(proxies(rules.proxies())));
        files.put("reflect-config.json", classes(rules.reflection()));
        files.put("resource-config.json", resources());
        files.put(
                "native-image.properties",
                "Args = --initialize-at-run-time=" + String.join(",", INITIALISED_AT_RUN_TIME) + "\n");
        return files;
    }

    private static List<String> proxies(Collection<String> interfaces) {
        return interfaces.stream()
                .map(name -> "{\"interfaces\":[" + quote(name) + "]}")
                .toList();
    }

    private static String resources() {
        List<String> includes = JnaRuntime.NATIVE_LIBRARIES.stream()
                .map(path -> "{\"pattern\":" + quote("\\Q" + path + "\\E") + "}")
                .toList();
        return "{\"resources\":{\"includes\":" + array(includes).stripTrailing() + "}}\n";
    }

    private static String classes(Access access) {
        List<String> entries = new ArrayList<>();
        for (Map.Entry<String, Access.Request> each : access.byClass().entrySet()) {
            entries.add(entry(each.getKey(), each.getValue()));
        }
        return array(entries);
    }

    private static String entry(String className, Access.Request request) {
        List<String> properties = new ArrayList<>();
        properties.add("\"name\":" + quote(className));
        request.flags().forEach(flag -> properties.add(quote(flag) + ":true"));
        List<String> fields = new ArrayList<>();
        List<String> methods = new ArrayList<>();
        for (Access.Member member : request.members()) {
            if (member.isField()) {
                fields.add("{\"name\":" + quote(member.name()) + "}");
            } else {
                methods.add("{\"name\":" + quote(member.name()) + ",\"parameterTypes\":["
                        + member.parameterTypes().stream()
                                .map(NativeConfigFiles::quote)
                                .collect(Collectors.joining(","))
                        + "]}");
            }
        }
        if (!fields.isEmpty()) {
            properties.add("\"fields\":[" + String.join(",", fields) + "]");
        }
        if (!methods.isEmpty()) {
            properties.add("\"methods\":[" + String.join(",", methods) + "]");
        }
        return "{" + String.join(",", properties) + "}";
    }

    private static String array(List<String> lines) {
        return "[\n" + String.join(",\n", lines) + "\n]\n";
    }

    private static String quote(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
