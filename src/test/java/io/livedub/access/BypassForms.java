package io.livedub.access;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Spellings of a path that a router, a proxy or a decoder somewhere may read as the path itself. */
final class BypassForms {
    private BypassForms() {}

    static Map<String, UnaryOperator<String>> all() {
        Map<String, UnaryOperator<String>> forms = new LinkedHashMap<>();
        forms.put("as it is", path -> path);
        forms.put("query", path -> path + "?x=/console.js");
        forms.put("matrix parameter, first segment", path -> first(path, ";x"));
        forms.put("matrix parameter with value", path -> first(path, ";a=b"));
        forms.put("matrix parameter, last segment", path -> path + ";x");
        forms.put("empty matrix parameter", path -> first(path, ";"));
        forms.put("matrix parameter, encoded", path -> first(path, "%3bx"));
        forms.put("double slash in front", path -> "/" + path);
        forms.put("double slash inside", path -> path.replaceFirst("(?<=.)/", "//"));
        forms.put("dot segment in front", path -> "/." + path);
        forms.put("dot segment inside", path -> path.replaceFirst("(?<=.)/", "/./"));
        forms.put("dot segment, encoded", path -> path.replaceFirst("(?<=.)/", "/%2e/"));
        forms.put("parent segment", path -> "/x/.." + path);
        forms.put("parent segment, encoded", path -> "/x/%2e%2e" + path);
        forms.put("parent of a public page", path -> "/console.js/.." + path);
        forms.put("parents of a public folder", path -> "/q/swagger-ui/../.." + path);
        forms.put("slash, encoded", path -> path.replaceFirst("(?<=.)/", "%2f"));
        forms.put("slash, encoded twice", path -> path.replaceFirst("(?<=.)/", "%252f"));
        forms.put("backslash", path -> path.replaceFirst("(?<=.)/", "\\\\"));
        forms.put("letter, encoded", path -> path.replaceFirst("[a-z]", "%" + Integer.toHexString(letter(path))));
        forms.put("upper case", path -> path.toUpperCase(java.util.Locale.ROOT));
        forms.put("trailing slash", path -> path + "/");
        forms.put("trailing dot", path -> path + "/.");
        forms.put("trailing blank, encoded", path -> path + "%20");
        forms.put("trailing NUL, encoded", path -> path + "%00");
        forms.put("file ending", path -> path + ".css");
        forms.put("fragment", path -> path + "#/console.js");
        forms.put("whole URL", path -> "http://localhost" + path);
        forms.put("whole URL of a public page, then the path", path -> "http://localhost/;" + path);
        forms.put("broken escape", path -> path + "%zz");
        forms.put("over-long UTF-8 dot", path -> path.replaceFirst("(?<=.)/", "/%c0%ae/"));
        return forms;
    }

    private static String first(String path, String inserted) {
        return path.replaceFirst("^(/[^/]*)", "$1" + inserted);
    }

    private static char letter(String path) {
        return path.chars()
                .filter(c -> c >= 'a' && c <= 'z')
                .mapToObj(c -> (char) c)
                .findFirst()
                .orElse('v');
    }
}
