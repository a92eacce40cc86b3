package io.quipu.accumulator.domain;

import io.quipu.common.stage.Watermark;
import io.quipu.common.usage.Rejection;

/** A document while a batch is folded in it. Its watermark moves with all effects of a position at once. Confined to one attempt. */
abstract class OpenDocument {

    private Watermark watermark;
    private boolean changed;

    OpenDocument(Watermark watermark) {
        this.watermark = watermark;
    }

    final Watermark watermark() {
        return watermark;
    }

    /** Whether something was folded or passed since it was opened. */
    final boolean changed() {
        return changed;
    }

    /** Passes a rejected position, and remembers it. */
    final void pass(Rejection rejection) {
        watermark = watermark.passed(rejection);
        changed = true;
    }

    /** Moves on to a position that was folded. */
    final void folded(long position) {
        watermark = watermark.folded(position);
        changed = true;
    }

    /** The document's key. */
    abstract String document();
}
