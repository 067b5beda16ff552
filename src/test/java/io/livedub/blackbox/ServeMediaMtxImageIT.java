package io.livedub.blackbox;

import java.util.Optional;

import io.livedub.support.HookedMediaMtx;

/** With MediaMTX's own image, where a Docker engine answers. */
class ServeMediaMtxImageIT extends ServeWithHooks {
    @Override
    Optional<String> missing() {
        return HookedMediaMtx.imageMissing();
    }

    @Override
    HookedMediaMtx server(int rtmpPort, String workerUrl) {
        return HookedMediaMtx.startImage(rtmpPort, workerUrl);
    }
}
