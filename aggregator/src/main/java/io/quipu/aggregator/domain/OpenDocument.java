package io.quipu.aggregator.domain;

import io.quipu.common.stage.Watermark;
import io.quipu.common.stage.Watermarked;
import java.util.Optional;

/** A document of an organization while a batch is folded in it. Confined to one attempt. */
abstract class OpenDocument extends Watermarked {

    private final Phase phase;

    OpenDocument(Phase phase, Watermark watermark) {
        super(watermark);
        this.phase = phase;
    }

    final Phase phase() {
        return phase;
    }

    /**
     * Folds all effects of a position.
     *
     * @param rated what it changes in its own windows; empty when these have passed it
     */
    final void accept(UsageEffects effects, Optional<RatedChanges> rated) {
        folded(effects.usage().position());
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
