package io.quipu.aggregator.domain;

import io.quipu.common.stage.Watermark;
import io.quipu.common.time.Window;
import io.quipu.common.usage.AccumulatedUsage;
import java.util.Optional;

/** A month's or day's document while a batch is folded in it. Confined to one attempt. */
abstract class OpenWindow extends OpenDocument {

    private final Window window;
    private long processed;

    OpenWindow(Phase phase, Window window, Watermark watermark, long processed) {
        super(phase, watermark);
        this.window = window;
        this.processed = processed;
    }

    final Window window() {
        return window;
    }

    final long processed() {
        return processed;
    }

    @Override
    final String name() {
        return window.unit().toString();
    }

    /** The changes of levels first: the plan version of the usage itself is that of the last usage. */
    @Override
    final void fold(UsageEffects effects, Optional<RatedChanges> rated) {
        processed = Math.max(processed, effects.usage().acceptedAt());
        if (!effects.levels().isEmpty()) {
            foldLevels(effects);
        }
        if (effects.own(window)) {
            foldOwn(effects.usage(), rated.orElseThrow());
        }
    }

    /** Folds the changes of levels in this window; there may be none. */
    abstract void foldLevels(UsageEffects effects);

    /** Folds a usage that ends in this window. */
    abstract void foldOwn(AccumulatedUsage usage, RatedChanges changes);
}
