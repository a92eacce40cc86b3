package io.quipu.collector.web;

import io.quipu.common.wire.Json;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;

/**
 * An answer with a JSON body, written as it is: choosing who converts it costs a request with one usage as much as parsing the usage does.
 *
 * @param status the HTTP status
 * @param location the header {@code Location}; null for none
 * @param json the body
 */
record JsonAnswer(int status, String location, byte[] json) {

    private static final Logger LOG = LoggerFactory.getLogger(JsonAnswer.class);

    /** With what a body says in JSON. */
    static JsonAnswer of(int status, String location, Object body) {
        return new JsonAnswer(status, location, Json.write(body));
    }

    /** Whether the server keeps it until the request is complete, so that nothing is sent before. */
    boolean fits(HttpServletResponse response) {
        return json.length <= response.getBufferSize();
    }

    /**
     * Answers with it, and its length, so that a caller can tell one that broke off. Of one that {@linkplain #fits fits}, the server finds the
     * length: it would send an answer as soon as that is reached.
     */
    void send(HttpServletResponse response) {
        response.setStatus(status);
        response.setContentType(MediaType.APPLICATION_JSON_VALUE);
        if (!fits(response)) {
            response.setContentLength(json.length);
        }
        if (location != null) {
            response.setHeader(HttpHeaders.LOCATION, location);
        }
        try {
            response.getOutputStream().write(json);
        } catch (IOException e) {
            LOG.debug("the caller went away before the answer was sent", e);
        }
    }
}
