package io.livedub.config;

/** A variable has a value that is not allowed. One line: the variable, the value, what is allowed. */
public class ConfigurationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ConfigurationException(String message) {
        super(message);
    }

    static ConfigurationException of(String variable, String value, String allowed) {
        // A value may hold a line break; the message is one line.
        String line = value.replaceAll("\\p{Cntrl}", " ");
        return new ConfigurationException("%s='%s' is not valid: allowed is %s".formatted(variable, line, allowed));
    }
}
