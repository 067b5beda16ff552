package io.livedub.blackbox;

import java.util.Optional;

import io.livedub.support.HookedMediaMtx;
import io.livedub.support.MediaMtx;

/** With the MediaMTX of this machine. */
class ServeMediaMtxIT extends ServeWithHooks {
    @Override
    Optional<String> missing() {
        return MediaMtx.program().isPresent() ? Optional.empty() : Optional.of(MediaMtx.MISSING);
    }

    @Override
    HookedMediaMtx server(int rtmpPort, String workerUrl) {
        return HookedMediaMtx.start(rtmpPort, workerUrl);
    }
}
