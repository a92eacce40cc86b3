package io.quipu.reporting.flow;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/** A whole report as JSON, put aside in parts. To be closed. Not thread-safe. */
public final class Report implements AutoCloseable {

    private final List<Part> parts = new ArrayList<>();
    private final List<Spool> held = new ArrayList<>();
    private long length;

    private record Part(Spool spool, Spool.Range range) {
    }

    /** Appends what lies there, if there is anything. */
    void append(Spool spool, Spool.Range range) {
        if (range.length() > 0) {
            parts.add(new Part(spool, range));
            length += range.length();
        }
    }

    /** Closes those spools with the report. */
    void hold(List<Spool> spools) {
        held.addAll(spools);
    }

    /** Its bytes. */
    public long length() {
        return length;
    }

    /**
     * Copies it.
     *
     * @throws IOException when the target fails
     */
    public void copyTo(OutputStream target) throws IOException {
        for (Part part : parts) {
            part.spool().copy(part.range(), target);
        }
    }

    /** Gives up what it holds. */
    @Override
    public void close() {
        held.forEach(Spool::close);
    }
}
