package io.livedub.support;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class LiveReaderTest {
    private static final String LINE = "video 40 80 1 1200 ab12 7000 9000 0164001f\n";

    private static List<Packet> read(String output) throws IOException {
        List<Packet> packets = new ArrayList<>();
        LiveReader.takeWhole(new StringReader(output), packets::add);
        return packets;
    }

    @Test
    void reads_each_line_as_a_packet() throws IOException {
        assertThat(read(LINE + LINE))
                .hasSize(2)
                .contains(new Packet("video", 40, 80, true, 1200, "ab12", 7000, 9000, "0164001f"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 30, 35, 40})
    void drops_a_last_line_that_was_cut_off(int length) throws IOException {
        assertThat(read(LINE + LINE.substring(0, length))).hasSize(1);
    }
}
