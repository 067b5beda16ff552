package io.livedub.media.gst;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ElementCheckIT {
    @Test
    void everythingNeededIsHereAndNamesItsPackage() {
        assertThat(ElementCheck.run())
                .isNotEmpty()
                .allSatisfy(result -> assertThat(result.debianPackage()).contains("gstreamer"))
                .allMatch(ElementCheck.Result::present);
    }

    @Test
    void aMissingElementIsNamedWithItsPackage() {
        assertThatThrownBy(() -> new GstPipeline("fakesrc ! nosuchelement ! fakesink"))
                .isInstanceOf(GstRuntime.MissingGStreamerException.class)
                .hasMessageContaining("nosuchelement")
                .hasMessageContaining("gstreamer1.0-");
        assertThat(ElementCheck.packageOf("flvmux")).isEqualTo("gstreamer1.0-plugins-good");
    }
}
