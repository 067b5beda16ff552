package io.livedub.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.parameters.RequestBody;
import org.eclipse.microprofile.openapi.models.responses.APIResponses;

/**
 * What is the same at every operation: the answers that it can give before a resource is asked, the body of a refusal, and the null among the values of
 * what may be left out. Written at each of them they would be forgotten.
 */
@OpenApiFilter(OpenApiFilter.RunStage.BUILD)
public class DoorAnswers implements OASFilter {
    private static final String MESSAGE = "ApiMessage";

    @Override
    public PathItem filterPathItem(PathItem path) {
        path.getOperations().forEach((method, operation) -> {
            APIResponses answers = operation.getResponses();
            refusal(operation).ifPresent(schema -> describe(answers, schema));
            add(answers, "400", "a path or query that cannot be read, such as one with a broken percent escape");
            add(answers, "401", "the secret is missing or wrong");
            add(answers, "403", "another site's page, or a Host that is not allowed");
            if (method != PathItem.HttpMethod.GET) {
                add(answers, "413", "the body is larger than 64 KiB");
                add(answers, "415", "a change is sent as application/json only");
                if (operation.getRequestBody() == null) {
                    operation.setRequestBody(nothing());
                }
            }
        });
        return path;
    }

    /** A schema with an enumeration has no other values than its own: null is not one by the type alone. */
    @Override
    public Schema filterSchema(Schema schema) {
        List<Object> values = schema.getEnumeration();
        boolean nullable = schema.getType() != null && schema.getType().contains(Schema.SchemaType.NULL);
        if (nullable && values != null && !values.contains(null)) {
            List<Object> all = new ArrayList<>(values);
            all.add(null);
            schema.setEnumeration(all);
        }
        return schema;
    }

    /** Describes the body of every refusal in one place. Answers to viewers have no body: players do not read it. */
    private static Optional<String> refusal(Operation operation) {
        List<String> tags = operation.getTags() == null ? List.of() : operation.getTags();
        if (tags.contains("viewers")) {
            return Optional.empty();
        }
        return Optional.of(tags.contains("hooks") ? "HookAnswer" : MESSAGE);
    }

    private static void describe(APIResponses answers, String schema) {
        answers.getAPIResponses().forEach((status, answer) -> {
            if (status.matches("[45]\\d\\d") && answer.getContent() == null) {
                answer.setContent(json(schema));
            }
        });
    }

    /** With it Swagger UI and generated clients send the content type that every change needs. */
    private static RequestBody nothing() {
        return OASFactory.createRequestBody()
                .required(false)
                .description("`{}` or nothing: it is not read; a body needs its content type")
                .content(OASFactory.createContent()
                        .addMediaType(
                                "application/json",
                                OASFactory.createMediaType()
                                        .schema(OASFactory.createSchema())
                                        .example("{}")));
    }

    private static void add(APIResponses answers, String status, String description) {
        if (!answers.hasAPIResponse(status)) {
            answers.addAPIResponse(
                    status,
                    OASFactory.createAPIResponse().description(description).content(content(status)));
        }
    }

    private static Content content(String status) {
        // The server's own answers have no body.
        return "400".equals(status) || "413".equals(status) ? null : json(MESSAGE);
    }

    private static Content json(String schema) {
        return OASFactory.createContent()
                .addMediaType(
                        "application/json",
                        OASFactory.createMediaType()
                                .schema(OASFactory.createSchema().ref(schema)));
    }
}
