package io.quipu.common.store.couchbase;

import io.quipu.common.store.StoreException;

/** The collection holds the documents of another service, or of a newer Quipu: nothing was read or written but the mark that says so. */
public final class ForeignCollectionException extends StoreException {

    private static final long serialVersionUID = 1L;

    ForeignCollectionException(String message) {
        super(message);
    }
}
