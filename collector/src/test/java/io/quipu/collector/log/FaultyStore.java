package io.quipu.collector.log;

import io.quipu.common.store.Document;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.store.Outcome;
import io.quipu.common.store.StoreException;
import io.quipu.common.store.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A store in a map whose calls fail, or die, before or after taking effect, as a test asks. */
public final class FaultyStore implements DocumentStore {

    /** What happens to a call. */
    public enum Fault { NONE, FAIL_BEFORE, FAIL_HALFWAY, FAIL_AFTER, CRASH_BEFORE, CRASH_HALFWAY, CRASH_AFTER }

    /** Decides what happens to each call. */
    @FunctionalInterface
    public interface Faults {
        /** The fault of call number {@code call}, counted from 0. */
        Fault at(int call, boolean write, List<String> keys);
    }

    /** The process died: nothing after the call runs. */
    public static final class Crash extends Error {
        private static final long serialVersionUID = 1L;

        public Crash() {
            super("crash", null, false, false);
        }
    }

    private final Map<String, Document> documents = new TreeMap<>();
    private final Map<String, Long> expiries = new TreeMap<>();
    private Faults faults = (call, write, keys) -> Fault.NONE;
    private final List<Write> lost = new ArrayList<>();
    private long versions;
    private int calls;

    /** From now on; calls are counted from 0 again. */
    public void faults(Faults decided) {
        faults = decided;
        calls = 0;
    }

    public void noFaults() {
        faults((call, write, keys) -> Fault.NONE);
    }

    public int calls() {
        return calls;
    }

    public Map<String, Document> documents() {
        return documents;
    }

    /** Writes that failed before their effect: in a network, they may still arrive. */
    public List<Write> lost() {
        return lost;
    }

    public long expiry(String key) {
        return expiries.get(key);
    }

    @Override
    public synchronized List<Optional<Document>> get(List<String> keys) {
        Fault fault = faults.at(calls++, false, keys);
        before(fault);
        List<Optional<Document>> found = keys.stream().map(key -> Optional.ofNullable(documents.get(key))).toList();
        after(fault);
        return found;
    }

    @Override
    public synchronized List<Outcome> write(List<Write> writes) {
        if (writes.stream().map(Write::key).distinct().count() != writes.size()) {
            throw new IllegalArgumentException("a key is named twice");
        }
        Fault fault = faults.at(calls++, true, writes.stream().map(Write::key).toList());
        if (fault == Fault.FAIL_BEFORE || fault == Fault.CRASH_BEFORE) {
            lost.addAll(writes);
        }
        before(fault);
        boolean half = fault == Fault.FAIL_HALFWAY || fault == Fault.CRASH_HALFWAY;
        List<Outcome> outcomes = new ArrayList<>();
        for (Write write : half ? writes.subList(0, writes.size() / 2) : writes) {
            outcomes.add(apply(write));
        }
        after(fault);
        return outcomes;
    }

    private static void before(Fault fault) {
        if (fault == Fault.FAIL_BEFORE) {
            throw new StoreException("failed before");
        }
        if (fault == Fault.CRASH_BEFORE) {
            throw new Crash();
        }
    }

    private static void after(Fault fault) {
        if (fault == Fault.FAIL_AFTER || fault == Fault.FAIL_HALFWAY) {
            throw new StoreException("failed after");
        }
        if (fault == Fault.CRASH_AFTER || fault == Fault.CRASH_HALFWAY) {
            throw new Crash();
        }
    }

    /** Applies a write whatever the faults are, such as one that was delayed. */
    public Outcome apply(Write write) {
        Document present = documents.get(write.key());
        if (write instanceof Write.Insert insert) {
            return present != null ? Outcome.CONFLICT : put(insert.key(), insert.content(), insert.expiresAt());
        }
        if (write instanceof Write.Replace replace) {
            return present == null || present.version() != replace.version()
                    ? Outcome.CONFLICT : put(replace.key(), replace.content(), replace.expiresAt());
        }
        if (present == null || present.version() != ((Write.Remove) write).version()) {
            return Outcome.CONFLICT;
        }
        documents.remove(write.key());
        return Outcome.REMOVED;
    }

    private Outcome put(String key, byte[] content, long expiresAt) {
        versions++;
        documents.put(key, new Document(key, versions, content));
        expiries.put(key, expiresAt);
        return Outcome.written(versions);
    }

    @Override
    public void close() {
        // Nothing to release.
    }
}
