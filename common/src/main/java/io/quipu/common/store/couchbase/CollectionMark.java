package io.quipu.common.store.couchbase;

import org.springframework.data.annotation.Id;
import org.springframework.data.annotation.TypeAlias;
import org.springframework.data.couchbase.core.mapping.Document;

/**
 * Says whose documents a collection holds. The one document that is written and read through Spring Data's mapping.
 *
 * @param key always {@link #KEY}
 * @param service the service that put it there
 * @param format how that service's keys and expiries are stored in this collection
 */
@Document
@TypeAlias("quipu")
record CollectionMark(@Id String key, String service, int format) {

    /** No key of {@link io.quipu.common.usage.Keys} begins with this word. */
    static final String KEY = "quipu/collection";

    /** Keys as they are, contents as raw JSON, expiries as Couchbase's own. */
    static final int FORMAT = 1;
}
