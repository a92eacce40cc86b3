package io.quipu.collector.catalog;

import io.quipu.common.store.Document;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.store.Outcome;
import io.quipu.common.store.StoreException;
import io.quipu.common.store.Write;
import java.util.List;
import java.util.Optional;

/** Counts what reaches a store, lets something happen just before a write, and can be away. Single-threaded. */
public final class WatchedStore implements DocumentStore {

    private final DocumentStore store;
    private int reads;
    private int writes;
    private boolean away;
    private String awaited;
    private Runnable rival;

    public WatchedStore(DocumentStore store) {
        this.store = store;
    }

    /** Calls that read, since the last {@link #forget}. */
    public int reads() {
        return reads;
    }

    /** Calls that write, since the last {@link #forget}. */
    public int writes() {
        return writes;
    }

    public void forget() {
        reads = 0;
        writes = 0;
    }

    public void away(boolean now) {
        away = now;
    }

    /** Lets a rival act once, just before the next write of a key that begins like this. */
    public void beforeWriteOf(String keyStart, Runnable rivalAction) {
        awaited = keyStart;
        rival = rivalAction;
    }

    @Override
    public List<Optional<Document>> get(List<String> keys) {
        reads++;
        fail();
        return store.get(keys);
    }

    @Override
    public List<Outcome> write(List<Write> list) {
        writes++;
        fail();
        if (rival != null && list.stream().anyMatch(write -> write.key().startsWith(awaited))) {
            Runnable now = rival;
            rival = null;
            now.run();
        }
        return store.write(list);
    }

    private void fail() {
        if (away) {
            throw new StoreException("away");
        }
    }

    @Override
    public void close() {
        store.close();
    }
}
