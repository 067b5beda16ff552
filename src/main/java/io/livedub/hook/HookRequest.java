package io.livedub.hook;

import org.eclipse.microprofile.openapi.annotations.media.Schema;

import io.livedub.id.StreamId;

/** A hook's body in the API's description; what comes is read by {@link HookBody}, which says all that is wrong with it. */
@Schema(name = "HookEvent")
record HookRequest(
        @Schema(
                        required = true,
                        description = "{app}/{id}/in or {app}/{id}/out",
                        pattern = "^" + StreamId.FORM + "/" + StreamId.FORM + "/(in|out)$")
                String path,
        @Schema(required = true, description = "any, such as rtmpConn", maxLength = 256) String sourceType,
        @Schema(required = true, maxLength = 256) String sourceId,
        @Schema(nullable = true, maxLength = 65_536) String query) {}
