package io.quipu.reporting.flow;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * A report as JSON, put aside in parts. To be closed, whole or not: what it holds is given back then. Not thread-safe, but
 * whoever has it may hand it to another thread.
 */
public final class Report implements AutoCloseable {

    private final List<Part> parts = new ArrayList<>();
    private final Spool frame;
    private final Spool consumers;
    private long length;

    /** Bytes of a spool. */
    record Part(Spool spool, Spool.Range range) {
    }

    /** An empty report, which puts aside within those limits, twice. */
    Report(Spool.Limits limits) {
        this.frame = new Spool(limits);
        this.consumers = new Spool(limits);
    }

    /** Where everything but the consumers is put aside. */
    Spool frame() {
        return frame;
    }

    /** Where the consumers are put aside. */
    Spool consumers() {
        return consumers;
    }

    /** Appends what lies there, if there is anything. */
    void append(Spool spool, Spool.Range range) {
        if (range.length() > 0) {
            parts.add(new Part(spool, range));
            length += range.length();
        }
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

    /** It as a stream, to be read as long as it is open. */
    public InputStream input() {
        return new ReportInput(parts);
    }

    /** Gives up what it holds. */
    @Override
    public void close() {
        try {
            frame.close();
        } finally {
            consumers.close();
        }
    }
}
