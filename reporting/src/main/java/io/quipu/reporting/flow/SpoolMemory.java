package io.quipu.reporting.flow;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** The memory that all {@linkplain Spool spools} share, in blocks that are used again and again. Thread-safe. */
public final class SpoolMemory {

    private static final int MAX_BLOCK = 64 << 10;

    private final int block;
    private final Deque<byte[]> free = new ArrayDeque<>();
    private int unborn;

    /** So many bytes, for all spools together. */
    public SpoolMemory(int bytes) {
        this.block = Math.max(1, Math.min(MAX_BLOCK, bytes));
        this.unborn = bytes / block;
    }

    /** Bytes of a block. */
    int block() {
        return block;
    }

    /** A block, unless all are taken. What it holds is not defined. */
    synchronized Optional<byte[]> take() {
        if (!free.isEmpty()) {
            return Optional.of(free.pop());
        }
        if (unborn == 0) {
            return Optional.empty();
        }
        unborn--;
        return Optional.of(new byte[block]);
    }

    /** Gives a block back. */
    synchronized void give(byte[] taken) {
        free.push(taken);
    }
}
