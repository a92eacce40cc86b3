package io.quipu.common.store.embedded;

import io.quipu.common.store.Document;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.store.Limits;
import io.quipu.common.store.Outcome;
import io.quipu.common.store.StoreException;
import io.quipu.common.store.StoreMetrics;
import io.quipu.common.store.Write;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.rocksdb.RocksDBException;

/**
 * Documents in one directory of one machine, each acknowledged write synced to disk before its acknowledgement.
 *
 * <p>Concurrent calls are committed in groups with one sync each, by one writer thread. Versions are RocksDB's
 * sequence numbers: they grow over the whole store and never repeat, also after a restart. One process may have a
 * directory open; until a write fails, a {@linkplain Write.Insert#fresh fresh} insert is believed to be one.
 *
 * <p>After a failed write (a full disk, for example) the callers of that group get a {@link StoreException}, and so does who
 * writes until the directory can be written again: that is tried once a second and with every call that writes. Reads
 * go on meanwhile. Then the database is closed and opened again, and what was left half-written is
 * either there or not, as with any unknown outcome. A damaged file is neither repaired nor passed over: a damaged log is not opened, and
 * of a damaged table every call that needs what it no longer holds fails.
 */
public final class EmbeddedStore implements DocumentStore {

    private final EngineSession session;
    private final GroupWriter writer;
    private final Clock clock;
    private final StoreMetrics metrics;

    private EmbeddedStore(EngineSession session, Clock clock, StoreMetrics metrics) {
        this.session = session;
        this.clock = clock;
        this.metrics = metrics;
        this.writer = new GroupWriter(session, clock, metrics);
    }

    /**
     * Opens the store of a directory, which is created if need be.
     *
     * @param clock judges what has expired
     * @throws DataDirectoryException when the directory cannot be used, is already open, or holds a damaged log; says what to do
     */
    public static EmbeddedStore open(Path directory, Clock clock, StoreMetrics metrics) {
        return open(directory, clock, metrics, Engine::new);
    }

    static EmbeddedStore open(Path directory, Clock clock, StoreMetrics metrics, EngineSession.Opener opener) {
        return open(new DataDirectory(directory), clock, metrics, opener);
    }

    static EmbeddedStore open(DataDirectory directory, Clock clock, StoreMetrics metrics, EngineSession.Opener opener) {
        EmbeddedStore store = new EmbeddedStore(new EngineSession(directory, opener), clock, metrics);
        metrics.engineSyncs(store, EmbeddedStore::engineSyncs);
        store.writer.start();
        return store;
    }

    @Override
    public List<Optional<Document>> get(List<String> keys) {
        List<byte[]> encoded = Limits.keysToRead(keys);
        long now = clock.millis();
        long begun = metrics.now();
        List<byte[]> values;
        try {
            values = session.read(engine -> engine.values(keys, encoded));
        } catch (RocksDBException e) {
            throw session.unread("the documents could not be read: ", e);
        }
        List<Optional<Document>> documents = new ArrayList<>(values.size());
        for (int i = 0; i < values.size(); i++) {
            byte[] value = values.get(i);
            boolean live = value != null && Stored.of(value).live(now);
            documents.add(live ? Optional.of(Stored.document(keys.get(i), value)) : Optional.empty());
        }
        metrics.read(keys.size());
        metrics.readSince(begun);
        return documents;
    }

    /**
     * {@inheritDoc}
     *
     * <p>An interrupted caller gets a {@link StoreException}; its writes may still be done.
     */
    @Override
    public List<Outcome> write(List<Write> writes) {
        long begun = metrics.now();
        List<Outcome> outcomes = await(submit(writes));
        metrics.writtenSince(begun);
        return outcomes;
    }

    /** Hands writes to the writer thread without waiting; the answer comes once they are durable. */
    CompletableFuture<List<Outcome>> submit(List<Write> writes) {
        Call.Writes call = Call.Writes.of(writes);
        writer.submit(call);
        return call.outcomes();
    }

    /**
     * Gives back the space of documents that have expired, at most {@value ExpiredPurge#LIMIT} of them. The store does
     * this by itself, too: after writes and when idle, at most once a minute unless more is left.
     *
     * @return how many were purged
     * @throws StoreException when the engine could not write
     */
    public int purgeExpired() {
        Call.Purge call = new Call.Purge(new CompletableFuture<>());
        writer.submit(call);
        return await(call.purged());
    }

    /** How often the engine has synced its log since this store was opened, by the engine's own count. */
    public long engineSyncs() {
        return session.syncs();
    }

    @Override
    public Optional<String> failure() {
        return session.failure();
    }

    @Override
    public void close() {
        writer.stop();
        session.close();
    }

    private static <T> T await(CompletableFuture<T> answer) {
        try {
            return answer.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException("interrupted while waiting for the store: the outcome of this write is unknown", e);
        } catch (ExecutionException e) {
            throw new StoreException(e.getCause().getMessage(), e.getCause());
        }
    }
}
