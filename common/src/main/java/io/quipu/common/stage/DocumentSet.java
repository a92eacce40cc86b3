package io.quipu.common.stage;

import io.quipu.common.store.Document;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.store.Outcome;
import io.quipu.common.store.Write;
import io.quipu.common.wire.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToLongFunction;

/**
 * The documents of one attempt at folding a batch: read at once, written by compare-and-set against what was read. A
 * document that somebody else wrote in between is a conflict; the attempt is then made again from a new read.
 *
 * <p>Not thread-safe.
 */
public final class DocumentSet {

    /** What is kept of the content of a document that is sealed. */
    private static final byte[] NOTHING = {};

    private final DocumentStore store;
    private final ToLongFunction<Object> expiry;
    private final Map<String, Document> documents = new HashMap<>();
    private final Set<String> read = new HashSet<>();
    private final Set<String> sealed = new HashSet<>();

    /** An empty set over a store, of documents that are kept for ever. */
    public DocumentSet(DocumentStore store) {
        this(store, content -> Write.NEVER);
    }

    /**
     * An empty set over a store.
     *
     * @param expiry when a document with that content goes, milliseconds since the epoch, or {@link Write#NEVER}; the same each time
     *     that the document is written
     */
    public DocumentSet(DocumentStore store, ToLongFunction<Object> expiry) {
        this.store = store;
        this.expiry = expiry;
    }

    /** Reads documents, in as few calls as the store's limit allows; those read before are read again. */
    public void read(Collection<String> keys) {
        List<String> distinct = new ArrayList<>(new LinkedHashSet<>(keys));
        for (int from = 0; from < distinct.size(); from += DocumentStore.MAX_BATCH) {
            List<String> part = distinct.subList(from, Math.min(distinct.size(), from + DocumentStore.MAX_BATCH));
            List<Optional<Document>> found = store.get(part);
            for (int i = 0; i < part.size(); i++) {
                String key = part.get(i);
                read.add(key);
                sealed.remove(key);
                found.get(i).ifPresentOrElse(document -> documents.put(key, document), () -> documents.remove(key));
            }
        }
    }

    /** Whether a document was read, be it there or not. */
    public boolean wasRead(String key) {
        return read.contains(key);
    }

    /** Whether a document was there when it was read. */
    public boolean contains(String key) {
        return documents.containsKey(key);
    }

    /**
     * A document as it was read.
     *
     * @throws IllegalStateException when it was {@linkplain #seal sealed}, and not read again since
     */
    public <T> Optional<T> find(String key, Class<T> type) {
        checkNotSealed(key);
        return Optional.ofNullable(documents.get(key)).map(document -> Json.read(document.content(), type));
    }

    private void checkNotSealed(String key) {
        if (sealed.contains(key)) {
            throw new IllegalStateException(key + " is sealed: what was read of it is not kept");
        }
    }

    /**
     * Makes documents that were read ready to be written: what was absent is inserted, what was there is replaced. What was read of
     * them is let go, and what they are made of need not be kept: there may be much of it, and the write far off.
     *
     * @return the writes in the same order, by key
     * @throws IllegalStateException when one of them was sealed before, and not read again since
     */
    public Map<String, Write> seal(Map<String, ?> changed) {
        Map<String, Write> writes = new LinkedHashMap<>();
        changed.forEach((key, content) -> {
            checkNotSealed(key);
            Document before = documents.get(key);
            byte[] bytes = Json.write(content);
            long expiresAt = expiry.applyAsLong(content);
            writes.put(key, before == null ? new Write.Insert(key, bytes, expiresAt)
                    : new Write.Replace(key, before.version(), bytes, expiresAt));
            documents.computeIfPresent(key, (of, document) -> new Document(of, document.version(), NOTHING));
            sealed.add(key);
        });
        return writes;
    }

    /**
     * {@linkplain #seal Seals} and writes documents that were read.
     *
     * @return the keys that somebody else has written since; all others are durable
     */
    public Set<String> write(Map<String, ?> changed) {
        return writeSealed(seal(changed).values());
    }

    /** The same with documents that are sealed, each once. */
    public Set<String> writeSealed(Collection<Write> ready) {
        List<Write> writes = List.copyOf(ready);
        Set<String> conflicts = new HashSet<>();
        for (int from = 0; from < writes.size(); from += DocumentStore.MAX_BATCH) {
            List<Write> part = writes.subList(from, Math.min(writes.size(), from + DocumentStore.MAX_BATCH));
            List<Outcome> outcomes = store.write(part);
            for (int i = 0; i < part.size(); i++) {
                if (!outcomes.get(i).written()) {
                    conflicts.add(part.get(i).key());
                }
            }
        }
        return conflicts;
    }
}
