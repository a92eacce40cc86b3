package io.quipu.common.store.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * One of the engine's write-ahead logs as it lies on disk: blocks of {@value #BLOCK_BYTES} bytes, in them records with a
 * checksum each; a batch is one record or, where it does not fit in a block, a first one, any number of middle ones and a last one.
 * A batch begins with its sequence number and the number of its entries. Reads only.
 */
final class LogFile {

    /** Names of such files: a number, in the order in which they were begun. */
    static final String GLOB = "[0-9]*.log";

    static final int BLOCK_BYTES = 32 * 1024;
    static final int HEADER_BYTES = 7;

    /** What a log holds, in the order in which it lies there. */
    interface Visitor {

        /**
         * A whole batch with a good checksum.
         *
         * @param offset where it begins
         * @param sequence the sequence number of its first entry
         * @param count its entries
         */
        void batch(long offset, long sequence, long count);

        /**
         * Something that is no whole batch.
         *
         * @param offset where it begins
         */
        void broken(long offset);
    }

    private static final int FULL = 1;
    private static final int FIRST = 2;
    private static final int MIDDLE = 3;
    private static final int LAST = 4;
    private static final int MASK_SHIFT = 15;
    private static final int MASK_DELTA = 0xa282ead8;
    private static final int BATCH_HEADER_BYTES = Long.BYTES + Integer.BYTES;

    private final Path path;
    private final long length;
    private final Visitor visitor;
    private final byte[] head = new byte[BATCH_HEADER_BYTES];
    private int headBytes;
    private long begunAt = -1;

    /**
     * Part of a log.
     *
     * @param length bytes to look at: what may be written behind them meanwhile is not looked at
     */
    LogFile(Path path, long length, Visitor visitor) {
        this.path = path;
        this.length = length;
        this.visitor = visitor;
    }

    /** Shows all of it to the visitor, one block in memory at a time. */
    void read() throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
            for (long start = 0; start < length; start += BLOCK_BYTES) {
                block.clear().limit((int) Math.min(BLOCK_BYTES, length - start));
                while (block.hasRemaining() && channel.read(block, start + block.position()) > 0) {
                    continue;
                }
                block.flip();
                readBlock(block, start);
            }
        }
        abandon();
    }

    private void readBlock(ByteBuffer block, long start) {
        int at = 0;
        while (block.limit() - at >= HEADER_BYTES) {
            if (isRecord(block, at)) {
                record(block, at, start + at);
                at += HEADER_BYTES + recordBytes(block, at);
            } else {
                abandon();
                visitor.broken(start + at);
                // A broken length leads astray: what comes next is wherever a checksum is good again.
                do {
                    at++;
                } while (block.limit() - at >= HEADER_BYTES && !(typeOf(block, at) <= LAST && isRecord(block, at)));
            }
        }
        if (block.limit() < BLOCK_BYTES && at < block.limit()) {
            abandon();
            visitor.broken(start + at);
        }
    }

    private void record(ByteBuffer block, int at, long offset) {
        int type = typeOf(block, at);
        if (type == FULL || type == FIRST) {
            abandon();
            begunAt = offset;
            headBytes = 0;
        } else if (type > LAST) {
            // What the engine notes about the log itself.
            return;
        } else if (begunAt < 0) {
            visitor.broken(offset);
            return;
        }
        int taken = Math.min(BATCH_HEADER_BYTES - headBytes, recordBytes(block, at));
        block.get(at + HEADER_BYTES, head, headBytes, taken);
        headBytes += taken;
        if (type == FULL || type == LAST) {
            end();
        }
    }

    private void end() {
        if (headBytes < BATCH_HEADER_BYTES) {
            abandon();
            return;
        }
        ByteBuffer header = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
        visitor.batch(begunAt, header.getLong(), Integer.toUnsignedLong(header.getInt()));
        begunAt = -1;
    }

    private void abandon() {
        if (begunAt >= 0) {
            visitor.broken(begunAt);
            begunAt = -1;
        }
    }

    private static boolean isRecord(ByteBuffer block, int at) {
        int type = typeOf(block, at);
        int bytes = recordBytes(block, at);
        if (type < FULL || at + HEADER_BYTES + bytes > block.limit()) {
            return false;
        }
        CRC32C checksum = new CRC32C();
        checksum.update(block.array(), at + HEADER_BYTES - 1, 1 + bytes);
        return block.getInt(at) == masked((int) checksum.getValue());
    }

    private static int masked(int checksum) {
        return Integer.rotateRight(checksum, MASK_SHIFT) + MASK_DELTA;
    }

    private static int typeOf(ByteBuffer block, int at) {
        return Byte.toUnsignedInt(block.get(at + HEADER_BYTES - 1));
    }

    private static int recordBytes(ByteBuffer block, int at) {
        return Short.toUnsignedInt(block.getShort(at + Integer.BYTES));
    }
}
