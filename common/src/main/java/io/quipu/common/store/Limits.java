package io.quipu.common.store;

import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The limits of {@link DocumentStore}, checked the same way by every implementation before anything is read or written.
 *
 * <p>A key is text that UTF-8 can express, of 1 to {@link DocumentStore#MAX_KEY_LENGTH} bytes. Half a surrogate pair is
 * refused rather than replaced: two such keys would be one.
 */
public final class Limits {

    private Limits() {
    }

    /**
     * The keys of a read in UTF-8, in the same order.
     *
     * @throws IllegalArgumentException when there are more than {@link DocumentStore#MAX_BATCH}, or one is no key
     */
    public static List<byte[]> keysToRead(List<String> keys) {
        requireBatch(keys.size(), "keys");
        List<byte[]> bytes = new ArrayList<>(keys.size());
        for (String key : keys) {
            bytes.add(bytes(key));
        }
        return bytes;
    }

    /**
     * The keys of these writes in UTF-8, in the same order.
     *
     * @throws IllegalArgumentException when there are more than {@link DocumentStore#MAX_BATCH}, one has no valid key or
     *     more content than {@link DocumentStore#MAX_CONTENT_LENGTH}, or two have the same key
     */
    public static List<byte[]> keysToWrite(List<Write> writes) {
        requireBatch(writes.size(), "writes");
        List<byte[]> bytes = new ArrayList<>(writes.size());
        Set<String> seen = new HashSet<>();
        for (Write write : writes) {
            bytes.add(bytes(write.key()));
            if (!seen.add(write.key())) {
                throw new IllegalArgumentException("key " + write.key() + " is written twice in one call");
            }
            int length = contentLength(write);
            if (length > DocumentStore.MAX_CONTENT_LENGTH) {
                throw new IllegalArgumentException("content of " + length + " bytes for key " + write.key() + " is over the limit of "
                        + DocumentStore.MAX_CONTENT_LENGTH);
            }
        }
        return bytes;
    }

    /** Bytes of a key. */
    public static int keyLength(String key) {
        return key.getBytes(StandardCharsets.UTF_8).length;
    }

    /** Bytes of content that a write brings; 0 for a removal. */
    public static int contentLength(Write write) {
        if (write instanceof Write.Insert insert) {
            return insert.content().length;
        }
        return write instanceof Write.Replace replace ? replace.content().length : 0;
    }

    private static void requireBatch(int size, String what) {
        if (size > DocumentStore.MAX_BATCH) {
            throw new IllegalArgumentException(size + " " + what + " in one call are over the limit of " + DocumentStore.MAX_BATCH);
        }
    }

    private static byte[] bytes(String key) {
        // Much faster than an encoder, but it writes a question mark for what has no encoding.
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        for (byte b : bytes) {
            if (b == '?') {
                requireEncoding(key);
                break;
            }
        }
        int length = bytes.length;
        if (length < 1 || length > DocumentStore.MAX_KEY_LENGTH) {
            throw new IllegalArgumentException("key of " + length + " bytes is not between 1 and " + DocumentStore.MAX_KEY_LENGTH + ": " + key);
        }
        return bytes;
    }

    private static void requireEncoding(String key) {
        try {
            StandardCharsets.UTF_8.newEncoder().onMalformedInput(CodingErrorAction.REPORT).encode(CharBuffer.wrap(key));
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("key of " + key.length() + " characters cannot be expressed in UTF-8", e);
        }
    }
}
