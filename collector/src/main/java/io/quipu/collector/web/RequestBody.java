package io.quipu.collector.web;

import io.quipu.common.web.Problem;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import org.springframework.http.HttpHeaders;

/** Reads the body of a request, never more than a limit of it, whatever the headers say about its length. */
final class RequestBody {

    private RequestBody() {
    }

    /**
     * The whole body.
     *
     * @throws Problem 413 {@code body_too_large}; 415 {@code unsupported_encoding} when it is compressed; 400 {@code
     *     incomplete_body} when the client stops in the middle
     */
    static byte[] read(HttpServletRequest request, int limit) {
        check(request, limit);
        // a chunked body does not tell its length; of one that does, the server hands out no more than that
        long length = request.getContentLengthLong();
        byte[] body;
        try {
            body = request.getInputStream().readNBytes(length < 0 ? limit + 1 : (int) length);
        } catch (IOException e) {
            throw incomplete();
        }
        if (body.length > limit) {
            throw tooLarge(limit);
        }
        return body;
    }

    /**
     * Checks what the headers say.
     *
     * @throws Problem 413 {@code body_too_large}; 415 {@code unsupported_encoding}
     */
    static void check(HttpServletRequest request, long limit) {
        String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw Problem.of(415, "unsupported_encoding", "A body with a Content-Encoding is not read");
        }
        if (request.getContentLengthLong() > limit) {
            throw tooLarge(limit);
        }
    }

    /** The problem of a client that stops in the middle. */
    static Problem incomplete() {
        return Problem.of(400, "incomplete_body", "The body ended before it was complete");
    }

    /** The problem of a body that is larger than that. */
    static Problem tooLarge(long limit) {
        return Problem.of(413, "body_too_large", "The body has more than " + limit + " bytes");
    }
}
