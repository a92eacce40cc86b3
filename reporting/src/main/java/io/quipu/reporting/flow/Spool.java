package io.quipu.reporting.flow;

import io.quipu.common.web.Problem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Bytes put aside, in memory up to a threshold and in a temporary file beyond, so that a report of ten thousand consumers
 * takes no more memory than one of ten. Written first, read afterwards: a read moves the place where a file is written.
 * Not thread-safe. A disk that fails is an {@link
 * UncheckedIOException}.
 */
public final class Spool implements AutoCloseable {

    private static final int COPY_BUFFER = 64 << 10;

    private final Limits limits;
    private Memory memory = new Memory();
    private Path path;
    private RandomAccessFile file;
    private long length;

    /** An empty spool. */
    public Spool(Limits limits) {
        this.limits = limits;
    }

    /**
     * The limits of a spool.
     *
     * @param memory bytes kept in memory
     * @param total bytes that it may hold altogether; one more ends the report as too large
     */
    public record Limits(int memory, long total) {
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
            if (file == null && length + count > limits.memory()) {
                path = Files.createTempFile("quipu-report-", ".json");
                file = new RandomAccessFile(path.toFile(), "rw");
                file.write(memory.array(), 0, memory.size());
                memory = null;
            }
            if (file == null) {
                memory.write(bytes, offset, count);
            } else {
                file.write(bytes, offset, count);
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

    /** Reads a part. */
    byte[] read(Range range) {
        ByteArrayOutputStream part = new ByteArrayOutputStream((int) range.length());
        try {
            copy(range, part);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return part.toByteArray();
    }

    /**
     * Copies everything.
     *
     * @throws IOException when the target fails
     */
    public void copyTo(OutputStream target) throws IOException {
        copy(new Range(0, length), target);
    }

    /**
     * Copies a part.
     *
     * @throws IOException when the target fails
     */
    void copy(Range range, OutputStream target) throws IOException {
        if (file == null) {
            target.write(memory.array(), (int) range.offset(), (int) range.length());
            return;
        }
        byte[] buffer = new byte[(int) Math.min(COPY_BUFFER, range.length())];
        long left = range.length();
        seek(range.offset());
        while (left > 0) {
            int count = (int) Math.min(buffer.length, left);
            fill(buffer, count);
            target.write(buffer, 0, count);
            left -= count;
        }
    }

    private void seek(long offset) {
        try {
            file.seek(offset);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read what was put aside", e);
        }
    }

    private void fill(byte[] buffer, int count) {
        try {
            file.readFully(buffer, 0, count);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read what was put aside", e);
        }
    }

    /** Gives up what it holds, and deletes its file. */
    @Override
    public void close() {
        memory = null;
        try {
            if (file != null) {
                file.close();
            }
            if (path != null) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete what was put aside", e);
        }
    }

    /** Bytes in memory, read without a copy of them all. */
    private static final class Memory extends ByteArrayOutputStream {
        private byte[] array() {
            return buf;
        }
    }
}
