package io.quipu.reporting.flow;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.List;

/** Reads a report that was put aside, a chunk at a time. Not thread-safe. */
final class ReportInput extends InputStream {

    private static final int CHUNK = 64 << 10;

    private final Iterator<Report.Part> parts;
    private Report.Part part;
    private long read;
    private ByteArrayInputStream chunk = new ByteArrayInputStream(new byte[0]);

    ReportInput(List<Report.Part> parts) {
        this.parts = parts.iterator();
    }

    @Override
    public int read() throws IOException {
        return fill() ? chunk.read() : -1;
    }

    @Override
    public int read(byte[] target, int offset, int count) throws IOException {
        return count == 0 ? 0 : fill() ? chunk.read(target, offset, count) : -1;
    }

    /** Whether there is more. */
    private boolean fill() throws IOException {
        if (chunk.available() > 0) {
            return true;
        }
        if (part == null || read == part.range().length()) {
            if (!parts.hasNext()) {
                return false;
            }
            part = parts.next();
            read = 0;
        }
        long count = Math.min(CHUNK, part.range().length() - read);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream((int) count);
        part.spool().copy(new Spool.Range(part.range().offset() + read, count), bytes);
        chunk = new ByteArrayInputStream(bytes.toByteArray());
        read += count;
        return true;
    }
}
