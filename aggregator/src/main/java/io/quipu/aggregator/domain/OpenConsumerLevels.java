package io.quipu.aggregator.domain;

import io.quipu.common.stage.Watermark;
import io.quipu.common.totals.ConsumerLevels;
import io.quipu.common.usage.Consumer;
import java.util.Optional;

/** A consumer's levels while a batch is folded in them. Confined to one attempt. */
final class OpenConsumerLevels extends OpenDocument {

    private final Consumer consumer;
    private final OpenLevels levels;

    OpenConsumerLevels(Consumer consumer, Optional<ConsumerLevels> before) {
        super(Phase.CONSUMERS, before.map(ConsumerLevels::watermark).orElse(Watermark.NONE));
        before.ifPresent(document -> {
            if (!document.organizationId().equals(consumer.organizationId())
                    || !document.spaceId().equals(consumer.spaceId())
                    || !document.consumerId().equals(consumer.consumerId())) {
                throw new IllegalStateException("another document has the key of the levels of " + consumer);
            }
        });
        this.consumer = consumer;
        this.levels = before.map(document -> OpenLevels.of(document.plans())).orElseGet(OpenLevels::new);
    }

    OpenLevels levels() {
        return levels;
    }

    @Override
    void fold(UsageEffects effects, Optional<RatedChanges> rated) {
        levels.add(effects.levels());
    }

    @Override
    void checkBounds(UsageEffects effects) {
        levels.checkBounds(effects.levels());
    }

    @Override
    String name() {
        return "consumer's levels";
    }

    ConsumerLevels sealed(long cursor) {
        return new ConsumerLevels(ConsumerLevels.VERSION, consumer.organizationId(), consumer.spaceId(),
                consumer.consumerId(), watermark().pruned(cursor), levels.sealed());
    }
}
