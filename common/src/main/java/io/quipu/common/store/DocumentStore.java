package io.quipu.common.store;

import java.util.List;
import java.util.Optional;

/**
 * Documents by key, each with a version, written by compare-and-set; nothing more, so that any engine can serve.
 *
 * <ul>
 *   <li>Each write of a call has an outcome of its own; a call is not atomic, a single document is.</li>
 *   <li>A write that was answered is durable, and a read returns only durable data.</li>
 *   <li>A version never repeats for a key, even after the document was removed.</li>
 *   <li>A document whose time to live is over is absent, to reads and to writes.</li>
 *   <li>There is no listing and no query: what must be found later has an index page.</li>
 * </ul>
 *
 * Thread-safe. Implementations count what they hand to their engine ({@code quipu_store_written_bytes_total}).
 */
public interface DocumentStore extends AutoCloseable {

    /** Bytes that a key may have. */
    int MAX_KEY_LENGTH = 250;

    /** Bytes that the content of a document may have: 16 MiB. */
    int MAX_CONTENT_LENGTH = 16 * 1024 * 1024;

    /** Keys or writes that one call may name. */
    int MAX_BATCH = 10_000;

    /**
     * Reads many documents.
     *
     * @param keys at most {@link #MAX_BATCH}; may repeat
     * @return one element per key, in the same order; empty where there is no document
     * @throws StoreException when the store cannot answer now; worth a retry
     */
    List<Optional<Document>> get(List<String> keys);

    /**
     * Reads one document.
     *
     * @throws StoreException when the store cannot answer now; worth a retry
     */
    default Optional<Document> get(String key) {
        return get(List.of(key)).get(0);
    }

    /**
     * Writes many documents; returns once all that was written is durable.
     *
     * @param writes at most {@link #MAX_BATCH}, no key twice
     * @return one outcome per write, in the same order
     * @throws StoreException when the outcome of at least one write is unknown: read back, or write again
     * @throws IllegalArgumentException when a limit is exceeded or a key is named twice; then nothing was written
     */
    List<Outcome> write(List<Write> writes);

    /**
     * Writes one document; returns once it is durable.
     *
     * @throws StoreException when the outcome is unknown: read back, or write again
     */
    default Outcome write(Write write) {
        return write(List.of(write)).get(0);
    }

    /**
     * Why this store does not work as it should, for those who operate it; empty as long as it does, so far as is known without trying.
     * A store that fails says so in its log once, when that begins, and once more when it is over.
     */
    default Optional<String> failure() {
        return Optional.empty();
    }

    /** Finishes the writes under way and releases the engine. Later calls throw {@link StoreException}. */
    @Override
    void close();
}
