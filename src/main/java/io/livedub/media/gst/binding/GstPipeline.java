package io.livedub.media.gst.binding;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import com.sun.jna.Callback;
import com.sun.jna.CallbackThreadInitializer;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import org.freedesktop.gstreamer.Bin;
import org.freedesktop.gstreamer.Element;
import org.freedesktop.gstreamer.Gst;
import org.freedesktop.gstreamer.Pipeline;
import org.freedesktop.gstreamer.State;
import org.freedesktop.gstreamer.StateChangeReturn;
import org.freedesktop.gstreamer.glib.GError;
import org.freedesktop.gstreamer.glib.Natives;

/**
 * A pipeline made from a description, with strong references to what is used of it: the binding lets the collector take a playing pipeline.
 *
 * <p>Its bus is polled by whoever owns it. The binding's handlers all share one thread, so that a slow one holds up every stream, and a
 * handler that is connected after {@code play} can miss the end.
 */
public final class GstPipeline implements AutoCloseable {
    private static final int POLLED = BusMessage.EOS | BusMessage.ERROR;

    private static final int PROBE_BUFFERS = 1 << 4;
    private static final int PROBE_EVENTS_DOWNSTREAM = 1 << 6;

    private final Pipeline pipeline;
    /** By their names: some are asked for again and again, for as long as the pipeline plays. */
    private final Map<String, Element> elements = new ConcurrentHashMap<>();

    private final Set<Callback> probes = ConcurrentHashMap.newKeySet();
    private final Pointer pointer;
    private final Pointer bus;
    private boolean closed;

    /**
     * @param description gst-launch syntax; never with a URL or another foreign string in it, those go through {@link #set}
     * @throws GstRuntime.MissingGStreamerException when an element is not installed
     */
    public GstPipeline(String description) {
        GstRuntime.ensure();
        requireElements(description);
        List<GError> errors = new ArrayList<>();
        Element made = Gst.parseLaunch(description, errors);
        if (!errors.isEmpty()) {
            made.dispose();
            throw new IllegalStateException(
                    "pipeline cannot be built: " + errors.get(0).getMessage());
        }
        pipeline = (Pipeline) made;
        pointer = Natives.getRawPointer(pipeline);
        bus = NativeCalls.gst_element_get_bus(pointer);
        // The binding has put a handler there that keeps every message for its own listeners.
        NativeCalls.gst_bus_set_sync_handler(bus, null, null, null);
    }

    /** The first word after each "!" or at the beginning of a branch is an element unless it is caps, a pad or a property. */
    private static void requireElements(String description) {
        for (String word : description.split("\\s+", -1)) {
            if (word.matches("[a-z][a-z0-9_]*") && !ElementCheck.exists(word)) {
                throw new GstRuntime.MissingGStreamerException(
                        "GStreamer element " + word + " is missing: install " + ElementCheck.packageOf(word));
            }
        }
    }

    /** The pointer of a named element, valid until {@link #close}. */
    public Pointer element(String name) {
        return Natives.getRawPointer(find(name));
    }

    public void set(String name, String property, Object value) {
        find(name).set(property, value);
    }

    /** Calls {@code probe} for each buffer at a pad until it returns {@link NativeCalls.PadProbe#REMOVE}. */
    public void probe(String name, String pad, NativeCalls.PadProbe probe) {
        probe(name, pad, PROBE_BUFFERS, probe);
    }

    /** Calls {@code probe} for each event that comes down to a pad. */
    public void probeEvents(String name, String pad, NativeCalls.PadProbe probe) {
        probe(name, pad, PROBE_EVENTS_DOWNSTREAM, probe);
    }

    /** The same, for what takes every buffer of the stream. */
    public void probeEach(String name, String pad, NativeCalls.BufferProbe probe) {
        keep(probe, name);
        Pointer at = NativeCalls.gst_element_get_static_pad(element(name), pad);
        NativeCalls.gst_pad_add_probe(at, PROBE_BUFFERS, probe, null, null);
        NativeCalls.gst_object_unref(at);
    }

    private void keep(Callback probe, String name) {
        // GStreamer holds nothing of it.
        probes.add(probe);
        // Without this JNA attaches the streaming thread to the JVM and detaches it again for each buffer.
        Native.setCallbackThreadInitializer(probe, new CallbackThreadInitializer(true, false, "gst-" + name));
    }

    private void probe(String name, String pad, int mask, NativeCalls.PadProbe probe) {
        keep(probe, "stream");
        Pointer at = NativeCalls.gst_element_get_static_pad(element(name), pad);
        NativeCalls.gst_pad_add_probe(at, mask, probe, null, null);
        NativeCalls.gst_object_unref(at);
    }

    private Element find(String name) {
        Element element = elements.computeIfAbsent(name, ((Bin) pipeline)::getElementByName);
        if (element == null) {
            throw new IllegalArgumentException("no element " + name);
        }
        return element;
    }

    /** How many of its elements are held. */
    int held() {
        return elements.size();
    }

    /**
     * Time 0 of the pipeline becomes this time of {@link System#nanoTime()}, and stays it over state changes.
     */
    public void setZero(long nanoTime) {
        Pointer clock = NativeCalls.gst_system_clock_obtain();
        NativeCalls.gst_pipeline_use_clock(pointer, clock);
        // Both are CLOCK_MONOTONIC on Linux and this is some microseconds; elsewhere it makes the times agree.
        long clockDifferenceNs = NativeCalls.gst_clock_get_time(clock) - System.nanoTime();
        NativeCalls.gst_object_unref(clock);
        NativeCalls.gst_element_set_start_time(pointer, BufferLayout.CLOCK_TIME_NONE);
        NativeCalls.gst_element_set_base_time(pointer, nanoTime + clockDifferenceNs);
    }

    /** Returns at once; a failure follows on the bus. */
    public boolean play() {
        return pipeline.setState(State.PLAYING) != StateChangeReturn.FAILURE;
    }

    /** The next error or end of stream, waited for up to {@code timeoutNs}. */
    public Optional<BusMessage> poll(long timeoutNs) {
        Pointer message = NativeCalls.gst_bus_timed_pop_filtered(bus, timeoutNs, POLLED);
        if (message == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(BusMessage.read(message));
        } finally {
            NativeCalls.gst_mini_object_unref(message);
        }
    }

    /** Stops the flow: pushes and pulls under way return. Blocks for up to 75 ms with rtmp2 elements. The pointers stay valid. */
    public void stop() {
        pipeline.setState(State.NULL);
    }

    /** Stops and lets go. No pointer of it may be used by any thread any more. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        stop();
        NativeCalls.gst_object_unref(bus);
        elements.values().forEach(Element::dispose);
        pipeline.dispose();
    }
}
