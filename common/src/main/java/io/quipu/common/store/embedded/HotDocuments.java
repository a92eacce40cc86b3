package io.quipu.common.store.embedded;

import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The values of documents that were replaced lately, as they stand in the engine: what is written again and again is read again and
 * again, and is judged by its version each time. The least recently used go first.
 *
 * <p>Holds only what is durable and current: the writer takes out what a batch changes before it commits the batch, and puts the
 * new values in afterwards. Whoever finds nothing asks the engine. Documents that are only inserted, such as segments and marks,
 * are not kept: hardly any of them is read twice.
 *
 * <p>Thread-safe. Values are not to be modified.
 */
final class HotDocuments {

    /** Bytes that all entries may have together. */
    static final int MAX_BYTES = 4 * 1024 * 1024;

    /** Bytes that a value may have. */
    static final int MAX_VALUE_BYTES = 64 * 1024;

    /** About what an entry costs besides the characters of its key and its value. */
    static final int ENTRY_BYTES = 128;

    private final Map<String, byte[]> values = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    /** A document's value; null when it is not known here. */
    synchronized byte[] find(String key) {
        return values.get(key);
    }

    /** Forgets documents. */
    synchronized void forget(Collection<String> keys) {
        keys.forEach(this::forget);
    }

    /** Keeps what these documents are now, but for values that are too large. */
    synchronized void keep(Map<String, byte[]> written) {
        written.forEach((key, value) -> {
            forget(key);
            if (value.length <= MAX_VALUE_BYTES) {
                values.put(key, value);
                bytes += size(key, value);
            }
        });
        Iterator<Map.Entry<String, byte[]>> eldest = values.entrySet().iterator();
        while (bytes > MAX_BYTES) {
            Map.Entry<String, byte[]> entry = eldest.next();
            bytes -= size(entry.getKey(), entry.getValue());
            eldest.remove();
        }
    }

    private void forget(String key) {
        byte[] value = values.remove(key);
        if (value != null) {
            bytes -= size(key, value);
        }
    }

    private static int size(String key, byte[] value) {
        return ENTRY_BYTES + key.length() + value.length;
    }
}
