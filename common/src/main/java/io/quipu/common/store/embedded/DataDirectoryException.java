package io.quipu.common.store.embedded;

import io.quipu.common.store.StoreException;

/** A data directory cannot be used as it is: says which, why, and what an operator can do about it. */
public final class DataDirectoryException extends StoreException {

    private static final long serialVersionUID = 1L;

    private final String action;

    /**
     * With what is wrong, and its remedy.
     *
     * @param message names the directory and the reason
     * @param action what to do, in whole sentences
     */
    DataDirectoryException(String message, String action, Throwable cause) {
        super(message, cause);
        this.action = action;
    }

    /** What to do about it. */
    public String action() {
        return action;
    }
}
