package io.quipu.common.store.embedded;

import io.quipu.common.store.StoreMetrics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * Gives back the space of expired documents, which reads and writes treat as absent already: a bounded number per
 * pass, soonest first. Used by the writer thread only.
 */
final class ExpiredPurge {

    /** Documents that one pass removes, at most. */
    static final int LIMIT = 1_000;

    private final StoreMetrics metrics;
    private static final byte[] BEGINNING = new byte[0];

    /** Where the next pass begins: after a full pass it need not step over what was just removed, which may all be due at once. */
    private byte[] from = BEGINNING;

    ExpiredPurge(StoreMetrics metrics) {
        this.metrics = metrics;
    }

    /** One pass; answers how many entries of the index it removed: if {@link #LIMIT}, there may be more. */
    int pass(Engine engine, long now) throws RocksDBException {
        List<Expiry> due = engine.due(from, now, LIMIT);
        boolean full = due.size() == LIMIT;
        from = full ? due.get(LIMIT - 1).entry() : BEGINNING;
        if (due.isEmpty()) {
            metrics.purged(0, 0);
            return 0;
        }
        List<String> gone = new ArrayList<>();
        try (WriteBatch batch = new WriteBatch()) {
            long bytes = 0;
            for (Expiry expiry : due) {
                bytes += engine.unindex(batch, expiry);
                Optional<Stored> stored = engine.stored(expiry.key());
                // Entry and document are always written together; should they ever differ, the document is right.
                if (stored.isPresent() && !stored.get().live(now)) {
                    bytes += engine.delete(batch, expiry.key());
                    gone.add(new String(expiry.key(), StandardCharsets.UTF_8));
                }
            }
            long begun = metrics.now();
            engine.hot().forget(gone);
            engine.commit(batch);
            metrics.synced(due.size(), begun);
            metrics.wrote(0, bytes);
            metrics.purged(gone.size(), full ? now - due.get(LIMIT - 1).at() : 0);
        }
        return due.size();
    }
}
