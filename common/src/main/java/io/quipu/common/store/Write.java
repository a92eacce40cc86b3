package io.quipu.common.store;

import java.util.Objects;

/** One write of one document, on a condition: all writes are compare-and-set, but for an insert that is wrongly called {@linkplain Insert#fresh fresh}. */
public sealed interface Write {

    /** Expiry of a document that is kept until it is removed. */
    long NEVER = Long.MAX_VALUE;

    /** The key that is written. */
    String key();

    /**
     * Written only if the key is absent.
     *
     * @param key the key
     * @param content JSON in UTF-8
     * @param expiresAt when the document goes, milliseconds since the epoch, or {@link #NEVER}
     * @param fresh whether this process has never tried to insert or replace the document, nor has anybody before it began: a store that
     *     nobody else can have written since then need not look whether it is absent. There, what is said wrongly overwrites a document
     */
    record Insert(String key, byte[] content, long expiresAt, boolean fresh) implements Write {
        public Insert {
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(content, "content");
        }

        /** An insert of what may be there. */
        public Insert(String key, byte[] content, long expiresAt) {
            this(key, content, expiresAt, false);
        }

        /** An insert of a document that does not expire, and may be there. */
        public Insert(String key, byte[] content) {
            this(key, content, NEVER);
        }
    }

    /**
     * Written only if the document still has that version.
     *
     * @param key the key
     * @param version the version that was read
     * @param content JSON in UTF-8
     * @param expiresAt when the document goes, milliseconds since the epoch, or {@link #NEVER}
     */
    record Replace(String key, long version, byte[] content, long expiresAt) implements Write {
        public Replace {
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(content, "content");
        }

        /** A replacement by a document that does not expire. */
        public Replace(String key, long version, byte[] content) {
            this(key, version, content, NEVER);
        }
    }

    /**
     * Removed only if the document still has that version.
     *
     * @param key the key
     * @param version the version that was read
     */
    record Remove(String key, long version) implements Write {
        public Remove {
            Objects.requireNonNull(key, "key");
        }
    }
}
