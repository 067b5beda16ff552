package io.livedub.api;

import java.util.Locale;

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
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.security.SecurityScheme;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

import io.livedub.stream.supervision.Answer;
import io.livedub.stream.supervision.StreamRegistry;

/** Streams, as resources. Answers are looks into a table: on the event loop. */
@Path("/v1/streams")
@Produces(MediaType.APPLICATION_JSON)
@NonBlocking
@Tag(name = "streams")
@SecurityScheme(
        securitySchemeName = "secret",
        type = SecuritySchemeType.HTTP,
        scheme = "bearer",
        description = "WORKER_HOOK_SECRET; not asked for when it is not set")
@SecurityRequirement(name = "secret")
public class StreamResource {
    private static final int RETRY_AFTER_S = 10;

    private final StreamRegistry registry;
    private final StreamViews views;

    public StreamResource(StreamRegistry registry, StreamViews views) {
        this.registry = registry;
        this.views = views;
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
    @APIResponse(
            responseCode = "404",
            description = "no such stream",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = ApiMessage.class)))
    @APIResponse(
            responseCode = "422",
            description = "not a stream id",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = ApiMessage.class)))
    public Response one(
            @Parameter(schema = @Schema(type = SchemaType.STRING, pattern = StreamIds.FORM)) @PathParam("id")
                    String id) {
        StreamIds.check(id);
        return views.one(id).map(stream -> Response.ok(stream).build()).orElseGet(() -> unknown(id));
    }

    @PUT
    @Path("{id}")
    @Operation(summary = "Start a stream", description = "Its source and output are {app}/{id}/in and {app}/{id}/out.")
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
    @APIResponse(
            responseCode = "429",
            description = "the capacity is reached; see Retry-After",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = ApiMessage.class)))
    @APIResponse(
            responseCode = "503",
            description = "the worker is shutting down",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = ApiMessage.class)))
    @APIResponse(
            responseCode = "422",
            description = "not a stream id",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = ApiMessage.class)))
    public Response start(
            @Parameter(schema = @Schema(type = SchemaType.STRING, pattern = StreamIds.FORM)) @PathParam("id")
                    String id) {
        StreamIds.check(id);
        Answer answer = registry.ready(id, "");
        if (answer instanceof Answer.ShuttingDown) {
            return message(503, "shutting_down", "the worker is shutting down", id, null);
        }
        if (answer instanceof Answer.Full full) {
            return Response.fromResponse(message(
                            429,
                            "capacity_reached",
                            String.format(Locale.ROOT, "the capacity of %d streams is reached", full.limit()),
                            id,
                            null))
                    .header("Retry-After", RETRY_AFTER_S)
                    .build();
        }
        Answer.Accepted accepted = (Answer.Accepted) answer;
        return message(
                accepted.isNew() ? 201 : 200,
                "worker_started",
                "the stream's worker runs",
                id,
                accepted.correlationId());
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
    @APIResponse(
            responseCode = "422",
            description = "not a stream id",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = ApiMessage.class)))
    @APIResponse(
            responseCode = "429",
            description = "the capacity is reached; see Retry-After",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = ApiMessage.class)))
    @APIResponse(
            responseCode = "503",
            description = "the worker is shutting down",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = ApiMessage.class)))
    public Response startByPost(
            @Parameter(schema = @Schema(type = SchemaType.STRING, pattern = StreamIds.FORM)) @PathParam("id")
                    String id) {
        return start(id);
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
    @APIResponse(
            responseCode = "404",
            description = "no such stream",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = ApiMessage.class)))
    @APIResponse(
            responseCode = "422",
            description = "not a stream id",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = ApiMessage.class)))
    public Response stop(
            @Parameter(schema = @Schema(type = SchemaType.STRING, pattern = StreamIds.FORM)) @PathParam("id")
                    String id) {
        StreamIds.check(id);
        return registry.stop(id, "stopped by the API")
                ? message(202, "worker_stopped", "the stream's worker drains", id, null)
                : unknown(id);
    }

    private static Response unknown(String id) {
        return message(404, "unknown", "no such stream", id, null);
    }

    private static Response message(int status, String code, String message, String id, String correlationId) {
        return Response.status(status)
                .entity(new ApiMessage(code, message, id, correlationId))
                .build();
    }
}
