package io.quipu.collector.intake;

import java.io.IOException;
import java.io.InputStream;

/** The body of a snapshot: too large for memory, so it is put aside and read more than once. */
@FunctionalInterface
public interface SnapshotBody {

    /** The body from its beginning. */
    InputStream open() throws IOException;
}
