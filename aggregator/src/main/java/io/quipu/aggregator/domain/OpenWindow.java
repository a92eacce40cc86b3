package io.quipu.aggregator.domain;

import io.quipu.common.stage.Watermark;
import io.quipu.common.time.Window;
import io.quipu.common.usage.AccumulatedUsage;
import io.quipu.common.usage.Rejection;

/** A document while a batch is folded in it: its watermark moves with each position, once. Confined to one attempt. */
abstract class OpenWindow {

    private final Window window;
    private Watermark watermark;
    private long processed;
    private boolean changed;

    OpenWindow(Window window, Watermark watermark, long processed) {
        this.window = window;
        this.watermark = watermark;
        this.processed = processed;
    }

    final Window window() {
        return window;
    }

    final Watermark watermark() {
        return watermark;
    }

    final long processed() {
        return processed;
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

    /** Folds all effects of a position. */
    final void accept(AccumulatedUsage usage, RatedChanges changes) {
        watermark = watermark.folded(usage.position());
        processed = Math.max(processed, usage.acceptedAt());
        changed = true;
        fold(usage, changes);
    }

    abstract void fold(AccumulatedUsage usage, RatedChanges changes);
}
