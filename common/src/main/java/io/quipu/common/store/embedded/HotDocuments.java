package io.quipu.common.store.embedded;

import java.util.Arrays;
import java.util.Collection;
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
 * <p>A document has the same place as long as it is kept, and values are copied there and from there. For they live longer than what a
 * collector of garbage takes to be young, and die then: if each were kept as it comes, thousands a second would have to be looked for
 * among all that is old.
 *
 * <p>Thread-safe.
 */
final class HotDocuments {

    /** Bytes that all entries may have together. */
    static final int MAX_BYTES = 4 * 1024 * 1024;

    /** Bytes that a value may have. */
    static final int MAX_VALUE_BYTES = 64 * 1024;

    /** About what an entry costs besides the characters of its key and its place. */
    static final int ENTRY_BYTES = 144;

    /** A place has room for a value that is larger by an eighth: most documents grow with their window. */
    private static final int GROWTH = 8;

    private static final int UNKNOWN = -1;

    /** Where a document's value is. */
    private static final class Place {
        private byte[] room = {};
        private int length = UNKNOWN;
    }

    private final Map<String, Place> places = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    /** A copy of a document's value, or of its beginning; null when it is not known here. */
    synchronized byte[] find(String key, int atMost) {
        Place place = places.get(key);
        return place == null || place.length == UNKNOWN ? null : Arrays.copyOf(place.room, Math.min(place.length, atMost));
    }

    /** Forgets documents. */
    synchronized void forget(Collection<String> keys) {
        keys.forEach(this::remove);
    }

    /** Forgets documents that are kept again soon: their places stay. */
    synchronized void hide(Collection<String> keys) {
        for (String key : keys) {
            Place place = places.get(key);
            if (place != null) {
                place.length = UNKNOWN;
            }
        }
    }

    /** Keeps what these documents are now, but for values that are too large. */
    synchronized void keep(Map<String, byte[]> written) {
        written.forEach((key, value) -> {
            if (value.length > MAX_VALUE_BYTES) {
                remove(key);
            } else {
                keep(key, value);
            }
        });
        while (bytes > MAX_BYTES) {
            remove(places.keySet().iterator().next());
        }
    }

    private void remove(String key) {
        Place place = places.remove(key);
        if (place != null) {
            bytes -= ENTRY_BYTES + key.length() + place.room.length;
        }
    }

    private void keep(String key, byte[] value) {
        Place place = places.get(key);
        if (place == null) {
            place = new Place();
            places.put(key, place);
            bytes += ENTRY_BYTES + key.length();
        }
        if (value.length > place.room.length) {
            byte[] larger = new byte[Math.min(MAX_VALUE_BYTES, value.length + value.length / GROWTH)];
            bytes += larger.length - place.room.length;
            place.room = larger;
        }
        System.arraycopy(value, 0, place.room, 0, value.length);
        place.length = value.length;
    }
}
