package io.quipu.common.store;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** A store in a map whose calls fail, or die, before or after taking effect, as a test asks. */
public final class FaultyStore implements DocumentStore {

    /** What happens to a call. */
    public enum Fault { NONE, FAIL_BEFORE, FAIL_HALFWAY, FAIL_AFTER, CRASH_BEFORE, CRASH_HALFWAY, CRASH_AFTER }

    /** Decides what happens to each call. */
    @FunctionalInterface
    public interface Faults {
        /** The fault of call number {@code call}, counted from 0. */
        Fault at(int call, boolean write, List<String> keys);

        /** Which of its writes a call that ends halfway has made, in that order: the first half of them. */
        default List<Write> done(List<Write> writes) {
            return writes.subList(0, writes.size() / 2);
        }

        /** That share of all writes ends halfway, any of them made or none or all, and a quarter of it of all reads. */
        static Faults atRandom(RandomGenerator random, double failing) {
            return new Faults() {
                @Override
                public Fault at(int call, boolean write, List<String> keys) {
                    if (random.nextDouble() >= (write ? failing : failing / 4)) {
                        return Fault.NONE;
                    }
                    return write ? Fault.FAIL_HALFWAY : Fault.FAIL_BEFORE;
                }

                @Override
                public List<Write> done(List<Write> writes) {
                    List<Write> shuffled = new ArrayList<>(writes);
                    if (random.nextBoolean()) {
                        Collections.shuffle(shuffled, new Random(random.nextLong()));
                    }
                    return shuffled.subList(0, random.nextInt(writes.size() + 1));
                }
            };
        }
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
    private final List<String> fresh = new ArrayList<>();
    private long versions;
    private int calls;

    /** Another store with the same documents, without faults and what was lost. */
    public synchronized FaultyStore copy() {
        FaultyStore copy = new FaultyStore();
        copy.documents.putAll(documents);
        copy.expiries.putAll(expiries);
        copy.versions = versions;
        return copy;
    }

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

    /** The keys of inserts that were called fresh, in order. */
    public List<String> fresh() {
        return fresh;
    }

    /** Writes that failed before their effect: in a network, they may still arrive. */
    public List<Write> lost() {
        return lost;
    }

    public long expiry(String key) {
        return expiries.get(key);
    }

    /** The same documents, reached without faults, and without being counted. */
    public DocumentStore durable() {
        return new DocumentStore() {
            @Override
            public List<Optional<Document>> get(List<String> keys) {
                synchronized (FaultyStore.this) {
                    return read(keys);
                }
            }

            @Override
            public List<Outcome> write(List<Write> writes) {
                synchronized (FaultyStore.this) {
                    return writes.stream().map(FaultyStore.this::apply).toList();
                }
            }

            @Override
            public void close() {
                // Nothing to release.
            }
        };
    }

    @Override
    public synchronized List<Optional<Document>> get(List<String> keys) {
        Fault fault = faults.at(calls++, false, keys);
        before(fault);
        List<Optional<Document>> found = read(keys);
        after(fault);
        return found;
    }

    private List<Optional<Document>> read(List<String> keys) {
        return keys.stream().map(key -> Optional.ofNullable(documents.get(key))).toList();
    }

    @Override
    public synchronized List<Outcome> write(List<Write> writes) {
        if (writes.stream().map(Write::key).distinct().count() != writes.size()) {
            throw new IllegalArgumentException("a key is named twice");
        }
        writes.stream().filter(write -> write instanceof Write.Insert insert && insert.fresh()).forEach(write -> fresh.add(write.key()));
        Fault fault = faults.at(calls++, true, writes.stream().map(Write::key).toList());
        if (fault == Fault.FAIL_BEFORE || fault == Fault.CRASH_BEFORE) {
            lost.addAll(writes);
        }
        before(fault);
        boolean half = fault == Fault.FAIL_HALFWAY || fault == Fault.CRASH_HALFWAY;
        List<Outcome> outcomes = new ArrayList<>();
        for (Write write : half ? faults.done(writes) : writes) {
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
