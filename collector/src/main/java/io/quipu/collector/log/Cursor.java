package io.quipu.collector.log;

import io.quipu.common.usage.Position;

/**
 * How far a partition's log is committed in every stage. Moves only forward.
 *
 * @param version the format, {@link #VERSION}
 * @param position the last position that is committed everywhere, or {@link Position#NONE}
 * @param sequence how many usages of the log stand at or below that position
 */
public record Cursor(int version, long position, long sequence) {

    /** The format that this release writes; a newer one is refused. */
    public static final int VERSION = 1;

    /** Of a log of which nothing was driven. */
    public static final Cursor START = new Cursor(VERSION, Position.NONE, 0);

    /** Refuses a format of a newer release. */
    public Cursor {
        if (version > VERSION) {
            throw new IllegalStateException("cursor has format " + version + ", this release knows " + VERSION);
        }
    }
}
