package io.livedub.nativeconfig;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What of some classes must be reachable by name: by reflection, or through JNI. Several rules may ask for one class;
 * what they ask for adds up.
 */
final class Access {
    static final String CONSTRUCTORS = "allDeclaredConstructors";
    static final String DECLARED_METHODS = "allDeclaredMethods";
    static final String PUBLIC_METHODS = "allPublicMethods";
    static final String DECLARED_FIELDS = "allDeclaredFields";
    static final String PUBLIC_FIELDS = "allPublicFields";
    static final String UNSAFE_ALLOCATED = "unsafeAllocated";

    /** One method by name and parameter types, or one field (no parameter types). */
    record Member(String name, List<String> parameterTypes) {
        static final Comparator<Member> ORDER =
                Comparator.comparing(Member::name).thenComparing(member -> String.valueOf(member.parameterTypes()));

        boolean isField() {
            return parameterTypes == null;
        }
    }

    /** What is asked of one class; with neither flags nor members the class itself can be looked up, no more. */
    record Request(Set<String> flags, Set<Member> members) {}

    private final TreeMap<String, Request> byClass = new TreeMap<>();

    void add(String className, String... flags) {
        request(className).flags().addAll(Set.of(flags));
    }

    void addMethod(String className, String method, String... parameterTypes) {
        request(className).members().add(new Member(method, List.of(parameterTypes)));
    }

    void addField(String className, String field) {
        request(className).members().add(new Member(field, null));
    }

    /** Sorted by class name, so that the same class path gives the same file. */
    TreeMap<String, Request> byClass() {
        return byClass;
    }

    private Request request(String className) {
        return byClass.computeIfAbsent(className, name -> new Request(new TreeSet<>(), new TreeSet<>(Member.ORDER)));
    }
}
