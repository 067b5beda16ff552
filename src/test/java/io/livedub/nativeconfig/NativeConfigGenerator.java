package io.livedub.nativeconfig;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

import com.sun.jna.Native;
import org.freedesktop.gstreamer.Gst;

import io.livedub.media.Frame;

/**
 * Writes {@code src-native-config} from what is on the class path: gst1-java-core, JNA and our own classes.
 * {@code ./dev native-config} runs it.
 */
public final class NativeConfigGenerator {
    private final List<Path> libraries;
    private final List<Path> own;

    private NativeConfigGenerator(List<Path> libraries, List<Path> own) {
        this.libraries = libraries;
        this.own = own;
    }

    /** Of the jars and the class folder that this programme itself runs on. */
    static NativeConfigGenerator ofClassPath() {
        return new NativeConfigGenerator(
                List.of(locationOf(Gst.class), locationOf(Native.class)), List.of(locationOf(Frame.class)));
    }

    /** The same with one more jar or class folder that is not ours. */
    NativeConfigGenerator withLibrary(Path library) {
        List<Path> more = new ArrayList<>(libraries);
        more.add(library);
        return new NativeConfigGenerator(more, own);
    }

    /** The same with one more jar or class folder of ours. */
    NativeConfigGenerator withOwn(Path folder) {
        List<Path> more = new ArrayList<>(own);
        more.add(folder);
        return new NativeConfigGenerator(libraries, more);
    }

    ClassScan scan() {
        return ClassScan.of(libraries, own);
    }

    NativeRules rules() {
        return new NativeRules(scan(), JnaRuntime.classesSoughtByNativeLibrary(locationOf(Native.class)));
    }

    /** File name to text, sorted; the same for the same class path. */
    SortedMap<String, String> files() {
        return NativeConfigFiles.render(rules());
    }

    void writeTo(Path folder) throws IOException {
        Files.createDirectories(folder);
        for (Map.Entry<String, String> file : files().entrySet()) {
            Files.writeString(folder.resolve(file.getKey()), file.getValue());
        }
    }

    /** Asks for the class's place only: {@code Gst} and {@code Native} are loaded by that, not initialised. */
    static Path locationOf(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException("no file for " + type, e);
        }
    }

    /** @param args the folder to write to; {@code src-native-config} when left out */
    public static void main(String[] args) throws IOException {
        ofClassPath().writeTo(Path.of(args.length > 0 ? args[0] : "src-native-config"));
    }
}
