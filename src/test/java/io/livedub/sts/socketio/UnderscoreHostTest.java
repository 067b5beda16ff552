package io.livedub.sts.socketio;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;

import okhttp3.Request;
import okhttp3.WebSocket;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class UnderscoreHostTest {
    @ParameterizedTest
    @CsvSource({
        "http://sts_server:3000, http://sts:3000, http://sts_server:3000/socket.io/?EIO=4",
        "wss://sts_server, https://sts, https://sts_server/socket.io/?EIO=4",
        "ws://sts-server:3000/, http://sts-server:3000, http://sts-server:3000/socket.io/?EIO=4",
        "https://[::1]:3000, https://[::1]:3000, https://[::1]:3000/socket.io/?EIO=4",
    })
    void theLibraryFindsHostAndPortAndTheRequestGoesToTheRealName(URI service, URI forLibrary, String requested) {
        List<String> urls = new ArrayList<>();
        WebSocket.Factory factory = UnderscoreHost.connecting(service, (request, listener) -> {
            urls.add(request.url().toString());
            return null;
        });

        URI library = UnderscoreHost.forLibrary(service);
        factory.newWebSocket(
                new Request.Builder().url(library + "/socket.io/?EIO=4").build(), null);

        assertThat(library).isEqualTo(forLibrary);
        assertThat(library.getHost()).isNotNull();
        assertThat(urls).containsExactly(requested);
    }
}
