package io.livedub.echo;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SocketIoPacketTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "0|CONNECT|/|-|-",
                "0{\"token\":1}|CONNECT|/|-|{\"token\":1}",
                "0/admin|CONNECT|/admin|-|-",
                "0/admin?a=b,{}|CONNECT|/admin|-|{}",
                "1|DISCONNECT|/|-|-",
                "2[\"a\",{}]|EVENT|/|-|[\"a\",{}]",
                "212[\"a\"]|EVENT|/|12|[\"a\"]",
                "2/x,12[\"a\"]|EVENT|/x|12|[\"a\"]",
                "30[]|ACK|/|0|[]",
                "51-[\"a\",{\"_placeholder\":true,\"num\":0}]|BINARY_EVENT|/|-|-",
                "61-1[]|BINARY_ACK|/|-|-"
            })
    void readsPackets(String text, SocketIoPacket.SocketIoType type, String namespace, String ackId, String data) {
        SocketIoPacket packet = SocketIoPacket.parse(text);
        assertThat(packet.type()).isEqualTo(type);
        assertThat(packet.namespace()).isEqualTo(namespace);
        assertThat(packet.ackId()).isEqualTo(ackId);
        assertThat(packet.data()).isEqualTo(data == null ? null : Json.parse(data));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "7",
                "/",
                "x",
                "2",
                "2{}",
                "2[]",
                "2[1]",
                "2[\"a\"",
                "2[\"a\"]]",
                "3[]",
                "31",
                "31{}",
                "0[]",
                "1{}",
                "20000000000000000[\"a\"]",
                "2[{\"a\":1,\"a\":2}]"
            })
    void refusesWhatIsNoPacket(String text) {
        assertThatThrownBy(() -> SocketIoPacket.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
