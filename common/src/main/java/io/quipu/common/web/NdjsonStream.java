package io.quipu.common.web;

import io.quipu.common.wire.Json;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A body of one JSON document a line whose last line is {@code {"end":true}}: without that line a reader knows that the
 * answer was cut.
 */
public final class NdjsonStream {

    /** The media type. */
    public static final String MEDIA_TYPE = "application/x-ndjson";

    /** For the members of a line beside its documents. */
    private static final int LINE_ROOM = 256;

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
        line(Json.write(document));
    }

    /** Sends an empty line, which readers pass over: so that who waits for the next one knows that it is being looked for. */
    public void goOn() {
        try {
            out.write('\n');
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes documents that are JSON already as one line, an object: those members, then the documents as an array. */
    public void accept(Map<String, String> members, String name, List<byte[]> documents) {
        accept(members, Map.of(), name, documents);
    }

    /**
     * The same with further members.
     *
     * @param json values that are JSON already
     */
    public void accept(Map<String, String> members, Map<String, byte[]> json, String name, List<byte[]> documents) {
        ByteArrayOutputStream line = new ByteArrayOutputStream(LINE_ROOM
                + json.values().stream().mapToInt(value -> value.length).sum()
                + documents.stream().mapToInt(document -> document.length + 1).sum());
        line.write('{');
        members.forEach((member, value) -> member(line, member, Json.write(value)));
        json.forEach((member, value) -> member(line, member, value));
        line.writeBytes(Json.write(name));
        line.write(':');
        byte separator = '[';
        for (byte[] document : documents) {
            line.write(separator);
            line.writeBytes(document);
            separator = ',';
        }
        if (documents.isEmpty()) {
            line.write('[');
        }
        line.write(']');
        line.write('}');
        line(line.toByteArray());
    }

    private static void member(ByteArrayOutputStream line, String name, byte[] json) {
        line.writeBytes(Json.write(name));
        line.write(':');
        line.writeBytes(json);
        line.write(',');
    }

    private void line(byte[] line) {
        try {
            out.write(line);
            out.write('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
