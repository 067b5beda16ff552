package io.livedub.playlist;

import java.time.InstantSource;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;

import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

import io.livedub.access.PublicPlaylists;
import io.livedub.config.WorkerConfig;
import io.livedub.id.StreamId;
import io.livedub.media.Authorities;
import io.livedub.media.MediaClock;
import io.livedub.playlist.Playlists.PlaylistAnswer;

/** Serves viewers: a master playlist for each stream, and the playlists and segments that it names. */
@Path("/v1/streams")
@NonBlocking
@Tag(name = "viewers")
@SecurityRequirement(name = "secret")
public class PlaylistResource {
    private static final String RETRY_AFTER_S = "2";

    private final Playlists playlists;
    private final boolean open;

    public PlaylistResource(
            ViewedStreams streams,
            WorkerConfig config,
            Authorities authorities,
            MediaClock clock,
            PublicPlaylists publicPlaylists) {
        WorkerConfig.MediaServer server = config.mediaServer();
        this.open = publicPlaylists.on();
        this.playlists = new Playlists(
                streams,
                config.serve().hlsUrl().map(url -> new HlsServer(url, server.appPath(), server.login(), authorities)),
                clock,
                InstantSource.system());
    }

    @GET
    @Path("{id}/master.m3u8")
    @APIResponse(
            responseCode = "200",
            description = "the playlist",
            content = @Content(mediaType = Playlists.PLAYLIST, schema = @Schema(type = SchemaType.STRING)))
    @APIResponse(responseCode = "404", description = "no such stream")
    @APIResponse(responseCode = "409", description = "MEDIAMTX_HLS_URL is not set")
    @APIResponse(responseCode = "422", description = "not a stream id")
    @APIResponse(responseCode = "503", description = "the media server has no HLS of it yet; see Retry-After")
    @Operation(
            summary = "One URL for viewers: the picture with a menu of languages",
            description = "An HLS multivariant playlist for hls.js, Safari and other players. Without the secret when"
                    + " WORKER_PUBLIC_PLAYLISTS is on.")
    public Uni<Response> master(
            @Parameter(schema = @Schema(type = SchemaType.STRING, pattern = StreamId.SCHEMA)) @PathParam("id")
                    String id) {
        return Uni.createFrom()
                .completionStage(() -> playlists.master(StreamId.parse(id)))
                .map(this::response);
    }

    @GET
    @Path("{id}/hls/{rendition}/{file}")
    @APIResponse(
            responseCode = "200",
            description = "a playlist, a segment, or captions",
            content = {
                @Content(mediaType = Playlists.PLAYLIST, schema = @Schema(type = SchemaType.STRING)),
                @Content(mediaType = "video/mp4", schema = @Schema(type = SchemaType.STRING, format = "binary")),
                @Content(mediaType = "audio/mp4", schema = @Schema(type = SchemaType.STRING, format = "binary")),
                @Content(mediaType = "text/vtt", schema = @Schema(type = SchemaType.STRING))
            })
    @APIResponse(responseCode = "404", description = "no such stream or file, or no longer")
    @APIResponse(responseCode = "409", description = "MEDIAMTX_HLS_URL is not set")
    @APIResponse(responseCode = "422", description = "not a stream id")
    @APIResponse(responseCode = "503", description = "nothing has come of it yet; see Retry-After")
    @Operation(summary = "What the playlist for viewers leads to")
    public Uni<Response> part(
            @Parameter(schema = @Schema(type = SchemaType.STRING, pattern = StreamId.SCHEMA)) @PathParam("id")
                    String id,
            @Parameter(schema = @Schema(type = SchemaType.STRING, pattern = Playlists.RENDITION_FORM))
                    @PathParam("rendition")
                    String rendition,
            @Parameter(schema = @Schema(type = SchemaType.STRING, pattern = Playlists.FILE_FORM)) @PathParam("file")
                    String file) {
        return Uni.createFrom()
                .completionStage(() -> playlists.part(StreamId.parse(id), rendition, file))
                .map(this::response);
    }

    private Response response(PlaylistAnswer from) {
        Response.ResponseBuilder answer =
                Response.status(from.status()).type(from.type()).entity(from.body());
        if (from.status() == 503) {
            answer.header("Retry-After", RETRY_AFTER_S);
        }
        if (open) {
            // An answer that needs the secret must not stay in a cache; the door forbids caching for every
            // path behind it.
            answer.header("Access-Control-Allow-Origin", "*").header("Cache-Control", from.cache());
        }
        return answer.build();
    }
}
