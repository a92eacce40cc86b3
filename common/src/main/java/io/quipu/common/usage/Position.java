package io.quipu.common.usage;

/**
 * Where a usage stands in its partition's log: segment n, index i, packed in one {@code long} as {@code n * 65536 + i}, so
 * that positions of a partition compare like the order of the log. Below 2^53, hence exact in any JSON reader.
 */
public final class Position {

    /** Before the first usage of a partition. */
    public static final long NONE = -1;

    /** Usages that one segment may hold. */
    public static final int MAX_INDEX = 0xFFFF;

    /** The highest segment number, so that a position stays below 2^53. */
    public static final long MAX_SEGMENT = (1L << 37) - 1;

    private static final int INDEX_BITS = 16;

    private Position() {
    }

    /**
     * The position of the usage at an index of a segment.
     *
     * @throws IllegalArgumentException when one of them is negative or above its limit
     */
    public static long of(long segment, int index) {
        if (segment < 0 || segment > MAX_SEGMENT || index < 0 || index > MAX_INDEX) {
            throw new IllegalArgumentException("no position: segment " + segment + ", index " + index);
        }
        return segment << INDEX_BITS | index;
    }

    /** The segment of a position; {@code -1} for {@link #NONE}. */
    public static long segment(long position) {
        return position >> INDEX_BITS;
    }

    /** The index of a position in its segment. */
    public static int index(long position) {
        return (int) (position & MAX_INDEX);
    }
}
