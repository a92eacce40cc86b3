package io.quipu.common.store.memory;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quipu.common.store.Document;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.store.Limits;
import io.quipu.common.store.Outcome;
import io.quipu.common.store.StoreException;
import io.quipu.common.store.StoreMetrics;
import io.quipu.common.store.Write;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Documents in memory, gone with the process; all else as the port promises.
 *
 * <p>Versions come from one counter for the whole store, so none is ever given twice. Contents are copied on the way in
 * and on the way out, as an engine would. Expired documents are dropped with the next write.
 */
public final class InMemoryStore implements DocumentStore {

    private record Stored(long version, byte[] content, long expiresAt) {
    }

    private final Clock clock;
    private final StoreMetrics metrics;
    private final Map<String, Stored> documents = new HashMap<>();
    private final TreeMap<Long, Set<String>> expiries = new TreeMap<>();
    private long lastVersion;
    private boolean closed;

    /** An empty store whose metrics nobody reads. */
    public InMemoryStore(Clock clock) {
        this(clock, new StoreMetrics(new SimpleMeterRegistry()));
    }

    /**
     * An empty store.
     *
     * @param clock judges what has expired
     */
    public InMemoryStore(Clock clock, StoreMetrics metrics) {
        this.clock = clock;
        this.metrics = metrics;
    }

    @Override
    public synchronized List<Optional<Document>> get(List<String> keys) {
        Limits.keysToRead(keys);
        requireOpen();
        long now = clock.millis();
        List<Optional<Document>> found = new ArrayList<>(keys.size());
        for (String key : keys) {
            found.add(live(key, now).map(stored -> new Document(key, stored.version(), stored.content().clone())));
        }
        metrics.read(keys.size());
        return found;
    }

    @Override
    public synchronized List<Outcome> write(List<Write> writes) {
        Limits.keysToWrite(writes);
        requireOpen();
        long now = clock.millis();
        dropExpired(now);
        List<Outcome> outcomes = new ArrayList<>(writes.size());
        for (Write write : writes) {
            outcomes.add(apply(write, live(write.key(), now)));
        }
        return outcomes;
    }

    /** Forgets everything. */
    @Override
    public synchronized void close() {
        closed = true;
        documents.clear();
        expiries.clear();
    }

    private Outcome apply(Write write, Optional<Stored> current) {
        if (write instanceof Write.Insert insert && current.isEmpty()) {
            return put(insert.key(), insert.content(), insert.expiresAt());
        }
        if (write instanceof Write.Replace replace && hasVersion(current, replace.version())) {
            return put(replace.key(), replace.content(), replace.expiresAt());
        }
        if (write instanceof Write.Remove remove && hasVersion(current, remove.version())) {
            drop(remove.key());
            metrics.wrote(1, Limits.keyLength(remove.key()));
            return Outcome.REMOVED;
        }
        boolean insert = write instanceof Write.Insert;
        metrics.conflicted(insert ? 1 : 0, insert ? 0 : 1);
        return Outcome.CONFLICT;
    }

    private static boolean hasVersion(Optional<Stored> current, long version) {
        return current.isPresent() && current.get().version() == version;
    }

    private Outcome put(String key, byte[] content, long expiresAt) {
        drop(key);
        long version = ++lastVersion;
        documents.put(key, new Stored(version, content.clone(), expiresAt));
        if (expiresAt != Write.NEVER) {
            expiries.computeIfAbsent(expiresAt, at -> new TreeSet<>()).add(key);
        }
        metrics.wrote(1, Limits.keyLength(key) + (long) content.length);
        return Outcome.written(version);
    }

    private void drop(String key) {
        Stored stored = documents.remove(key);
        if (stored != null && stored.expiresAt() != Write.NEVER) {
            expiries.computeIfPresent(stored.expiresAt(), (at, keys) -> keys.remove(key) && keys.isEmpty() ? null : keys);
        }
    }

    private void dropExpired(long now) {
        while (!expiries.isEmpty() && expiries.firstKey() <= now) {
            expiries.pollFirstEntry().getValue().forEach(documents::remove);
        }
    }

    private Optional<Stored> live(String key, long now) {
        return Optional.ofNullable(documents.get(key)).filter(stored -> now < stored.expiresAt());
    }

    private void requireOpen() {
        if (closed) {
            throw new StoreException("the store is closed");
        }
    }
}
