package io.livedub.media.gst.binding;

import org.junit.jupiter.api.Test;

import io.livedub.media.Component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ElementCheckIT {
    @Test
    void everythingNeededIsHereAndNamesItsPackage() {
        assertThat(ElementCheck.run())
                .isNotEmpty()
                .allSatisfy(result -> assertThat(result.debianPackage()).containsAnyOf("gstreamer", "glib"))
                .allMatch(Component::present);
    }

    @Test
    void aMissingElementIsNamedWithItsPackage() {
        assertThatThrownBy(() -> new GstPipeline("fakesrc ! nosuchelement ! fakesink"))
                .isInstanceOf(GstRuntime.MissingGStreamerException.class)
                .hasMessageContaining("nosuchelement")
                .hasMessageContaining("gstreamer1.0-");
        assertThat(ElementCheck.packageOf("pitch")).isEqualTo("gstreamer1.0-plugins-bad");
    }
}
