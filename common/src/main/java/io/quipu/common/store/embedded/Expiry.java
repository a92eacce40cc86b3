package io.quipu.common.store.embedded;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * An entry of the index by expiry: 8 bytes of expiry, big-endian, so that the soonest comes first, then the key.
 *
 * @param at when the document goes, milliseconds since the epoch; what is due before 1970 is due at 0
 * @param key the document's key
 */
record Expiry(long at, byte[] key) {

    Expiry {
        at = Math.max(at, 0);
    }

    static Expiry of(byte[] entry) {
        return new Expiry(ByteBuffer.wrap(entry).getLong(), Arrays.copyOfRange(entry, Long.BYTES, entry.length));
    }

    /** The entry as it is stored. */
    byte[] entry() {
        return ByteBuffer.allocate(Long.BYTES + key.length).putLong(at).put(key).array();
    }
}
