package io.livedub.media.gst.binding;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.freedesktop.gstreamer.ElementFactory;

import io.livedub.media.Component;

/** Which GStreamer elements this program needs, which Debian package brings each, and which of them are there. */
public final class ElementCheck {
    private static final String BASE = "gstreamer1.0-plugins-base";
    private static final String BAD = "gstreamer1.0-plugins-bad";
    private static final String LIBAV = "gstreamer1.0-libav";

    private ElementCheck() {}

    /**
     * Looks all of them up, in the order of the pipelines that use them.
     *
     * @throws GstRuntime.MissingGStreamerException when there is no GStreamer to ask
     */
    public static List<Component> run() {
        GstRuntime.ensure();
        return Stream.concat(
                        packages().entrySet().stream()
                                .map(entry -> new Component(entry.getKey(), entry.getValue(), exists(entry.getKey()))),
                        Stream.of(new Component("rtmps", "glib-networking", GioTrust.supported())))
                .toList();
    }

    /** The Debian package of an element; the one with most of them when the element is not in the list. */
    static String packageOf(String element) {
        return packages().getOrDefault(element, BAD);
    }

    public static boolean exists(String element) {
        try {
            return ElementFactory.find(element) != null;
        } catch (IllegalArgumentException missing) {
            return false;
        }
    }

    private static Map<String, String> packages() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("rtmp2src", BAD);
        all.put("fakesink", "libgstreamer1.0-0");
        all.put("appsink", BASE);
        all.put("appsrc", BASE);
        all.put("rtmp2sink", BAD);
        all.put("avdec_aac", LIBAV);
        all.put("audioconvert", BASE);
        all.put("audioresample", BASE);
        all.put("capsfilter", "libgstreamer1.0-0");
        all.put("voaacenc", BAD);
        all.put("avenc_aac", LIBAV);
        all.put("pitch", BAD);
        return all;
    }
}
