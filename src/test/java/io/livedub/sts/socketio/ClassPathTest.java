package io.livedub.sts.socketio;

import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.List;

import okhttp3.OkHttp;
import org.json.JSONException;
import org.json.JSONObject;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The client asks for OkHttp 3.12.12 and org.json 20090211, both with known holes. Neither may be what runs. */
class ClassPathTest {
    private static List<String> homes(String resource) throws IOException {
        return Collections.list(ClassPathTest.class.getClassLoader().getResources(resource)).stream()
                .map(URL::toString)
                .toList();
    }

    @Test
    void okHttpIsCurrentAndThereOnce() throws IOException {
        assertThat(Integer.parseInt(OkHttp.VERSION.replaceAll("\\..*", ""))).isGreaterThanOrEqualTo(5);
        assertThat(homes("okhttp3/OkHttpClient.class")).hasSize(1).noneMatch(jar -> jar.contains("3.12"));
        assertThat(homes("okio/Buffer.class")).hasSize(1).noneMatch(jar -> jar.contains("/okio-1."));
    }

    @Test
    void orgJsonIsCurrentAndThereOnce() throws IOException {
        assertThat(homes("org/json/JSONObject.class")).hasSize(1).noneMatch(jar -> jar.contains("20090211"));
        String deep = "{\"a\":".repeat(10_000) + "1" + "}".repeat(10_000);
        assertThatThrownBy(() -> new JSONObject(deep))
                .as("the old one overflows the stack (CVE-2022-45688 and its kind)")
                .isInstanceOf(JSONException.class);
    }
}
