package io.livedub.config;

/** A value that is not allowed, with its parts: who must not repeat the whole value makes a message of its own. */
public final class WrongSetting extends ConfigurationException {
    private static final long serialVersionUID = 1L;

    private final String name;
    private final String value;
    private final String allowed;

    /**
     * @param name the variable, or the field of a file or of a request
     * @param value as it was given
     */
    WrongSetting(String name, String value, String allowed) {
        super(ConfigurationException.of(name, value, allowed).getMessage());
        this.name = name;
        this.value = value;
        this.allowed = allowed;
    }

    private WrongSetting(String message, String name) {
        super(message);
        this.name = name;
        this.value = "";
        this.allowed = "";
    }

    /** A field that nobody knows. */
    static WrongSetting unknown(String field, String known) {
        return new WrongSetting("'" + field + "' is no field that is known here: allowed are " + known, field);
    }

    public String name() {
        return name;
    }

    public String value() {
        return value;
    }

    public String allowed() {
        return allowed;
    }
}
