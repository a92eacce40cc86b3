package io.quipu.collector.web;

import io.quipu.collector.intake.SnapshotBody;
import io.quipu.common.web.Problem;
import jakarta.servlet.http.HttpServletRequest;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The body of a request put aside, so that it can be read more than once: in memory while it is small, else in a temporary file,
 * which is gone when this is closed, at the latest with the process. Not thread-safe.
 */
final class SpooledBody implements SnapshotBody, AutoCloseable {

    /** Bytes that are kept in memory at most. */
    static final int MEMORY = 256 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(SpooledBody.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(30);

    private final byte[] memory;
    private final FileChannel file;
    private final long length;

    private SpooledBody(byte[] memory, FileChannel file, long length) {
        this.memory = memory;
        this.file = file;
        this.length = length;
    }

    /**
     * Reads the whole body.
     *
     * @throws Problem 413 {@code body_too_large}; 415 {@code unsupported_encoding} when it is compressed; 400 {@code
     *     incomplete_body} when the client stops in the middle; 503 {@code disk_unavailable} when it cannot be put aside
     */
    static SpooledBody read(HttpServletRequest request, long limit) {
        RequestBody.check(request, limit);
        byte[] block = block(request);
        if (block.length > limit) {
            throw RequestBody.tooLarge(limit);
        }
        if (block.length < MEMORY) {
            return new SpooledBody(block, null, block.length);
        }
        FileChannel file = null;
        boolean whole = false;
        try {
            file = temporary();
            long length = 0;
            while (block.length > 0) {
                length += block.length;
                if (length > limit) {
                    throw RequestBody.tooLarge(limit);
                }
                write(file, block);
                block = block.length < MEMORY ? new byte[0] : block(request);
            }
            whole = true;
            return new SpooledBody(null, file, length);
        } finally {
            if (!whole) {
                close(file);
            }
        }
    }

    private static byte[] block(HttpServletRequest request) {
        try {
            return request.getInputStream().readNBytes(MEMORY);
        } catch (IOException e) {
            throw RequestBody.incomplete();
        }
    }

    private static FileChannel temporary() {
        try {
            Path path = Files.createTempFile("quipu-snapshot-", ".json");
            return FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
        } catch (IOException e) {
            throw unavailable(e);
        }
    }

    private static void write(FileChannel file, byte[] block) {
        ByteBuffer bytes = ByteBuffer.wrap(block);
        try {
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
        } catch (IOException e) {
            throw unavailable(e);
        }
    }

    private static Problem unavailable(IOException cause) {
        LOG.warn("a snapshot cannot be put aside in {}: {}", System.getProperty("java.io.tmpdir"), cause.toString());
        return Problem.unavailable("disk_unavailable", "The collector has no room for the body now", RETRY_AFTER);
    }

    /** Its bytes. */
    long length() {
        return length;
    }

    @Override
    public InputStream open() {
        return file == null ? new ByteArrayInputStream(memory) : new BufferedInputStream(new FromFile(), MEMORY);
    }

    @Override
    public void close() {
        close(file);
    }

    private static void close(FileChannel file) {
        try {
            if (file != null) {
                file.close();
            }
        } catch (IOException e) {
            LOG.warn("a temporary file was not closed: {}", e.toString());
        }
    }

    private final class FromFile extends InputStream {

        private long position;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] buffer, int offset, int count) throws IOException {
            int read = file.read(ByteBuffer.wrap(buffer, offset, count), position);
            position += Math.max(0, read);
            return read;
        }
    }
}
