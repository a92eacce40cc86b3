package io.quipu.common.stage;

import io.quipu.common.usage.Rejection;

/**
 * A document while a batch is folded in it: its watermark moves with all effects of a position at once. Confined to one attempt.
 */
public abstract class Watermarked {

    private Watermark watermark;
    private boolean changed;

    /** A document that has come that far. */
    protected Watermarked(Watermark watermark) {
        this.watermark = watermark;
    }

    /** How far it has come in the log. */
    public final Watermark watermark() {
        return watermark;
    }

    /** Whether something was folded or passed since it was opened. */
    public final boolean changed() {
        return changed;
    }

    /** Passes a rejected position, and remembers it. */
    public final void pass(Rejection rejection) {
        watermark = watermark.passed(rejection);
        changed = true;
    }

    /** Moves on to a position that is folded. */
    protected final void folded(long position) {
        watermark = watermark.folded(position);
        changed = true;
    }
}
