package io.quipu.common.store.embedded;

import io.quipu.common.store.Document;
import java.nio.ByteBuffer;

/**
 * What is known of a stored document without its content; a value is version (8 bytes), expiry (8 bytes), content.
 *
 * @param version the document's version
 * @param expiresAt when it goes, milliseconds since the epoch; {@link io.quipu.common.store.Write#NEVER} if it stays
 */
record Stored(long version, long expiresAt) {

    /** Bytes before the content. */
    static final int HEADER_LENGTH = 2 * Long.BYTES;

    /** Reads the first bytes of a value. */
    static Stored of(byte[] value) {
        ByteBuffer header = ByteBuffer.wrap(value, 0, HEADER_LENGTH);
        return new Stored(header.getLong(), header.getLong());
    }

    /** The document in a whole value. */
    static Document document(String key, byte[] value) {
        byte[] content = new byte[value.length - HEADER_LENGTH];
        System.arraycopy(value, HEADER_LENGTH, content, 0, content.length);
        return new Document(key, of(value).version(), content);
    }

    /** The value of a document that has this header. */
    byte[] value(byte[] content) {
        return ByteBuffer.allocate(HEADER_LENGTH + content.length).putLong(version).putLong(expiresAt).put(content).array();
    }

    /** Whether the document is there at that time; at its expiry it is not. */
    boolean live(long now) {
        return now < expiresAt;
    }
}
