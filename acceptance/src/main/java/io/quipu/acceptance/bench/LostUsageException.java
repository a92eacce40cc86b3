package io.quipu.acceptance.bench;

import java.io.IOException;

/** A report does not show what was accepted: whatever was measured is worth nothing. */
final class LostUsageException extends IOException {

    private static final long serialVersionUID = 1L;

    LostUsageException(String difference) {
        super("usage was lost or counted twice: " + difference);
    }
}
