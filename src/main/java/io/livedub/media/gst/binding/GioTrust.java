package io.livedub.media.gst.binding;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;

import io.livedub.media.Authorities;

/**
 * Tells GLib's network library, which makes the connections of rtmp2src and rtmp2sink, whose certificates to trust. The elements have no property
 * for that, so it is the library's default of the whole process; nothing else in this process connects through it. Both elements check the
 * certificate's host name by themselves.
 */
public final class GioTrust {
    private final Authorities authorities;
    private boolean told;

    public GioTrust(Authorities authorities) {
        this.authorities = authorities;
    }

    public Authorities authorities() {
        return authorities;
    }

    /**
     * To be called before a pipeline connects to a URL; does nothing unless it begins with {@code rtmps}.
     *
     * @throws IllegalStateException when TLS is not installed or the certificates cannot be used; says what to do
     */
    public synchronized void use(String url) {
        if (told || !url.startsWith("rtmps:")) {
            return;
        }
        if (!supported()) {
            throw new IllegalStateException("rtmps cannot be spoken, GLib has no TLS: install glib-networking");
        }
        authorities.file().ifPresent(file -> trust(file.toString()));
        told = true;
    }

    /** Whether GLib has TLS at all. */
    static boolean supported() {
        GstRuntime.ensure();
        return gio().getFunction("g_tls_backend_supports_tls").invokeInt(new Object[] {backend()}) != 0;
    }

    private static NativeLibrary gio() {
        return NativeLibrary.getInstance("gio-2.0");
    }

    private static Pointer backend() {
        return gio().getFunction("g_tls_backend_get_default").invokePointer(new Object[] {});
    }

    private static void trust(String file) {
        NativeLibrary gio = gio();
        PointerByReference error = new PointerByReference();
        Pointer database = gio.getFunction("g_tls_file_database_new").invokePointer(new Object[] {file, error});
        if (database == null) {
            // GError: GQuark domain, gint code, gchar *message.
            String why = error.getValue().getPointer(8).getString(0, "UTF-8");
            NativeCalls.g_error_free(error.getValue());
            throw new IllegalStateException("the authorities of MEDIAMTX_CA_FILE cannot be used: " + why);
        }
        gio.getFunction("g_tls_backend_set_default_database").invokeVoid(new Object[] {backend(), database});
    }
}
