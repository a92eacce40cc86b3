package io.quipu.aggregator.domain;

import io.quipu.common.stage.Watermark;
import io.quipu.common.usage.Rejection;
import java.util.Optional;

/** A document while a batch is folded in it: its watermark moves with each position, once. Confined to one attempt. */
abstract class OpenDocument {

    private final Phase phase;
    private Watermark watermark;
    private boolean changed;

    OpenDocument(Phase phase, Watermark watermark) {
        this.phase = phase;
        this.watermark = watermark;
    }

    final Phase phase() {
        return phase;
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

    /**
     * Folds all effects of a position.
     *
     * @param rated what it changes in its own windows; empty when these have passed it
     */
    final void accept(UsageEffects effects, Optional<RatedChanges> rated) {
        watermark = watermark.folded(effects.usage().position());
        changed = true;
        fold(effects, rated);
    }

    abstract void fold(UsageEffects effects, Optional<RatedChanges> rated);

    /**
     * Checks the sums of levels that the document would hold after folding; changes nothing.
     *
     * @throws io.quipu.common.plan.MeteringException when one would have more digits than documents hold
     */
    abstract void checkBounds(UsageEffects effects);

    /** What it is, for messages. */
    abstract String name();
}
