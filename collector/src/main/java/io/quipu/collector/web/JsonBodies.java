package io.quipu.collector.web;

import io.quipu.common.web.Problem;
import io.quipu.common.wire.Json;
import jakarta.servlet.http.HttpServletRequest;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Bodies of the catalog's endpoints as trees: an empty one is a problem like any other that cannot be read. */
final class JsonBodies {

    /** Bytes that a body may have: 1 MiB holds the largest plan allowed. */
    static final int MAX_LENGTH = 1024 * 1024;

    private JsonBodies() {
    }

    /**
     * The body as a tree.
     *
     * @throws Problem 413 {@code body_too_large}; 400 {@code malformed} when there is none, or a
     *     number in it has an exponent beyond all bounds
     * @throws JacksonException when it is not JSON; answered 400 {@code malformed}
     */
    static JsonNode read(HttpServletRequest request) {
        byte[] body = RequestBody.read(request, MAX_LENGTH);
        if (body.length == 0) {
            throw Problem.of(400, "malformed", "The body is missing");
        }
        try {
            return Json.strict().readTree(body);
        } catch (NumberFormatException e) {
            // an exponent that no number can have; Jackson does not wrap it
            throw Problem.of(400, "malformed", "The body is not valid JSON: " + e.getMessage());
        }
    }
}
