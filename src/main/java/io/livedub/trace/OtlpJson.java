package io.livedub.trace;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;

/** {@code ExportTraceServiceRequest} in OTLP's JSON: names in camel case, ids in hex, 64-bit numbers as texts. */
final class OtlpJson {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int INTERNAL = 1;
    private static final int CLIENT = 3;
    private static final int ERROR = 2;

    private OtlpJson() {}

    /** @param resource attributes of the process */
    static byte[] request(Map<String, Object> resource, List<Span> spans) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512 * spans.size());
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeArrayFieldStart("resourceSpans");
            json.writeStartObject();
            json.writeObjectFieldStart("resource");
            attributes(json, resource);
            json.writeEndObject();
            json.writeArrayFieldStart("scopeSpans");
            json.writeStartObject();
            json.writeObjectFieldStart("scope");
            json.writeStringField("name", "io.livedub");
            json.writeEndObject();
            json.writeArrayFieldStart("spans");
            for (Span span : spans) {
                span(json, span);
            }
            json.writeEndArray();
            json.writeEndObject();
            json.writeEndArray();
            json.writeEndObject();
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
        return bytes.toByteArray();
    }

    private static void span(JsonGenerator json, Span span) throws IOException {
        json.writeStartObject();
        json.writeStringField("traceId", span.traceId());
        json.writeStringField("spanId", span.spanId());
        if (!span.parentId().isEmpty()) {
            json.writeStringField("parentSpanId", span.parentId());
        }
        json.writeStringField("name", span.name());
        json.writeNumberField("kind", span.client() ? CLIENT : INTERNAL);
        json.writeStringField("startTimeUnixNano", Long.toString(span.startNs()));
        json.writeStringField("endTimeUnixNano", Long.toString(span.endNs()));
        attributes(json, span.attributes());
        if (span.error().isPresent()) {
            json.writeObjectFieldStart("status");
            json.writeNumberField("code", ERROR);
            json.writeStringField("message", span.error().get());
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private static void attributes(JsonGenerator json, Map<String, Object> attributes) throws IOException {
        json.writeArrayFieldStart("attributes");
        for (Map.Entry<String, Object> attribute : attributes.entrySet()) {
            json.writeStartObject();
            json.writeStringField("key", attribute.getKey());
            json.writeObjectFieldStart("value");
            Object value = attribute.getValue();
            if (value instanceof Long number) {
                json.writeStringField("intValue", number.toString());
            } else if (value instanceof Double number) {
                json.writeNumberField("doubleValue", number);
            } else if (value instanceof Boolean flag) {
                json.writeBooleanField("boolValue", flag);
            } else {
                json.writeStringField("stringValue", value.toString());
            }
            json.writeEndObject();
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
