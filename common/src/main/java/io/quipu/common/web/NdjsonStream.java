package io.quipu.common.web;

import io.quipu.common.wire.Json;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A body of one JSON document a line whose last line is {@code {"end":true}}: without that line a reader knows that the
 * answer was cut.
 */
public final class NdjsonStream {

    /** The media type. */
    public static final String MEDIA_TYPE = "application/x-ndjson";

    private final OutputStream out;

    private NdjsonStream(OutputStream out) {
        this.out = out;
    }

    /** Writes what the source passes on, then the last line. */
    public static void write(HttpServletResponse response, Consumer<NdjsonStream> source) throws IOException {
        response.setContentType(MEDIA_TYPE);
        NdjsonStream stream = new NdjsonStream(response.getOutputStream());
        source.accept(stream);
        stream.accept(Map.of("end", true));
        response.flushBuffer();
    }

    /** Writes one line. */
    public void accept(Object document) {
        try {
            out.write(Json.write(document));
            out.write('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
