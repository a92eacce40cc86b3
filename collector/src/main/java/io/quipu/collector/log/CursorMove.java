package io.quipu.collector.log;

/**
 * A cursor that is to move.
 *
 * @param partition whose
 * @param read the cursor as it was read; it moves only if it is still that one
 * @param to where it moves
 */
public record CursorMove(int partition, Versioned<Cursor> read, Cursor to) {
}
