package io.livedub.api;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

import io.smallrye.common.annotation.NonBlocking;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.enums.SecuritySchemeType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.security.SecurityScheme;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

import io.livedub.config.SettingRules;
import io.livedub.config.WorkerConfig;
import io.livedub.id.StreamId;
import io.livedub.stream.supervision.StreamRegistry;

/** Streams, as resources. Answers are looks into a table: on the event loop. */
@Path("/v1/streams")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.WILDCARD)
@NonBlocking
@Tag(name = "streams")
@SecurityScheme(
        securitySchemeName = "secret",
        type = SecuritySchemeType.HTTP,
        scheme = "bearer",
        description = "WORKER_HOOK_SECRET; not asked for when it is not set")
@SecurityRequirement(name = "secret")
public class StreamResource {
    private final StreamRegistry registry;
    private final StreamViews views;
    private final SettingRules rules;

    public StreamResource(StreamRegistry registry, StreamViews views, WorkerConfig config) {
        this.registry = registry;
        this.views = views;
        this.rules = config.settingRules();
    }

    @GET
    @Operation(summary = "All streams of this worker")
    public StreamList list() {
        return new StreamList(views.all(), registry.limit(), registry.hasRoom(), registry.isDraining());
    }

    @GET
    @Path("{id}")
    @Operation(summary = "One stream")
    @APIResponse(
            responseCode = "200",
            description = "as it is now",
            content = @Content(schema = @Schema(implementation = StreamView.class)))
    @APIResponse(responseCode = "404", description = "no such stream")
    @APIResponse(responseCode = "422", description = "not a stream id")
    public Response one(
            @Parameter(schema = @Schema(type = SchemaType.STRING, pattern = StreamId.SCHEMA)) @PathParam("id")
                    String given) {
        StreamId id = StreamIds.of(given);
        return views.one(id).map(stream -> Response.ok(stream).build()).orElseGet(() -> StreamAnswers.unknown(id));
    }

    @PUT
    @Path("{id}")
    @Operation(
            summary = "Start a stream",
            description =
                    "Its source and output are {app}/{id}/in and {app}/{id}/out. Of a stream that runs the settings"
                            + " are changed.")
    @APIResponse(
            responseCode = "201",
            description = "it is being started",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = ApiMessage.class)))
    @APIResponse(
            responseCode = "200",
            description = "it was there already",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = ApiMessage.class)))
    @APIResponse(responseCode = "429", description = "the capacity is reached; see Retry-After")
    @APIResponse(responseCode = "503", description = "the worker is shutting down")
    @APIResponse(responseCode = "422", description = "not a stream id, or a setting that is not allowed")
    @APIResponse(responseCode = "400", description = "not JSON")
    public Response start(
            @Parameter(schema = @Schema(type = SchemaType.STRING, pattern = StreamId.SCHEMA)) @PathParam("id")
                    String given,
            @RequestBody(
                            required = false,
                            description = "settings, each of them optional; nothing is as good as {}",
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_JSON,
                                            schema = @Schema(implementation = SettingsRequest.class)))
                    byte[] body) {
        StreamId id = StreamIds.of(given);
        return StreamAnswers.of(registry.wish(id, SettingsBody.ofStream(body, rules)), id);
    }

    @POST
    @Path("{id}")
    @Operation(summary = "Start a stream", description = "The same as PUT, for clients that know only POST.")
    @APIResponse(
            responseCode = "201",
            description = "it is being started",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = ApiMessage.class)))
    @APIResponse(
            responseCode = "200",
            description = "it was there already",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = ApiMessage.class)))
    @APIResponse(responseCode = "422", description = "not a stream id, or a setting that is not allowed")
    @APIResponse(responseCode = "429", description = "the capacity is reached; see Retry-After")
    @APIResponse(responseCode = "503", description = "the worker is shutting down")
    @APIResponse(responseCode = "400", description = "not JSON")
    public Response startByPost(
            @Parameter(schema = @Schema(type = SchemaType.STRING, pattern = StreamId.SCHEMA)) @PathParam("id")
                    String given,
            @RequestBody(
                            required = false,
                            description = "settings, each of them optional; nothing is as good as {}",
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_JSON,
                                            schema = @Schema(implementation = SettingsRequest.class)))
                    byte[] body) {
        return start(given, body);
    }

    @DELETE
    @Path("{id}")
    @Operation(summary = "Stop a stream", description = "No more is read; what it holds still airs.")
    @APIResponse(
            responseCode = "202",
            description = "it drains",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = ApiMessage.class)))
    @APIResponse(responseCode = "404", description = "no such stream")
    @APIResponse(responseCode = "422", description = "not a stream id")
    public Response stop(
            @Parameter(schema = @Schema(type = SchemaType.STRING, pattern = StreamId.SCHEMA)) @PathParam("id")
                    String given) {
        StreamId id = StreamIds.of(given);
        return registry.stop(id, "stopped by the API")
                ? StreamAnswers.message(202, "worker_stopped", "the stream's worker drains", id, null)
                : StreamAnswers.unknown(id);
    }
}
