package io.quipu.reporting.flow;

import io.quipu.common.web.Problem;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Bytes put aside, in memory as long as there is some left for spools and in a temporary file beyond, so that a report of
 * ten thousand consumers takes no more memory than one of ten. The file goes with its spool, at the latest with the process,
 * however that ends. Not thread-safe. A disk that fails is an {@link UncheckedIOException}.
 */
public final class Spool implements AutoCloseable {

    private static final int BUFFER = 64 << 10;

    private final Limits limits;
    private final List<byte[]> blocks = new ArrayList<>();
    private FileChannel file;
    /** Of a file: what is still to be written, or was read. */
    private ByteBuffer buffer;
    private long length;

    /** An empty spool. */
    public Spool(Limits limits) {
        this.limits = limits;
    }

    /**
     * The limits of a spool.
     *
     * @param memory what it may take blocks from while there are any
     * @param total bytes that it may hold altogether; one more ends the report as too large
     */
    public record Limits(SpoolMemory memory, long total) {
    }

    /**
     * A part of what was written.
     *
     * @param offset where it begins
     * @param length its bytes
     */
    record Range(long offset, long length) {
    }

    /**
     * Appends bytes.
     *
     * @return where they are
     * @throws Problem 422, code {@code report_too_large}
     */
    Range write(byte[] bytes, int offset, int count) {
        if (length + count > limits.total()) {
            throw Problem.of(422, "report_too_large", "The report needs more than " + limits.total()
                    + " bytes; ask for less with depth=space or depth=organization, or for fewer days and months.");
        }
        try {
            if (file == null && !room(count)) {
                spill();
            }
            if (file == null) {
                remember(bytes, offset, count);
            } else {
                file(bytes, offset, count);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot put a report aside", e);
        }
        Range written = new Range(length, count);
        length += count;
        return written;
    }

    /** Appends bytes. */
    Range write(byte[] bytes) {
        return write(bytes, 0, bytes.length);
    }

    private boolean room(int count) {
        int block = limits.memory().block();
        while ((long) blocks.size() * block < length + count) {
            byte[] taken = limits.memory().take().orElse(null);
            if (taken == null) {
                return false;
            }
            blocks.add(taken);
        }
        return true;
    }

    private void remember(byte[] bytes, int offset, int count) {
        int block = limits.memory().block();
        int done = 0;
        while (done < count) {
            int at = (int) ((length + done) % block);
            int part = Math.min(count - done, block - at);
            System.arraycopy(bytes, offset + done, blocks.get((int) ((length + done) / block)), at, part);
            done += part;
        }
    }

    private void spill() throws IOException {
        Path path = Files.createTempFile("quipu-report-", ".json");
        try {
            file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE,
                    StandardOpenOption.DELETE_ON_CLOSE);
        } catch (IOException e) {
            Files.deleteIfExists(path);
            throw e;
        }
        buffer = ByteBuffer.allocate(BUFFER);
        long left = length;
        for (byte[] block : blocks) {
            int count = (int) Math.min(left, block.length);
            file(block, 0, count);
            left -= count;
        }
        forget();
    }

    private void forget() {
        blocks.forEach(limits.memory()::give);
        blocks.clear();
    }

    private void file(byte[] bytes, int offset, int count) throws IOException {
        if (buffer.remaining() < count) {
            flush();
        }
        if (buffer.remaining() < count) {
            write(ByteBuffer.wrap(bytes, offset, count));
        } else {
            buffer.put(bytes, offset, count);
        }
    }

    private void flush() throws IOException {
        write(buffer.flip());
        buffer.clear();
    }

    private void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            file.write(bytes);
        }
    }

    /** The bytes written so far. */
    public long length() {
        return length;
    }

    /** What is appended through this stream is buffered in it until it is flushed. */
    OutputStream output() {
        return new OutputStream() {
            @Override
            public void write(int b) {
                Spool.this.write(new byte[] {(byte) b});
            }

            @Override
            public void write(byte[] bytes, int offset, int count) {
                Spool.this.write(bytes, offset, count);
            }
        };
    }

    /**
     * Copies a part.
     *
     * @throws IOException when the target fails
     */
    void copy(Range range, OutputStream target) throws IOException {
        if (file == null) {
            recall(range, target);
            return;
        }
        long from = range.offset();
        long end = range.offset() + range.length();
        complete();
        try {
            while (from < end) {
                int count = (int) Math.min(buffer.capacity(), end - from);
                read(from, count);
                target.write(buffer.array(), 0, count);
                from += count;
            }
        } finally {
            buffer.clear();
        }
    }

    private void recall(Range range, OutputStream target) throws IOException {
        int block = limits.memory().block();
        long from = range.offset();
        long end = range.offset() + range.length();
        while (from < end) {
            int at = (int) (from % block);
            int part = (int) Math.min(end - from, block - at);
            target.write(blocks.get((int) (from / block)), at, part);
            from += part;
        }
    }

    private void complete() {
        try {
            flush();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot put a report aside", e);
        }
    }

    /** A failing disk is ours, a failing target is not. */
    private void read(long from, int count) {
        try {
            buffer.clear().limit(count);
            while (buffer.hasRemaining()) {
                if (file.read(buffer, from + buffer.position()) < 0) {
                    throw new EOFException("its file ends early");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read what was put aside", e);
        }
    }

    /** Gives up what it holds, and deletes its file. */
    @Override
    public void close() {
        forget();
        if (file != null) {
            try {
                file.close();
            } catch (IOException e) {
                throw new UncheckedIOException("cannot delete what was put aside", e);
            }
        }
    }
}
