package io.livedub.config;

import java.util.Optional;

import io.smallrye.config.WithName;

/** {@code MEDIAMTX_*}: the media server. A part of {@link Settings}. */
public interface MediaServerVariables {
    @Variable(
            fallback = VariableDefaults.MEDIA_SERVER_HOST,
            allowed = "a host name or address",
            meaning = "media server")
    Optional<String> host();

    @Variable(
            fallback = VariableDefaults.RTMP_PORT,
            allowed = VariableRanges.PORT,
            meaning = "RTMP port of the media server, in and out")
    @WithName("rtmp-port")
    Optional<String> rtmpPort();

    @Variable(
            fallback = VariableDefaults.RTMP_TLS,
            allowed = "on or off",
            meaning = "speak RTMP over TLS (`rtmps`), in and out, on MEDIAMTX_RTMP_PORT")
    @WithName("rtmp-tls")
    Optional<String> rtmpTls();

    @Variable(
            fallback = "the system's authorities",
            allowed = "a file of certificates in PEM form",
            meaning = "the authorities that may have signed the media server's certificate, for `rtmps` and an https"
                    + " MEDIAMTX_API_URL; no others are then trusted")
    @WithName("ca-file")
    Optional<String> caFile();

    @Variable(
            allowed = "1…128 visible ASCII characters without blanks and colons",
            meaning = "login at the media server, with MEDIAMTX_PASS: reading, publishing and the control API; never"
                    + " printed as part of a URL")
    Optional<String> user();

    @Variable(
            allowed = "1…4096 visible ASCII characters without blanks",
            meaning = "password of MEDIAMTX_USER; never printed")
    Optional<String> pass();

    @Variable(allowed = "a file", meaning = "holds MEDIAMTX_PASS, so that it is not in the environment")
    @WithName("pass-file")
    Optional<String> passFile();

    @Variable(
            fallback = VariableDefaults.APP_PATH,
            allowed = "[A-Za-z0-9_-]{1,64}",
            meaning = "first part of the path: `{app}/{id}/in`, `{app}/{id}/out`")
    @WithName("app-path")
    Optional<String> appPath();

    @Variable(
            allowed = "http(s)://host:port",
            meaning = "control API, to find streams that became ready while `serve` was away")
    @WithName("api-url")
    Optional<String> apiUrl();

    @Variable(
            allowed = "http(s)://host:port",
            meaning = "HLS pages of the media server as a viewer's browser reaches them: the console shows a player"
                    + " of them")
    @WithName("hls-url")
    Optional<String> hlsUrl();

    @Variable(
            allowed = "not read",
            meaning = "no longer used: the input is RTMP; when set, one warning says so (its default was 8554)")
    @WithName("rtsp-port")
    Optional<String> rtspPort();
}
