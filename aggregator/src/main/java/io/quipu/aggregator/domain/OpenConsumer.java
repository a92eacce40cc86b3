package io.quipu.aggregator.domain;

import io.quipu.common.stage.Watermark;
import io.quipu.common.time.Window;
import io.quipu.common.totals.ConsumerWindow;
import io.quipu.common.usage.AccumulatedUsage;
import io.quipu.common.usage.Consumer;
import java.util.Optional;

/** A consumer's window while a batch is folded in it. Confined to one attempt. */
final class OpenConsumer extends OpenWindow {

    private final Consumer consumer;
    private final OpenTotals totals;

    OpenConsumer(Consumer consumer, Window window, Optional<ConsumerWindow> before) {
        super(Phase.CONSUMERS, window, before.map(ConsumerWindow::watermark).orElse(Watermark.NONE),
                before.map(ConsumerWindow::processed).orElse(0L));
        before.ifPresent(document -> {
            if (!document.organizationId().equals(consumer.organizationId())
                    || !document.spaceId().equals(consumer.spaceId())
                    || !document.consumerId().equals(consumer.consumerId()) || !document.window().equals(window)) {
                throw new IllegalStateException("another document has the key of " + consumer + " " + window);
            }
        });
        this.consumer = consumer;
        this.totals = before.map(document -> OpenTotals.of(document.plans())).orElseGet(OpenTotals::new);
    }

    OpenTotals totals() {
        return totals;
    }

    @Override
    void foldLevels(UsageEffects effects) {
        totals.addLevels(effects.levels().in(window()));
    }

    @Override
    void foldOwn(AccumulatedUsage usage, RatedChanges changes) {
        changes.addTo(totals, window().unit());
    }

    @Override
    void checkBounds(UsageEffects effects) {
        totals.checkBounds(window(), effects.levels().in(window()));
    }

    ConsumerWindow sealed(long cursor) {
        return new ConsumerWindow(ConsumerWindow.VERSION, consumer.organizationId(), consumer.spaceId(),
                consumer.consumerId(), window(), watermark().pruned(cursor), processed(), totals.sealed());
    }
}
