package io.quipu.collector.web;

import io.quipu.common.web.Problem;
import io.quipu.common.wire.Json;
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
     * @throws Problem 413 {@code too_large}
     * @throws JacksonException when it is not JSON; answered 400 {@code malformed}
     */
    static JsonNode read(byte[] body) {
        if (body.length > MAX_LENGTH) {
            throw Problem.of(413, "too_large", "The body has " + body.length + " bytes, the limit is " + MAX_LENGTH);
        }
        return Json.shared().readTree(body);
    }
}
