package io.livedub.media.gst.binding;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;

/**
 * One message of a pipeline's bus, copied out of it.
 *
 * @param type one of the constants
 * @param source name of the element that sent it
 * @param domain GError domain, such as {@code gst-resource-error-quark}; empty for EOS
 * @param text what the element says to a person; empty for EOS
 * @param debug what it says to a developer: the only place where rtmp2sink puts the server's answer
 */
public record BusMessage(int type, String source, String domain, String text, String debug) {
    static final int EOS = 1;
    public static final int ERROR = 1 << 1;
    static final int WARNING = 1 << 2;

    /** GST_PARSE_ERROR domain: a delayed link that never came about, said when the demuxer announces no more pads. */
    private static final String PARSE_DOMAIN = "gst_parse_error";

    static BusMessage read(Pointer message) {
        int type = message.getInt(BufferLayout.MESSAGE_TYPE);
        String source = sourceName(message.getPointer(BufferLayout.MESSAGE_SOURCE));
        if (type == EOS) {
            return new BusMessage(type, source, "", "", "");
        }
        PointerByReference error = new PointerByReference();
        PointerByReference debug = new PointerByReference();
        if (type == ERROR) {
            NativeCalls.gst_message_parse_error(message, error, debug);
        } else {
            NativeCalls.gst_message_parse_warning(message, error, debug);
        }
        Pointer gError = error.getValue();
        // GError: GQuark domain, gint code, gchar *message.
        String domain = NativeCalls.g_quark_to_string(gError.getInt(0));
        String text = gError.getPointer(8).getString(0, "UTF-8");
        NativeCalls.g_error_free(gError);
        return new BusMessage(type, source, domain, text, takeString(debug.getValue()));
    }

    public boolean isEos() {
        return type == EOS;
    }

    public boolean isError() {
        return type == ERROR;
    }

    /** A link that was to be made when the demuxer finds the track was never made: the demuxer has announced no more pads. */
    boolean saysNoMorePads() {
        return type == WARNING && domain.startsWith(PARSE_DOMAIN);
    }

    /** The text and the developer's remark on one line, without source file and line. */
    public String oneLine() {
        String detail = debug.replaceAll("(?s)^\\S+\\(\\d+\\): [^\\n]*\\n?", "")
                .replaceAll("[\\r\\n\\p{Cntrl}]+", " ")
                .strip();
        return detail.isEmpty() ? text.strip() : text.strip() + " (" + detail + ")";
    }

    private static String sourceName(Pointer source) {
        return source == null ? "" : takeString(NativeCalls.gst_object_get_name(source));
    }

    private static String takeString(Pointer string) {
        if (string == null) {
            return "";
        }
        String value = string.getString(0, "UTF-8");
        NativeCalls.g_free(string);
        return value;
    }
}
