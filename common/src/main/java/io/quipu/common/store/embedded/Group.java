package io.quipu.common.store.embedded;

import io.quipu.common.store.Outcome;
import io.quipu.common.store.StoreMetrics;
import io.quipu.common.store.Write;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * Calls that are committed by one batch and one sync, in the order in which they came: a condition is judged by what
 * is stored and by what earlier writes of the group do. That an insert is fresh is believed.
 *
 * <p>The n-th write of the group (from 0) gets the engine's last version + 1 + n. Each takes at least one sequence number,
 * so the next group begins above. Used by one thread, once.
 */
final class Group implements AutoCloseable {

    private record Answer(Call.Writes call, List<Outcome> outcomes) {
    }

    private final Engine engine;
    private final EngineSession session;
    private final long now;
    private final WriteBatch batch = new WriteBatch();
    private final Map<String, Optional<Stored>> changed = new HashMap<>();
    /** What is replaced, by its new value, as far as there can be room for it among what is hot. */
    private final Map<String, byte[]> replaced = new HashMap<>();
    private long replacedBytes;
    private final List<Answer> answers = new ArrayList<>();
    private long nextVersion;
    private long bytes;
    private int written;
    private int insertConflicts;
    private int otherConflicts;

    /** An empty group; what expires at {@code now} is absent to it. */
    Group(Engine engine, EngineSession session, long now) {
        this.engine = engine;
        this.session = session;
        this.now = now;
        this.nextVersion = engine.lastVersion() + 1;
    }

    /** Adds a call; if what it depends on cannot be read, it fails alone. */
    void add(Call.Writes call) throws RocksDBException {
        List<Optional<Stored>> current = new ArrayList<>(call.writes().size());
        try {
            for (int i = 0; i < call.writes().size(); i++) {
                current.add(current(call.writes().get(i), call.keys().get(i)));
            }
        } catch (RocksDBException e) {
            call.fail(session.unread("nothing was written, the documents could not be read: ", e));
            return;
        }
        List<Outcome> outcomes = new ArrayList<>(current.size());
        for (int i = 0; i < current.size(); i++) {
            outcomes.add(apply(call.writes().get(i), call.keys().get(i), current.get(i)));
        }
        answers.add(new Answer(call, outcomes));
    }

    /** Writes and syncs what was added, if that is anything; nothing is answered yet. */
    void commit(StoreMetrics metrics) throws RocksDBException {
        if (written > 0) {
            engine.hot().hide(replaced.keySet());
            engine.hot().forget(changed.keySet().stream().filter(key -> !replaced.containsKey(key)).toList());
            long begun = metrics.now();
            engine.commit(batch);
            metrics.synced(written, begun);
            metrics.wrote(written, bytes);
            engine.hot().keep(replaced);
        }
        metrics.conflicted(insertConflicts, otherConflicts);
    }

    /** Tells every caller the outcomes of its writes. */
    void answer() {
        answers.forEach(answer -> answer.call().outcomes().complete(answer.outcomes()));
    }

    @Override
    public void close() {
        batch.close();
    }

    private Optional<Stored> current(Write write, byte[] key) throws RocksDBException {
        Optional<Stored> change = changed.get(write.key());
        if (change != null) {
            return change;
        }
        // To find that there is nothing takes a look at the filter of each of the engine's files.
        boolean absent = write instanceof Write.Insert insert && insert.fresh() && session.exclusive();
        return absent ? Optional.empty() : engine.stored(write.key(), key);
    }

    private Outcome apply(Write write, byte[] key, Optional<Stored> current) throws RocksDBException {
        Optional<Stored> live = current.filter(stored -> stored.live(now));
        if (write instanceof Write.Insert insert && live.isEmpty()) {
            return put(key, insert.key(), current, insert.content(), insert.expiresAt());
        }
        if (write instanceof Write.Replace replace && hasVersion(live, replace.version())) {
            return put(key, replace.key(), current, replace.content(), replace.expiresAt());
        }
        if (write instanceof Write.Remove remove && hasVersion(live, remove.version())) {
            return remove(key, remove.key(), current);
        }
        if (write instanceof Write.Insert) {
            insertConflicts++;
        } else {
            otherConflicts++;
        }
        return Outcome.CONFLICT;
    }

    private static boolean hasVersion(Optional<Stored> live, long version) {
        return live.isPresent() && live.get().version() == version;
    }

    private Outcome put(byte[] key, String name, Optional<Stored> current, byte[] content, long expiresAt) throws RocksDBException {
        Stored stored = new Stored(nextVersion(), expiresAt);
        byte[] value = stored.value(content);
        bytes += engine.put(batch, key, value);
        if (current.isPresent() && replacedBytes + value.length <= HotDocuments.MAX_BYTES) {
            replaced.put(name, value);
            replacedBytes += value.length;
        } else {
            replaced.remove(name);
        }
        // The entry of one that goes when it would have gone before stands already.
        if (current.isEmpty() || current.get().expiresAt() != expiresAt) {
            unindex(key, current);
            if (expiresAt != Write.NEVER) {
                bytes += engine.index(batch, new Expiry(expiresAt, key));
            }
        }
        changed.put(name, Optional.of(stored));
        return Outcome.written(stored.version());
    }

    private Outcome remove(byte[] key, String name, Optional<Stored> current) throws RocksDBException {
        nextVersion();
        unindex(key, current);
        bytes += engine.delete(batch, key);
        changed.put(name, Optional.empty());
        replaced.remove(name);
        return Outcome.REMOVED;
    }

    private void unindex(byte[] key, Optional<Stored> current) throws RocksDBException {
        if (current.isPresent() && current.get().expiresAt() != Write.NEVER) {
            bytes += engine.unindex(batch, new Expiry(current.get().expiresAt(), key));
        }
    }

    private long nextVersion() {
        written++;
        return nextVersion++;
    }
}
